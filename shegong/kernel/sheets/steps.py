"""The life of a batch and of its rows; pure."""

from enum import StrEnum

from shegong.kernel.workflow import Workflow, step


class BatchState(StrEnum):
    """Where a batch is. `CHECKED` waits for the clerk, `TAKEN`, `UNDONE`, `DROPPED` and `UNREADABLE` are ends."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    TAKING = "taking"
    TAKEN = "taken"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"
    UNREADABLE = "unreadable"


BATCHES = Workflow(
    BatchState,
    BatchState.RECEIVED,
    [
        step("start", "received", "checking"),
        step("give_up", ["received", "checking"], "unreadable"),
        step("finish_check", "checking", "checked"),
        step("check_again", "checked", "checking"),
        step("accept", "checked", "taking"),
        step("finish_taking", "taking", "taken"),
        step("undo", "taken", "undoing"),
        step("finish_undo", "undoing", "undone"),
        step("keep", "undoing", "taken"),
        step("drop", ["received", "checking", "checked"], "dropped"),
    ],
)
# States in which the worker has something to do: after a crash it goes on from here.
AT_WORK = (BatchState.RECEIVED, BatchState.CHECKING, BatchState.TAKING, BatchState.UNDOING)
# The same bytes may come again once the earlier batch is out of the world.
GONE = (BatchState.DROPPED, BatchState.UNDONE, BatchState.UNREADABLE)


class RowKind(StrEnum):
    """What becomes of a row. `CLASH`: another row of the file is about the same subject, and the clerk has not chosen;
    `PASSED`: she chose the other; `SAME`: the register says it already; `LATE`: good in the preview, not when taken."""

    GOOD = "good"
    SAME = "same"
    BAD = "bad"
    CLASH = "clash"
    PASSED = "passed"
    TAKEN = "taken"
    LATE = "late"


# Rows that the returned workbook holds.
FAILED = (RowKind.BAD, RowKind.CLASH, RowKind.LATE)
