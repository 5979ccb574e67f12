"""A centre's page, and the forms that enter, correct, check it and change its standing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.organizations.panels import organization_panels
from shegong.ground.regions.models import tree
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
from shegong.kernel.text import N_
from shegong.ui.panels import panels_of
from shegong.work.centres import actions
from shegong.work.centres.models import AnnualCheck, Centre
from shegong.work.centres.rules import CLAUSE, RESULTS, STATES, Permission
from shegong.work.centres.web.forms import CheckForm, CorrectForm, NewForm, StandingForm
from shegong.work.centres.web.listing import TONES

HEADS = (
    N_("Year checked"),
    N_("Result of the check"),
    N_("Staff reported"),
    N_("Certificate holders reported"),
)


@page(Permission.READ, about="centre", clause=CLAUSE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What the register says of a centre, its checks, and who of its people is registered."""
    actor = actor_of(request)
    centre = visible_or_404(Centre.objects.select_related("organization"), actor, Permission.READ, pk=pk)
    checks = centre.checks.order_by("-year")
    context = {
        "centre": centre, "body": centre.organization, "facts": _facts(centre),
        "state": {"word": _(STATES[centre.state]), "tone": TONES[centre.state]},
        "columns": [{"label": _(head)} for head in HEADS], "rows": [_row(check) for check in checks],
        "panels": panels_of(organization_panels, actor, centre.organization),
        "may_edit": actor.may(Permission.EDIT, centre.region_code) and _steps(centre),
    }  # fmt: skip
    return render(request, "centres/one.html", context)


def _facts(centre: Centre) -> list[dict[str, Any]]:
    fund = "" if centre.fund_fen is None else f"{centre.fund_fen / 100:,.2f}"
    return [
        {"label": _("Township or subdistrict"), "value": tree().full_name(centre.region_code, today())},
        {"label": _("Unified social credit code"), "value": centre.organization.uscc},
        {"label": _("Former registration number"), "value": centre.registration_no},
        {"label": _("Legal representative"), "value": centre.legal_representative},
        {"label": _("Address of the centre"), "value": centre.address},
        {"label": _("Start-up fund, yuan"), "value": fund},
        {"label": _("Supervising body"), "value": centre.supervisor},
        {"label": _("Registered on"), "value": centre.registered_on.isoformat() if centre.registered_on else ""},
    ]  # fmt: skip


def _row(check: AnnualCheck) -> dict[str, Any]:
    texts = (str(check.year), _(RESULTS[check.result]), _number(check.staff), _number(check.certified))
    return {"cells": [{"text": text, "label": _(head)} for text, head in zip(texts, HEADS, strict=True)]}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _steps(centre: Centre) -> list[str]:
    return [step.name for step in centre.workflow.steps_from(centre.state)]


def _about(request: HttpRequest, pk: int) -> Centre:
    found: Centre = visible_or_404(
        Centre.objects.select_related("organization"), actor_of(request), Permission.EDIT, pk=pk
    )
    return found


def _form_page(
    request: HttpRequest, form: forms.Form, title: str, back: str, version: int | None = None
) -> HttpResponse:
    context = {"form": form, "form_title": title, "back": back, "version": version}
    return render(request, "centres/form.html", context, status=status_of(form))


@page(Permission.EDIT, methods=("GET", "POST"), clause=CLAUSE)
def new(request: HttpRequest) -> HttpResponse:
    """Enter one centre."""
    form = NewForm(request.POST or None, initial=typed_before(request))
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    done = (
        attempt(form, lambda: actions.enter_centre(None, **form.values(), **common))
        if form.is_bound
        else None
    )
    if done is not None:
        said = _("%(name)s is entered.") % {"name": done.organization.name}
        return see(request, "centres:one", said, pk=done.pk)
    return _form_page(request, form, _("Enter a centre"), reverse("centres:list"))


def _changed(
    request: HttpRequest, centre: Centre, form: forms.Form, change: Callable[..., Any], title: str
) -> HttpResponse:
    """Run a change of a centre from its form, or show the form (again)."""
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    if form.is_bound and attempt(form, lambda: change(**common)) is not None:
        return see(request, "centres:one", _("The change is entered."), pk=centre.pk)
    back = reverse("centres:one", args=[centre.pk])
    return _form_page(
        request, form, title % {"name": centre.organization.name}, back, seen_version(request, centre.version)
    )


@page(Permission.EDIT, methods=("GET", "POST"), about="centre", clause=CLAUSE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what the register says; name, code and place are corrected on the body's page."""
    centre = _about(request, pk)
    names = ("registration_no", "legal_representative", "address", "supervisor", "registered_on")
    stored = {name: getattr(centre, name) for name in names}
    stored["fund"] = None if centre.fund_fen is None else centre.fund_fen / 100
    form = CorrectForm(request.POST or None, initial=typed_before(request) or stored)
    seen = seen_version(request, centre.version)
    return _changed(
        request, centre, form, lambda **common: actions.correct_centre(centre, **form.values(), seen=seen, **common),
        _("Correct %(name)s"),
    )  # fmt: skip


@page(Permission.EDIT, methods=("GET", "POST"), about="centre", clause=CLAUSE)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the result of a year's check."""
    centre = _about(request, pk)
    form = CheckForm(request.POST or None, initial=typed_before(request) or {"year": today().year - 1})
    return _changed(
        request, centre, form, lambda **common: actions.record_check(centre, **form.cleaned_data, **common),
        _("Yearly check of %(name)s"),
    )  # fmt: skip


@page(Permission.EDIT, methods=("GET", "POST"), about="centre", clause=CLAUSE)
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """List as abnormal, take off the list, or cancel the registration."""
    centre = _about(request, pk)
    form = StandingForm(request.POST or None, steps=_steps(centre), initial=typed_before(request))
    seen = seen_version(request, centre.version)
    return _changed(
        request, centre, form,
        lambda **common: actions.change_standing(centre, **form.cleaned_data, seen=seen, **common),
        _("Standing of %(name)s"),
    )  # fmt: skip
