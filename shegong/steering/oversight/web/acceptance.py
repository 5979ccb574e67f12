"""Acceptances: the list; one with its materials, panel, indicators and conclusion."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents.rules.official import STATE_NAMES as DOCUMENT_STATES
from shegong.ground.people.models import names_of
from shegong.kernel import lots
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, today, visible_or_404
from shegong.kernel.listing import Column
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import export
from shegong.kernel.listing_query import Order
from shegong.kernel.listing_tables import export_table
from shegong.steering.oversight.models import Acceptance, AcceptanceItem
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.acceptance import (
    ACCEPTANCE_NAMES,
    CONCLUDED,
    MATERIALS,
    VERDICT_NAMES,
    AcceptanceState,
    Verdict,
)
from shegong.steering.oversight.web.acceptance_steps import forms_of, step
from shegong.steering.oversight.web.parts import (
    amount,
    cell,
    indicator_title,
    paper_answer,
    papers_of,
)
from shegong.steering.oversight.web.tabs import States, ledger, listed, tabs
from shegong.steering.programme.models import plan
from shegong.steering.programme.models.annual import may_lead
from shegong.steering.programme.rules.plans import UNITS
from shegong.steering.statistics.rules import SOURCES

TONES = {
    "self_assessed": "info",
    "reviewing": "warn",
    "rectifying": "warn",
    "passed": "ok",
    "passed_after": "ok",
    "failed": "err",
}
SOURCE = 5  # column of the items
VERDICT_TONES = {"met": "ok", "partly": "warn", "not_met": "err"}


def _rows(ids: Sequence[int], scene: Scene) -> Sequence[Acceptance]:
    return list(
        Acceptance.objects.filter(pk__in=ids).select_related("subplan", "document").prefetch_related("items")
    )


def _judged(row: Acceptance) -> str:
    items = list(row.items.all())
    return f"{sum(bool(one.verdict) for one in items)} / {len(items)}"


STATES = States(ACCEPTANCE_NAMES, TONES)
LIST = ledger(
    Acceptance.objects.all(),
    states=STATES,
    key="oversight.acceptances",
    title=_("Final acceptance"),
    load=_rows,
    columns=(
        Column("title", _("Sub-plan"), lambda r: r.title, fixed=True,
               address=lambda r: reverse("oversight:acceptance", args=[r.pk])),
        Column("applied", _("Applied on"), lambda r: r.applied_on, "date"),
        Column("judged", _("Indicators judged"), _judged),
        STATES.column,
        Column("due", _("Put right by"), lambda r: r.due_on, "date", phone=False),
        Column("concluded", _("Concluded on"), lambda r: r.concluded_on, "date", phone=False),
        Column("number", _("Document number"), lambda r: r.document.number if r.document else "", "code", phone=False),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("Every figure is verified down to the people, papers and dates behind it."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N13")
def acceptances(request: HttpRequest) -> HttpResponse:
    """Acceptances in reach; a POST saves a view. The way to apply stands on the submitted final summary."""
    return listed(request, LIST, "oversight:acceptances")


@page(Permission.READ, clause="N13")
def acceptances_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


def see_acceptance(request: HttpRequest, permission: str, pk: int) -> Acceptance:
    """The acceptance in the reader's reach, or 404."""
    found: Acceptance = visible_or_404(
        Acceptance.objects.select_related("subplan__programme", "snapshot", "document", "report", "task"),
        actor_of(request), permission, pk=pk,
    )  # fmt: skip
    return found


@page(Permission.READ, methods=("GET", "POST"), about="acceptance", clause="N13")
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of an acceptance: materials, panel, indicators with their samples, conclusion; the next step."""
    row, actor = see_acceptance(request, Permission.READ, pk), actor_of(request)
    forms = forms_of(row)
    if request.method == "POST" and (done := step(request, row, forms)) is not None:
        return done
    bound = next((form for form in forms.values() if form.is_bound), None)
    columns, rows = items_table(row)
    columns, rows = _narrow(columns), [{"cells": _narrow(one["cells"])} for one in rows]
    context = {
        **head_of(row, actor), "columns": columns, "rows": rows, "materials": _materials(row), "panel": _panel(row, actor),
        "forms": forms, "form": bound, "section_tabs": tabs(request, "oversight:acceptances"),
        "judged": sum(bool(one.verdict) for one in row.items.all()), "total": len(rows),
    }  # fmt: skip
    return render(request, "oversight/acceptance.html", context, status=422 if bound else 200)


def head_of(row: Acceptance, actor: Actor) -> dict[str, Any]:
    """What the pages of an acceptance say at their top, and who may do what."""
    sits = row.panel.filter(person=actor.person_id, recused_on=None).exists() if actor.person_id else False
    return {
        "row": row, "state": gettext(ACCEPTANCE_NAMES[AcceptanceState(row.state)]), "tone": TONES[row.state],
        "runs": actor.may(Permission.ACCEPT, row.region_code), "verifies": sits and actor.may(Permission.VERIFY, row.region_code),
        "leads": may_lead(row.subplan, actor, Permission.REPORT, today(), plan().years),
        "is_open": row.state in ("reviewing", "rectifying"), "is_over": row.state in CONCLUDED,
        "concluder": names_of([row.concluder_id]).get(row.concluder_id, "") if row.concluder_id else "",
        "document_state": gettext(DOCUMENT_STATES[row.document.state]) if row.document else "",
        "rectifies": row.task is not None, "by_lot": lots.fall(),
    }  # fmt: skip


def _materials(row: Acceptance) -> list[dict[str, Any]]:
    words = {key: (clause, text) for key, clause, text in MATERIALS}
    return [
        {
            "row": one, "clause": words[one.key][0], "text": gettext(words[one.key][1]), "papers": papers_of(one.folder),
            "short": one.counted is not None and one.wanted is not None and one.counted < one.wanted,
        }
        for one in row.materials.select_related("folder").order_by("position")
    ]  # fmt: skip


def _panel(row: Acceptance, actor: Actor) -> list[dict[str, Any]]:
    members = list(row.panel.order_by("-is_chair", "pk"))
    names = names_of([one.person_id for one in members])
    return [
        {"row": one, "name": names.get(one.person_id, "—"), "is_me": one.person_id == actor.person_id}
        for one in members
    ]


def items_table(row: Acceptance) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The indicators with value, target, people drawn and verdict."""
    heads = [gettext("Indicator"), gettext("What is counted"), gettext("Figure"), gettext("Unit of count"), gettext("Target"),
             gettext("Source"), gettext("People behind it"), gettext("Drawn, checked"), gettext("Verdict")]  # fmt: skip
    columns = [{"label": head, "right": n in (2, 4, 6)} for n, head in enumerate(heads)]
    items = row.items.order_by("position").prefetch_related("samples")
    return columns, [_item(one, heads) for one in items]


def _narrow(cells: Sequence[Any]) -> list[Any]:
    """Without the source, which the item's page says: the page is no wider than a screen."""
    return [cell for place, cell in enumerate(cells) if place != SOURCE]


def _item(one: AcceptanceItem, heads: Sequence[str]) -> dict[str, Any]:
    drawn = list(one.samples.all())
    checked = f"{sum(bool(s.result) for s in drawn)} / {len(drawn)}" if drawn else "—"
    verdict = gettext(VERDICT_NAMES[Verdict(one.verdict)]) if one.verdict else gettext("not judged yet")
    url = reverse("oversight:acceptance_item", args=[one.pk])
    return {
        "cells": [
            cell(one.indicator, heads[0], "id", url=url), cell(indicator_title(one.indicator), heads[1]),
            cell(amount(one.value), heads[2], "r"), cell(gettext(UNITS.get(one.unit, one.unit)), heads[3]),
            cell(amount(one.target), heads[4], "r"), cell(gettext(SOURCES[one.source]), heads[5]),
            cell(amount(one.people or None), heads[6], "r"), cell(checked, heads[7]),
            cell(verdict, heads[8], low=one.verdict == "not_met"),
        ]
    }  # fmt: skip


@page(Permission.READ, about="acceptance", clause="N13")
def acceptance_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The verdicts as a file."""
    row = see_acceptance(request, Permission.READ, pk)
    columns, rows = items_table(row)
    filters = {
        gettext("As of"): row.snapshot.as_of.isoformat(),
        gettext("Hash"): row.snapshot.sha,
        gettext("Seed of the draw"): row.seed,
    }
    return export_table(
        request, form, key="oversight.acceptance", title=row.title, permission=Permission.READ, columns=columns, rows=rows,
        filters=filters, region_code=row.region_code,
    )  # fmt: skip


@page(Permission.READ, about="acceptance", clause="N13")
def material_paper(request: HttpRequest, pk: int, key: str, item: int) -> HttpResponse:
    """A paper of the checklist, for who leads, judges or runs the acceptance."""
    row, actor = see_acceptance(request, Permission.READ, pk), actor_of(request)
    known = head_of(row, actor)
    if not (known["runs"] or known["verifies"] or known["leads"]):
        raise Http404
    material = row.materials.select_related("folder").filter(key=key).first()
    return paper_answer(material.folder if material else None, item)
