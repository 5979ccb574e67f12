"""A class (班次) from its plan to the hours it gives: what it needs, who passes, what its people did; pure (T3.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CLAUSE = "T3.3"
LAW = "民发〔2009〕123号"
LEAST_MINUTES, MOST_MINUTES = 45, 300
MOST_HALF_DAYS = 60
MOST_SEATS = 5000


class CourseState(StrEnum):
    """Where a class stands."""

    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    FINISHED = "finished"
    REPORTED = "reported"
    CREDITED = "credited"
    CANCELLED = "cancelled"


COURSE_FLOW = Workflow(
    CourseState,
    CourseState.PLANNED,
    [
        step("open", CourseState.PLANNED, CourseState.OPEN, LAW),
        step("start", CourseState.OPEN, CourseState.RUNNING, LAW),
        step("finish", (CourseState.OPEN, CourseState.RUNNING), CourseState.FINISHED, LAW),
        step("report", CourseState.FINISHED, CourseState.REPORTED, LAW),
        step("return", CourseState.REPORTED, CourseState.FINISHED, LAW),
        step("credit", CourseState.REPORTED, CourseState.CREDITED, LAW),
        step("cancel", (CourseState.PLANNED, CourseState.OPEN), CourseState.CANCELLED, LAW),
    ],
)
COURSE_STATES: Mapping[str, str] = {
    CourseState.PLANNED: N_("In preparation"),
    CourseState.OPEN: N_("Open for enrolment"),
    CourseState.RUNNING: N_("Class is running"),
    CourseState.FINISHED: N_("Held"),
    CourseState.REPORTED: N_("Class list handed in"),
    CourseState.CREDITED: N_("Hours entered"),
    CourseState.CANCELLED: N_("Class cancelled"),
}
# While people may still be put down, and while they sign in.
TAKES_PEOPLE = (CourseState.OPEN, CourseState.RUNNING)
TAKES_MARKS = (CourseState.OPEN, CourseState.RUNNING, CourseState.FINISHED)


class ListState(StrEnum):
    """Where a class list stands."""

    WAITING = "waiting"
    VOUCHED = "vouched"
    ACCEPTED = "accepted"
    RETURNED = "returned"


LIST_FLOW = Workflow(
    ListState,
    ListState.WAITING,
    [
        step("vouch", ListState.WAITING, ListState.VOUCHED, CLAUSE),  # a year is locked: one is not enough
        step("accept", (ListState.WAITING, ListState.VOUCHED), ListState.ACCEPTED, LAW),
        step("return", (ListState.WAITING, ListState.VOUCHED), ListState.RETURNED, LAW),
    ],
)
LIST_STATES: Mapping[str, str] = {
    ListState.WAITING: N_("Waiting for the check"),
    ListState.VOUCHED: N_("Waits for a second officer"),
    ListState.ACCEPTED: N_("List accepted"),
    ListState.RETURNED: N_("Returned to the provider"),
}


class Half(StrEnum):
    """Half of a day; the evening counts as one of its own."""

    AM = "am"
    PM = "pm"
    EVENING = "evening"


HALVES: Mapping[str, str] = {
    Half.AM: N_("Morning"),
    Half.PM: N_("Afternoon"),
    Half.EVENING: N_("Evening half"),
}


class Planned(NamedTuple):
    """A half-day as it is planned."""

    on: date
    half: str
    starts_at: datetime
    ends_at: datetime
    minutes: int


def plan_obstacles(*, title: str, syllabus: str, capacity: int, half_days: Sequence[Planned]) -> list[Obstacle]:  # fmt: skip
    """What speaks against the plan of a class."""
    found = []
    if not title.strip():
        found.append(Obstacle("course_title", N_("Enter the name of the class."), "title", CLAUSE))
    if not syllabus.strip():
        message = N_("Enter what is taught; it belongs to the class file.")
        found.append(Obstacle("course_syllabus", message, "syllabus", CLAUSE))
    if not 1 <= capacity <= MOST_SEATS:
        message = N_("A class has 1 to %(most)s seats.")
        found.append(Obstacle("course_capacity", message, "capacity", params={"most": MOST_SEATS}))
    return found + half_day_obstacles(half_days)


def half_day_obstacles(half_days: Sequence[Planned]) -> list[Obstacle]:
    """Half-days follow each other, none twice, none longer than its clock."""
    if not 1 <= len(half_days) <= MOST_HALF_DAYS:
        message = N_("A class has 1 to %(most)s half-days.")
        return [Obstacle("course_half_days", message, "half_days", CLAUSE, {"most": MOST_HALF_DAYS})]
    ordered, found = sorted(half_days, key=lambda one: one.starts_at), []
    for one in ordered:
        length = int((one.ends_at - one.starts_at).total_seconds() // 60)
        if not LEAST_MINUTES <= one.minutes <= min(MOST_MINUTES, length):
            message = N_(
                "%(day)s: a half-day counts %(least)s to %(most)s minutes, and no more than lie between start and end."
            )
            params = {"day": one.on.isoformat(), "least": LEAST_MINUTES, "most": MOST_MINUTES}
            found.append(Obstacle("half_day_minutes", message, "half_days", CLAUSE, params))
    twice = len({(one.on, one.half) for one in ordered}) < len(ordered)
    if twice or any(a.ends_at > b.starts_at for a, b in pairwise(ordered)):
        found.append(Obstacle("half_day_overlap", N_("Two half-days of the class overlap."), "half_days"))
    return found


@dataclass(frozen=True)
class Record:
    """What one person did in a class: `held` and `attended` half-days, `minutes` attended, the test."""

    held: int
    attended: int
    minutes: int
    score: int | None = None
    passed_test: bool | None = None


def passing_obstacles(record: Record, *, threshold_percent: int, test_required: bool) -> list[Obstacle]:
    """Why a person does not get the proof of passing (合格证明): hours count only with it."""
    found = []
    if record.attended * 100 < threshold_percent * record.held or not record.attended:
        message = N_("Attended %(attended)s of %(held)s half-days; %(percent)s %% are needed.")
        params = {"attended": record.attended, "held": record.held, "percent": threshold_percent}
        found.append(Obstacle("attendance_short", message, "", CLAUSE, params))
    if test_required and not record.passed_test:
        message = N_("No passed test is recorded.")
        found.append(Obstacle("test_missing", message, "", CLAUSE))
    return found


def full() -> Obstacle:
    """No seat is left."""
    return Obstacle("course_full", N_("No seat is left in this class."), "", CLAUSE)


def closed() -> Obstacle:
    """The class was cancelled, or its list is handed in."""
    return Obstacle("course_closed", N_("This class takes no more sign-ins."), "", CLAUSE)
