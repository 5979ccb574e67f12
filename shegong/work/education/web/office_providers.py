"""The register of recognised providers: for the office that recognises, and for everybody to read."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Organization, named
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
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
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import last_day
from shegong.kernel.text import N_
from shegong.ui.fields import DateTextField
from shegong.work.education import actions
from shegong.work.education.models import Course, Provider
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE
from shegong.work.education.rules.providers import (
    PROVIDER_KINDS,
    PROVIDER_STATES,
    PROVIDER_STEPS,
    ProviderState,
)
from shegong.work.education.web.own_body import own_body, recognition_of
from shegong.work.education.web.words import PROVIDER_TONES, kinds_words, provider_state, span

MOST_OFFERED = 8


def provider_rows(ids: Sequence[int], scene: Scene) -> list[Provider]:
    """Recognitions with these keys."""
    return list(Provider.objects.filter(pk__in=ids).select_related("organization"))


def _named(value: str, scene: Scene) -> Forks:
    return (Q(organization__in=Organization.objects.filter(named(value)).values("pk")),)


LIST = Listing(
    key="education.providers",
    title=gettext_lazy("Providers of continuing education"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Provider.objects.all(),
    load=provider_rows,
    columns=(
        Column("name", gettext_lazy("Provider"), lambda p: p.organization.name, fixed=True,
               address=lambda p: reverse("education:provider", args=[p.pk])),
        Column("place", gettext_lazy("Place"), lambda p: tree().full_name(p.region_code, today()), phone=False),
        Column("kinds", gettext_lazy("Kind of teaching"), lambda p: kinds_words(p.kinds)),
        Column("from", gettext_lazy("Recognised from"), lambda p: p.during.lower if p.during else None, "date", phone=False),
        Column("to", gettext_lazy("Recognised to"), lambda p: last_day(p.during) if p.during else None, "date"),
        Column("decision", gettext_lazy("Decision number"), lambda p: p.decision_no, "code", shown=False),
        Column("reason", gettext_lazy("Reason"), lambda p: p.reason, phone=False),
        Column("state", gettext_lazy("How it stands"), lambda p: p.state, words=lambda v: _(PROVIDER_STATES[v]),
               tone=lambda p: PROVIDER_TONES[p.state]),
    ),
    filters=(
        text("q", gettext_lazy("Name of the provider"), _named),
        Filter("state", gettext_lazy("How it stands"), lambda value, scene: (Q(state=value),),
               lambda scene: [(str(k), _(v)) for k, v in PROVIDER_STATES.items()]),
    ),
    region=place_filter(gettext_lazy("Place")),
    orders=(Order("place", gettext_lazy("By place"), ("region_code", "id")),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def providers(request: HttpRequest) -> HttpResponse:
    """The register of providers in reach."""
    more = {"may_recognise": actor_of(request).may(Permission.RECOGNISE)}
    return answer(request, LIST, template="education/office_providers.html", more=more)


@page(Permission.READ, clause=CLAUSE)
def providers_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


class KindsForm(forms.Form):
    """What a provider teaches."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kind of teaching"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(k, _(v)) for k, v in PROVIDER_KINDS.items()]  # type: ignore[attr-defined]


class NewForm(KindsForm):
    """A body that applies on paper."""

    organization = forms.CharField(
        label=gettext_lazy("Body"), max_length=100,
        help_text=gettext_lazy("Name, part of the name or unified social credit code"),
    )  # fmt: skip
    field_order = ("organization", "kinds")

    def body(self) -> Organization:
        """The body meant. Refuses when none or several fit."""
        typed = self.cleaned_data["organization"].strip()
        found = list(Organization.objects.search(typed).existing(today())[:MOST_OFFERED])
        exact = [one for one in found if typed in (one.name, one.uscc)] or found
        if len(exact) == 1:
            return exact[0]
        if not exact:
            message = N_("No body of this name is on record. Type another part of its name or its code.")
            raise Refused(Obstacle("body_unknown", message, "organization"))
        message = N_("This could be %(names)s. Write the whole name.")
        raise Refused(Obstacle("body_several", message, "organization", params={"names": "、".join(one.name for one in exact)}))  # fmt: skip


class RecogniseForm(KindsForm):
    """The recognition."""

    start = DateTextField(label=gettext_lazy("Recognised from"))
    end = DateTextField(label=gettext_lazy("Recognised to"))
    decision_no = forms.CharField(label=gettext_lazy("Decision number"), max_length=60, required=False)


class StepForm(forms.Form):
    """A step of a recognition, with its reason."""

    step = forms.ChoiceField(label=gettext_lazy("What is to be done"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, steps: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [(name, _(PROVIDER_STEPS[name])) for name in steps]  # type: ignore[attr-defined]


def _form(
    request: HttpRequest, form: forms.Form, title: str, back: str, version: int | None = None
) -> HttpResponse:
    context = {"form": form, "form_title": title, "back": back, "version": version}
    return render(request, "education/office_form.html", context, status=status_of(form))


@page(Permission.RECOGNISE, methods=("GET", "POST"), clause=CLAUSE)
def new(request: HttpRequest) -> HttpResponse:
    """Enter an application that came on paper."""
    form = NewForm(request.POST or None, initial=typed_before(request))
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}

    def enter() -> Provider:
        return actions.apply_for_recognition(form.body(), kinds=form.cleaned_data["kinds"], **common)

    done = attempt(form, enter) if form.is_bound else None
    if done is not None:
        return see(request, "education:provider", _("The application is entered."), done.pk)
    return _form(request, form, _("Enter an application for recognition"), reverse("education:providers"))


def _steps(provider: Provider) -> list[str]:
    return [step.name for step in provider.workflow.steps_from(provider.state) if step.name != "recognise"]


@page(Permission.READ, about="provider", clause=CLAUSE)
def provider(request: HttpRequest, pk: int) -> HttpResponse:
    """One provider: its recognition, how it stood since when, its classes."""
    actor = actor_of(request)
    found = visible_or_404(Provider.objects.select_related("organization"), actor, Permission.READ, pk=pk)
    courses = Course.objects.filter(provider=found).order_by("-first_on")[:20]
    may = actor.may(Permission.RECOGNISE, found.region_code)
    context = {
        "provider": found, "state": provider_state(found.state), "facts": _facts(found),
        "events": [{"title": _(PROVIDER_STATES[one.state]), "detail": one.reason, "note": one.on.isoformat(), "state": "past"}
                   for one in found.standings.order_by("-id")],
        "courses": [(one, span(one.first_on, one.last_on), _course_address(one)) for one in courses],
        "may_recognise": may and found.state == ProviderState.APPLIED, "may_change": may and bool(_steps(found)),
    }  # fmt: skip
    return render(request, "education/office_provider.html", context)


def _course_address(course: Course) -> str:
    return reverse("education:office_class", args=[course.pk])


def _facts(found: Provider) -> list[dict[str, Any]]:
    days = span(found.during.lower, last_day(found.during) or found.during.lower) if found.during else ""
    return [
        {"label": _("Place"), "value": tree().full_name(found.region_code, today())},
        {"label": _("Unified social credit code"), "value": found.organization.uscc or ""},
        {"label": _("Kind of teaching"), "value": kinds_words(found.kinds)},
        {"label": _("Applied on"), "value": found.applied_on.isoformat()},
        {"label": _("Days of the recognition"), "value": days},
        {"label": _("Decision number"), "value": found.decision_no},
        {"label": _("Reason"), "value": found.reason},
    ]  # fmt: skip


@page(Permission.RECOGNISE, methods=("GET", "POST"), about="provider", clause=CLAUSE)
def recognise(request: HttpRequest, pk: int) -> HttpResponse:
    """Recognise an applicant for kinds and days."""
    found = visible_or_404(Provider.objects.select_related("organization"), actor_of(request), Permission.RECOGNISE, pk=pk)  # fmt: skip
    form = RecogniseForm(
        request.POST or None, initial=typed_before(request) or {"kinds": found.kinds, "start": today()}
    )
    seen = seen_version(request, found.version)

    def change() -> Provider:
        return actions.recognise(found, **form.cleaned_data, by=actor_of(request), on=today(), seen=seen)

    if form.is_bound and attempt(form, change):
        return see(request, "education:provider", _("The change is entered."), pk)
    return _form(request, form, _("Recognise %(name)s") % {"name": found.organization.name}, reverse("education:provider", args=[pk]), seen)  # fmt: skip


@page(Permission.RECOGNISE, methods=("GET", "POST"), about="provider", clause=CLAUSE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse, suspend, resume or withdraw a recognition."""
    found = visible_or_404(Provider.objects.select_related("organization"), actor_of(request), Permission.RECOGNISE, pk=pk)  # fmt: skip
    form = StepForm(request.POST or None, steps=_steps(found), initial=typed_before(request))
    seen = seen_version(request, found.version)

    def walk() -> Provider:
        given = form.cleaned_data
        return actions.change_recognition(found, given["step"], reason=given["reason"], by=actor_of(request), on=today(), seen=seen)  # fmt: skip

    if form.is_bound and attempt(form, walk):
        return see(request, "education:provider", _("The change is entered."), pk)
    return _form(request, form, _("Change the recognition of %(name)s") % {"name": found.organization.name}, reverse("education:provider", args=[pk]), seen)  # fmt: skip


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The clerk applies for the recognition of her body."""
    actor = actor_of(request)
    body = own_body(actor, code)
    form = KindsForm(request.POST or None, initial=typed_before(request))

    def send() -> Provider:
        return actions.apply_for_recognition(body, kinds=form.cleaned_data["kinds"], by=actor, on=today())

    if form.is_bound and attempt(form, send):
        return see(request, "education:classes", _("The application is sent. The province decides."), code)
    held = recognition_of(actor, body)
    context = {"form": form, "organisation": body.name, "back": reverse("education:classes", args=[code]),
               "form_title": _("Apply for recognition"), "submit": _("Send the application"), "provider": held}  # fmt: skip
    return render(request, "education/org_form.html", context, status=status_of(form))
