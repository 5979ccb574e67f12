"""The plan in force: the file of `settings.PLAN`, read once and checked against what the product can count."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from shegong.kernel import ahead, cube
from shegong.steering.programme.rules.plan_checks import ahead_faults, measure_faults, place_faults
from shegong.steering.programme.rules.plan_file import PlanFault, read_plan, refuse
from shegong.steering.programme.rules.plans import Plan

_read: dict[Path, tuple[int, Plan]] = {}
# What is counted from the plan itself and from tables of this floor, without a cube (models/counting.py).
OWN: set[str] = set()


def plan() -> Plan:
    """The loaded plan. Raises `PlanFault` naming every fault; a file that changed is read again."""
    path = Path(settings.PLAN)
    stamp = path.stat().st_mtime_ns
    known = _read.get(path)
    if known is None or known[0] != stamp:
        known = _read[path] = (stamp, read_plan(path))
    return known[1]


def check_measures() -> None:
    """Raise `PlanFault` where the plan names something that nothing in the product counts or knows ahead."""
    units = {name: one.unit for name, one in ahead.declared().items()}
    found = [*measure_faults(plan(), {*cube.measures(), *OWN}), *ahead_faults(plan(), units)]
    refuse(Path(settings.PLAN), found)


@register()
def plan_is_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The start stops at a plan with faults: each is named with file, line and key."""
    try:
        check_measures()
    except (OSError, PlanFault) as fault:
        return [Error(line, id="shegong.E050") for line in str(fault).splitlines()]
    return []


def check_places(units: Callable[[int, date], list[int]]) -> None:
    """Raise `PlanFault` unless as many units report as the plan says, on its first and on its last day (A11)."""
    refuse(Path(settings.PLAN), list(place_faults(plan(), units)))


__all__ = ["OWN", "PlanFault", "check_measures", "check_places", "plan"]
