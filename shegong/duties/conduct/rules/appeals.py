"""Review of a decision: who may ask, until when, who decides, what may come of it; pure (行政复议法 art. 20, 62)."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from shegong.duties.conduct.policy_types import SanctionPolicy
from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.duties.conduct.rules.sanctions import months_obstacles
from shegong.kernel.refusal import Obstacle, reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Review(StrEnum):
    """States of a review."""

    LODGED = "lodged"
    PROPOSED = "proposed"  # somebody of the body above says what should come of it
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


REVIEW_NAMES = {
    Review.LODGED: N_("Asked for"),
    Review.PROPOSED: N_("Answer waits for signature"),
    Review.DECIDED: N_("Answered"),
    Review.WITHDRAWN: N_("Taken back"),
}
REVIEWS = Workflow(
    Review,
    Review.LODGED,
    [
        step("propose", ["lodged", "proposed"], "proposed", "D19"),
        step("decide", "proposed", "decided", "行政复议法 art. 62"),
        step("withdraw", ["lodged", "proposed"], "withdrawn"),
    ],
)


class Result(StrEnum):
    """What came of it."""

    UPHELD = "upheld"
    CHANGED = "changed"
    ANNULLED = "annulled"


RESULT_NAMES = {
    Result.UPHELD: N_("Decision upheld"),
    Result.CHANGED: N_("Changed in part"),
    Result.ANNULLED: N_("Decision annulled"),
}


def kept_days(due: date, rests: Iterable[tuple[date, date]]) -> date:
    """Last day to ask for a review, the days given back on which the case was open again (half-open: from, to): then nothing
    could be asked, and her days are not less for it. Days that were open again after the last one give nothing back."""
    for start, end in sorted(rests):
        if start <= due:
            due += end - start
    return due


def lodging_obstacles(
    text: str, *, state: str, due: date | None, on: date, asked_before: bool, reopened: bool = False
) -> list[Obstacle]:
    """The respondent asks once, within the term that was served, of a decision that binds: a request that was taken back
    was one, and what a review decided is not reviewed again."""
    if due is None:
        return [Obstacle("is_review", N_("This decision comes from a review; it is not reviewed again."))]
    if asked_before:
        return [Obstacle("asked_before", N_("A review of this decision has been asked for already."))]
    if reopened:
        message = N_(
            "The case was opened again: your days rest. The new decision may be reviewed, or this one if none comes."
        )
        return [Obstacle("reopened", message)]
    if state != "in_force":
        return [Obstacle("not_binding", N_("This decision is not in force."))]
    if on > due:
        message = N_("The time to ask for a review ended on %(due)s.")
        return [Obstacle("review_late", message, params={"due": due.isoformat()})]
    return text_obstacles(text)


def result_obstacles(
    *, policy: SanctionPolicy, result: str, old: str, old_months: int, code: str, months: int, reasons: str
) -> list[Obstacle]:
    """A review says why; a changed decision is milder than the old one: who asks for a review loses nothing by it."""
    found = reason_obstacles(reasons, "reasons")
    if result not in tuple(Result):
        return [Obstacle("result_needed", N_("Choose what comes of the review."), "result")]
    if result != Result.CHANGED:
        return found
    measure = policy.measure(code)
    if measure is None:
        return [*found, Obstacle("measure_unknown", N_("Choose a measure of the list."), "measure")]
    found += months_obstacles(measure, months, policy.suspension_most_months)
    if (policy.rank(code), months) >= (policy.rank(old), old_months):
        message = N_("A review may not make the measure graver; choose a milder one or uphold the decision.")
        found.append(Obstacle("not_milder", message, "measure"))
    return found
