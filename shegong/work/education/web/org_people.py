"""The roster of a class: who has a seat, who is put down by the clerk, test results, and the roster as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people.models import identities_of, names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number
from shegong.work.education import actions
from shegong.work.education.actions.recording import Result
from shegong.work.education.models import Course, Enrolment
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE, TAKES_MARKS, TAKES_PEOPLE
from shegong.work.education.web.course_forms import PersonForm
from shegong.work.education.web.own_body import address, own_course

ENTRIES = {"self": gettext_lazy("Put herself down"), "provider": gettext_lazy("Put down by the provider"),
           "list": gettext_lazy("From a file")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One seat."""

    id: int
    name: str
    identity: str
    entry: str
    half_days: int
    score: int | None
    passed: bool | None
    certificate_no: str


def roster_rows(ids: Sequence[int], scene: Scene) -> list[RosterRow]:
    """Seats with these keys, with presence."""
    standing = Count("attendances", filter=Q(attendances__struck__isnull=True))
    found = list(Enrolment.objects.filter(pk__in=ids).annotate(half_days=standing))
    people = [one.person_id for one in found]
    names, identities = names_of(people), identities_of(people)
    return [
        RosterRow(one.pk, names.get(one.person_id, ""), identities.get(one.person_id, ""), one.entry, one.half_days,
                  one.score, one.passed_test, one.certificate_no)
        for one in found
    ]  # fmt: skip


def tested(value: Any) -> str:
    """Words of a test."""
    return _("Test passed") if value is True else _("Test not passed") if value is False else _("Not tested")


ROSTER = Listing(
    key="education.roster",
    title=gettext_lazy("Roster of the class"),
    permission=Permission.TEACH,
    export_permission=Permission.TEACH,
    rows=lambda scene: Enrolment.objects.none(),
    load=roster_rows,
    columns=(
        Column("name", gettext_lazy("Name"), lambda r: r.name, fixed=True, personal="name"),
        Column("identity", gettext_lazy("Identity number"), lambda r: r.identity, "code", personal="identity_masked", phone=False),
        Column("entry", gettext_lazy("How she came"), lambda r: r.entry, words=lambda v: ENTRIES[v], phone=False),
        Column("half_days", gettext_lazy("Half-days attended"), lambda r: r.half_days, "number"),
        Column("score", gettext_lazy("Score"), lambda r: r.score, "number"),
        Column("passed", gettext_lazy("Test"), lambda r: "" if r.passed is None else "yes" if r.passed else "no",
               words=lambda v: tested({"yes": True, "no": False}.get(v))),
        Column("certificate", gettext_lazy("Number of the proof"), lambda r: r.certificate_no, "code", phone=False),
    ),
    orders=(Order("order", gettext_lazy("As they came"), ("id",)),),
)  # fmt: skip


def roster_of(course: Course) -> Listing:
    """The seats of one class."""
    return replace(ROSTER, rows=lambda scene: Enrolment.objects.seated().filter(course=course))


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def roster(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Who has a seat."""
    course = own_course(actor_of(request), code, number)
    more = {"base_template": "ui/organisation.html", "organisation": course.organization.name, "course": course,
            "code": code, "open": course.state in TAKES_MARKS, "seats": _free_to_leave(course)}  # fmt: skip
    return answer(request, roster_of(course), template="education/org_roster.html", more=more)


def _free_to_leave(course: Course) -> list[tuple[int, str]]:
    """Seats that can still be given back, with their people's names: nobody who was present."""
    if course.state not in TAKES_PEOPLE:
        return []
    standing = Count("attendances", filter=Q(attendances__struck__isnull=True))
    rows = Enrolment.objects.seated().filter(course=course).annotate(marks=standing).filter(marks=0)
    seats = list(rows.order_by("pk").values_list("pk", "person_id"))
    names = names_of([person for _seat, person in seats])
    return [(seat, names.get(person, "")) for seat, person in seats]


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def roster_file(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """The roster as a file."""
    return export(request, roster_of(own_course(actor_of(request), code, number)), form)


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def add(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put somebody down by name and identity number."""
    course = own_course(actor_of(request), code, number)
    form = PersonForm(request.POST or None, initial=typed_before(request))

    def put() -> Enrolment:
        return actions.put_down(course, **form.cleaned_data, by=actor_of(request), on=today())

    if form.is_bound and attempt(form, put):
        return see(request, "education:roster", _("Put down."), code, number)
    context = {"form": form, "organisation": course.organization.name, "back": address(course, "roster"),
               "form_title": _("Put somebody down"), "submit": _("Put down")}  # fmt: skip
    return render(request, "education/org_form.html", context, status=status_of(form))


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def results(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Test results of everybody with a seat, on one page."""
    course = own_course(actor_of(request), code, number)
    if course.state not in TAKES_MARKS:
        message = N_("Results are entered until the class list is handed in.")
        raise Refused(Obstacle("course_closed", message, "", CLAUSE))
    seats = list(Enrolment.objects.seated().filter(course=course).order_by("pk"))
    names = names_of([one.person_id for one in seats])
    wrong: set[int] = set()
    rows = [_result(request, seat, names.get(seat.person_id, ""), wrong) for seat in seats]
    if request.method == "POST" and not wrong:
        said = [Result(row["seat"].pk, row["number"], row["passed"]) for row in rows]
        actions.record_results(course, said, by=actor_of(request), on=today())
        return see(request, "education:roster", _("Results are saved."), code, number)
    context = {"course": course, "organisation": course.organization.name, "rows": rows, "wrong": bool(wrong),
               "back": address(course, "roster")}  # fmt: skip
    return render(request, "education/org_results.html", context, status=422 if wrong else 200)


def _result(request: HttpRequest, seat: Enrolment, name: str, wrong: set[int]) -> dict[str, Any]:
    """A seat with what was typed for it, or what is on record."""
    if request.method != "POST":
        return {"seat": seat, "name": name, "score": "" if seat.score is None else seat.score, "passed": seat.passed_test}  # fmt: skip
    typed = request.POST.get(f"score_{seat.pk}", "").strip()
    score = whole_number(typed, digits=3)
    if typed and (score is None or score > 100):
        wrong.add(seat.pk)
    chosen = {"yes": True, "no": False}.get(request.POST.get(f"test_{seat.pk}", ""))
    return {
        "seat": seat,
        "name": name,
        "score": typed,
        "number": score,
        "passed": chosen,
        "wrong": seat.pk in wrong,
    }


@page(Permission.TEACH, methods=("POST",), about="training_class", clause=CLAUSE)
def take_off(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Give somebody's seat back."""
    course = own_course(actor_of(request), code, number)
    key = whole_number(request.POST.get("seat", ""), digits=18)
    seat = Enrolment.objects.seated().filter(course=course, pk=key or 0).first()
    if seat is None:
        message = N_("Choose whose seat is given back; this one is free already.")
        raise Refused(Obstacle("seat_unknown", message, "seat", CLAUSE))
    actions.give_seat_back(seat, by=actor_of(request), on=today())
    return see(request, "education:roster", _("The seat is free again."), code, number)
