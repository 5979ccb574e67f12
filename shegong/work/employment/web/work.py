"""Pages of the work history: stated, corrected and ended by the person or by an office."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.ui.fields import DateTextField
from shegong.work.employment import actions
from shegong.work.employment.models import Employment
from shegong.work.employment.rules import SERVICE_FIELDS

EDIT = "people.edit"
MOST_OFFERED = 10


def counties() -> list[tuple[str, str]]:
    """Every county of today, the employer's own place first."""
    day = today()
    found = [(str(code), tree().full_name(code, day)) for code in tree().units(3, day)]
    return [("", _("Where the employer is")), *found]


class WorkForm(forms.Form):
    """One employment. The employer is typed; when several fit, they are offered."""

    employer = forms.CharField(
        label=gettext_lazy("Employer"),
        max_length=100,
        help_text=gettext_lazy("Name, part of the name or unified social credit code"),
    )
    chosen = forms.TypedChoiceField(
        label=gettext_lazy("Which of these?"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    position = forms.CharField(label=gettext_lazy("Position"), max_length=120, required=False)
    service_field = forms.ChoiceField(
        label=gettext_lazy("Field of service"),
        choices=lambda: [("", _("Choose")), *((str(k), _(v)) for k, v in SERVICE_FIELDS.items())],
        required=False,
    )
    region = forms.TypedChoiceField(
        label=gettext_lazy("County of the workplace"),
        coerce=int,
        empty_value=None,
        choices=counties,
        required=False,
    )
    start = DateTextField(label=gettext_lazy("Working there since"))
    end = DateTextField(
        label=gettext_lazy("First day no longer there"),
        required=False,
        help_text=gettext_lazy("Leave empty when it goes on"),
    )
    side = forms.BooleanField(label=gettext_lazy("This is a side employment"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.found = _fitting(self.data.get("employer", "").strip()) if self.is_bound else []
        choices = [
            (one.pk, f"{one.name} ({tree().full_name(one.region_code, today())})") for one in self.found
        ]
        self.fields["chosen"].choices = choices
        if len(choices) < 2:
            self.fields["chosen"].widget = forms.HiddenInput()

    def body(self) -> Organization:
        """The employer meant. Refuses when none or several fit."""
        typed, chosen = self.cleaned_data["employer"].strip(), self.cleaned_data.get("chosen")
        exact = [one for one in self.found if one.pk == chosen or one.name == typed or one.uscc == typed]
        if len(exact) == 1 or len(self.found) == 1:
            return (exact or self.found)[0]
        if not self.found:
            message = N_("No body of this name is on record. Type another part of its name or its code.")
            raise Refused(Obstacle("employer_unknown", message, field="employer"))
        raise Refused(Obstacle("employer_several", N_("Several bodies fit. Choose one."), field="chosen"))


def _fitting(text: str) -> list[Organization]:
    return list(Organization.objects.search(text).existing(today())[:MOST_OFFERED]) if text else []


def whose(request: HttpRequest, token: str) -> Person:
    """The person herself, or with a token somebody within the officer's reach; else 404."""
    if token:
        return visible_or_404(Person.objects.all(), actor_of(request), EDIT, token=token)
    person = Person.objects.own(actor_of(request)).first()
    if person is None:
        raise Http404
    return person


def _initial(row: Employment | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"employer": row.employer.name, "position": row.position, "service_field": row.service_field,
            "region": row.region_code, "start": row.during.lower, "end": row.during.upper, "side": not row.main}  # fmt: skip


def _declare(request: HttpRequest, form: WorkForm, person: Person, row: Employment | None) -> Employment:
    given, employer = form.cleaned_data, form.body()
    return actions.declare_employment(
        person, employer=employer, region_code=given["region"] or employer.region_code, position=given["position"],
        service_field=given["service_field"], start=given["start"], end=given["end"], main=not given["side"],
        replaces=row, by=actor_of(request), on=today(),
    )  # fmt: skip


def _work(request: HttpRequest, token: str, pk: int | None) -> HttpResponse:
    person = whose(request, token)
    row = (
        Employment.objects.current().filter(person=person, pk=pk).select_related("employer").first()
        if pk
        else None
    )
    if pk and row is None:
        raise Http404
    back, args = ("people:card", (token,)) if token else ("people:profile", ())
    if request.method == "POST":
        form = WorkForm(request.POST)
        if attempt(form, lambda: _declare(request, form, person, row)):
            return see(request, back, _("Saved."), *args)
    else:
        form = WorkForm(initial=_initial(row) | typed_before(request))
    template = "employment/office_work.html" if token else "employment/my_work.html"
    context = {"form": form, "back": reverse(back, args=args)}
    return render(request, template, context, status=status_of(form))


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b")
def my_work(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """State, correct or end one of one's own employments."""
    return _work(request, "", pk)


@page(EDIT, methods=("GET", "POST"), about="person", clause="T4.2.b")
def office_work(request: HttpRequest, token: str, pk: int | None = None) -> HttpResponse:
    """State, correct or end an employment for the office."""
    return _work(request, token, pk)


urlpatterns = [
    path("my/profile/work/new/", my_work, name="my_work_new"),
    path("my/profile/work/<int:pk>/", my_work, name="my_work"),
    path("office/people/<slug:token>/work/new/", office_work, name="office_work_new"),
    path("office/people/<slug:token>/work/<int:pk>/", office_work, name="office_work"),
]
