"""Milestones (时间节点): what must be there by when, where, and the document or figure that shows it (S0 to S2013)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents.models import PolicyDocument
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.steering.programme import actions
from shegong.steering.programme.models import plan
from shegong.steering.programme.models.milestones import Met, documents_for, milestones
from shegong.steering.programme.models.subplans import Milestone
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.clause_states import STANDINGS, Standing, of_milestone
from shegong.steering.programme.web.annual_tabs import tabs
from shegong.steering.programme.web.asking import language


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    actor, on = actor_of(request), today()
    late = request.GET.get("late") == "1"
    every = [met for stage in milestones(on).values() for met in stage]
    every.sort(key=lambda met: (met.row.due_on, met.row.key, met.row.region_code))
    return [_row(met, actor) for met in every if not late or not met.is_met]


def _row(met: Met, actor: Actor) -> dict[str, Any]:
    row, on = met.row, today()
    word = of_milestone(
        title=row.title, due=row.due_on, met_on=met.met_on, missing=int(not met.is_met), places=1, on=on
    ).standing
    url = ""
    if not row.indicator and actor.may(Permission.ENTER, row.region_code):
        url = reverse("programme:milestone", args=[row.pk])
    texts = [
        (title_of(row), url), (row.clause, f"{reverse('programme:clauses')}?chapter={row.clause[0]}#{row.clause}"),
        (tree().name(row.region_code, row.due_on), ""), (row.due_on.isoformat(), ""),
        (_("Milestone met") if word == Standing.DONE else _(STANDINGS[word]), ""), (shown_by(met), ""),
    ]  # fmt: skip
    cells = [
        {"text": text, "url": url, "label": head} for (text, url), head in zip(texts, heads(), strict=True)
    ]
    return {"cells": cells}


def heads() -> list[str]:
    """The columns."""
    return [_("Milestone"), _("Clause"), _("Area"), _("To be there by"), _("State"), _("Shown by")]


def title_of(row: Milestone) -> str:
    """Its title in the reader's language."""
    given = next((one for one in plan().milestones if one.key == row.key), None)
    return given.en if given and language().startswith("en") else row.title


def shown_by(met: Met) -> str:
    """The document, or the indicator."""
    if met.indicator:
        return f"{met.indicator} {plan().indicators[met.indicator].title(language())}"
    return str(met.document) if met.document else ""


@page(Permission.READ, clause="S0 S2011 S2012.b S2013.a")
def milestone_list(request: HttpRequest) -> HttpResponse:
    """All of them, by their day."""
    rows = _rows(request)
    return render(request, "programme/milestones.html", {
        "tabs": tabs("milestone_list"), "rows": rows, "columns": [{"label": head} for head in heads()],
        "late": request.GET.get("late") == "1",
    })  # fmt: skip


@page(Permission.READ, clause="S0")
def milestone_list_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export_table(
        request, form, key="programme.milestones", title=_("Milestones"), permission=Permission.READ,
        columns=[{"label": head} for head in heads()], rows=_rows(request),
    )  # fmt: skip


class EvidenceForm(forms.Form):
    """The document that shows it."""

    document = forms.ChoiceField(
        label=gettext_lazy("Document of the library"),
        help_text=gettext_lazy("Enter it in the library first if it is not there."),
    )

    def __init__(self, *args: Any, documents: list[PolicyDocument], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["document"].choices = [  # type: ignore[attr-defined]
            ("", "—"), *((str(one.pk), f"{one.title} {one.number}".strip()) for one in documents),
        ]  # fmt: skip


class DropForm(forms.Form):
    """Why it shows it no more."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@page(Permission.ENTER, methods=("GET", "POST"), about="milestone", clause="S2012.b")
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the document that shows a milestone, or take it away."""
    actor = actor_of(request)
    row = Milestone.objects.filter(pk=pk, subplan__programme__code=plan().code).first()
    if row is None or row.indicator or not actor.may(Permission.ENTER, row.region_code):
        raise Http404
    found = documents_for(row, today())
    form: forms.Form
    if row.evidence_id:
        form = DropForm(request.POST or None, initial=typed_before(request))
    else:
        form = EvidenceForm(request.POST or None, initial=typed_before(request), documents=found)
    if form.is_bound and attempt(form, lambda: _change(row, form, found, actor)) is not None:
        return see(request, "programme:milestone_list", _("The milestone is changed."))
    place = tree().full_name(row.region_code, row.due_on)
    context = {
        "form": form, "form_title": title_of(row), "submit": _("Take it away") if row.evidence_id else _("Save"),
        "lead": f"{place} · {row.due_on.isoformat()}" + (f" · {row.evidence}" if row.evidence_id else ""),
        "back": reverse("programme:milestone_list"),
    }  # fmt: skip
    return render(request, "programme/form.html", context, status=status_of(form))


def _change(row: Milestone, form: forms.Form, found: list[PolicyDocument], actor: Actor) -> Milestone:
    if row.evidence_id:
        return actions.drop_evidence(row, reason=form.cleaned_data["reason"], by=actor, on=today())
    chosen = next((one for one in found if str(one.pk) == form.cleaned_data["document"]), None)
    return actions.name_evidence(row, document=chosen, by=actor, on=today())


urlpatterns = [
    *paths("office/milestones", milestone_list, milestone_list_file, "milestone_list"),
    path("office/milestones/<int:pk>/", milestone, name="milestone"),
]
