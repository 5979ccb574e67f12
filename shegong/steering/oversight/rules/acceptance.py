"""Acceptance of a sub-plan: steps, the materials, the panel, samples drawn by a published seed, verdicts; pure (N13)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shegong.kernel.drawing import drawn
from shegong.kernel.refusal import Obstacle, reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class AcceptanceState(StrEnum):
    """States of an acceptance."""

    SELF_ASSESSED = "self_assessed"
    REVIEWING = "reviewing"
    RECTIFYING = "rectifying"
    PASSED = "passed"
    PASSED_AFTER = "passed_after"
    FAILED = "failed"


ACCEPTANCE_NAMES = {
    AcceptanceState.SELF_ASSESSED: N_("Applied for, self-assessed"),
    AcceptanceState.REVIEWING: N_("With the panel"),
    AcceptanceState.RECTIFYING: N_("To be put right by a day"),
    AcceptanceState.PASSED: N_("Acceptance passed"),
    AcceptanceState.PASSED_AFTER: N_("Passed after rectification"),
    AcceptanceState.FAILED: N_("Acceptance failed"),
}
CONCLUDED = (AcceptanceState.PASSED, AcceptanceState.PASSED_AFTER, AcceptanceState.FAILED)
ACCEPTANCE = Workflow(
    AcceptanceState,
    AcceptanceState.SELF_ASSESSED,
    [
        step("open_review", "self_assessed", "reviewing", "N13"),
        step("pass", "reviewing", "passed", "N13"),
        step("ask", "reviewing", "rectifying", "N13"),
        step("pass_after", "rectifying", "passed_after", "N13"),
        step("fail", ("reviewing", "rectifying"), "failed", "N13"),
    ],
)


class Verdict(StrEnum):
    """What the panel says of one indicator."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


VERDICT_NAMES = {
    Verdict.MET: N_("Target reached and proved"),
    Verdict.PARTLY: N_("Reached in part, or not fully proved"),
    Verdict.NOT_MET: N_("Target not reached"),
}


class Result(StrEnum):
    """What was found of one person in the sample."""

    PROVED = "proved"
    DIFFERS = "differs"
    NO_EVIDENCE = "no_evidence"


RESULT_NAMES = {
    Result.PROVED: N_("Person, papers and dates prove it"),
    Result.DIFFERS: N_("The papers say otherwise"),
    Result.NO_EVIDENCE: N_("No paper proves it"),
}

# The checklist: key, the plan's clause, words. What the system can count is filled in; the panel confirms each.
MATERIALS: tuple[tuple[str, str, str], ...] = (
    ("self_assessment", "S2013.e", N_("Self-assessment: the final summary, signed and submitted")),
    ("annual_plans", "N10", N_("Yearly work plans, one for each year")),
    ("year_end_reports", "N11", N_("Year-end reports, one for each year")),
    ("figures", "N13", N_("Frozen figures of every indicator, whose hash holds")),
    ("evidence", "N13", N_("Evidence behind entered figures")),
    ("rectification", "N12", N_("Supervision notices and how they were put right")),
    ("funding", "M3.b", N_("Budgets and spending of the years")),
)


def draw(people: Collection[int], sample: int, seed: str, sha: str, indicator: str) -> list[int]:
    """`sample` of these people: those whose SHA-256 of seed, the snapshot's hash, indicator and person is lowest.

    The hash stood before the seed was published, so nobody could fit the rows to the draw; whoever has the seed and the
    frozen rows draws the same again.
    """
    keys = {f"{sha}\n{indicator}\n{person}": person for person in people}
    return [keys[key] for key in drawn(keys.keys(), sample, seed)]


def panel_obstacles(*, members: int, chairs: int, least: int) -> list[Obstacle]:
    """Enough members who are not recused, one of them in the chair."""
    found = []
    if members < least:
        message = N_("The panel needs at least %(least)s members who are not recused.")
        found.append(Obstacle("panel_small", message, clause="N13", params={"least": least}))
    if chairs != 1:
        found.append(
            Obstacle("panel_chair", N_("One member of the panel must be in the chair."), clause="N13")
        )
    return found


def member_obstacles(*, belongs_to_lead: bool, is_applicant: bool, is_member: bool) -> list[Obstacle]:
    """Nobody judges his own department's work."""
    found = []
    if belongs_to_lead or is_applicant:
        message = N_("Who acts for the department that leads the sub-plan cannot sit on its panel.")
        found.append(Obstacle("panel_own", message, "person", "N13"))
    if is_member:
        found.append(Obstacle("panel_twice", N_("This person is on the panel already."), "person", "N13"))
    return found


def proposed(value: int | None, enough: int | None, results: Iterable[str]) -> Verdict | None:
    """What figure and sample suggest; None while a row of the sample waits. The panel decides."""
    found = list(results)
    if "" in found:
        return None
    if value is None or (enough is not None and value < enough):
        return Verdict.NOT_MET
    return Verdict.MET if all(one == Result.PROVED for one in found) else Verdict.PARTLY


def sample_obstacles(results: Iterable[str]) -> list[Obstacle]:
    """Who of the sample is not checked yet; '' is no result."""
    waiting = sum(one == "" for one in results)
    if not waiting:
        return []
    message = N_("%(waiting)s people of the sample are not checked yet.")
    return [Obstacle("sample_open", message, clause="N13", params={"waiting": waiting})]


def verdict_obstacles(
    verdict: str, grounds: str, *, value: int | None, enough: int | None, results: Sequence[str]
) -> list[Obstacle]:
    """A verdict has grounds, comes after the whole sample, and does not say more than figure and sample do."""
    found = reason_obstacles(grounds, "grounds") + sample_obstacles(results)
    if verdict not in set(Verdict):
        found.append(Obstacle("verdict", N_("Choose a verdict."), "verdict", "N13"))
    if verdict == Verdict.MET and value is not None and enough is not None and value < enough:
        message = N_("%(value)s is less than the %(enough)s that reach the target.")
        found.append(Obstacle("value_short", message, "verdict", "N13", {"value": value, "enough": enough}))
    unproved = sum(one in (Result.DIFFERS, Result.NO_EVIDENCE) for one in results)
    if verdict == Verdict.MET and unproved:
        message = N_("%(count)s people of the sample are not proved: the target is proved in part at most.")
        found.append(Obstacle("sample_unproved", message, "verdict", "N13", {"count": unproved}))
    return found


@dataclass(frozen=True)
class Review:
    """How far a review is: verdicts of the items ("" while open), materials found (None while nobody looked)."""

    verdicts: Sequence[str]
    materials: Sequence[bool | None]


def conclusion_obstacles(
    state: str, grounds: str, review: Review, *, due_on: date | None, on: date
) -> list[Obstacle]:
    """What stands in the way of concluding so: open items and materials, verdicts that say otherwise, no deadline."""
    found = reason_obstacles(grounds, "grounds") + _open_obstacles(review)
    unmet = sum(one not in ("", Verdict.MET) for one in review.verdicts)
    lacking = sum(one is False for one in review.materials)
    if state == AcceptanceState.PASSED and unmet + lacking:
        message = N_(
            "%(items)s indicators are not fully met and %(papers)s materials are missing: set a deadline instead."
        )
        params = {"items": unmet, "papers": lacking}
        found.append(Obstacle("not_all_met", message, "conclusion", "N13", params))
    if state == AcceptanceState.RECTIFYING and (due_on is None or due_on <= on):
        found.append(
            Obstacle("rectify_by", N_("Say until when it must be put right, after today."), "due_on", "N13")
        )
    return found


def _open_obstacles(review: Review) -> list[Obstacle]:
    found = []
    items, papers = sum(one == "" for one in review.verdicts), sum(one is None for one in review.materials)
    if items:
        message = N_("%(count)s indicators have no verdict yet.")
        found.append(Obstacle("items_open", message, clause="N13", params={"count": items}))
    if papers:
        message = N_("%(count)s materials are not looked at yet.")
        found.append(Obstacle("materials_open", message, clause="N13", params={"count": papers}))
    return found


def share_proved(results: Iterable[str]) -> Mapping[str, int]:
    """How many of a sample came out how; "" are open."""
    found: dict[str, int] = {}
    for one in results:
        found[one] = found.get(one, 0) + 1
    return found
