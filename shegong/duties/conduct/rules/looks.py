"""Looking again at a decided case because whoever complained asks for it (复查, 复核): who may ask, until when, what may come
of it; pure (信访工作条例 art. 35, 36).

The other side keeps every right: a second look makes no decision graver, it upholds the answer or has the case looked into
anew, and then the other side is heard again.
"""

from datetime import date
from enum import StrEnum

from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

BASES = {1: "信访工作条例第三十五条", 2: "信访工作条例第三十六条"}


class Look(StrEnum):
    """States of a second look."""

    ASKED = "asked"
    PROPOSED = "proposed"  # somebody of the body above says what should come of it
    ANSWERED = "answered"


LOOK_NAMES = {
    Look.ASKED: N_("Second look asked for"),
    Look.PROPOSED: N_("Answer waits for signature"),
    Look.ANSWERED: N_("Answered"),
}
LOOKS = Workflow(
    Look,
    Look.ASKED,
    [
        step("propose", ["asked", "proposed"], "proposed", "D19"),
        step("answer", "proposed", "answered", "信访工作条例第三十五条、第三十六条"),
    ],
)


class Finding(StrEnum):
    """What came of it."""

    STANDS = "stands"
    AGAIN = "again"


FINDING_NAMES = {
    Finding.STANDS: N_("The answer stands"),
    Finding.AGAIN: N_("The case is looked into anew"),
}
INSTANCE_NAMES = {1: N_("Second look"), 2: N_("Third look, the last one")}


def asking_obstacles(
    *, state: str, until: date | None, on: date, asked: int, most: int, open_one: bool
) -> list[Obstacle]:
    """Whoever complained asks once for each instance, of a case that is decided, within the days that run from the last
    written answer."""
    if open_one:
        return [Obstacle("look_runs", N_("A second look has been asked for; the answer will stand here."))]
    if state == "appealed":
        message = N_("The decision is under review. When that is answered you may ask, within the days set.")
        return [Obstacle("review_runs", message)]
    if state != "decided" or until is None:
        return [Obstacle("not_decided", N_("There is no answer that could be looked at again."))]
    if asked >= most:
        return [Obstacle("looked_last", N_("This was the last look: the case is not looked at again."))]
    if on > until:
        message = N_("The time to ask for a second look ended on %(until)s.")
        return [Obstacle("look_late", message, params={"until": until.isoformat()})]
    return []


def finding_obstacles(finding: str, answer: str) -> list[Obstacle]:
    """A second look says what came of it, and answers in writing."""
    found = text_obstacles(answer, "answer")
    if finding not in tuple(Finding):
        found.append(Obstacle("finding_needed", N_("Choose what comes of the second look."), "finding"))
    return found


def state_obstacles(state: str) -> list[Obstacle]:
    """What the other side asked for comes first: both reviews look at one decision."""
    if state == "decided":
        return []
    message = N_("A review of the decision runs, or the case was opened again: that comes first.")
    return [Obstacle("other_first", message)]
