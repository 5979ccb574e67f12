"""Continuing education: the rules. Pure."""

from shegong.work.education.policy_types import NATIONAL, PLAN, HoursRule
from shegong.work.education.rules.hours import (
    Counted,
    Forecast,
    Line,
    Verdict,
    forecast,
    hours_cell,
    hours_shown,
    in_hours,
    national,
    yearly,
)
from shegong.work.education.rules.kinds import KIND_WORDS, KINDS, Kind
from shegong.work.education.rules.permissions import Permission
from shegong.work.education.rules.statements import STATEMENT_WORDS, STUDY_WORDS

__all__ = [
    "KINDS",
    "KIND_WORDS",
    "NATIONAL",
    "PLAN",
    "STATEMENT_WORDS",
    "STUDY_WORDS",
    "Counted",
    "Forecast",
    "HoursRule",
    "Kind",
    "Line",
    "Permission",
    "Verdict",
    "forecast",
    "hours_cell",
    "hours_shown",
    "in_hours",
    "national",
    "yearly",
]
