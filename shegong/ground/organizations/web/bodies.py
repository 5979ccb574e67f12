"""Pages of one body: its card, and the forms that enter, correct, rename and dissolve it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations import actions
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.panels import organization_panels
from shegong.ground.organizations.rules import KINDS, Permission, duty_name
from shegong.ground.organizations.rules.registering import SOURCES, SYSTEMS
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
from shegong.ui.fields import DateTextField
from shegong.ui.panels import panels_of


class RegionTextField(forms.CharField):
    """A place typed by name or code: 延吉市, 延边州延吉市河南街道, 222401. Gives the nine-digit code of today."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", gettext_lazy("Place"))
        kwargs.setdefault("help_text", gettext_lazy("County or township, for example 延吉市 or 222401"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The code; refuses a text that means nothing, or several places (it names them)."""
        text = super().to_python(value)
        if not text:
            return None
        units, day = tree(), today()
        found = units.resolve(text, day)
        if not found:
            raise forms.ValidationError(
                _("There is no place “%(text)s”. Write its official name.") % {"text": text}
            )
        if len(found) > 1:
            names = "、".join(units.full_name(code, day) for code in found[:5])
            raise forms.ValidationError(
                _("This could be %(names)s. Write the county before it.") % {"names": names}
            )
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        """Show a stored code as its full name."""
        return tree().full_name(value, today()) if isinstance(value, int) else value


class BodyForm(forms.Form):
    """What is known of a body."""

    name = forms.CharField(label=gettext_lazy("Official name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of organisation"))
    region = RegionTextField()
    uscc = forms.CharField(
        label=gettext_lazy("Unified social credit code"), max_length=40, required=False,
        help_text=gettext_lazy("18 characters; leave it empty if there is none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    old_registration_no = forms.CharField(
        label=gettext_lazy("Former registration number"), max_length=40, required=False
    )
    system = forms.ChoiceField(label=gettext_lazy("Administrative system"))
    founded_on = DateTextField(label=gettext_lazy("Founded on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "—"), *((str(k), _(v)) for k, v in KINDS.items())]  # type: ignore[attr-defined]
        self.fields["system"].choices = [(k, _(v)) for k, v in reversed(list(SYSTEMS.items()))]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {
            "region_code" if name == "region" else name: value for name, value in self.cleaned_data.items()
        }


class NewForm(BodyForm):
    """A new body; the last box answers the warning about similar names."""

    accept_similar = forms.BooleanField(
        label=gettext_lazy("I compared the similar names; this is another body"), required=False
    )


class RenameForm(forms.Form):
    """A new official name from a day on."""

    name = forms.CharField(label=gettext_lazy("New name"), max_length=120)
    effective = DateTextField(label=gettext_lazy("In force from"))
    reason = forms.CharField(label=gettext_lazy("Document or note"), max_length=300, required=False)


class DissolveForm(forms.Form):
    """The end of a body."""

    effective = DateTextField(label=gettext_lazy("Dissolved on"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)


@page(Permission.READ, about="organization")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A body with its names by date, its duties, and a college's programmes with where the statement comes from."""
    actor, day = actor_of(request), today()
    body = visible_or_404(Organization.objects.all(), actor, Permission.READ, pk=pk)
    units = tree()
    duties = Duty.objects.current().filter(organization=body).order_by("duty", "during")
    context = {
        "body": body, "facts": _facts(body), "school": _school(body),
        "events": [
            {"title": row.name, "detail": period(row.during)} for row in body.names.order_by("during")
        ],
        "duties": [
            {"cells": [
                {"text": _(duty_name(row.duty))},
                {"text": units.full_name(row.region_code, row.during.lower or day), "label": _("Place")},
                {"text": period(row.during), "label": _("Period")},
                {"text": _(row.basis) if row.basis else "", "label": _("Basis")},
            ]}
            for row in duties
        ],
        "duty_columns": [{"label": _("Duty")}, {"label": _("Place")}, {"label": _("Period")}, {"label": _("Basis")}],
        "panels": panels_of(organization_panels, actor, body),
        "may_edit": actor.may(Permission.EDIT, body.region_code) and body.dissolved_on is None,
    }  # fmt: skip
    return render(request, "organizations/one.html", context)


def period(during: Any) -> str:
    """[start, end) in words."""
    start, end = during.lower, during.upper
    words = {"start": start.isoformat() if start else "", "end": end.isoformat() if end else ""}
    if start and end:
        return _("from %(start)s until before %(end)s") % words
    if start:
        return _("since %(start)s") % words
    return _("until before %(end)s") % words if end else _("in force, beginning unknown")


def _facts(body: Organization) -> list[dict[str, Any]]:
    return [
        {"label": _("Kind of organisation"), "value": _(KINDS.get(body.kind, body.kind))},
        {"label": _("Place"), "value": tree().full_name(body.region_code, today())},
        {"label": _("Unified social credit code"), "value": body.uscc},
        {"label": _("Former registration number"), "value": body.old_registration_no},
        {"label": _("Administrative system"), "value": _(SYSTEMS.get(body.system, body.system))},
        {"label": _("Founded on"), "value": body.founded_on.isoformat() if body.founded_on else ""},
        {"label": _("Dissolved on"), "value": body.dissolved_on.isoformat() if body.dissolved_on else ""},
        {"label": _("Source"), "value": _(SOURCES.get(body.source, body.source)) if body.source else ""},
    ]


def _school(body: Organization) -> list[dict[str, Any]]:
    school = getattr(body, "school", None)
    if school is None:
        return []
    words = {True: _("Yes"), False: _("No"), None: _("Not known")}
    return [
        {"label": _("College code"), "value": school.school_code},
        {"label": _("Level and authority"), "value": " · ".join(filter(None, (school.level, school.authority, school.ownership)))},
        {"label": _("Bachelor of social work"), "value": words[school.offers_bsw]},
        {"label": _("Master of social work"), "value": words[school.offers_msw]},
        {"label": _("Certainty"), "value": school.programme_confidence},
        {"label": _("Where this comes from"), "value": school.provenance},
    ]  # fmt: skip


@page(Permission.EDIT, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Enter a body."""
    form = NewForm(request.POST or None, initial=typed_before(request))
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    done = (
        attempt(form, lambda: actions.register_organization(**form.values(), **common))
        if form.is_bound
        else None
    )
    if done is not None:
        return see(request, "organizations:one", _("%(name)s is entered.") % {"name": done.name}, pk=done.pk)
    return form_page(request, form, _("Enter an organisation"), reverse("organizations:list"))


def form_page(
    request: HttpRequest, form: forms.Form, title: str, back: str, lead: str = "", version: int | None = None
) -> HttpResponse:
    context = {"form": form, "form_title": title, "back": back, "lead": lead, "version": version}
    return render(request, "organizations/form.html", context, status=status_of(form))


def _about(request: HttpRequest, pk: int) -> Organization:
    body: Organization = visible_or_404(Organization.objects.all(), actor_of(request), Permission.EDIT, pk=pk)
    return body


def _changed(
    request: HttpRequest,
    body: Organization,
    form: forms.Form,
    change: Callable[..., Any],
    title: str,
    lead: str = "",
) -> HttpResponse:
    """Run a change of a body from its form, or show the form (again)."""
    about = {"by": actor_of(request), "on": today(), "seen": seen_version(request)}
    done = attempt(form, lambda: change(**about)) if form.is_bound else None
    if done is not None:
        return see(request, "organizations:one", _("The change is entered."), pk=body.pk)
    back = reverse("organizations:one", args=[body.pk])
    version = seen_version(request, body.version)
    return form_page(request, form, title % {"name": body.name}, back, lead, version)


@page(Permission.EDIT, methods=("GET", "POST"), about="organization")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was entered, all but the name."""
    body = _about(request, pk)
    stored = {
        "name": body.name, "kind": body.kind, "region": body.region_code, "uscc": body.uscc or "",
        "old_registration_no": body.old_registration_no, "system": body.system, "founded_on": body.founded_on,
    }  # fmt: skip
    form = BodyForm(request.POST or None, initial=typed_before(request) or stored)
    del form.fields["name"]
    return _changed(
        request, body, form, lambda **about: actions.edit_organization(body, **form.values(), **about),
        _("Correct %(name)s"),
    )  # fmt: skip


@page(Permission.EDIT, methods=("GET", "POST"), about="organization")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """A new official name from a day on."""
    body = _about(request, pk)
    form = RenameForm(request.POST or None, initial=typed_before(request) or {"name": body.name})
    return _changed(
        request, body, form, lambda **about: actions.rename_organization(body, **form.cleaned_data, **about),
        _("Rename %(name)s"), _("Papers of earlier days keep the earlier name."),
    )  # fmt: skip


@page(Permission.EDIT, methods=("GET", "POST"), about="organization")
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """The body ends; it stays readable."""
    body = _about(request, pk)
    form = DissolveForm(request.POST or None, initial=typed_before(request) or {"effective": today()})
    return _changed(
        request, body, form, lambda **about: actions.dissolve_organization(body, **form.cleaned_data, **about),
        _("Dissolve %(name)s"), _("It can be chosen no more from that day on; what it did stays readable."),
    )  # fmt: skip
