"""Decisions on conduct: states, what a decision needs, how long it is shown, when credit is repaired; pure (T4.2.f, D19)."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from shegong.duties.conduct.policy_types import Measure, SanctionPolicy
from shegong.duties.conduct.rules.inquiry import Tally, text_obstacles
from shegong.kernel.calendar import corresponding_day
from shegong.kernel.refusal import Obstacle, reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Outcome(StrEnum):
    """States of a decision."""

    PROPOSED = "proposed"
    SENT_BACK = "sent_back"
    IN_FORCE = "in_force"
    STAYED = "stayed"  # under review: what the public reads waits
    CHANGED = "changed"  # another decision took its place
    ANNULLED = "annulled"
    REPAIRED = "repaired"  # no longer shown: credit repaired


OUTCOME_NAMES = {
    Outcome.PROPOSED: N_("Waiting for signature"),
    Outcome.SENT_BACK: N_("Sent back to the panel"),
    Outcome.IN_FORCE: N_("Decision in force"),
    Outcome.STAYED: N_("Under review"),
    Outcome.CHANGED: N_("Changed by a later decision"),
    Outcome.ANNULLED: N_("Annulled"),
    Outcome.REPAIRED: N_("Over; record repaired"),
}
OUTCOMES = Workflow(
    Outcome,
    Outcome.PROPOSED,
    [
        step("sign", "proposed", "in_force", "D19"),
        step("send_back", "proposed", "sent_back"),
        step("ask_review", "in_force", "stayed", "行政复议法 art. 20"),
        step("uphold", "stayed", "in_force"),
        step("give_up", "stayed", "in_force"),
        step("change", ["stayed", "in_force"], "changed"),
        step("annul", ["stayed", "in_force"], "annulled"),
        step("repair", "in_force", "repaired", "credit repair"),
    ],
)
BINDING = (Outcome.IN_FORCE, Outcome.STAYED)


def proposal_obstacles(
    *,
    policy: SanctionPolicy,
    code: str,
    months: int,
    grounds: Sequence[str],
    reasons: str,
    answer: str,
    votes: Tally,
) -> list[Obstacle]:
    """A decision names a measure of the list that the panel's majority chose, its grounds and its reasons, and says to
    whoever complained what came of it (信访工作条例 art. 32, 34)."""
    measure = policy.measure(code)
    if measure is None:
        return [Obstacle("measure_unknown", N_("Choose a measure of the list."), "measure")]
    found = reason_obstacles(reasons, "reasons") + text_obstacles(answer, "answer")
    if votes.majority != code:
        message = N_("More than half of the panel must have voted for this measure.")
        found.append(Obstacle("no_majority", message, "measure"))
    if measure.effect != "none" and not grounds:
        found.append(Obstacle("ground_needed", N_("Name the ground of the decision."), "grounds"))
    if any(policy.ground(one) is None for one in grounds):
        found.append(Obstacle("ground_unknown", N_("This ground is not on the list."), "grounds"))
    return found + months_obstacles(measure, months, policy.suspension_most_months)


def months_obstacles(measure: Measure, months: int, most: int) -> list[Obstacle]:
    """A suspension says for how many months, within what the policy allows; nothing else has months."""
    if measure.effect != "suspended":
        return [Obstacle("months_odd", N_("Only a suspension has months."), "months")] if months else []
    if 1 <= months <= most:
        return []
    message = N_("A suspension lasts 1 to %(most)s months.")
    return [Obstacle("months_needed", message, "months", params={"most": most})]


def respondent_obstacles(measure: Measure, *, is_person: bool, registered: bool) -> list[Obstacle]:
    """A registration can be suspended or revoked only where there is one."""
    if measure.effect not in ("suspended", "revoked"):
        return []
    if not is_person or not registered:
        message = N_("There is no open registration that this measure could reach. Choose another one.")
        return [Obstacle("not_registered", message, "measure")]
    return []


def span(start: date, months: int) -> tuple[date, date]:
    """The days of a suspension, half-open: `months` from `start`."""
    return start, corresponding_day(start, months=months)


def shown_until(measure: Measure, decided: date, end: date | None) -> date | None:
    """First day on which a decision is no longer shown; None when it never is."""
    if not measure.is_shown:
        return None
    return corresponding_day(end or decided, months=measure.months)


def last(day: date | None) -> date | None:
    """The last day of a half-open span."""
    return day - timedelta(days=1) if day else None
