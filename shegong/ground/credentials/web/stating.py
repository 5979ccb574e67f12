"""Pages of degrees and certificates: stated by the person or an office, checked by an office; panels on the person's pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.credentials import actions
from shegong.ground.credentials.models import Certificate, Education
from shegong.ground.credentials.rules import CHECK_SOURCES, LEVEL_NAMES, MODES, Level, Permission
from shegong.ground.people.models import Person, names_of
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.code_lists import codes
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

EDIT, VERIFY = "people.edit", Permission.VERIFY


def words(labels: dict[Any, str]) -> Callable[[], list[tuple[str, str]]]:
    """Choices of a table of marked words, in the reader's language."""
    return lambda: [(str(key), _(word)) for key, word in labels.items()]


def national(name: str, empty: bool) -> Callable[[], list[tuple[str, str]]]:
    """Choices of a national list."""
    return lambda: [*([("", _("None"))] if empty else [("", _("Choose"))]), *codes(name).items()]


class EducationForm(forms.Form):
    """One degree or diploma by the national lists."""

    level = forms.ChoiceField(label=gettext_lazy("Education"), choices=national("education", False))
    degree = forms.ChoiceField(label=gettext_lazy("Degree"), choices=national("degree", True), required=False)
    school_name = forms.CharField(label=gettext_lazy("School"), max_length=200, required=False)
    major = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("As on the diploma, for example 社会工作"),
    )
    mode = forms.ChoiceField(label=gettext_lazy("Way of study"), choices=words(MODES), required=False)
    graduated_on = DateTextField(label=gettext_lazy("Graduated on"), required=False)


class CertificateForm(forms.Form):
    """The professional-level certificate as printed."""

    level = forms.ChoiceField(
        label=gettext_lazy("Level"), choices=words(LEVEL_NAMES), widget=forms.RadioSelect
    )
    management_no = forms.CharField(
        label=gettext_lazy("Management number"),
        max_length=120,
        help_text=gettext_lazy("On the certificate, mostly 18 digits"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    issued_on = DateTextField(label=gettext_lazy("Date of issue"))
    exam_year = forms.IntegerField(
        label=gettext_lazy("Year of the examination"), required=False, min_value=1980, max_value=2100
    )
    local_scheme = forms.BooleanField(
        label=gettext_lazy("Issued by a local scheme before 2008"), required=False
    )


class CheckForm(forms.Form):
    """What the officer compared with, and what was found."""

    source = forms.ChoiceField(
        label=gettext_lazy("Compared with"), choices=words(CHECK_SOURCES), widget=forms.RadioSelect
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[
            ("matches", gettext_lazy("It matches")),
            ("differs", gettext_lazy("It differs")),
            ("not_found", gettext_lazy("It is not there")),
        ],
        widget=forms.RadioSelect,
    )


EDUCATION_FIELDS = ("level", "degree", "school_name", "major", "mode", "graduated_on")
CERTIFICATE_FIELDS = ("level", "management_no", "issued_on", "exam_year", "local_scheme")


def whose(request: HttpRequest, token: str) -> Person:
    """The person herself, or with a token somebody within the officer's reach; else 404."""
    if token:
        return visible_or_404(Person.objects.all(), actor_of(request), EDIT, token=token)
    person = Person.objects.own(actor_of(request)).first()
    if person is None:
        raise Http404
    return person


def back_of(token: str) -> tuple[str, tuple[str, ...]]:
    """The page to return to."""
    return ("people:card", (token,)) if token else ("people:profile", ())


def _form_page(
    request: HttpRequest, form: forms.Form, title: Promise | str, token: str, **more: Any
) -> HttpResponse:
    name, args = back_of(token)
    template = "credentials/office_form.html" if token else "credentials/my_form.html"
    context = {"form": form, "title": title, "back": reverse(name, args=args), **more}
    return render(request, template, context, status=status_of(form))


def _education(request: HttpRequest, token: str, pk: int | None) -> HttpResponse:
    person = whose(request, token)
    row = Education.objects.current().filter(person=person, pk=pk).first() if pk else None
    if pk and row is None:
        raise Http404
    initial = ({f: getattr(row, f) for f in EDUCATION_FIELDS} if row else {}) | typed_before(request)
    form = EducationForm(request.POST) if request.method == "POST" else EducationForm(initial=initial)
    if request.method == "POST" and attempt(
        form,
        lambda: actions.state_education(
            person, **form.cleaned_data, replaces=row, by=actor_of(request), on=today()
        ),
    ):
        name, args = back_of(token)
        return see(request, name, _("Saved."), *args)
    drop = reverse("credentials:drop_education", args=(row.pk,)) if row is not None and not token else ""
    return _form_page(request, form, _("Education"), token, drop_url=drop)


def _certificate(request: HttpRequest, token: str, pk: int | None) -> HttpResponse:
    person = whose(request, token)
    row = Certificate.objects.filter(person=person, pk=pk, state="declared").first() if pk else None
    if pk and row is None:
        raise Http404
    initial = ({f: getattr(row, f) for f in CERTIFICATE_FIELDS} if row else {}) | typed_before(request)
    form = CertificateForm(request.POST) if request.method == "POST" else CertificateForm(initial=initial)

    def change() -> Certificate:
        who: dict[str, Any] = {"by": actor_of(request), "on": today()}
        if row is None:
            return actions.declare_certificate(person, **form.cleaned_data, **who)
        return actions.correct_certificate(row, **form.cleaned_data, **who)

    if request.method == "POST" and attempt(form, change):
        name, args = back_of(token)
        return see(request, name, _("Saved."), *args)
    return _form_page(request, form, _("Professional-level certificate"), token)


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b")
def my_education(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """State or correct one of one's own degrees."""
    return _education(request, "", pk)


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b")
def my_certificate(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """State or correct one of one's own certificates."""
    return _certificate(request, "", pk)


@page(SIGNED_IN, methods=("POST",), about="own")
def drop_education(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own degrees off."""
    row = Education.objects.current().filter(person=whose(request, ""), pk=pk).first()
    if row is None:
        raise Http404
    actions.drop_education(row, by=actor_of(request), on=today())
    return see(request, "people:profile", _("Taken off."))


@page(EDIT, methods=("GET", "POST"), about="person", clause="T4.2.b")
def office_education(request: HttpRequest, token: str, pk: int | None = None) -> HttpResponse:
    """State or correct a degree for the office."""
    return _education(request, token, pk)


@page(EDIT, methods=("GET", "POST"), about="person", clause="T4.2.b")
def office_certificate(request: HttpRequest, token: str, pk: int | None = None) -> HttpResponse:
    """State or correct a certificate for the office."""
    return _certificate(request, token, pk)


@page(VERIFY, methods=("GET", "POST"), about="certificate", clause="T4.2.b")
def check(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Note what a comparison of a declared certificate with a source found."""
    actor = actor_of(request)
    person = visible_or_404(Person.objects.all(), actor, VERIFY, token=token)
    row = Certificate.objects.filter(person=person, pk=pk).first()
    if row is None:
        raise Http404
    form = CheckForm(request.POST) if request.method == "POST" else CheckForm()
    seen = seen_version(request, row.version)

    def change() -> Certificate:
        given = {"source": form.cleaned_data["source"], "by": actor, "on": today(), "seen": seen}
        if form.cleaned_data["result"] == "matches":
            return actions.verify_certificate(row, **given)
        return actions.refute_certificate(row, result=form.cleaned_data["result"], **given)

    if request.method == "POST" and attempt(form, change):
        return see(request, "people:card", _("The check is on record."), token)
    more = {"certificate": row, "level": _(LEVEL_NAMES[Level(row.level)]), "name": names_of([person.pk]).get(person.pk, ""),
            "version": request.POST.get("version") or row.version}  # fmt: skip
    return _form_page(request, form, _("Check the certificate"), token, **more)
