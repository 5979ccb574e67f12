"""Who holds which duty over a division, and the transfer of a duty to another body."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations import actions
from shegong.ground.organizations.models import Duty, DutyQuerySet, DutyTransfer, Organization
from shegong.ground.organizations.rules import DUTIES, Permission
from shegong.ground.organizations.web import transfers
from shegong.ground.organizations.web.bodies import RegionTextField, form_page, period
from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, attempt, page, see, today, typed_before
from shegong.kernel.listing_filters import short
from shegong.ui.fields import DateTextField

MOST = 300


@page(Permission.READ, clause="M1.d")
def list_(request: HttpRequest) -> HttpResponse:
    """Duties in force inside the reach, one duty at a time; `all` shows the past and the future too."""
    actor, units, day = actor_of(request), tree(), today()
    duty, everything, rows = listed(request)
    may = actor.may(Permission.TRANSFER_DUTY)
    context = {
        "tabs": [
            {"label": _(label), "url": f"?duty={key}", "current": key == duty} for key, label in DUTIES.items()
        ],
        "columns": [{"label": _("Place")}, {"label": _("Body")}, {"label": _("Period")}, {"label": _("Basis")}, {"label": ""}],
        "rows": [_row(units.full_name(row.region_code, row.during.lower or day), row, may) for row in rows[:MOST]],
        "pending": transfers.waiting(actor), "pending_columns": transfers.columns(), "most": MOST if len(rows[: MOST + 1]) > MOST else 0, "everything": everything, "duty": duty, "may": may,
    }  # fmt: skip
    return render(request, "organizations/duties.html", context)


def listed(request: HttpRequest) -> tuple[str, bool, DutyQuerySet]:
    """(duty, whether past and future too, its rows in reach): what the address asks for."""
    asked, everything = request.GET.get("duty", ""), request.GET.get("all") == "1"
    duty = asked if asked in set(DUTIES) else "social_work"
    rows = Duty.objects.current().visible_to(actor_of(request), Permission.READ).filter(duty=duty)
    rows = (rows if everything else rows.on(today())).select_related("organization")
    return duty, everything, rows.order_by("region_code", "during")


def _row(place: str, row: Duty, may: bool) -> dict[str, Any]:
    url = f"{reverse('organizations:transfer')}?duty={row.duty}&region={short(row.region_code)}"
    return {"cells": [
        {"text": place},
        {"text": row.organization.name, "url": reverse("organizations:one", args=[row.organization_id])},
        {"text": period(row.during), "label": _("Period")},
        {"text": _(row.basis) if row.basis else "", "label": _("Basis"), "css": "hm"},
        {"text": _("Transfer") if may and row.during.upper is None else "", "url": url if may and row.during.upper is None else ""},
    ]}  # fmt: skip


class TransferForm(forms.Form):
    """Which duty, over which division, goes to which body, from when, by what."""

    duty = forms.ChoiceField(label=gettext_lazy("Duty"))
    region = RegionTextField()
    organization = forms.CharField(
        label=gettext_lazy("Body that takes it"), max_length=120,
        help_text=gettext_lazy("Its full name or its unified social credit code"),
    )  # fmt: skip
    effective = DateTextField(label=gettext_lazy("In force from"))
    basis = forms.CharField(label=gettext_lazy("Document number"), max_length=200, required=False)
    seal_name = forms.CharField(
        label=gettext_lazy("Name on the seal"), max_length=80, required=False,
        help_text=gettext_lazy("Empty: the name of the body"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["duty"].choices = [(str(key), _(label)) for key, label in DUTIES.items()]  # type: ignore[attr-defined]

    def clean_organization(self) -> Organization:
        """The existing body of this name or code; refuses none and several."""
        text = self.cleaned_data["organization"].strip()
        existing = Organization.objects.existing(today())
        found = list(existing.filter(name=text)[:2] or existing.search(text)[:2])
        if not found:
            raise forms.ValidationError(
                _("There is no organisation of this name. Enter it in the list first.")
            )
        if len(found) > 1:
            raise forms.ValidationError(_("Several organisations match. Write the full name or the code."))
        body: Organization = found[0]
        return body


@page(Permission.TRANSFER_DUTY, methods=("GET", "POST"), clause="M1.d", fresh=True)
def transfer(request: HttpRequest) -> HttpResponse:
    """Propose that a duty goes to another body; another officer decides."""
    asked = {"duty": request.GET.get("duty", "social_work"), "region": request.GET.get("region", "")}
    form = TransferForm(request.POST or None, initial=typed_before(request) or asked)
    done = attempt(form, lambda: _transfer(request, form.cleaned_data)) if form.is_bound else None
    if done is not None:
        return see(request, "organizations:duties", _("Proposed. Another officer decides."))
    lead = _(
        "Work queues follow the duty from that day on. No case is moved, and earlier papers keep the earlier body."
    )
    return form_page(request, form, _("Transfer a duty"), reverse("organizations:duties"), lead)


def _transfer(request: HttpRequest, typed: dict[str, Any]) -> DutyTransfer:
    values = {**typed, "region_code": typed["region"]}
    values.pop("region")
    return actions.propose_transfer(**values, by=actor_of(request), on=today())
