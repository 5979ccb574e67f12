"""The steps of a yearly plan, each asked for on a page of its own (N10)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents.rules.official import Permission as Documents
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.steering.programme import actions
from shegong.steering.programme.models import AnnualPlan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.annual import CLAUSE, PLAN_STEPS, PlanState
from shegong.steering.programme.web.annual_tabs import leads, plan_title
from shegong.ui.fields import DateTextField

LEADS = frozenset({"review", "submit", "send_back", "issue", "withdraw"})
COORDINATES = frozenset({"endorse", "send_back", "issue"})
STEPS: dict[str, Callable[..., AnnualPlan]] = {
    "review": actions.review_plan, "submit": actions.submit_plan, "send_back": actions.send_plan_back,
    "endorse": actions.endorse_plan, "issue": actions.issue_plan, "withdraw": actions.withdraw_plan,
}  # fmt: skip
TEXTS = {
    "review": gettext_lazy(
        "Targets and work are as the lead body wants them. Afterwards the plan is submitted."
    ),
    "submit": gettext_lazy("The coordinator gets the plan for endorsement. Until then it can be sent back."),
    "send_back": gettext_lazy("The plan becomes a draft again and can be changed."),
    "endorse": gettext_lazy("You stand behind this plan. Afterwards it is issued."),
    "issue": gettext_lazy(
        "From the day of issue the units work by this plan: it is the yardstick of every page."
    ),
    "withdraw": gettext_lazy("The draft is put away. The edition in force stays."),
}
DONE = {
    "review": gettext_lazy("The review is recorded."), "submit": gettext_lazy("The plan is submitted."),
    "send_back": gettext_lazy("The plan is sent back."), "endorse": gettext_lazy("The plan is endorsed."),
    "issue": gettext_lazy("The plan is issued and in force."), "withdraw": gettext_lazy("The draft is taken back."),
}  # fmt: skip


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class IssueForm(forms.Form):
    """The document by which the plan is issued."""

    number = forms.CharField(
        label=gettext_lazy("Number of its document"),
        max_length=60,
        help_text=gettext_lazy("For example 吉民发〔2013〕5号"),
    )
    issued_on = DateTextField(label=gettext_lazy("In force from"))


FORMS: dict[str, type[forms.Form]] = {"send_back": ReasonForm, "issue": IssueForm}


def names_for(annual: AnnualPlan, actor: Actor) -> list[str]:
    """The steps that this reader may walk now."""
    mine_to_write = leads(annual, actor)
    wrote = actor.person_id is not None and actor.person_id in (annual.drafter_id, annual.submitter_id)
    coordinates = actor.may(Permission.ENDORSE, annual.region_code)
    mine = (LEADS if mine_to_write else frozenset()) | (COORDINATES if coordinates else frozenset())
    return [
        step.name for step in annual.workflow.steps_from(annual.state)
        if step.name in mine and not (step.name == "endorse" and wrote)
    ]  # fmt: skip


def steps_for(annual: AnnualPlan, actor: Actor) -> list[dict[str, Any]]:
    """The same as buttons, the one that moves on first."""
    last = {"send_back": 1, "withdraw": 2}
    return [
        {
            "label": _(PLAN_STEPS[name]),
            "url": reverse("programme:annual_step", args=[annual.pk, name]),
            "primary": name not in last,
        }
        for name in sorted(names_for(annual, actor), key=lambda name: last.get(name, 0))
    ]


def _from_document(annual: AnnualPlan) -> dict[str, Any]:
    """Number and day of the document by which it is issued."""
    document = annual.document
    return (
        {"number": document.number, "issued_on": document.issued_on}
        if document is not None and document.is_issued
        else {}
    )


def may_draft_document(annual: AnnualPlan, actor: Actor) -> bool:
    """Whether the document of an endorsed plan waits to be drafted by this reader."""
    waits = annual.state == PlanState.ENDORSED and annual.document_id is None
    return waits and actor.may(Documents.DRAFT) and leads(annual, actor)


@page(Permission.PLAN, methods=("GET", "POST"), about="annual_plan", clause=CLAUSE)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the document by which an endorsed plan is issued."""
    actor = actor_of(request)
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan__programme"), actor, Permission.PLAN, pk=pk
    )
    if request.method != "POST" and not may_draft_document(annual, actor):
        return redirect("programme:annual_plan", pk=pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_bound:
        done = attempt(form, lambda: actions.draft_plan_document(annual, by=actor, on=today()))
        if done is not None:
            return see(
                request,
                "documents:official",
                _("The document is drafted from the plan."),
                pk=done.document_id,
            )
    context = {
        "form": form, "title": _("Draft its document"), "version": annual.version, "submit": _("Draft its document"),
        "text": _("Targets, work and split become the text; it goes to the offices of the units, with copies to the bodies that take part."),
        "plan_title": plan_title(annual), "cancel_url": reverse("programme:annual_plan", args=[pk]), "danger": False,
    }  # fmt: skip
    return render(request, "programme/annual_step.html", context, status=status_of(form))


@page(Permission.READ, methods=("GET", "POST"), about="annual_plan", clause=CLAUSE)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask, then walk one step."""
    actor = actor_of(request)
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan__programme", "document"), actor, Permission.READ, pk=pk
    )
    if name not in STEPS:
        raise Http404
    if request.method != "POST" and name not in names_for(annual, actor):
        return redirect("programme:annual_plan", pk=pk)
    begin = typed_before(request) or _from_document(annual)
    form = FORMS.get(name, forms.Form)(request.POST if request.method == "POST" else None, initial=begin)
    common = {"by": actor, "on": today(), "seen": seen_version(request, annual.version)}
    if (
        form.is_bound
        and attempt(form, lambda: STEPS[name](annual, **form.cleaned_data, **common)) is not None
    ):
        return see(request, "programme:annual_plan", str(DONE[name]), pk=pk)
    context = {
        "form": form, "title": _(PLAN_STEPS[name]), "text": TEXTS[name], "version": annual.version, "submit": _(PLAN_STEPS[name]),
        "plan_title": plan_title(annual), "cancel_url": reverse("programme:annual_plan", args=[pk]),
        "danger": name in ("withdraw",),
    }  # fmt: skip
    return render(request, "programme/annual_step.html", context, status=status_of(form))


urlpatterns = [
    path("office/annual-plans/<int:pk>/document/", document, name="annual_document"),
    path("office/annual-plans/<int:pk>/<str:name>/step/", step, name="annual_step"),
]
