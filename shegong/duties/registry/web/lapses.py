"""Lapses of many on one day: officers of the province open the list, one confirms, another decides (moonshot 5)."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import LapseBatch
from shegong.duties.registry.models.renewal_rows import RenewalRow, renewal_rows
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.rules.lapsing import BATCH_NAMES, Batch, batch_obstacles
from shegong.duties.registry.web.renewals import COLUMNS
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    visible_or_404,
)
from shegong.kernel.listing_files import export_rows
from shegong.kernel.listing_tables import export_table
from shegong.ui.menu import MenuItem

MOST = 200  # on the page; the file has them all
TONES = {
    Batch.WAITING: "warn",
    Batch.CONFIRMED: "warn",
    Batch.LAPSED: "err",
    Batch.KEPT: "ok",
    Batch.BELOW: "",
}


class ReasonForm(forms.Form):
    """Why these may lapse, or must not."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea,
        required=False,
        help_text=_("It stays on record."),
    )

    def __init__(self, *args: Any, state: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.required = state == Batch.WAITING
        if state == Batch.CONFIRMED:  # letting lapse rests on what the first officer wrote
            reason.help_text = _("Needed where you keep them all; it stays on record.")


@page(Permission.RESTRICT, about="lapse", clause="T4.2.a")
def lapses(request: HttpRequest) -> HttpResponse:
    """Days on which validities ended: those that wait first."""
    return render(request, "registry/lapse_list.html", table(actor_of(request), 100))


@page(Permission.RESTRICT, about="lapse", clause="T4.2.a")
def lapses_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same days as a file."""
    return export_table(
        request, form, key="registry.lapses", title=gettext("Lapses"), permission=Permission.RESTRICT,
        **table(actor_of(request), None),
    )  # fmt: skip


def table(actor: Actor, most: int | None) -> dict[str, Any]:
    """Columns and rows of the days in reach; `most` None: all."""
    heads = [gettext("Last day"), gettext("Area"), gettext("Ended"), gettext("Status kept"), gettext("To lapse"),
             gettext("In force"), gettext("State")]  # fmt: skip
    found = LapseBatch.objects.visible_to(actor, Permission.RESTRICT).order_by("-last_day", "region_code")
    return {
        "columns": [{"label": head} for head in heads],
        "rows": [_line(row, heads) for row in found[:most]],
    }


def _line(row: LapseBatch, heads: list[str]) -> dict[str, Any]:
    state = Batch(row.state)
    place = tree().name(row.region_code, today())
    texts = [row.last_day.isoformat(), place, *map(str, (row.ending, row.held, row.lapsing, row.live))]
    cells: list[dict[str, Any]] = [
        {"text": text, "label": head} for text, head in zip(texts, heads, strict=False)
    ]
    if state != Batch.BELOW:
        cells[0]["url"] = reverse("registry:lapse", args=[row.pk])
    return {
        "cells": [*cells, {"text": gettext(BATCH_NAMES[state]), "tone": TONES[state], "label": heads[-1]}]
    }


def batch_or_404(request: HttpRequest, pk: int) -> LapseBatch:
    """The batch within the officer's reach."""
    return visible_or_404(LapseBatch.objects.all(), actor_of(request), Permission.RESTRICT, pk=pk)


def people_of(batch: LapseBatch, most: int | None = None) -> list[RenewalRow]:
    """Whose registrations these are, as the list of renewals shows them; `most` None: all."""
    keys = list(batch.holds.order_by("id").values_list("registration_id", flat=True)[:most])
    return renewal_rows(keys, today())


@page(Permission.RESTRICT, methods=("GET", "POST"), about="lapse", clause="T4.2.a")
def lapse(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of one day, and what the officer decides about it."""
    batch, by = batch_or_404(request, pk), actor_of(request)
    bound = request.method == "POST"
    form = ReasonForm(request.POST if bound else None, state=batch.state)
    step = STEPS.get(request.POST.get("step", "")) if bound else None
    if step and attempt(
        form, lambda: step(batch, form.cleaned_data["reason"], by, seen_version(request, -1))
    ):
        return see(request, "registry:lapse", gettext("Decided. The holders concerned are told."), batch.pk)
    people, on = people_of(batch, MOST), today()
    names = names_of([key for key in (batch.confirmed_by_id, batch.decided_by_id) if key])
    holders = frozenset(batch.holds.values_list("registration__person_id", flat=True))
    blocked = batch_obstacles(officer_id=by.person_id, confirmed_by=batch.confirmed_by_id, holders=holders)
    shown = [column for column in COLUMNS if column.name not in ("level", "stage", "employer")]
    context = {
        "batch": batch, "form": form, "area": tree().name(batch.region_code, on), "state": gettext(BATCH_NAMES[Batch(batch.state)]),
        "tone": TONES[Batch(batch.state)], "confirmed_by": names.get(batch.confirmed_by_id or 0, ""),
        "decided_by": names.get(batch.decided_by_id or 0, ""), "blocked": " ".join(map(obstacle_text, blocked)),
        "columns": [{"label": column.title} for column in shown],
        "rows": [{"cells": [_cell(column, row) for column in shown]} for row in people],
    }  # fmt: skip
    return render(request, "registry/lapse.html", context, status=status_of(form))


def _cell(column: Any, row: RenewalRow) -> dict[str, Any]:
    found = {"text": column.text(row), "label": column.title, "tone": column.tone(row) if column.tone else ""}
    return {**found, "url": column.address(row)} if column.address else found


Decide = Callable[[LapseBatch, str, Actor, int], object]
STEPS: dict[str, Decide] = {
    "confirm": lambda batch, reason, by, seen: actions.confirm_lapses(
        batch, reason=reason, by=by, on=today(), seen=seen
    ),
    "lapse": lambda batch, reason, by, seen: actions.let_lapse(batch, by=by, on=today(), seen=seen),
    "keep": lambda batch, reason, by, seen: actions.keep_all(
        batch, reason=reason, by=by, on=today(), seen=seen
    ),
}


@page(Permission.RESTRICT, about="lapse", clause="T4.2.a")
def lapse_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The list of one day as a file."""
    batch = batch_or_404(request, pk)
    return export_rows(
        request, form, key="registry.lapse", title=gettext("Lapses of a day"), permission=Permission.RESTRICT,
        columns=COLUMNS, rows=people_of(batch), filters={gettext("Last day"): batch.last_day.isoformat()},
    )  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Lapses that wait, for officers who may decide them; nothing while none waits."""
    actor = actor_of(request)
    if not actor.may(Permission.RESTRICT):
        return

    def waiting() -> QuerySet[LapseBatch]:
        return LapseBatch.objects.visible_to(actor, Permission.RESTRICT).waiting()

    yield MenuItem(
        "office",
        "todo",
        _("Lapses"),
        reverse("registry:lapses"),
        count=waiting,
        order=32,
        permission=Permission.RESTRICT,
        fold="renewal",
    )


urlpatterns = [
    path("office/lapses/", lapses, name="lapses"),
    path("office/lapses.<str:form>", lapses_file, name="lapses_file"),
    path("office/lapses/<int:pk>/", lapse, name="lapse"),
    path("office/lapses/<int:pk>.<str:form>", lapse_file, name="lapse_file"),
]
