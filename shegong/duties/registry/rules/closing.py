"""Ending or pausing a registration: states of a proposal, and what stands in the way (regulations section 2, D19); pure."""

from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Proposal(StrEnum):
    """States of a proposal to close a registration: one officer proposes, another decides."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PROPOSAL_NAMES = {
    Proposal.PROPOSED: N_("Waiting for another officer"),
    Proposal.APPROVED: N_("Approved"),
    Proposal.REFUSED: N_("Not approved"),
    Proposal.WITHDRAWN: N_("Taken back"),
}

CLOSING_WORKFLOW = Workflow(
    Proposal,
    Proposal.PROPOSED,
    [
        step("approve", "proposed", "approved", "regulations section 2"),
        step("refuse", "proposed", "refused"),
        step("withdraw", "proposed", "withdrawn"),
    ],
)


class Raised(StrEnum):
    """Who raised it: units or persons do, the office itself, or the journal's news (Shandong 2017: investigated first)."""

    PERSON = "person"
    BODY = "body"
    OFFICE = "office"
    NEWS = "news"


RAISED_NAMES = {
    Raised.PERSON: N_("A person"),
    Raised.BODY: N_("A body"),
    Raised.OFFICE: N_("This office"),
    Raised.NEWS: N_("News from another register"),
}


class Inquiry(StrEnum):
    """States of what is looked into before a closing is proposed."""

    OPENED = "opened"
    FOUND = "found"
    DROPPED = "dropped"
    PROPOSED = "proposed"


INQUIRY_NAMES = {
    Inquiry.OPENED: N_("Being looked into"),
    Inquiry.FOUND: N_("Found to be so; closing may be proposed"),
    Inquiry.DROPPED: N_("Found not to be so"),
    Inquiry.PROPOSED: N_("Closing proposed"),
}
CASE_WORKFLOW = Workflow(
    Inquiry,
    Inquiry.OPENED,
    [
        step("find", "opened", "found", "regulations section 2"),
        step("drop", ("opened", "found"), "dropped"),
        step("propose", "found", "proposed"),
        step("take_up_again", "proposed", "found"),
    ],
)


def inquiry_obstacles(*, reason_known: bool, told: str) -> list[Obstacle]:
    """Whoever opens it names the ground and what was told."""
    unknown = Obstacle("reason_needed", N_("Choose the reason."), "reason_code")
    return [*([] if reason_known else [unknown]), *reason_obstacles(told, "told")]


def conclusion_obstacles(*, findings: str, is_found: bool, papers: int) -> list[Obstacle]:
    """A conclusion is in words, and what was found rests on at least one paper."""
    found = reason_obstacles(findings, "findings")
    if is_found and not papers:
        found.append(Obstacle("proof_missing", N_("Add the paper that shows it."), "file"))
    return found


def investigated_obstacles(*, needed: bool, is_found: bool) -> list[Obstacle]:
    """Grounds that need an investigation are proposed only on its result."""
    if needed and not is_found:
        message = N_(
            "This ground is looked into first. Open a case, add the papers, write down what was found."
        )
        return [Obstacle("not_investigated", message, "reason_code", "regulations section 2")]
    return []


def officer_obstacles(*, officer_id: int | None, holder_id: int, closed: bool) -> list[Obstacle]:
    """Nobody acts on his own registration, and nothing is done to one that is closed."""
    if closed:
        return [Obstacle("closed_before", N_("This registration has already been closed."))]
    if officer_id == holder_id:
        return [Obstacle("own_case", N_("This is your own registration. A colleague must decide on it."))]
    return []


def proposal_obstacles(*, reason_known: bool, reason: str, pending: bool) -> list[Obstacle]:
    """A proposal names a ground of the policy, says why, and is the only open one."""
    if pending:
        return [Obstacle("proposed_before", N_("A proposal for this registration is already waiting."))]
    unknown = Obstacle("reason_needed", N_("Choose the reason."), "reason_code")
    return [*([] if reason_known else [unknown]), *reason_obstacles(reason)]


def approval_obstacles(*, officer_id: int | None, proposer_id: int) -> list[Obstacle]:
    """Four eyes: whoever proposed does not decide."""
    if officer_id != proposer_id:
        return []
    return [Obstacle("four_eyes", N_("Another officer must decide on what you proposed."))]


def suspension_obstacles(
    *, start: date, end: date, ground: str, on: date, overlaps: bool = False
) -> list[Obstacle]:
    """A suspension runs forward from today at the earliest, ends, says why, and stands alone."""
    found = reason_obstacles(ground, "ground")
    if start < on:
        found.append(Obstacle("starts_before_today", N_("A suspension cannot begin before today."), "start"))
    if end <= start:
        found.append(Obstacle("ends_before_start", N_("The suspension must end after it begins."), "end"))
    if overlaps:
        found.append(
            Obstacle("suspended_before", N_("A suspension already covers days of this time."), "start")
        )
    return found
