"""What a learner says of a degree study, of a degree taken, or of days on leave, until an officer compared the paper; pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step
from shegong.work.education.rules.statements import MODES

LONGEST_LEAVE = 366 * 2


class What(StrEnum):
    """What is stated: a study that runs, a degree taken (T3.2), days on leave."""

    STUDY = "study"
    DEGREE = "degree"
    LEAVE = "leave"


WHAT_WORDS: Mapping[str, str] = {
    What.STUDY: N_("Degree study that runs"),
    What.DEGREE: N_("Degree taken"),
    What.LEAVE: N_("Days on leave"),
}


class State(StrEnum):
    """Waits, confirmed with its rows written, not accepted with the reason, taken back."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_WORDS: Mapping[str, str] = {
    State.STATED: N_("Waits for an officer"),
    State.CONFIRMED: N_("Confirmed by the office"),
    State.REFUSED: N_("Not accepted"),
    State.WITHDRAWN: N_("Taken back"),
}
STUDY_STATEMENT_FLOW = Workflow(
    State,
    State.STATED,
    [
        step("confirm", State.STATED, State.CONFIRMED, "T3.2"),
        step("refuse", State.STATED, State.REFUSED),
        step("withdraw", State.STATED, State.WITHDRAWN),
    ],
)


def stated_obstacles(
    *, what: str, start: date, end: date | None, programme: str, school: str, mode: str, level: str, on: date
) -> list[Obstacle]:
    """What speaks against such a statement. `end`: last day of a leave, day of the diploma."""
    found = []
    if what != What.LEAVE:
        if not programme.strip():
            found.append(Obstacle("programme_missing", N_("Name the programme."), "programme"))
        if not school.strip():
            found.append(Obstacle("school_missing", N_("Name the school."), "school_name"))
        if mode not in MODES:
            found.append(Obstacle("mode_unknown", N_("Choose how the person studies."), "mode"))
        if start > on:
            found.append(Obstacle("date_future", N_("This date is in the future."), "start"))
    if what == What.DEGREE and end is not None and end > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), "end"))
    if what == What.DEGREE and not level:
        found.append(Obstacle("level_missing", N_("Choose what the diploma says."), "level"))
    if what != What.STUDY and end is None:
        found.append(Obstacle("end_missing", N_("Enter the date."), "end"))
    elif end is not None and end < start:
        found.append(Obstacle("dates_order", N_("The end lies before the start."), "end"))
    elif what == What.LEAVE and end is not None and (end - start).days > LONGEST_LEAVE:
        found.append(Obstacle("leave_long", N_("More than two years in one go: enter each year by itself."), "end"))  # fmt: skip
    return found
