"""The steps of a yearly work plan and what each one asks for (N10, N5); pure."""

from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CLAUSE = "N10"


class PlanState(StrEnum):
    """States of one edition of a yearly plan."""

    DRAFTED = "drafted"
    REVIEWED = "reviewed"
    SUBMITTED = "submitted"
    ENDORSED = "endorsed"
    ISSUED = "issued"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"


PLAN_STATES = {
    PlanState.DRAFTED: N_("Being drafted"),
    PlanState.REVIEWED: N_("Reviewed inside"),
    PlanState.SUBMITTED: N_("Waits for endorsement"),
    PlanState.ENDORSED: N_("Endorsed, to be issued"),
    PlanState.ISSUED: N_("Issued, in force"),
    PlanState.REVISED: N_("Replaced by a later edition"),
    PlanState.WITHDRAWN: N_("Taken back"),
}
PLAN_TONES = {
    PlanState.DRAFTED: "", PlanState.REVIEWED: "info", PlanState.SUBMITTED: "warn", PlanState.ENDORSED: "info",
    PlanState.ISSUED: "ok", PlanState.REVISED: "", PlanState.WITHDRAWN: "",
}  # fmt: skip
PLAN_STEPS = {
    "review": N_("Reviewed inside"),
    "submit": N_("Submit for endorsement"),
    "send_back": N_("Send back"),
    "endorse": N_("Endorse"),
    "issue": N_("Issue"),
    "withdraw": N_("Take the draft back"),
}
PLAN_WORKFLOW = Workflow(
    PlanState,
    PlanState.DRAFTED,
    [
        step("review", PlanState.DRAFTED, PlanState.REVIEWED, CLAUSE),
        step("submit", PlanState.REVIEWED, PlanState.SUBMITTED, CLAUSE),
        step("send_back", (PlanState.REVIEWED, PlanState.SUBMITTED), PlanState.DRAFTED, CLAUSE),
        step("endorse", PlanState.SUBMITTED, PlanState.ENDORSED, CLAUSE),
        step("issue", PlanState.ENDORSED, PlanState.ISSUED, CLAUSE),
        step("replace", PlanState.ISSUED, PlanState.REVISED, CLAUSE),
        step("withdraw", PlanState.DRAFTED, PlanState.WITHDRAWN, CLAUSE),
    ],
)
# Editions that a colleague or the coordinator still works on; of one year there is at most one.
OPEN = (PlanState.DRAFTED, PlanState.REVIEWED, PlanState.SUBMITTED, PlanState.ENDORSED)
# Editions that are or were in force.
ISSUED = (PlanState.ISSUED, PlanState.REVISED)


def draft_obstacles(
    year: int, first: int, last: int, *, is_open: bool, is_issued: bool, reason: str
) -> list[Obstacle]:
    """What speaks against a new edition for `year` of a plan that runs from `first` to `last`."""
    if not first <= year <= last:
        message = N_("The plan runs from %(first)s to %(last)s; choose one of these years.")
        return [Obstacle("plan_year", message, "year", CLAUSE, {"first": first, "last": last})]
    if is_open:
        message = N_("An edition for %(year)s is being worked on already.")
        return [Obstacle("plan_open", message, "year", CLAUSE, {"year": year})]
    if is_issued and len(reason.strip()) < 4:
        message = N_("The plan of %(year)s is issued. Say why it is revised.")
        return [Obstacle("plan_revision", message, "reason", CLAUSE, {"year": year})]
    return []


def review_obstacles(*, targets: int, items: int) -> list[Obstacle]:
    """A plan says what is to be reached, and by what work."""
    found = []
    if not targets:
        found.append(Obstacle("plan_no_targets", N_("The plan has no target yet."), clause=CLAUSE))
    if not items:
        found.append(
            Obstacle("plan_no_items", N_("The plan names no work yet: add at least one item."), clause=CLAUSE)
        )
    return found


def submit_obstacles(*, has_sheet: bool) -> list[Obstacle]:
    """The responsibility sheet of this level comes first (N5)."""
    if has_sheet:
        return []
    message = N_(
        "The responsibility sheet of this level is not filled in. Say who answers for the plan, then submit it."
    )
    return [Obstacle("plan_no_sheet", message, clause="N5")]


def endorse_obstacles(*, endorser: int | None, authors: set[int]) -> list[Obstacle]:
    """Another person endorses than the ones who drafted and submitted."""
    if endorser is None or endorser not in authors:
        return []
    return [Obstacle("plan_four_eyes", N_("You wrote this plan. Somebody else endorses it."), clause=CLAUSE)]


def issue_obstacles(
    *, number: str, issued_on: date | None, on: date, follows: date | None, document_open: bool = False
) -> list[Obstacle]:
    """A plan is in force by a document with a number. `follows`: since when the edition before is in force."""
    if document_open:
        message = N_("Its document is not issued yet: have it signed and issued first.")
        return [Obstacle("plan_document_open", message, clause=CLAUSE)]
    found = []
    if not number.strip():
        found.append(Obstacle("plan_number", N_("Enter the number of the document."), "number", CLAUSE))
    if issued_on is None or issued_on > on:
        found.append(
            Obstacle("plan_issued_later", N_("The day of issue lies in the future."), "issued_on", CLAUSE)
        )
    elif follows and issued_on <= follows:
        message = N_("The edition before is in force since %(day)s; this one must be later.")
        found.append(
            Obstacle("plan_issued_before", message, "issued_on", CLAUSE, {"day": follows.isoformat()})
        )
    return found


def item_obstacles(
    *, what: str, clause: str, clauses: set[str], bodies: int, due_on: date | None
) -> list[Obstacle]:
    """An item says what is done, by whom, until when, and which clause it answers."""
    found = []
    if not what.strip():
        found.append(Obstacle("item_what", N_("Say what is to be done."), "what", CLAUSE))
    if clause not in clauses:
        found.append(
            Obstacle("item_clause", N_("Choose the clause that this work answers."), "clause", CLAUSE)
        )
    if not bodies:
        found.append(Obstacle("item_bodies", N_("Name at least one responsible body."), "bodies", CLAUSE))
    if due_on is None:
        found.append(Obstacle("item_due", N_("Say until when."), "due_on", CLAUSE))
    return found
