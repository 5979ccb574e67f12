"""All batches within reach, filtered and exported as lists are; and the auditor's list with the originals."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import STATE_NAMES, STATE_TONES, Permission
from shegong.ground.intake.web.words import BatchLine, base_template, batch_row
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Scene, day_limit, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.kernel.sheets.layout import layouts
from shegong.kernel.sheets.steps import BatchState


def _lines(ids: Sequence[int], scene: Scene) -> list[BatchLine]:
    rows = list(Batch.objects.filter(pk__in=ids))
    names = names_of({row.person_id for row in rows} - {None})
    return [batch_row(row, scene.actor, names) for row in rows]


def _states(scene: Scene) -> list[tuple[str, Any]]:
    return [(str(state), _(word)) for state, word in STATE_NAMES.items()]


def _layouts(scene: Scene) -> list[tuple[str, Any]]:
    return [(one.key, _(one.title)) for one in layouts()]


def _columns(page_name: str) -> tuple[Column, ...]:
    return (
        Column("number", _("Batch"), lambda r: r.number, "code", fixed=True,
               address=lambda r: reverse(page_name, args=[r.number])),
        Column("layout", _("Kind of workbook"), lambda r: r.layout),
        Column("file", _("File"), lambda r: r.file_name),
        Column("state", _("State"), lambda r: r.state_word,
               tone=lambda r: STATE_TONES.get(BatchState(r.state), "")),
        Column("taken", _("Taken in"), lambda r: r.taken, "number"),
        Column("total", _("Rows read"), lambda r: r.total, "number"),
        Column("failed", _("To mend"), lambda r: r.failed, "number", phone=False),
        Column("person", _("Uploaded by"), lambda r: r.person, personal="name"),
        Column("office", _("Unit of the upload"), lambda r: r.office, phone=False),
        Column("day", _("Uploaded on"), lambda r: r.received_at.date(), "date"),
        Column("undo", _("May be undone until"), lambda r: r.undo_until, "date", shown=False),
    )  # fmt: skip


FILTERS = (
    text("q", _("Number or file"), lambda v, s: (Q(number__icontains=v) | Q(file_name__icontains=v),)),
    Filter("state", _("State"), lambda v, s: (Q(state=v),), _states),
    Filter("layout", _("Kind of workbook"), lambda v, s: (Q(layout=v),), _layouts),
    day_limit("from", _("Uploaded from"), "received_at__date__gte"),
    day_limit("to", _("Uploaded until"), "received_at__date__lte"),
)
ORDERS = (
    Order("-number", _("Newest first"), ("id",), descending=True),
    Order("number", _("Oldest first"), ("id",)),
)


def _listing(key: str, title: Any, permission: Permission, page_name: str) -> Listing:
    return Listing(
        key=key, title=title, permission=permission, export_permission=permission,
        rows=lambda scene: Batch.objects.visible_to(scene.actor, scene.permission), load=_lines,
        columns=_columns(page_name), filters=FILTERS, orders=ORDERS,
    )  # fmt: skip


BATCHES = _listing("intake.batches", _("Batches of workbooks"), Permission.USE, "intake:batch")
AUDIT = _listing("intake.audit", _("Workbooks taken in"), Permission.AUDIT, "intake:audited_original")


@page(Permission.USE, methods=("GET", "POST"))
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch within reach."""
    return answer(request, BATCHES, more={"base_template": base_template(actor_of(request))})


@page(Permission.USE)
def batches_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, BATCHES, form)


@page(Permission.AUDIT, methods=("GET", "POST"))
def audit(request: HttpRequest) -> HttpResponse:
    """For the auditor: the number downloads the original."""
    return answer(request, AUDIT)


@page(Permission.AUDIT)
def audit_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, AUDIT, form)
