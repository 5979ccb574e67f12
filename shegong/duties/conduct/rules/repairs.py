"""Early repair of a record (信用修复): from when it may be asked for, by whom it is answered; pure."""

from datetime import date, timedelta
from enum import StrEnum

from shegong.duties.conduct.policy_types import Measure
from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.kernel.calendar import corresponding_day
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Repairing(StrEnum):
    """States of a request for early repair."""

    ASKED = "asked"
    PROPOSED = "proposed"  # an officer says what should come of it
    DECIDED = "decided"


REPAIR_NAMES = {
    Repairing.ASKED: N_("Early repair asked for"),
    Repairing.PROPOSED: N_("Answer waits for signature"),
    Repairing.DECIDED: N_("Answered"),
}
REPAIRS = Workflow(
    Repairing,
    Repairing.ASKED,
    [
        step("propose", ["asked", "proposed"], "proposed", "D19"),
        step("decide", "proposed", "decided", "credit repair"),
    ],
)


def earliest(measure: Measure, decided: date, end: date | None) -> date | None:
    """First day on which early repair may be asked for: so many months (policy) after the decision, after a suspension
    from its end. None: this measure is shown for its whole time."""
    if not measure.is_shown or not measure.early_months:
        return None
    return corresponding_day(end or decided, months=measure.early_months)


def asking_obstacles(
    text: str, *, state: str, shown: bool, first: date | None, on: date, open_one: bool, refused_on: date | None,
    again_days: int,
) -> list[Obstacle]:  # fmt: skip
    """Of a decision that is shown, after its least time, once at a time; after a refusal when the days set are over."""
    if state != "in_force" or not shown:
        return [Obstacle("not_shown", N_("Nothing of this decision is shown: there is nothing to repair."))]
    if first is None:
        return [Obstacle("never_early", N_("The rules know no early repair for this measure."))]
    if on < first:
        message = N_("Early repair may be asked for from %(first)s on.")
        return [Obstacle("repair_early", message, params={"first": first.isoformat()})]
    if open_one:
        return [Obstacle("asked_already", N_("This has been asked for; the answer will reach you here."))]
    if refused_on is not None and on < refused_on + timedelta(days=again_days):
        message = N_("It was refused; it may be asked for again from %(day)s on.")
        again = refused_on + timedelta(days=again_days)
        return [Obstacle("refused_lately", message, params={"day": again.isoformat()})]
    return text_obstacles(text)
