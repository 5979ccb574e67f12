"""Hours that a learner states, or an officer enters late: who looks at them, step by step; pure (T3.3, A8)."""

from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CLAUSE = "T3.3"
LAW = "民发〔2009〕123号"


class StatementState(StrEnum):
    """Stated by the learner; vouched for by one officer; in the ledger, or not."""

    STATED = "stated"
    VOUCHED = "vouched"
    POSTED = "posted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATEMENT_WORDS = {
    StatementState.STATED: N_("Waits for an officer"),
    StatementState.VOUCHED: N_("Waits for a second officer"),
    StatementState.POSTED: N_("In the ledger"),
    StatementState.REFUSED: N_("Not accepted"),
    StatementState.WITHDRAWN: N_("Taken back"),
}
STATEMENT_OPEN = (StatementState.STATED, StatementState.VOUCHED)
STATEMENT_FLOW = Workflow(
    StatementState,
    StatementState.STATED,
    [
        step("post", StatementState.STATED, StatementState.POSTED, LAW),
        step(
            "vouch", StatementState.STATED, StatementState.VOUCHED, LAW
        ),  # the year is locked: one is not enough
        step("approve", StatementState.VOUCHED, StatementState.POSTED, CLAUSE),
        step("refuse", STATEMENT_OPEN, StatementState.REFUSED),
        step("withdraw", STATEMENT_OPEN, StatementState.WITHDRAWN),
    ],
)


class StudyState(StrEnum):
    """A degree programme of a person (T3.2)."""

    ENROLLED = "enrolled"
    COMPLETED = "completed"
    DROPPED = "dropped"


STUDY_WORDS = {
    StudyState.ENROLLED: N_("Enrolled"),
    StudyState.COMPLETED: N_("Degree taken"),
    StudyState.DROPPED: N_("Study given up"),
}
STUDY_FLOW = Workflow(
    StudyState,
    StudyState.ENROLLED,
    [
        step("complete", StudyState.ENROLLED, StudyState.COMPLETED, LAW),
        step("drop", StudyState.ENROLLED, StudyState.DROPPED),
    ],
)
MODES = {
    "commissioned": N_("Commissioned study"),
    "in_service": N_("In-service study"),
    "self_taught": N_("Self-taught examinations"),
    "correspondence": N_("Correspondence study"),
}


def officer_obstacles(*, person: int, officer: int | None) -> list[Obstacle]:
    """Nobody vouches for own hours."""
    if officer == person:
        return [Obstacle("own_hours", N_("These are your own hours. Somebody else decides."))]
    return []


def second_obstacles(*, person: int, officer: int | None, before: int | None) -> list[Obstacle]:
    """The second look is somebody else's than the first, and never one's own."""
    found = officer_obstacles(person=person, officer=officer)
    if not found and officer is not None and officer == before:
        message = N_("You proposed this entry yourself. Another officer decides.")
        found.append(Obstacle("four_eyes", message, clause=CLAUSE))
    return found
