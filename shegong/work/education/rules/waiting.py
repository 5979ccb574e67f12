"""The waiting list of a full class: who is next, how long a seat that became free is kept for her; pure (T3.3)."""

from datetime import datetime, timedelta
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step
from shegong.work.education.rules.courses import CLAUSE, CourseState


class WaitingState(StrEnum):
    """In line; a seat is kept; taken; not taken in time; given up by herself; the class began or was cancelled."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    LEFT = "left"
    CLOSED = "closed"


IN_LINE = (WaitingState.WAITING, WaitingState.OFFERED)
WAITING_FLOW = Workflow(
    WaitingState,
    WaitingState.WAITING,
    [
        step("offer", WaitingState.WAITING, WaitingState.OFFERED),
        step("take", WaitingState.OFFERED, WaitingState.TAKEN),
        step("lapse", WaitingState.OFFERED, WaitingState.LAPSED),
        step("leave", IN_LINE, WaitingState.LEFT),
        step("close", IN_LINE, WaitingState.CLOSED),
    ],
)


def join_obstacles(*, state: str, free: int, has_seat: bool, in_line: bool) -> list[Obstacle]:
    """What speaks against waiting for a seat of a class in `state` with so many seats free."""
    if has_seat:
        return [Obstacle("enrolled_already", N_("She has a seat in this class already."), "", CLAUSE)]
    if in_line:
        return [Obstacle("waiting_already", N_("You are on the waiting list already."), "", CLAUSE)]
    if state != CourseState.OPEN:
        return [Obstacle("course_closed", N_("This class takes nobody now."), "", CLAUSE)]
    if free > 0:
        return [Obstacle("course_not_full", N_("There are seats left: put your name down."), "", CLAUSE)]
    return []


def kept_until(now: datetime, hours: int, starts_at: datetime) -> datetime:
    """Until when a seat is kept for who is next: so many hours, and no longer than the class has not begun."""
    return max(now, min(now + timedelta(hours=hours), starts_at))
