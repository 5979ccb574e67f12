"""The province's values for classes, read once from policy/classes.toml."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings

from shegong.kernel.policy import Policy, load


@dataclass(frozen=True)
class ClassPolicy:
    """policy/classes.toml; percentages are of half-days held, or of marks made."""

    attendance_percent: int
    code_tolerance_seconds: int
    upload_days: int
    paper_days: int
    seat_kept_hours: int
    check_every_list: bool
    check_from_unsigned_percent: int
    check_from_people: int
    check_new_provider_days: int


@cache
def _policy() -> Policy[ClassPolicy]:
    return load(settings.POLICY_DIR / "classes.toml", ClassPolicy)


def class_policy(on: date) -> ClassPolicy:
    """The version of policy/classes.toml that holds on `on`."""
    return _policy().on(on)
