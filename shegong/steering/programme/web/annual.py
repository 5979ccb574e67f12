"""Yearly work plans: the list, one plan with targets, work and what happened, and the beginning of a new one (N10)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.steering.programme import actions
from shegong.steering.programme.models import AnnualPlan, plan
from shegong.steering.programme.rules import SUBPLAN_STATES, Permission
from shegong.steering.programme.rules.annual import CLAUSE, PLAN_STATES, PLAN_TONES, PlanState
from shegong.steering.programme.web.annual_steps import may_draft_document, steps_for
from shegong.steering.programme.web.annual_tabs import leads, led_by, plan_title, subplan_title, tabs
from shegong.steering.programme.web.plan_tables import (
    annual_day,
    item_columns,
    item_rows,
    own_targets,
    split_note,
    target_columns,
    target_rows,
)
from shegong.ui.menu import MenuItem

HAPPENED = {
    "draft": gettext_lazy("Drafted"), "note": gettext_lazy("Guiding words written"), "review": gettext_lazy("Reviewed inside"),
    "submit": gettext_lazy("Submitted for endorsement"), "send_back": gettext_lazy("Sent back"),
    "document": gettext_lazy("Document drafted"),
    "endorse": gettext_lazy("Endorsed"), "issue": gettext_lazy("Issued"), "replace": gettext_lazy("Replaced by a later edition"),
    "withdraw": gettext_lazy("Taken back"),
}  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Yearly plans, with the number of those that wait for this reader."""
    yield MenuItem(
        "office", "returns", _("Yearly work plans"), reverse("programme:annual_plans"), order=20,
        count=lambda: _waiting(request), permission=Permission.READ, fold="returns",
    )  # fmt: skip


def _waiting(request: HttpRequest) -> QuerySet[Any]:
    """Plans that only this reader's office can move on: to endorse, or to issue."""
    actor = actor_of(request)
    rows = AnnualPlan.objects.visible_to(actor, Permission.READ)
    if actor.may(Permission.ENDORSE):
        return rows.filter(state=PlanState.SUBMITTED)
    return rows.filter(state=PlanState.ENDORSED) if actor.may(Permission.PLAN) else rows.none()


def _plans(actor: Actor) -> list[Any]:
    found = AnnualPlan.objects.visible_to(actor, Permission.READ).filter(subplan__programme__code=plan().code)
    return list(found.select_related("subplan").order_by("-year", "subplan__number", "-edition"))


def _table(actor: Actor) -> dict[str, Any]:
    heads = [
        _("Plan"),
        _("Year"),
        _("Edition"),
        _("Stands at"),
        _("Number of its document"),
        _("In force from"),
        _("Reason of the revision"),
    ]
    rows = []
    for one in _plans(actor):
        cells = [
            {"text": plan_title(one), "url": reverse("programme:annual_plan", args=[one.pk])},
            {"text": str(one.year), "css": "hm"}, {"text": str(one.edition)}, {"text": _(PLAN_STATES[one.state])},
            {"text": one.document_number}, {"text": one.issued_on.isoformat() if one.issued_on else ""},
            {"text": one.reason, "css": "hm"},
        ]  # fmt: skip
        rows.append({"cells": [{"label": head, **cell} for head, cell in zip(heads, cells, strict=True)]})
    return {"columns": [{"label": head} for head in heads], "rows": rows}


@page(Permission.READ, clause=CLAUSE)
def plans(request: HttpRequest) -> HttpResponse:
    """All yearly plans, the latest year first; the years of the programme that have none yet."""
    actor = actor_of(request)
    context = _table(actor) | {"tabs": tabs("annual_plans"), "may_plan": actor.may(Permission.PLAN)}
    return render(request, "programme/annual_plans.html", context)


@page(Permission.READ, clause=CLAUSE)
def plans_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export_table(
        request, form, key="programme.annual_plans", title=_("Yearly work plans"), permission=Permission.READ,
        **_table(actor_of(request)),
    )  # fmt: skip


@page(Permission.READ, about="annual_plan", clause=CLAUSE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: how it stands, targets and their split, the work it names, what happened."""
    actor = actor_of(request)
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan__programme", "supersedes"), actor, Permission.READ, pk=pk
    )
    may_edit = annual.is_open and leads(annual, actor)
    may_revise = annual.is_in_force and leads(annual, actor)
    context = {
        "annual": annual, "title": plan_title(annual), "facts": _facts(annual), "events": _events(annual),
        "state": {"word": _(PLAN_STATES[annual.state]), "tone": PLAN_TONES[PlanState(annual.state)]},
        "target_columns": target_columns(), "target_rows": target_rows(annual), "item_columns": item_columns(may_edit),
        "item_rows": item_rows(annual, may_edit, may_revise), "steps": steps_for(annual, actor), "may_edit": may_edit,
        "may_revise": may_revise, "may_document": may_draft_document(annual, actor), "gaps": split_note(annual), "tabs": tabs("annual_plans"), "own_rows": own_targets(annual, actor),
    }  # fmt: skip
    return render(request, "programme/annual_plan.html", context)


@page(Permission.READ, about="annual_plan", clause=CLAUSE)
def one_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The targets of one plan as a file, province, units and counties."""
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan"), actor_of(request), Permission.READ, pk=pk
    )
    return export_table(
        request, form, key="programme.targets", title=plan_title(annual), permission=Permission.READ,
        columns=target_columns(whole=True), rows=target_rows(annual, whole=True),
    )  # fmt: skip


def _facts(annual: AnnualPlan) -> list[dict[str, Any]]:
    lead = annual.subplan.lead(annual_day(annual))
    facts = [
        {
            "label": _("Sub-plan"),
            "value": subplan_title(annual.subplan),
            "note": _(SUBPLAN_STATES[annual.subplan.state]),
        },
        {"label": _("Lead body"), "value": lead.name if lead else ""},
        {"label": _("Edition"), "value": str(annual.edition)},
        {"label": _("Number of its document"), "value": annual.document_number},
        {"label": _("In force from"), "value": annual.issued_on.isoformat() if annual.issued_on else ""},
    ]
    if annual.reason:
        facts.append({"label": _("Reason of the revision"), "value": annual.reason})
    if annual.ended_on:
        facts.append({"label": _("In force until before"), "value": annual.ended_on.isoformat()})
    return facts


def _events(annual: AnnualPlan) -> list[dict[str, Any]]:
    entries = JournalEntry.objects.filter(subject_kind="programme.annualplan", subject_id=annual.pk).order_by(
        "seq"
    )
    found = []
    for entry in entries:
        step = entry.verb.rpartition(".")[2]
        if step in HAPPENED:
            at = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")
            found.append(
                {"title": HAPPENED[step], "detail": at, "note": entry.reason if step != "draft" else ""}
            )
    if annual.state not in (PlanState.REVISED, PlanState.WITHDRAWN):
        found.append({"title": _(PLAN_STATES[annual.state]), "state": "now"})
    return found


class NewForm(forms.Form):
    """Which plan is begun."""

    subplan = forms.TypedChoiceField(label=gettext_lazy("Sub-plan"), coerce=int)
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the revision"), required=False, max_length=300,
        help_text=gettext_lazy("Only where the plan of this year is issued already."), widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, subplans: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["subplan"].choices = [(one.pk, subplan_title(one)) for one in subplans]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, str(year)) for year in plan().years]  # type: ignore[attr-defined]


@page(Permission.PLAN, methods=("GET", "POST"), clause=CLAUSE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin the plan of a year, or revise the one in force."""
    actor = actor_of(request)
    subplans = {one.pk: one for one in led_by(actor, Permission.PLAN, today())}
    asked = {name: request.GET[name] for name in ("subplan", "year") if name in request.GET}
    form = NewForm(
        request.POST or None, subplans=list(subplans.values()), initial=typed_before(request) or asked
    )
    if form.is_bound:
        done = attempt(
            form, lambda: actions.draft_plan(
                subplans[form.cleaned_data["subplan"]], year=form.cleaned_data["year"], reason=form.cleaned_data["reason"],
                by=actor, on=today(),
            ),
        )  # fmt: skip
        if done is not None:
            return see(request, "programme:annual_plan", _("The draft is begun."), pk=done.pk)
    context = {"form": form, "form_title": _("Begin a yearly plan"), "back": reverse("programme:annual_plans"),
               "submit": _("Begin the draft"), "none": not subplans}  # fmt: skip
    return render(request, "programme/form.html", context, status=status_of(form))


class NoteForm(forms.Form):
    """The words at the head of the plan."""

    note = forms.CharField(
        label=gettext_lazy("Guiding words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


@page(Permission.PLAN, methods=("GET", "POST"), about="annual_plan", clause=CLAUSE)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the words at the head of a draft."""
    actor = actor_of(request)
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan__programme"), actor, Permission.PLAN, pk=pk
    )
    form = NoteForm(request.POST or None, initial=typed_before(request) or {"note": annual.note})
    if form.is_bound and attempt(
        form, lambda: actions.write_note(annual, note=form.cleaned_data["note"], by=actor, on=today())
    ):
        return see(request, "programme:annual_plan", _("The change is entered."), pk=pk)
    context = {
        "form": form,
        "form_title": _("Guiding words"),
        "back": reverse("programme:annual_plan", args=[pk]),
        "submit": _("Save"),
    }
    return render(request, "programme/form.html", context, status=status_of(form))


urlpatterns = [
    *paths("office/annual-plans", plans, plans_file, "annual_plans"),
    path("office/annual-plans/new/", new, name="annual_new"),
    path("office/annual-plans/<int:pk>/", one, name="annual_plan"),
    path("office/annual-plans/<int:pk>.<str:form>", one_file, name="annual_plan_file"),
    path("office/annual-plans/<int:pk>/note/", note, name="annual_note"),
]
