"""Responsibility sheets: who answers for a sub-plan at each level, and who has not said so yet (N5, N7)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.programme import actions
from shegong.steering.programme.models import Participant, Responsibility, SubPlan, plan
from shegong.steering.programme.models.annual import leads_of
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.responsibility import CLAUSE
from shegong.steering.programme.web.annual_tabs import subplan_title, tabs, units_in_reach

OFFICE = "social_work"  # the duty whose holder answers for the main sub-plan in a unit


def _subplans() -> list[SubPlan]:
    return list(
        SubPlan.objects.filter(programme__code=plan().code).select_related("programme").order_by("number")
    )


def _asked(request: HttpRequest) -> SubPlan | None:
    """The sub-plan of the address; the main one when nothing is said."""
    number = whole_number(request.GET.get("subplan", "")) or plan().main
    found = {one.number: one for one in _subplans()}
    return found.get(number) or next(iter(found.values()), None)


def _bodies(subplan: SubPlan, actor: Actor) -> list[tuple[int, Organization]]:
    """(place, body) of everybody who is to fill in a sheet, inside the reader's reach: the lead, participants, and for
    the main sub-plan the office of each unit and county."""
    day, top = today(), subplan.programme.region_code
    reached = units_in_reach(actor, Permission.READ, day)
    found: dict[int, tuple[int, Organization]] = {}
    led = leads_of(subplan, day, plan().years).values()
    mates = [
        one.organization for one in Participant.objects.filter(subplan=subplan).select_related("organization")
    ]
    if top in reached:
        found = {body.pk: (top, body) for body in [*led, *mates]}
    if subplan.number == plan().main:
        offices = (
            Duty.objects.in_force(day).filter(duty=OFFICE, region__in=reached).select_related("organization")
        )
        by_place = {row.region_code: row.organization for row in offices}
        for code in reached:
            body = by_place.get(code)
            if body is not None and code != top:
                found.setdefault(body.pk, (code, body))
    return list(found.values())


def _sheets(subplan: SubPlan, actor: Actor) -> dict[int, Responsibility]:
    rows = Responsibility.objects.visible_to(actor, Permission.READ).on(today()).filter(subplan=subplan)
    return {row.organization_id: row for row in rows}


def _table(subplan: SubPlan, actor: Actor, *, missing: bool) -> dict[str, Any]:
    heads = [
        _("Unit"),
        _("Area"),
        _("Leader in charge"),
        _("Responsible section"),
        _("Contact person"),
        _("Phone"),
        _("In force from"),
    ]
    sheets, rows = _sheets(subplan, actor), []
    for place, body in _bodies(subplan, actor):
        sheet = sheets.get(body.pk)
        if missing and sheet:
            continue
        url = (
            reverse("programme:sheet", args=[subplan.number, body.pk]) if sheet or _may(actor, place) else ""
        )
        texts = [body.name, tree().name(place, today()), *_said(sheet)]
        cells = [{"text": text, "label": head} for text, head in zip(texts, heads, strict=True)]
        cells[0]["url"] = url
        rows.append({"cells": cells})
    return {"columns": [{"label": head} for head in heads], "rows": rows}


def _said(sheet: Responsibility | None) -> list[str]:
    if sheet is None:
        return [_("not filled in"), "", "", "", ""]
    leader = f"{sheet.leader} {sheet.leader_post}".strip()
    since = sheet.during.lower.isoformat() if sheet.during.lower else ""
    return [leader, sheet.section, sheet.contact, sheet.phone_masked, since]


def _may(actor: Actor, place: int) -> bool:
    return actor.may(Permission.ENTER, place) or actor.may(Permission.PLAN, place)


@page(Permission.READ, clause=CLAUSE)
def sheets(request: HttpRequest) -> HttpResponse:
    """Who answers, body by body; the blanks are seen."""
    actor, subplan = actor_of(request), _asked(request)
    missing = request.GET.get("missing") == "1"
    context: dict[str, Any] = {"tabs": tabs("sheets"), "subplan": subplan, "missing": missing}
    if subplan is not None:
        bodies, filled = _bodies(subplan, actor), _sheets(subplan, actor)
        done = sum(body.pk in filled for _place, body in bodies)
        others = [
            {"label": subplan_title(one), "url": f"?subplan={one.number}", "current": one.pk == subplan.pk}
            for one in _subplans()
        ]
        context |= _table(subplan, actor, missing=missing) | {
            "done": done,
            "all": len(bodies),
            "subplans": others,
        }
    return render(request, "programme/sheets.html", context)


@page(Permission.READ, clause=CLAUSE)
def sheets_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    actor, subplan = actor_of(request), _asked(request)
    missing = request.GET.get("missing") == "1"
    table = (
        _table(subplan, actor, missing=missing)
        if subplan
        else {"columns": [{"label": _("Unit")}], "rows": []}
    )
    return export_table(
        request,
        form,
        key="programme.sheets",
        title=_("Responsibility sheets"),
        permission=Permission.READ,
        **table,
    )


class SheetForm(forms.Form):
    """A responsibility sheet as the paper one has it."""

    leader = forms.CharField(label=gettext_lazy("Leader in charge"), max_length=30)
    leader_post = forms.CharField(label=gettext_lazy("Post of the leader"), max_length=40, required=False)
    section = forms.CharField(label=gettext_lazy("Responsible section"), max_length=40)
    contact = forms.CharField(label=gettext_lazy("Contact person"), max_length=30)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )


@page(Permission.READ, methods=("GET", "POST"), about="responsibility", clause=CLAUSE)
def sheet(request: HttpRequest, subplan: int, pk: int) -> HttpResponse:
    """Fill in the sheet of a body, or replace it from today on."""
    actor = actor_of(request)
    asked = next((one for one in _subplans() if one.number == subplan), None)
    place, body = next(((p, b) for p, b in (_bodies(asked, actor) if asked else []) if b.pk == pk), (0, None))
    held = _sheets(asked, actor).get(pk) if asked else None
    if asked is None or body is None or not (held or _may(actor, place)):
        raise Http404
    names = ("leader", "leader_post", "section", "contact")
    stored = {name: getattr(held, name) for name in names} | {"phone": held.number} if held else {}
    form = SheetForm(request.POST or None, initial=typed_before(request) or stored)
    if form.is_bound:
        done = attempt(
            form, lambda: actions.fill_sheet(asked, body, **form.cleaned_data, region_code=place, by=actor, on=today())
        )  # fmt: skip
        if done is not None:
            return see(request, "programme:sheets", _("The responsibility sheet is filled in."))
    context = {"form": form, "form_title": _("Responsibility sheet"), "lead": f"{body.name} · {subplan_title(asked)}",
               "submit": _("Save"), "back": reverse("programme:sheets"), "rows": _facts(held, is_open=actor.may(Permission.ENTER) or actor.may(Permission.PLAN))}  # fmt: skip
    template = "programme/form.html" if _may(actor, place) else "programme/sheet.html"
    return render(request, template, context, status=status_of(form))


def _facts(held: Responsibility | None, *, is_open: bool) -> list[dict[str, Any]]:
    """The sheet in words; `is_open`: whoever works on the plan sees the phone of a colleague whole."""
    if held is None:
        return []
    heads = [
        _("Leader in charge"),
        _("Responsible section"),
        _("Contact person"),
        _("Phone"),
        _("In force from"),
    ]
    texts = _said(held)
    if is_open:
        texts[3] = held.number
    return [{"label": head, "value": text} for head, text in zip(heads, texts, strict=True)]


urlpatterns = [
    *paths("office/responsibility", sheets, sheets_file, "sheets"),
    path("office/responsibility/<int:subplan>/<int:pk>/", sheet, name="sheet"),
]
