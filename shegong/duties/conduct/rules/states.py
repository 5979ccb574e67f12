"""States and steps of a complaint, from the first word to the end of the sanction; pure (model.md 3.19)."""

from collections.abc import Mapping
from enum import StrEnum

from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class State(StrEnum):
    """States of a complaint."""

    LODGED = "lodged"
    ROUTED = "routed"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    INVESTIGATING = "investigating"
    HEARD = "heard"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


STATE_NAMES: Mapping[str, str] = {
    State.LODGED: N_("Received, waits for a body that may take it"),
    State.ROUTED: N_("Received, to be accepted or refused"),
    State.ACCEPTED: N_("Complaint accepted"),
    State.NOT_ACCEPTED: N_("Complaint not accepted"),
    State.TRANSFERRED: N_("Belongs to another procedure"),
    State.INVESTIGATING: N_("Being looked into"),
    State.HEARD: N_("Both sides heard"),
    State.DECIDED: N_("Decided"),
    State.APPEALED: N_("Under appeal"),
    State.CLOSED: N_("Closed"),
}

# The basis of the days and of sorting is 信访工作条例 articles 22, 23, 31 and 34 by analogy (regulations.md section 13).
WORKFLOW = Workflow(
    State,
    State.LODGED,
    [
        step("route", ("lodged", "routed", "accepted", "investigating"), "routed", "T4.2.f; 信访工作条例第二十二条"),
        step("transfer", ("lodged", "routed", "accepted", "investigating"), "transferred", "信访工作条例第三十一条"),
        step("accept", "routed", "accepted", "信访工作条例第二十三条"),
        step("refuse", "routed", "not_accepted", "信访工作条例第二十三条"),
        step("review", ("not_accepted", "transferred"), "routed", "信访工作条例第三十五条"),
        step("investigate", "accepted", "investigating", "T4.2.f"),
        step("hear", "investigating", "heard", "T4.2.f"),
        step("decide", ("investigating", "heard"), "decided", "T4.2.f"),
        # Also where a case that was opened again ended without another decision: the one that binds may be reviewed.
        step("appeal", ("decided", "closed", "transferred", "not_accepted"), "appealed", "行政复议法第二十条(类推)"),
        step("uphold", "appealed", "decided", "行政复议法第六十二条(类推)"),
        step("close", ("decided", "not_accepted", "transferred"), "closed", "T4.2.f"),
        step("withdraw", ("lodged", "routed", "accepted", "investigating"), "closed", "T4.2.f"),
        step("reopen", ("decided", "closed"), "investigating", "T4.2.f"),
        step("again", "decided", "accepted", "信访工作条例第三十五条、第三十六条"),
    ],
)  # fmt: skip
# Waiting for an act of the office; the others wait for the parties or for nothing.
WITH_OFFICE = (State.LODGED, State.ROUTED, State.ACCEPTED, State.INVESTIGATING, State.HEARD, State.APPEALED)
OVER = (State.NOT_ACCEPTED, State.TRANSFERRED, State.DECIDED, State.CLOSED)


class Kind(StrEnum):
    """What is known of who complains: named to both sides, to the office alone, to nobody."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


KIND_NAMES: Mapping[str, str] = {
    Kind.NAMED: N_("In my name"),
    Kind.CONFIDENTIAL: N_("Confidential: the office alone may learn who I am"),
    Kind.ANONYMOUS: N_("Anonymous: nobody learns who I am"),
}


class Matter(StrEnum):
    """What it is about: decides which procedure it belongs to."""

    CONDUCT = "conduct"
    LABOUR = "labour"
    FINANCE = "finance"
    CRIME = "crime"


MATTER_NAMES: Mapping[str, str] = {
    Matter.CONDUCT: N_("How a social worker or organisation behaved"),
    Matter.LABOUR: N_("Wages, contract, working hours"),
    Matter.FINANCE: N_("Money of a project, subsidies, charges"),
    Matter.CRIME: N_("Something that may be a crime"),
}


class Stage(StrEnum):
    """What a clock runs for."""

    SORTING = "sorting"  # routed until accepted or refused
    INQUIRY = "inquiry"  # accepted until decided
    REVIEW = "review"  # of a refusal
    APPEAL = "appeal"
    LOOK = "look"  # a second look; it may run beside the others


STAGE_NAMES: Mapping[str, str] = {
    Stage.SORTING: N_("Accept or refuse"),
    Stage.INQUIRY: N_("Look into it and decide"),
    Stage.REVIEW: N_("Review of a refusal"),
    Stage.APPEAL: N_("Appeal"),
    Stage.LOOK: N_("Second or third look"),
}


class Party(StrEnum):
    """To whom the days of a clock are put down."""

    OFFICE = "office"
    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    THIRD = "third"  # court, expert, another organ
    OUTAGE = "outage"


PARTY_NAMES: Mapping[str, str] = {
    Party.OFFICE: N_("The office"),
    Party.COMPLAINANT: N_("Who complains"),
    Party.RESPONDENT: N_("The other side"),
    Party.THIRD: N_("A third body"),
    Party.OUTAGE: N_("The system was down"),
}
