"""The plan in force: the file of `settings.PLAN`, read once and checked against what the product can count."""

from pathlib import Path

from django.conf import settings

from shegong.kernel import cube
from shegong.steering.programme.rules.plan_checks import measure_faults, place_faults
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
    """Raise `PlanFault` where the plan names something that nothing in the product counts."""
    refuse(Path(settings.PLAN), list(measure_faults(plan(), {*cube.measures(), *OWN})))


def check_places(units) -> None:  # type: ignore[no-untyped-def]  # a function of level and day
    """Raise `PlanFault` unless as many units report as the plan says, on its first and on its last day (A11)."""
    refuse(Path(settings.PLAN), list(place_faults(plan(), units)))


__all__ = ["OWN", "PlanFault", "check_measures", "check_places", "plan"]
