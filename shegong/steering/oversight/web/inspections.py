"""Inspections: the list, one with its team, sample, checklist and findings, and the next step."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.ground.tasks.rules import STATES as TASK_STATES
from shegong.kernel import lots
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.kernel.listing import Column
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import export
from shegong.kernel.listing_query import Order
from shegong.kernel.listing_tables import export_table
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Checked, Finding, Inspection
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.inspection import (
    INSPECTION_NAMES,
    VERDICT_NAMES,
    InspectionState,
    Verdict,
    begin_obstacles,
    list_hash,
)
from shegong.steering.oversight.web.forms import ReasonForm
from shegong.steering.oversight.web.inspection_forms import (
    BodyForm,
    ConclusionForm,
    DrawForm,
    InspectionForm,
    MemberForm,
)
from shegong.steering.oversight.web.parts import cell, main_subplan
from shegong.steering.oversight.web.tabs import New, States, ledger, listed, tabs

TONES = {"planned": "info", "running": "warn", "reported": "warn", "closed": "ok", "dropped": ""}


def _rows(ids: Sequence[int], scene: Scene) -> Sequence[Any]:
    found = Inspection.objects.filter(pk__in=ids).select_related("issuer")
    return list(
        found.annotate(sampled=Count("bodies", distinct=True), found=Count("bodies__findings", distinct=True))
    )


STATES = States(INSPECTION_NAMES, TONES)
LIST = ledger(
    Inspection.objects.all(),
    states=STATES,
    key="oversight.inspections",
    title=_("Inspections"),
    load=_rows,
    columns=(
        Column("title", _("Title"), lambda r: r.title, fixed=True,
               address=lambda r: reverse("oversight:inspection", args=[r.pk])),
        Column("place", _("Place"), lambda r: tree().name(r.region_code, r.starts_on), phone=False),
        Column("starts", _("Begins on"), lambda r: r.starts_on, "date"),
        Column("ends", _("Ends on"), lambda r: r.ends_on, "date", phone=False),
        Column("bodies", _("Bodies inspected"), lambda r: r.sampled, "number"),
        Column("findings", _("Findings"), lambda r: r.found, "number"),
        STATES.column,
    ),
    orders=(Order("newest", _("Newest first"), ("starts_on", "id"), descending=True),),
    note=_("Bodies are drawn by a published seed or chosen with a reason; nobody inspects his own."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N12")
def inspections(request: HttpRequest) -> HttpResponse:
    """Inspections in reach; a POST saves a view."""
    new = New("oversight:inspection_new", gettext("Plan an inspection"))
    return listed(request, LIST, "oversight:inspections", new)


@page(Permission.READ, clause="N12")
def inspections_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


@page(Permission.DISPATCH, methods=("GET", "POST"), clause="N12")
def inspection_new(request: HttpRequest) -> HttpResponse:
    """Plan an inspection."""
    subplan = main_subplan()
    proposed = {"subplan": str(subplan.pk) if subplan else "", "starts_on": today(), "ends_on": today()}
    form = InspectionForm(request.POST or None, request=request, initial=typed_before(request) or proposed)
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    done = (
        attempt(form, lambda: actions.plan_inspection(**form.values(), **common)) if form.is_bound else None
    )
    if done is not None:
        return see(
            request, "oversight:inspection", gettext("Planned. Name the team and the bodies."), done.pk
        )
    context = {
        "form": form,
        "form_title": gettext("Plan an inspection"),
        "back": reverse("oversight:inspections"),
    }
    return render(request, "oversight/form.html", context, status=status_of(form))


def see_inspection(request: HttpRequest, pk: int, permission: str = Permission.READ) -> Inspection:
    """The inspection in the reader's reach, or 404."""
    found: Inspection = visible_or_404(Inspection.objects.all(), actor_of(request), permission, pk=pk)
    return found


Forms = dict[str, Any]


def _forms(request: HttpRequest, row: Inspection, bound: str = "") -> Forms:
    """The forms of the state; `bound` is the one that was sent."""
    kinds: dict[str, Any] = {}
    if row.state == InspectionState.PLANNED:
        draw = {"draw": DrawForm} if row.is_undrawn else {}
        kinds = {"name": MemberForm, **draw, "choose": BodyForm, "drop": ReasonForm}
    elif row.state == InspectionState.RUNNING:
        kinds = {"report": ConclusionForm}
    return {
        name: kind(request.POST if name == bound else None, prefix=name, **({"row": row} if name in ("draw", "choose") else {}))
        for name, kind in kinds.items()
    }  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="inspection", clause="N12")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """An inspection: team, sample, points by clause, findings with their rectifications; its next step."""
    row, actor = see_inspection(request, pk), actor_of(request)
    step = request.POST.get("step", "")
    forms = _forms(request, row, step) if actor.may(Permission.DISPATCH, row.region_code) else {}
    if request.method == "POST":
        done = _step(request, row, step, forms)
        if done is not None:
            return done
    columns, rows = table(row)
    context = {
        "row": row, "columns": columns, "rows": rows, "forms": forms, "may": bool(actor.may(Permission.DISPATCH, row.region_code)),
        "state": gettext(INSPECTION_NAMES[InspectionState(row.state)]), "tone": TONES[row.state],
        "team": _team(row), "points": row.points.order_by("position"), "findings": _findings(row),
        "hindered": _hindered(row), "listed": _listed(row), "by_lot": lots.fall(), "section_tabs": tabs(request, "oversight:inspections"),
        "empty_text": _no_body(row), "place": tree().name(row.region_code, row.starts_on), "form": next((f for f in forms.values() if f.is_bound), None),
    }  # fmt: skip
    return render(request, "oversight/inspection.html", context, status=422 if context["form"] else 200)


def _hindered(row: Inspection) -> list[str]:
    """What is still missing before its next step."""
    found: list[Obstacle] = []
    if row.state == InspectionState.PLANNED:
        found = begin_obstacles(team=row.team.count(), bodies=row.bodies.count(), undrawn=row.is_undrawn)
    elif row.state == InspectionState.RUNNING:
        found = actions.unreported(row)
    elif row.state == InspectionState.REPORTED:
        found = actions.unclosed(row)
    return [obstacle_text(one) for one in found]


def _no_body(row: Inspection) -> str:
    """What the empty sample says: nothing was drawn yet, or nothing will be."""
    if row.is_undrawn:
        return gettext("The draw was announced and has not taken place.")
    return gettext("No draw was announced: choose bodies with a reason.")


def _listed(row: Inspection) -> dict[str, Any]:
    """Who can be drawn, as it stands since the plan: numbers and names, and the hash of the numbers; empty without a draw."""
    found = row.candidates.select_related("organization").order_by("organization_id")
    bodies = [one.organization for one in found]
    return {"bodies": bodies, "hash": list_hash(body.pk for body in bodies)} if bodies else {}


def _team(row: Inspection) -> list[dict[str, Any]]:
    found = list(row.team.order_by("-leads", "pk"))
    names = names_of([one.person_id for one in found])
    return [{"name": names.get(one.person_id, "—"), "leads": one.leads, "pk": one.pk} for one in found]


def _findings(row: Inspection) -> list[dict[str, Any]]:
    found = (
        Finding.objects.filter(body__inspection=row)
        .select_related("body__organization", "task")
        .order_by("pk")
    )
    return [
        {"body": one.body.organization.name, "clause": one.clause, "text": one.text, "body_pk": one.body_id,
         "task": gettext(TASK_STATES[one.task.state]) if one.task else "", "task_pk": one.task_id}
        for one in found
    ]  # fmt: skip


def table(row: Inspection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Columns and rows of the bodies inspected: each point's verdict, and findings."""
    bodies = list(row.bodies.select_related("organization").annotate(found=Count("findings")).order_by("pk"))
    points = list(row.points.order_by("position"))
    said = {(one.body_id, one.point_id): one.verdict for one in Checked.objects.filter(body__in=bodies)}
    heads = [gettext("Body inspected"), gettext("How it came"), gettext("Visited on"), gettext("Findings")]
    heads += [f"{point.position}. {point.clause}" for point in points]
    columns = [{"label": head, "right": n == 3} for n, head in enumerate(heads)]
    return columns, [_row(body, points, said, heads) for body in bodies]


def _row(body: Any, points: Sequence[Any], said: Any, heads: Sequence[str]) -> dict[str, Any]:
    how = gettext("Drawn") if body.drawn else gettext("Chosen: %(reason)s") % {"reason": body.reason}
    verdicts = [said.get((body.pk, point.pk), "") for point in points]
    return {
        "cells": [
            cell(body.organization.name, heads[0], url=reverse("oversight:inspected", args=[body.pk])),
            cell(how, heads[1]), cell(body.visited_on or "", heads[2]), cell(body.found or "", heads[3], "r"),
            *(cell(gettext(VERDICT_NAMES[Verdict(v)]) if v else "", head, low=v == Verdict.NOT_MET)
              for v, head in zip(verdicts, heads[4:], strict=True)),
        ]
    }  # fmt: skip


@page(Permission.READ, about="inspection", clause="N12")
def one_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The table of bodies as a file."""
    row = see_inspection(request, pk)
    columns, rows = table(row)
    return export_table(
        request, form, key="oversight.inspections", title=row.title, permission=Permission.READ, columns=columns,
        rows=rows, region_code=row.region_code, filters=_drawn_from(row),
    )  # fmt: skip


def _drawn_from(row: Inspection) -> dict[str, str]:
    """What a draw can be done again by."""
    listed = _listed(row)
    return (
        {gettext("Hash of the list"): listed["hash"], gettext("Seed of the draw"): row.seed} if listed else {}
    )


def _step(request: HttpRequest, row: Inspection, step: str, forms: Forms) -> HttpResponse | None:
    """Do what was asked; None: a form has errors and is shown again."""
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    if step in ("begin", "close"):
        change = actions.begin_inspection if step == "begin" else actions.close_inspection
        change(row, seen=seen_version(request), **common)
        return see(request, "oversight:inspection", gettext("Done."), row.pk)
    if step.startswith("leave_"):
        member = row.team.filter(pk=whole_number(step.removeprefix("leave_"))).first()
        if member is not None:
            actions.drop_inspector(member, **common)
        return see(request, "oversight:inspection", gettext("Done."), row.pk)
    form = forms.get(step)
    if form is None:
        raise Refused(Obstacle("wrong_state", "This cannot be done any more: the case has moved on."))
    if attempt(form, lambda: _change(step, row, form, common) or True):
        return see(request, "oversight:inspection", gettext("Done."), row.pk)
    return None


def _change(step: str, row: Inspection, form: Any, common: dict[str, Any]) -> Any:
    said = form.cleaned_data
    if step == "name":
        return actions.name_inspector(row, said["person"], leads=said["leads"], **common)
    if step == "draw":
        return actions.draw_bodies(row, seed=said.get("seed", ""), **common)
    if step == "choose":
        return actions.choose_body(row, said["body"], reason=said["reason"], **common)
    if step == "report":
        return actions.report_inspection(row, conclusion=said["conclusion"], **common)
    return actions.drop_inspection(row, reason=said["reason"], **common)
