"""The employer's clerk: who says to work here, who is on the staff, who came and who left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations import panels
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import PersonName, names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.ui.fields import DateTextField
from shegong.ui.menu import MenuItem
from shegong.work.employment import actions
from shegong.work.employment.models import Confirmation, Employment
from shegong.work.employment.rules import ANSWER_NAMES, SERVICE_FIELDS, Answer, Permission, Side
from shegong.work.employment.web.mine import answered
from shegong.work.employment.web.words import TONES, AnswerForm, cards, rows, said


class StaffForm(forms.Form):
    """Somebody who works here, by the card."""

    name = forms.CharField(label=_("Name"), max_length=60)
    number = forms.CharField(
        label=_("Identity number"),
        max_length=24,
        help_text=_("Both as on the card; only the person is told."),
    )
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    service_field = forms.ChoiceField(
        label=_("Field of service"),
        choices=lambda: [("", gettext("Choose")), *((str(k), gettext(v)) for k, v in SERVICE_FIELDS.items())],
        required=False,
    )
    start = DateTextField(label=_("Working there since"))
    side = forms.BooleanField(label=_("This is a side employment"), required=False)


class LeftForm(forms.Form):
    """When somebody left."""

    end = DateTextField(label=_("First day no longer there"))


@dataclass(frozen=True, slots=True)
class Job:
    """One member of staff with the newest word about her."""

    id: int
    name: str
    position: str
    since: date | None
    answer: str


def _jobs(ids: Sequence[int], scene: Scene) -> list[Job]:
    found = list(Employment.objects.filter(pk__in=ids))
    people = [row.person_id for row in found]
    names = names_of(people)
    questions = Confirmation.objects.filter(person__in=people).order_by("id")
    employers = {row.employer_id for row in found}
    newest = {(q.person_id, q.since): str(q.state) for q in questions if q.employer_id in employers}
    return [
        Job(row.pk, names.get(row.person_id, ""), row.position, row.during.lower,
            newest.get((row.person_id, row.during.lower), ""))
        for row in found
    ]  # fmt: skip


def _found(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


STAFF = Listing(
    key="employment.staff",
    title=_("Confirm staff"),
    permission=Permission.CONFIRM,
    export_permission=Permission.CONFIRM,
    rows=lambda scene: Employment.objects.none(),
    load=_jobs,
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name"),
        Column("position", _("Position"), lambda r: r.position),
        Column("since", _("Since"), lambda r: r.since, "date"),
        Column("answer", _("Confirmation"), lambda r: r.answer,
               words=lambda v: gettext(ANSWER_NAMES[Answer(v)]) if v else gettext("Not asked"),
               tone=lambda r: TONES.get(Answer(r.answer), "") if r.answer else ""),
    ),
    orders=(Order("since", _("Longest here first"), ("id",)),),
    filters=(text("q", _("Name or pinyin"), _found),),
)  # fmt: skip


def own_body(request: HttpRequest, code: str) -> Organization:
    """The body whose clerk the actor is; 404 for every other one."""
    return panels.own_body(actor_of(request), code, Permission.CONFIRM)


def _listing(own: Organization) -> Listing:
    """The body's staff of the day; a name leads to where its leaving is stated."""
    code = own.code
    named = replace(STAFF.columns[0], address=lambda r: reverse("employment:left", args=(code, r.id)))
    staff = lambda scene: Employment.objects.current().on(scene.day).filter(employer=own)  # noqa: E731
    return replace(STAFF, rows=staff, columns=(named, *STAFF.columns[1:]))


@page(Permission.CONFIRM, methods=("GET", "POST"), about="organization", clause="T4.2.a")
def clerk(request: HttpRequest, code: str) -> HttpResponse:
    """What waits for the employer's answer or the person's, then the staff."""
    own = own_body(request, code)
    asked = Confirmation.objects.filter(employer=own).select_related("employer").order_by("due_on", "id")
    more = {
        "base_template": "ui/organisation.html", "organisation": own.name, "code": code,
        "asked": cards(asked.asking(Side.EMPLOYER)), "waits": cards(asked.waiting().filter(side=Side.PERSON)),
        "disputed": cards(asked.filter(side=Side.EMPLOYER, state=Answer.DISPUTED)),
    }  # fmt: skip
    return answer(request, _listing(own), template="employment/clerk.html", more=more)


@page(Permission.CONFIRM, about="organization", clause="T4.2.a")
def clerk_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The staff as a file."""
    return export(request, _listing(own_body(request, code)), form)


def _form_page(request: HttpRequest, own: Organization, form: forms.Form, **more: Any) -> HttpResponse:
    code = own.code
    context = {
        "form": form,
        "organisation": own.name,
        "back": reverse("employment:clerk", args=(code,)),
        **more,
    }
    return render(request, "employment/clerk_form.html", context, status=status_of(form))


@page(Permission.CONFIRM, methods=("GET", "POST"), about="organization", clause="T4.2.a")
def question(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One question about a person; answered here, or the employer's own statement is taken back."""
    own = own_body(request, code)
    row = Confirmation.objects.filter(employer=own, pk=pk).select_related("employer", "person").first()
    if row is None:
        raise Http404
    if request.method == "POST" and "back" in request.POST:
        actions.take_back(row, by=actor_of(request), on=today())
        return see(request, "employment:clerk", gettext("Taken back."), code)
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if request.method == "POST" and attempt(form, lambda: answered(request, form, row)):
        return see(request, "employment:clerk", gettext("Saved."), code)
    open_ = row.state in (Answer.ASKED, Answer.SILENT)
    return _form_page(
        request, own, form, title=said(row), rows=list(rows(row)), version=row.version, submit=gettext("Send the answer"),
        hidden=not (open_ and row.side == Side.EMPLOYER), may_take_back=open_ and row.side == Side.PERSON,
    )  # fmt: skip


@page(Permission.CONFIRM, methods=("GET", "POST"), about="organization", clause="T4.2.a")
def came(request: HttpRequest, code: str) -> HttpResponse:
    """Name somebody as staff; recorded when she confirms."""
    own = own_body(request, code)
    form = StaffForm(request.POST) if request.method == "POST" else StaffForm(initial=typed_before(request))

    def change() -> Confirmation:
        given = form.cleaned_data
        return actions.propose_employment(
            own, number=given["number"], name=given["name"], position=given["position"], start=given["start"],
            service_field=given["service_field"], main=not given["side"], by=actor_of(request), on=today(),
        )  # fmt: skip

    if request.method == "POST" and attempt(form, change):
        return see(
            request,
            "employment:clerk",
            gettext("Asked. It is recorded when the person confirms."),
            code,
        )
    lead = gettext("The person is asked. Nothing is recorded before she confirms.")
    return _form_page(request, own, form, title=gettext("Name a member of staff"), lead=lead, submit=gettext("Ask the person"))  # fmt: skip


@page(Permission.CONFIRM, methods=("GET", "POST"), about="organization", clause="T4.2.a")
def left(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """State that a member of staff left; recorded when she confirms."""
    own = own_body(request, code)
    row = (
        Employment.objects.current().filter(employer=own, pk=pk).select_related("employer", "person").first()
    )
    if row is None:
        raise Http404
    form = LeftForm(request.POST) if request.method == "POST" else LeftForm(initial=typed_before(request))
    change = lambda: actions.propose_end(row, end=form.cleaned_data["end"], by=actor_of(request), on=today())  # noqa: E731
    if request.method == "POST" and attempt(form, change):
        return see(
            request,
            "employment:clerk",
            gettext("Asked. It is recorded when the person confirms."),
            code,
        )
    facts = [
        {"label": gettext("Name"), "value": names_of([row.person_id]).get(row.person_id, "")},
        {"label": gettext("Position"), "value": row.position},
        {"label": gettext("Working there since"), "value": row.during.lower.isoformat()},
    ]
    return _form_page(request, own, form, title=gettext("Has this person left?"), rows=facts,
                      lead=gettext("The person is asked. Nothing is recorded before she confirms."),
                      submit=gettext("Ask the person"))  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The clerk's entry for each of her bodies, with what waits."""
    bodies = list(Organization.objects.acted_for(actor_of(request), Permission.CONFIRM))
    for own in bodies:
        label = _("Confirm staff") if len(bodies) == 1 else f"{gettext('Confirm staff')} · {own.name}"
        yield MenuItem(
            "organisation", "", label, reverse("employment:clerk", args=(own.code,)), order=15,
            count=lambda own=own: Confirmation.objects.filter(employer=own).asking(Side.EMPLOYER),
            permission=Permission.CONFIRM,
        )  # fmt: skip


_AT = "org/<str:code>/employment"
urlpatterns = [
    *paths(_AT, clerk, clerk_file, "clerk"),
    path(f"{_AT}/new/", came, name="came"),
    path(f"{_AT}/questions/<int:pk>/", question, name="clerk_question"),
    path(f"{_AT}/<int:pk>/left/", left, name="left"),
]
