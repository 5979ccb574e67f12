"""A proposed transfer of a duty: another officer than the proposer agrees or not, with a fresh proof of who he is."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations import actions
from shegong.ground.organizations.models import DutyTransfer
from shegong.ground.organizations.rules import DUTIES, Permission, TransferState
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404


class DecisionForm(forms.Form):
    """Yes or no to a transfer; a no says why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=forms.RadioSelect,
        choices=[("approve", gettext_lazy("Agree")), ("refuse", gettext_lazy("Do not agree"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason, if you do not agree"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """Rows of the transfers that wait for a decision in reach, for the page of duties."""
    rows = DutyTransfer.objects.visible_to(actor, Permission.READ).waiting().select_related("organization")
    return [_cells(row) for row in rows.order_by("id")[:100]]


def _cells(row: DutyTransfer) -> dict[str, Any]:
    url = reverse("organizations:transfer_one", args=[row.pk])
    texts = (row.organization.name, row.effective.isoformat(), row.proposer)
    first = {"text": f"{tree().full_name(row.region_code, today())} · {_(DUTIES[row.duty])}", "url": url}
    return {"cells": [first, *({"text": text} for text in texts)]}


def columns() -> list[dict[str, str]]:
    """Headings of the waiting transfers."""
    return [
        {"label": label}
        for label in (_("Duty"), _("Body that takes it"), _("In force from"), _("Proposed by"))
    ]


@page(Permission.TRANSFER_DUTY, methods=("GET", "POST"), about="duty_transfer", clause="M1.d", fresh=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a proposal, decide it, or take one's own back."""
    actor = actor_of(request)
    row = visible_or_404(
        DutyTransfer.objects.select_related("organization"), actor, Permission.TRANSFER_DUTY, pk=pk
    )
    if request.method == "POST" and "withdraw" in request.POST:
        actions.withdraw_transfer(row, by=actor, on=today())
        return see(request, "organizations:duties", _("The proposal is taken back."))
    shown = {**typed_before(request), "version": row.version}
    form = DecisionForm(request.POST) if request.method == "POST" else DecisionForm(initial=shown)
    done = attempt(form, lambda: _decide(row, form.cleaned_data, actor)) if form.is_bound else None
    if done is not None:
        return see(request, "organizations:duties", _("Decided."))
    is_open, own = row.state == TransferState.PROPOSED, row.proposed_by == actor.person_id
    context = {
        "row": row, "rows": _facts(row), "form": form if is_open and not own else None, "mine": is_open and own,
    }  # fmt: skip
    return render(request, "organizations/transfer.html", context, status=status_of(form))


def _decide(row: DutyTransfer, typed: dict[str, Any], actor: Actor) -> Any:
    common = {"by": actor, "on": today(), "seen": typed["version"]}
    if typed["decision"] == "approve":
        return actions.approve_transfer(row, **common)
    return actions.refuse_transfer(row, reason=typed["reason"], **common)


def _facts(row: DutyTransfer) -> list[dict[str, Any]]:
    pairs = (
        (_("Duty"), _(DUTIES[row.duty])),
        (_("Place"), tree().full_name(row.region_code, row.effective)),
        (_("Body that takes it"), row.organization.name),
        (_("In force from"), row.effective),
        (_("Document number"), row.basis),
        (_("Name on the seal"), row.seal_name),
        (_("Proposed by"), row.proposer),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


urlpatterns = [path("office/duties/transfers/<int:pk>/", one, name="transfer_one")]
