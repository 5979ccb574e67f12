"""Continuing education: tables and reads."""

from shegong.work.education.models.attendance import Attendance, StruckAttendance
from shegong.work.education.models.courses import Course, Enrolment, HalfDay, closing_gap
from shegong.work.education.models.integrity import (
    Dispute,
    Draw,
    DrawCandidate,
    Finding,
    Lot,
    SpotCheck,
)
from shegong.work.education.models.late import HoursStatement
from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.models.lists import ClassList, ListLine
from shegong.work.education.models.providers import Provider, ProviderStanding, taught_on
from shegong.work.education.models.reckoning import (
    entries_of,
    every_entry,
    facts_of,
    forecast_of,
    in_period,
    in_year,
    leaves_of,
    lines_of,
    verdicts_of,
)
from shegong.work.education.models.stating import StudyStatement
from shegong.work.education.models.study import Leave, StudyEnrolment
from shegong.work.education.models.totals import YearTotal, minutes_by_year
from shegong.work.education.models.waiting import WaitingPlace

__all__ = [
    "Attendance",
    "ClassList",
    "Course",
    "CreditEntry",
    "Dispute",
    "Draw",
    "DrawCandidate",
    "Enrolment",
    "Finding",
    "HalfDay",
    "HoursStatement",
    "Leave",
    "ListLine",
    "Lot",
    "Provider",
    "ProviderStanding",
    "SpotCheck",
    "StruckAttendance",
    "StudyEnrolment",
    "StudyStatement",
    "WaitingPlace",
    "YearTotal",
    "closing_gap",
    "entries_of",
    "every_entry",
    "facts_of",
    "forecast_of",
    "in_period",
    "in_year",
    "leaves_of",
    "lines_of",
    "minutes_by_year",
    "taught_on",
    "verdicts_of",
]
