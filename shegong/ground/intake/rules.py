"""Who may take workbooks in and when a batch may still be dropped, accepted or undone; pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.steps import BATCHES, BatchState, RowKind
from shegong.kernel.text import N_


class Permission(StrEnum):
    """What roles may hold in this context; each layout asks for a permission of its own on top."""

    USE = "intake.use"
    AUDIT = "intake.audit"


@dataclass(frozen=True)
class IntakePolicy:
    """Dated values of policy/intake.toml: days in which a batch may be undone, days its rows are kept, its number."""

    undo_days: int
    keep_days: int
    batch_number: str


STATE_NAMES = {
    BatchState.RECEIVED: N_("Waiting to be read"),
    BatchState.CHECKING: N_("Being checked"),
    BatchState.CHECKED: N_("Checked, nothing taken in yet"),
    BatchState.TAKING: N_("Being taken in"),
    BatchState.TAKEN: N_("Taken in"),
    BatchState.UNDOING: N_("Being undone"),
    BatchState.UNDONE: N_("Undone"),
    BatchState.DROPPED: N_("Dropped"),
    BatchState.UNREADABLE: N_("Not readable"),
}
STATE_TONES = {
    BatchState.RECEIVED: "info",
    BatchState.CHECKING: "info",
    BatchState.CHECKED: "warn",
    BatchState.TAKING: "info",
    BatchState.TAKEN: "ok",
    BatchState.UNDOING: "info",
    BatchState.UNREADABLE: "err",
}
KIND_NAMES = {
    RowKind.GOOD: N_("Good"),
    RowKind.SAME: N_("Already in the register"),
    RowKind.BAD: N_("To mend"),
    RowKind.CLASH: N_("Double"),
    RowKind.PASSED: N_("Passed over"),
    RowKind.TAKEN: N_("Taken in"),
    RowKind.LATE: N_("No longer good"),
}


def step_obstacles(state: str, step: str) -> list[Obstacle]:
    """Why this step cannot be done in this state of a batch."""
    if state in BATCHES.steps[step].before:
        return []
    if state in (BatchState.RECEIVED, BatchState.CHECKING, BatchState.TAKING, BatchState.UNDOING):
        return [Obstacle("batch_busy", N_("The batch is being worked on. Wait until that is done."))]
    message = N_("The batch is no longer in a state in which this can be done: %(state)s.")
    return [Obstacle("batch_state", message, params={"state": STATE_NAMES[BatchState(state)]})]


def accept_obstacles(state: str, good: int) -> list[Obstacle]:
    """Why the good rows cannot be taken in."""
    if found := step_obstacles(state, "accept"):
        return found
    if not good:
        return [Obstacle("nothing_good", N_("There is no row to take in."))]
    return []


def undo_limit(taken_on: date, policy: IntakePolicy) -> date:
    """The last day on which a batch taken in on `taken_on` may be undone."""
    return taken_on + timedelta(days=policy.undo_days)


def undo_obstacles(state: str, until: date | None, on: date, reason: str) -> list[Obstacle]:
    """Why a batch cannot be undone, whatever became of its rows since."""
    if found := step_obstacles(state, "undo"):
        return found
    if until is None or on > until:
        message = N_("The days for undoing this batch ended on %(day)s.")
        return [Obstacle("undo_late", message, params={"day": until.isoformat() if until else "—"})]
    if not reason.strip():
        return [Obstacle("undo_reason", N_("Say why the batch is undone."), field="reason")]
    return []


REASON_LEAST, REASON_MOST = 4, 300


def correct_obstacles(state: str, is_theirs: bool, reason: str) -> list[Obstacle]:
    """Why an answer about the file as a whole cannot be put right, whatever the new one is. `is_theirs`: the rows were
    taken in by who asks, or whoever took them in does so no more."""
    if state != BatchState.TAKEN:
        message = N_("Only what was said about a workbook that is in can be put right.")
        return [Obstacle("batch_not_in", message)]
    if not is_theirs:
        message = N_("Whoever took the workbook in puts right what was said about it.")
        return [Obstacle("batch_of_another", message)]
    if not REASON_LEAST <= len(reason.strip()) <= REASON_MOST:
        message = N_("Say in %(least)s to %(most)s characters why.")
        params = {"least": REASON_LEAST, "most": REASON_MOST}
        return [Obstacle("correct_reason", message, field="reason", params=params)]
    return []
