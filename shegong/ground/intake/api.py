"""Workbooks over HTTP: send one, read what was found, take the good rows in; the same actions as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.ground.intake.preview import PROBLEMS, Preview, refusal_text
from shegong.ground.intake.rules import Permission
from shegong.kernel.endpoints import RefusalOut, endpoint
from shegong.kernel.http import obstacle_text, today, visible_or_404
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets import limits
from shegong.kernel.sheets.layout import layout_of

router = Router(tags=["intake"])
REFUSALS = {422: RefusalOut, 409: RefusalOut}


class BatchOut(Schema):
    """One batch; `version` goes back with accept and drop. Counts are of rows. `why` says what kept it out: not readable,
    known already, stopped."""

    number: str
    layout: str
    file_name: str
    sha256: str
    state: str
    version: int
    total: int
    good: int
    same: int
    bad: int
    clash: int
    taken: int
    done: int
    expected: int
    why: str = ""

    @staticmethod
    def resolve_why(batch: Batch) -> str:
        """The sentence that the batch's page shows."""
        return refusal_text(batch)


class ErrorOut(Schema):
    """One mistake: row and column as the file has them, a code, and the sentence."""

    row: int
    column: str
    code: str
    message: str


class ErrorsOut(Schema):
    """Up to 25 rows with what blocks them; `after` asks for the next ones, None at the end."""

    errors: list[ErrorOut]
    after: int | None


class VersionIn(Schema):
    """The version that was looked at."""

    version: int


@router.post("/intake/{layout}/batches", response={200: BatchOut, **REFUSALS})
@endpoint(Permission.USE, about="layout", clause="T4.2.b")
def send_workbook(
    request: HttpRequest,
    layout: str,
    file: UploadedFile = File(...),  # noqa: B008  as ninja wants it
    said: list[str] = Form([]),  # noqa: B008
) -> Any:
    """Send a workbook; a job reads and checks it. `said` answers the layout's questions, as covers=222400000."""
    if file.size > limits.FILE:
        most = limits.FILE // limits.MIB
        raise Refused(limits.refusal("sheet_too_large", {"size": file.size // limits.MIB, "limit": most}))
    held = dict(answer.split("=", 1) for answer in said if "=" in answer)
    return actions.receive(
        layout, file_name=file.name, content=file.read(), by=request.actor, on=today(), said=held
    )


@router.get("/intake/batches/{number}", response=BatchOut)
@endpoint(Permission.USE, about="batch", clause="T4.2.b")
def read_batch(request: HttpRequest, number: str) -> Any:
    """State, progress and counts."""
    return _batch(request, number)


@router.get("/intake/batches/{number}/errors", response=ErrorsOut)
@endpoint(Permission.USE, about="batch", clause="T4.2.b")
def read_errors(request: HttpRequest, number: str, after: int = -1) -> Any:
    """What is wrong, row by row."""
    batch = _batch(request, number)
    layout = layout_of(batch.layout)
    if layout is None:
        return {"errors": [], "after": None}
    seen = Preview(batch, layout, PROBLEMS, "", after)
    numbers = {line.place: line.number for line in seen.lines}
    errors = [
        {"row": numbers[note.place], "column": note.title, "code": note.finding.obstacle.code,
         "message": obstacle_text(note.finding.obstacle)}
        for note in seen.notes
    ]  # fmt: skip
    return {"errors": errors, "after": seen.next_after}


@router.post("/intake/batches/{number}/accept", response={200: BatchOut, **REFUSALS})
@endpoint(Permission.USE, about="batch", clause="T4.2.b")
def accept_batch(request: HttpRequest, number: str, data: VersionIn) -> Any:
    """Take the good rows in, by a job."""
    return actions.accept(_batch(request, number), by=request.actor, on=today(), seen=data.version)


@router.post("/intake/batches/{number}/drop", response={200: BatchOut, **REFUSALS})
@endpoint(Permission.USE, about="batch")
def drop_batch(request: HttpRequest, number: str, data: VersionIn) -> Any:
    """Take nothing in."""
    return actions.drop(_batch(request, number), by=request.actor, on=today(), seen=data.version)


def _batch(request: HttpRequest, number: str) -> Batch:
    found: Batch = visible_or_404(Batch.objects.all(), request.actor, Permission.USE, number=number)
    return found
