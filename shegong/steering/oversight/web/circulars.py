"""Supervision notices: the list, one with its table and its rectifications, and what a unit does with it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents.rules.official import STATE_NAMES as DOCUMENT_STATES
from shegong.ground.regions.models import tree
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import STATES as TASK_STATES
from shegong.ground.tasks.rules import Permission as TaskPermission
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, today, visible_or_404
from shegong.kernel.listing import Column
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import export
from shegong.kernel.listing_query import Order
from shegong.kernel.listing_tables import export_table
from shegong.kernel.refusal import Obstacle, Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Circular, CircularRow
from shegong.steering.oversight.models.units import authority_of_unit
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.circulars import (
    CIRCULAR_NAMES,
    CircularState,
    Mark,
    Standing,
)
from shegong.steering.oversight.web.forms import ReasonForm
from shegong.steering.oversight.web.parts import amount, cell, indicator_title, missing
from shegong.steering.oversight.web.tabs import New, States, ledger, listed, tabs
from shegong.steering.statistics.rules import Permission as StatisticsPermission

TONES = {"drafted": "info", "signing": "warn", "issued": "warn", "closed": "ok", "dropped": ""}
MARK_TONES = {"praised": "ok", "named": "err"}
OUT = (CircularState.ISSUED, CircularState.CLOSED)


def _rows(ids: Sequence[int], scene: Scene) -> Sequence[Any]:
    found = Circular.objects.filter(pk__in=ids).select_related("issuer", "document")
    return list(found.prefetch_related("rows__task"))


def _named(row: Any) -> int:
    return sum(one.mark == Mark.NAMED for one in row.rows.all())


def _open(row: Any) -> int:
    return sum(bool(one.task and one.task.state not in ("closed", "withdrawn")) for one in row.rows.all())


STATES = States(CIRCULAR_NAMES, TONES)
LIST = ledger(
    Circular.objects.all(),
    states=STATES,
    key="oversight.circulars",
    title=_("Supervision notices"),
    load=_rows,
    columns=(
        Column("title", _("Title"), lambda r: r.title, fixed=True,
               address=lambda r: reverse("oversight:circular", args=[r.pk])),
        Column("number", _("Document number"), lambda r: r.document.number if r.document else "", "code", phone=False),
        Column("figure", _("Indicator"), lambda r: r.indicator, words=lambda v: f"{v} {indicator_title(v)}", phone=False),
        Column("as_of", _("As of"), lambda r: r.as_of, "date", phone=False),
        Column("issued", _("Issued on"), lambda r: r.issued_on, "date"),
        Column("due", _("Put right by"), lambda r: r.due_on, "date"),
        Column("named", _("Named"), _named, "number"),
        Column("open", _("Still open"), _open, "number"),
        STATES.column,
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("Each named unit gets a task with a deadline; a notice is closed when all of them are."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N12")
def circulars(request: HttpRequest) -> HttpResponse:
    """Notices in reach; a POST saves a view."""
    new = New("oversight:circular_new", gettext("New notice"))
    return listed(request, LIST, "oversight:circulars", new)


@page(Permission.READ, clause="N12")
def circulars_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


def see_circular(request: HttpRequest, permission: str, pk: int) -> Circular:
    """The notice in the reader's reach, or 404."""
    found: Circular = visible_or_404(Circular.objects.all(), actor_of(request), permission, pk=pk)
    return found


def rows_of(row: Circular, actor: Actor) -> list[CircularRow]:
    """The table: whole for whoever reaches one unit of it, for a notice names before all."""
    return list(row.rows.select_related("body", "task").order_by("rank", "region"))


@page(Permission.READ, methods=("GET", "POST"), about="circular", clause="N12")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice: its document, table, who is praised and named, how far each rectification is; the next step."""
    actor, row = actor_of(request), see_circular(request, Permission.READ, pk)
    if request.method == "POST":
        return _step(request, row)
    rows = rows_of(row, actor)
    columns, cells = table(row, rows)
    may = actor.may(Permission.DISPATCH, row.region_code)
    context = {
        "row": row, "columns": columns, "rows": cells, "may": may, "place": tree().name(row.region_code, row.as_of),
        "state": gettext(CIRCULAR_NAMES[CircularState(row.state)]), "tone": TONES[row.state],
        "figure": indicator_title(row.indicator), "praised": _spoken(row, rows, Mark.PRAISED, actor),
        "named": _spoken(row, rows, Mark.NAMED, actor), "own": _own(row, rows, actor),
        "document_state": gettext(DOCUMENT_STATES[row.document.state]) if row.document else "",
        "document_url": _document_url(row, actor), "snapshot_url": _snapshot_url(row, actor), "is_signed": bool(row.document and row.document.state in ("signed", "issued")),
        "open": sum(bool(one.task and one.task.state not in ("closed", "withdrawn")) for one in rows),
        "reason_form": ReasonForm() if may and row.state == CircularState.SIGNING else None,
        "receipts": _receipts(row) if row.state in OUT else None, "section_tabs": tabs(request, "oversight:circulars"),
    }  # fmt: skip
    return render(request, "oversight/circular.html", context)


def _document_url(row: Circular, actor: Actor) -> str:
    return reverse("documents:official", args=[row.document_id]) if row.document_id else ""


def _snapshot_url(row: Circular, actor: Actor) -> str:
    seen = row.snapshot_id and actor.may(StatisticsPermission.READ, row.region_code)
    return reverse("statistics:snapshot", args=[row.snapshot_id]) if seen else ""


def _receipts(row: Circular) -> dict[str, int]:
    signed = list(row.document.addressees.values_list("acknowledged_on", flat=True)) if row.document else []
    return {"total": len(signed), "signed": sum(day is not None for day in signed)}


def _own(row: Circular, rows: Sequence[CircularRow], actor: Actor) -> dict[str, Any] | None:
    """The unit that this reader answers for, with what it has to do; None without one."""
    for one in rows:
        if row.state in OUT and authority_of_unit(
            actor, Permission.ANSWER, one.region_code, one.body_id, today()
        ):
            addressee = (
                row.document.addressees.filter(organization=one.body_id).first() if row.document else None
            )
            return {
                "row": one, "name": tree().name(one.region_code, row.as_of), "task": _task(one, actor),
                "signed_on": addressee.acknowledged_on if addressee else None, "is_addressed": addressee is not None,
            }  # fmt: skip
    return None


def _task(one: CircularRow, actor: Actor) -> dict[str, Any] | None:
    if one.task is None:
        return None
    seen = Task.objects.visible_to(actor, TaskPermission.READ).filter(pk=one.task_id).exists()
    return {
        "state": gettext(TASK_STATES[one.task.state]), "due": one.task.due_on, "colour": one.task.colour(today()),
        "url": reverse("tasks:one", args=[one.task_id]) if seen else "", "code": one.task.state,
    }  # fmt: skip


def _spoken(row: Circular, rows: Sequence[CircularRow], mark: Mark, actor: Actor) -> list[dict[str, Any]]:
    return [
        {"name": tree().name(one.region_code, row.as_of), "reason": one.reason, "required": one.required,
         "task": _task(one, actor)}
        for one in rows
        if one.mark == mark
    ]  # fmt: skip


def table(row: Circular, rows: Sequence[CircularRow]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Columns and rows of the ranking."""
    heads = [gettext("Unit"), gettext("Rank"), gettext("Reached by then"), gettext("Planned by then"),
             gettext("Share of the plan"), gettext("Missing"), gettext("In the notice")]  # fmt: skip
    columns = [{"label": head, "right": 1 <= n <= 5} for n, head in enumerate(heads)]
    return columns, [_row(row, one, heads) for one in rows]


def _short(mark: str) -> str:
    return {Mark.PRAISED: gettext("Praised"), Mark.NAMED: gettext("Named")}.get(Mark(mark), "")


def _row(row: Circular, one: CircularRow, heads: Sequence[str]) -> dict[str, Any]:
    stood = Standing(one.region_code, one.value, one.planned)
    share = "—" if stood.rate is None else f"{stood.rate:.1f}%"
    return {
        "cells": [
            cell(tree().name(one.region_code, row.as_of), heads[0]), cell(one.rank or "—", heads[1], "r"),
            cell(amount(one.value), heads[2], "r"), cell(amount(one.planned), heads[3], "r"),
            cell(share, heads[4], "r", low=one.mark == Mark.NAMED), cell(missing(stood.gap), heads[5], "r"),
            cell(_short(one.mark), heads[6]),
        ]
    }  # fmt: skip


@page(Permission.READ, about="circular", clause="N12")
def one_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The ranking as a file."""
    row = see_circular(request, Permission.READ, pk)
    columns, cells = table(row, rows_of(row, actor_of(request)))
    return export_table(
        request, form, key="oversight.circulars", title=row.title, permission=Permission.READ, columns=columns,
        rows=cells, filters={gettext("As of"): row.as_of.isoformat()}, region_code=row.region_code,
    )  # fmt: skip


def _step(request: HttpRequest, row: Circular) -> HttpResponse:
    step, common = request.POST.get("step", ""), {"by": actor_of(request), "on": today()}
    if step == "sign_for":
        unit = _own(row, rows_of(row, actor_of(request)), actor_of(request))
        if unit is None:
            raise Refused(Obstacle("not_addressed", "This notice does not go to your unit.", clause="N12"))
        actions.sign_for(unit["row"], **common)
        return see(request, "oversight:circular", gettext("Signed for."), row.pk)
    if step == "take_back":
        form = ReasonForm(request.POST)
        if attempt(
            form,
            lambda: actions.take_back_circular(
                row, **form.cleaned_data, seen=seen_version(request), **common
            ),
        ):
            return see(request, "oversight:circular", gettext("It is a draft again."), row.pk)
        raise Refused(
            [Obstacle("reason", str(e), "reason") for errors in form.errors.values() for e in errors]
        )
    if step not in STEPS:
        raise Refused(Obstacle("step", "Choose one from the list."))
    change, words = STEPS[step]
    change(row, seen=seen_version(request), **common)
    return see(request, "oversight:circular", gettext(words), row.pk)


STEPS: dict[str, tuple[Any, Any]] = {
    "send": (actions.send_to_sign, _("The document is made. Somebody else signs it.")),
    "issue": (actions.issue_circular, _("Issued. Each named unit has its task.")),
    "drop": (actions.drop_circular, _("The draft is given up.")),
    "close": (actions.close_circular, _("The notice is closed.")),
}
