"""An officer looks at a person's hours, as known now or on any day, and enters, corrects, reverses them (T3.3)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.spans import hours_read, period_of
from shegong.duties.registry.web.hours_forms import CorrectForm, EntryForm, LeaveForm, ReverseForm
from shegong.duties.registry.web.my_hours import record_row, verdict_row
from shegong.ground.people.models import Person, names_of
from shegong.ground.people.panels import Panel
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, obstacle_text, page, see, status_of, today
from shegong.kernel.temporal import last_day
from shegong.kernel.typed_dates import last_day_meant
from shegong.work.education import actions
from shegong.work.education.models import (
    CreditEntry,
    HoursStatement,
    every_entry,
    facts_of,
    in_period,
    in_year,
    leaves_of,
)
from shegong.work.education.rules import Permission, in_hours
from shegong.work.education.rules.late import early_warning

SHOWN = 300


def person_or_404(request: HttpRequest, token: str, permission: str = Permission.READ) -> Person:
    """A person within the officer's reach: who lives or works there, or is registered there."""
    actor = actor_of(request)
    found = Person.objects.visible_to(actor, permission).filter(token=token).first()
    if found is None:
        held = Registration.objects.visible_to(actor, permission).filter(person__token=token)
        row = held.select_related("person").first()
        found = row.person if row else None
    if found is None:
        raise Http404
    return found


def registration_of(actor: Actor, person: Person) -> Registration | None:
    """The open registration, as far as the officer reads it."""
    rows = Registration.objects.visible_to(actor, Permission.READ).filter(person=person, closed_on=None)
    return rows.first()


def place_of(actor: Actor, registration: Registration | None) -> int | None:
    """Where an officer enters hours for: the place of the registration, else the own office."""
    if registration and actor.may(Permission.ENTER, registration.region_code):
        return registration.region_code
    codes = (a.region_code for a in actor.with_permission(Permission.ENTER) if a.region_code)
    return next(codes, None)


@page(Permission.READ, about="person", clause="T3.3")
def person_hours(request: HttpRequest, token: str) -> HttpResponse:
    """Both verdicts and every record, reversed ones too; `known`: as the ledger stood at the end of a day."""
    person, actor, on = person_or_404(request, token), actor_of(request), today()
    registration = registration_of(actor, person)
    typed = request.GET.get("known", "").strip()[:20]
    day = last_day_meant(typed) if typed else None
    known = _end_of(day) if day else None
    entries = list(every_entry(person.pk, known_at=known)[:SHOWN])
    vouchers = names_of([e.vouched_by_id for e in entries if e.vouched_by_id])
    context: dict[str, Any] = {
        "person": person, "name": names_of([person.pk]).get(person.pk, ""), "registration": registration,
        "records": [_row(e, vouchers, actor) for e in entries], "typed": typed, "known": day, "unreadable": bool(typed) and day is None,
        "may_enter": actor.may(Permission.ENTER) and actor.person_id != person.pk and day is None,
        "leaves": [{"first": one.during.lower, "last": last_day(one.during)} for one in leaves_of(person.pk)[:20]],
        "waiting": [_waiting(s) for s in HoursStatement.objects.visible_to(actor, Permission.READ).open().filter(person=person)],
    }  # fmt: skip
    if registration:
        facts = facts_of(
            person.pk, level=registration.level, known_at=known, registered=registration.admitted_on
        )
        then = min(day, on) if day else on
        found = in_period(facts, period_of(registration, then), then), in_year(facts, then.year, then)
        why = {one.line.entry: gettext(one.why) for one in found[0].lines if one.why}
        context["verdicts"] = [verdict_row(one, then) for one in found]
        context["records"] = [row | {"why": why.get(row["id"], "")} for row in context["records"]]
    return render(request, "registry/office_hours.html", context)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _row(entry: CreditEntry, vouchers: dict[int, str], actor: Actor) -> dict[str, Any]:
    reversed_at = entry.recorded.upper
    return record_row(entry) | {
        "officer": vouchers.get(entry.vouched_by_id or 0, ""), "entered": timezone.localtime(entry.entered_at),
        "reversed": timezone.localtime(reversed_at) if reversed_at else None,
        "open": reversed_at is None and actor.may(Permission.ENTER, entry.region_code),
    }  # fmt: skip


def _waiting(row: HoursStatement) -> dict[str, Any]:
    return {"title": row.title, "on": row.earned_on, "hours": in_hours(row.minutes), "url": reverse("education:statement", args=[row.pk])}  # fmt: skip


@page(Permission.ENTER, methods=("GET", "POST"), about="person", clause="T3.3")
def hours_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Enter hours of a person from a paper; of a locked year they become a proposal for a second officer."""
    person, actor = person_or_404(request, token, Permission.ENTER), actor_of(request)
    registration = registration_of(actor, person)
    place = place_of(actor, registration)
    form = EntryForm(request.POST or None, place=place, actor=actor, on=today())
    if request.method == "POST":
        made: list[Any] = []

        def enter() -> bool:
            said = form.said()
            made.append(actions.record_hours(person, region_code=place or 0, by=actor, on=today(), **said))
            return True

        if attempt(form, enter):
            return see(request, "registry:person_hours", _entered(made[0], registration), token)
    words = {"title": gettext("Enter hours"), "submit": gettext("Enter"), "lead": gettext("Compare the paper first. Whoever enters vouches.")}  # fmt: skip
    return _asked(request, person, form, words)


def _entered(made: CreditEntry | HoursStatement, registration: Registration | None) -> str:
    if isinstance(made, HoursStatement):
        return gettext("Proposed. The year is locked: a second officer decides, then the hours count.")
    early = early_warning(made.earned_on, registration.admitted_on if registration else None)
    return gettext("The hours are in the ledger.") + (" " + obstacle_text(early) if early else "")


def _entry_or_404(request: HttpRequest, person: Person, number: int) -> CreditEntry:
    rows = CreditEntry.objects.current().visible_to(actor_of(request), Permission.ENTER)
    found = rows.filter(person=person, pk=number).first()
    if found is None:
        raise Http404
    return found


@page(Permission.ENTER, methods=("GET", "POST"), about="person", clause="T3.3")
def hours_correct(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Put a record right: the old one stays readable, the new one counts."""
    person = person_or_404(request, token, Permission.ENTER)
    entry = _entry_or_404(request, person, number)
    start = {"title": entry.title, "hours": in_hours(entry.minutes), "passed": entry.passed}
    form = CorrectForm(request.POST or None, initial=start)

    def change() -> object:
        said = form.cleaned_data
        return actions.correct(
            entry, minutes=round(said["hours"] * 60), passed=said["passed"], title=said["title"], reason=said["reason"],
            by=actor_of(request), on=today(),
        )  # fmt: skip

    words = {"title": gettext("Correct a record"), "submit": gettext("Correct"), "done": gettext("Corrected. Both records stay readable."), "lead": _of(entry)}  # fmt: skip
    return _changed(request, person, form, change, words)


@page(Permission.ENTER, methods=("GET", "POST"), about="person", clause="T3.3")
def hours_reverse(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Stop standing by a record; it is never erased."""
    person = person_or_404(request, token, Permission.ENTER)
    entry = _entry_or_404(request, person, number)
    form = ReverseForm(request.POST or None)

    def change() -> object:
        reason = form.cleaned_data["reason"]
        return actions.reverse(entry, reason=reason, by=actor_of(request), on=today())

    words = {"title": gettext("Reverse a record"), "submit": gettext("Reverse it"), "done": gettext("Reversed. The record stays readable and counts no more."), "lead": _of(entry)}  # fmt: skip
    return _changed(request, person, form, change, words)


@page(Permission.ENTER, methods=("GET", "POST"), about="person", clause="T3.3")
def hours_leave(request: HttpRequest, token: str) -> HttpResponse:
    """Record days on leave; what they take off a year is policy."""
    person, actor = person_or_404(request, token, Permission.ENTER), actor_of(request)
    form = LeaveForm(request.POST or None)

    def change() -> object:
        said = form.cleaned_data
        place = place_of(actor, registration_of(actor, person)) or 0
        end = said["end"] + timedelta(days=1)
        return actions.record_leave(
            person, start=said["start"], end=end, region_code=place, by=actor, on=today()
        )

    words = {"title": gettext("Record leave"), "submit": gettext("Record"), "done": gettext("The leave is on record."), "lead": gettext("Only the days. Why somebody is on leave is not kept here.")}  # fmt: skip
    return _changed(request, person, form, change, words)


def _of(entry: CreditEntry) -> str:
    return f"{entry.earned_on} · {entry.title} · {in_hours(entry.minutes)}"


def _changed(
    request: HttpRequest,
    person: Person,
    form: forms.Form,
    change: Callable[[], object],
    words: dict[str, str],
) -> HttpResponse:
    if request.method == "POST" and attempt(form, change):
        return see(request, "registry:person_hours", words["done"], person.token)
    return _asked(request, person, form, words)


def _asked(request: HttpRequest, person: Person, form: forms.Form, words: dict[str, str]) -> HttpResponse:
    name = names_of([person.pk]).get(person.pk, "")
    context = {"form": form, "person": person, "name": name, "back": reverse("registry:person_hours", args=[person.token]), **words}  # fmt: skip
    return render(request, "registry/office_hours_form.html", context, status=status_of(form))


def hours_panel(actor: Actor, person: Person) -> Panel | None:
    """Both verdicts on a person's card, with the way to the records."""
    if not actor.may(Permission.READ):
        return None
    registration, on = registration_of(actor, person), today()
    url = reverse("registry:person_hours", args=[person.token])
    if registration is None:
        rows = [{"label": gettext("Records"), "value": "", "url": url, "word": gettext("Open")}]
        return Panel(gettext("Continuing education"), "people/panel_rows.html", {"rows": rows})
    facts, period = hours_read(registration, on)
    found = in_period(facts, period, on), in_year(facts, on.year, on)
    rows = [
        {"label": one["title"], "value": gettext("%(counted)s of %(required)s hours") % one,
         "note": gettext("met") if one["met"] else gettext("%(n)s hours missing") % {"n": one["missing"]},
         "url": url, "word": gettext("Open")}
        for one in (verdict_row(verdict, on) for verdict in found)
    ]  # fmt: skip
    return Panel(gettext("Continuing education"), "people/panel_rows.html", {"rows": rows})


_AT = "office/people-hours/<str:token>/"
urlpatterns = [
    path(_AT, person_hours, name="person_hours"),
    path(_AT + "enter/", hours_enter, name="hours_enter"),
    path(_AT + "leave/", hours_leave, name="hours_leave"),
    path(_AT + "<int:number>/correct/", hours_correct, name="hours_correct"),
    path(_AT + "<int:number>/reverse/", hours_reverse, name="hours_reverse"),
]
