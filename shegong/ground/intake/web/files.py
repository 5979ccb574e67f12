"""Files of a batch: the workbook that goes back, the original, the receipt."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from shegong.ground.intake import printing
from shegong.ground.intake.models import ORIGINALS, Batch
from shegong.ground.intake.preview import failed_rows
from shegong.ground.intake.returning import returned_workbook
from shegong.ground.intake.rules import Permission
from shegong.ground.intake.web.batch import batch_or_404
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.http import actor_of, page, visible_or_404
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets.layout import layout_of
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.text import N_

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.USE, about="batch")
def returned(request: HttpRequest, number: str) -> HttpResponse:
    """A workbook of the failed rows, marked; it goes back in as it is. A reading, so it is journalled."""
    batch, actor = batch_or_404(request, number), actor_of(request)
    layout = layout_of(batch.layout)
    if layout is None or not batch.left_out or not batch.parts.exists():
        raise Refused(Obstacle("nothing_failed", N_("No row of this batch is left to mend.")))
    require(actor, layout.permission)
    content = returned_workbook(batch, layout, failed_rows(batch))
    _record("returned", batch, actor, {"rows": batch.left_out})
    return _file(content, _("To mend") + f"-{batch.number}.xlsx", XLSX)


@page(Permission.USE, about="batch")
def original(request: HttpRequest, number: str) -> HttpResponse:
    """The file as it was uploaded, for whoever uploaded it."""
    batch, actor = batch_or_404(request, number), actor_of(request)
    if batch.person_id is None or batch.person_id != actor.person_id:
        raise Refused(
            Obstacle("not_yours", N_("Only whoever uploaded the file, and the auditor, may download it."))
        )
    return _original(batch, actor)


@page(Permission.AUDIT, about="batch")
def audited_original(request: HttpRequest, number: str) -> HttpResponse:
    """The file as it was uploaded, for the auditor."""
    actor = actor_of(request)
    batch: Batch = visible_or_404(Batch.objects.all(), actor, Permission.AUDIT, number=number)
    return _original(batch, actor)


def _original(batch: Batch, actor: Actor) -> HttpResponse:
    if not ORIGINALS.path_of(batch.sha256).exists():
        raise Refused(Obstacle("original_gone", N_("This file was removed: its time to be kept is over.")))
    content = ORIGINALS.read(batch.sha256)
    _record("original", batch, actor, {"sha256": batch.sha256})
    return _file(content, batch.file_name, "application/octet-stream")


@page(Permission.USE, about="batch")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a PDF: number, counts, hash of the file, who and when."""
    batch = batch_or_404(request, number)
    if batch.state not in (BatchState.TAKEN, BatchState.UNDOING, BatchState.UNDONE):
        raise Refused(Obstacle("no_receipt", N_("There is a receipt once rows were taken in.")))
    response = _file(printing.receipt(batch, timezone.now()), f"{batch.number}.pdf", "application/pdf")
    return response


@transaction.atomic
def _record(what: str, batch: Batch, actor: Actor, facts: dict[str, object]) -> None:
    journal.write(f"intake.batch.{what}", by=actor, subject=batch, facts=facts)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
