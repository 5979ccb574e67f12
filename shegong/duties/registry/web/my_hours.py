"""The person's hours of continuing education under both rules: what counts, what is missing, how to close the gap."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.spans import hours_read
from shegong.duties.registry.web.links import link
from shegong.ground.credentials.models import Certificate
from shegong.ground.documents import actions as documents
from shegong.ground.people.models import Person, Tie, standing
from shegong.kernel.access import SIGNED_IN, Actor
from shegong.kernel.http import attempt, page, see, status_of, today
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.fields import CameraField, DateTextField
from shegong.ui.menu import MenuItem
from shegong.work.education import actions
from shegong.work.education.models import (
    Course,
    CreditEntry,
    Enrolment,
    HoursStatement,
    closing_gap,
    entries_of,
    facts_of,
    forecast_of,
    in_period,
    in_year,
)
from shegong.work.education.models.policies import rules_by_code
from shegong.work.education.rules import KIND_WORDS, STATEMENT_WORDS, Kind, Verdict, in_hours
from shegong.work.education.rules.courses import COURSE_STATES

SHOWN = 200
ELSEWHERE = ("class", "course", "article", "homework", "supervision", "other")
SOURCE_WORDS = {
    "education.attendance": N_("Class list of the provider"),
    "education.hoursstatement": N_("Paper checked by the office"),
    "education.studyenrolment": N_("Degree study on record"),
    "education.creditentry": N_("Corrected by the office"),
}
ENTERED = N_("Entered by the office")


@page(SIGNED_IN, clause="T3.3")
def my_hours(request: HttpRequest) -> HttpResponse:
    """Both rules side by side, every record with what it counts, classes near by, and where the pace leads."""
    registration, on = Registration.objects.live_own(request.actor), today()
    person_id = request.actor.person_id
    context: dict[str, Any] = {
        "registration": registration,
        "records": [record_row(e) for e in entries_of(person_id)[:SHOWN]],
        "statements": [statement_row(row) for row in _statements(request.actor)],
        "classes_url": link("education:my_classes"),
    }
    level = registration.level if registration else _level(request.actor)
    if registration:
        context |= both(registration, on)
        counted = {one.line.entry: one for one in context["national"]["verdict"].lines}
        context["records"] = [row | _counted(counted.get(row["id"])) for row in context["records"]]
    elif level:
        facts = facts_of(person_id, level=level)
        context |= {"plan": verdict_row(in_year(facts, on.year, on), on), "years": [], "forecast": None}
    return render(request, "registry/my_hours.html", context)


def both(registration: Registration, on: date) -> dict[str, Any]:
    """What both rules say of a registration: the period, each of its years, the forecast, classes that help."""
    facts, period = hours_read(registration, on)
    national, plan = in_period(facts, period, on), in_year(facts, on.year, on)
    seen = forecast_of(national, on)
    gap, until = max(national.missing, plan.missing), period[1] - timedelta(days=1)
    last = min(until, plan.span[1] - timedelta(days=1)) if national.met else until
    seats = Enrolment.objects.to_come().filter(person=registration.person_id).select_related("course")
    held = [seat.course for seat in seats.order_by("course__first_on", "pk")]
    near = closing_gap(registration.region_code, on, gap, last, registration.level) if gap else []
    years = [in_year(facts, year, on) for year in range(period[0].year, min(on, until).year + 1)]
    return {
        "national": verdict_row(national, on), "plan": verdict_row(plan, on),
        "years": [verdict_row(one, on) for one in reversed(years)],
        "forecast": {"missing": in_hours(seen.missing), "short": bool(seen.missing), "end": until} if seen else None,
        "coming": [class_row(one, ()) | {"state": gettext(COURSE_STATES[one.state])} for one in held],
        "classes": [class_row(one, (national, plan)) for one in near if one not in held],
    }  # fmt: skip


def verdict_row(verdict: Verdict, on: date) -> dict[str, Any]:
    """A verdict in words: counted of required, what is missing, by which rule."""
    rule = rules_by_code()[verdict.rule].on(max(on, rules_by_code()[verdict.rule].versions[0].since))
    per_day = verdict.hours_per_day * 60
    days = {"counted": _days(verdict.counted, per_day), "required": _days(verdict.required, per_day)} if per_day else None  # fmt: skip
    return {
        "verdict": verdict, "title": rule.title.says(get_language()), "gates": rule.gates_renewal,
        "start": verdict.span[0], "end": verdict.span[1] - timedelta(days=1), "year": verdict.span[0].year,
        "counted": in_hours(verdict.counted), "required": in_hours(verdict.required),
        "missing": in_hours(verdict.missing), "met": verdict.met, "days": days,
        "meter": min(verdict.counted, verdict.required), "of": max(verdict.required, 1),
        "notes": [gettext(note) for note in verdict.notes], "basis": verdict.basis, "certain": verdict.certainty != "M",
    }  # fmt: skip


def _days(minutes: int, per_day: int) -> str:
    return f"{minutes / per_day:.1f}".removesuffix(".0")


def record_row(entry: CreditEntry) -> dict[str, Any]:
    """A record as its learner and officers read it; offices and providers are named, never officers."""
    return {
        "id": entry.pk, "title": entry.title, "kind": gettext(KIND_WORDS[Kind(entry.kind)]), "on": entry.earned_on,
        "hours": in_hours(entry.minutes), "provider": entry.provider.name if entry.provider else "",
        "vouched": gettext(SOURCE_WORDS.get(entry.source, ENTERED)), "passed": entry.passed,
    }  # fmt: skip


def _counted(found: Any) -> dict[str, Any]:
    if found is None or not found.why:
        return {"counts": True}
    return {"counts": False, "less": in_hours(found.minutes), "why": gettext(found.why)}


def class_row(course: Course, verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """A class that takes people: when, where, how many hours, and the gap of which of these rules it closes alone."""
    closed = [one for one in verdicts if 0 < one.missing <= course.minutes and course.last_on < one.span[1]]
    titles = [rules_by_code()[one.rule].versions[-1].value.title.says(get_language()) for one in closed]
    return {
        "title": course.title, "first": course.first_on, "last": course.last_on, "place": course.place,
        "hours": in_hours(course.minutes), "closes": titles, "left": course.capacity - course.taken,
        "url": link("education:my_class", course.number),
    }  # fmt: skip


def _statements(actor: Actor) -> list[HoursStatement]:
    rows = HoursStatement.objects.own(actor).exclude(state="posted")
    return list(rows.order_by("-pk")[:20])


def statement_row(row: HoursStatement) -> dict[str, Any]:
    """A statement with its state; who stated it may take it back while it waits."""
    return {
        "id": row.pk, "title": row.title, "on": row.earned_on, "hours": in_hours(row.minutes), "note": row.note,
        "state": gettext(STATEMENT_WORDS[row.state]), "tone": "err" if row.state == "refused" else "",
        "mine": row.state in ("stated", "vouched") and row.stated_by_id == row.person_id, "version": row.version,
    }  # fmt: skip


def _level(actor: Actor) -> str:
    held = Certificate.objects.own(actor).filter(state__in=["verified", "declared"])
    found = set(held.values_list("level", flat=True))
    return next((level for level in ("senior", "social_worker", "assistant") if level in found), "")


class StatementForm(forms.Form):
    """Hours obtained elsewhere, with their paper."""

    title = forms.CharField(label=_("What you learned"), max_length=100, help_text=_("The name of the class or work on the paper"))  # fmt: skip
    kind = forms.ChoiceField(label=_("How"), choices=lambda: [(k, _(KIND_WORDS[Kind(k)])) for k in ELSEWHERE])
    provider_name = forms.CharField(label=_("Who held it"), max_length=100, required=False)
    earned_on = DateTextField(label=_("Day"), help_text=_("For example 2011-7-1"))
    hours = forms.DecimalField(label=_("Hours"), min_value=0, max_value=400, decimal_places=2, help_text=_("Hours of sixty minutes, each day by itself"))  # fmt: skip
    passed = forms.BooleanField(label=_("The paper says that I passed"), required=False)
    paper = CameraField(label=_("Certificate or a photo of it"))


@page(SIGNED_IN, methods=("GET", "POST"), clause="T3.3")
def state_hours(request: HttpRequest) -> HttpResponse:
    """State hours obtained elsewhere; an officer of the place looks at the paper."""
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and attempt(form, lambda: _state(request, form)):
        return see(
            request, "registry:my_hours", gettext("Handed in. The hours count once an officer has checked the paper.")
        )  # fmt: skip
    context = {"form": form, "back_url": reverse("registry:my_hours")}
    return render(request, "registry/my_hours_new.html", context, status=status_of(form))


def _state(request: HttpRequest, form: forms.Form) -> HoursStatement:
    person, said = Person.objects.get(pk=request.actor.person_id), form.cleaned_data
    where = _place(request, person)
    if where is None:
        message = N_("Say where you live or work first; the office there checks the paper.")
        raise Refused(Obstacle("place_missing", message))
    folder = documents.open_folder(title=said["title"], by=request.actor, on=today())
    upload = said["paper"]
    documents.add_paper(
        folder, kind="hours", content=upload.read(), filename=upload.name, by=request.actor, on=today()
    )
    return actions.state_hours(
        person, minutes=round(said["hours"] * 60), kind=said["kind"], earned_on=said["earned_on"],
        title=said["title"], region_code=where, passed=said["passed"], provider_name=said["provider_name"],
        folder=folder, by=request.actor, on=today(),
    )  # fmt: skip


def _place(request: HttpRequest, person: Person) -> int | None:
    """The office that looks at it: of the registration, else where the person works or lives."""
    registration = Registration.objects.live_own(request.actor)
    if registration:
        return registration.region_code
    ties = list(Tie.objects.holding().filter(person=person).order_by("pk"))
    return standing(ties, today()) or (ties[0].region_code if ties else None)


@page(SIGNED_IN, methods=("POST",), clause="T3.3")
def take_back_hours(request: HttpRequest) -> HttpResponse:
    """Take back a statement that nobody has decided on."""
    number = whole_number(request.POST.get("statement", ""), digits=18)
    row = HoursStatement.objects.own(request.actor).filter(pk=number or 0).first()
    if row is not None:
        actions.take_back(row, by=request.actor, on=today())
    return see(request, "registry:my_hours", gettext("Taken back."))


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Beside registration and certificate."""
    yield MenuItem("my", "", _("My hours"), reverse("registry:my_hours"), order=15)


urlpatterns = [
    path("my/cpd/", my_hours, name="my_hours"),
    path("my/cpd/new/", state_hours, name="my_hours_new"),
    path("my/cpd/back/", take_back_hours, name="my_hours_back"),
]
