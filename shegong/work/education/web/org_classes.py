"""A provider's classes for its clerk: the list, a new one, and one class with what comes next."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, typed_before
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.kernel.typed_numbers import whole_number
from shegong.work.education import actions
from shegong.work.education.actions.lists import by_half, marks_of, what_keeps_back, without_proof
from shegong.work.education.models import ClassList, Course, WaitingPlace
from shegong.work.education.rules import Permission, hours_cell, hours_shown, in_hours
from shegong.work.education.rules.courses import CLAUSE, COURSE_STATES, CourseState
from shegong.work.education.web.course_forms import CancelForm, CourseForm, NoticeForm
from shegong.work.education.web.own_body import address, own_body, own_course, recognition_of
from shegong.work.education.web.words import (
    COURSE_TONES,
    course_state,
    facts_of,
    half_words,
    list_state,
    provider_state,
    span,
    why_words,
)

HEADS = (
    Column("number", gettext_lazy("Class number"), lambda c: c.number, "code", fixed=True, address=address),
    Column("title", gettext_lazy("Name of the class"), lambda c: c.title),
    Column("days", gettext_lazy("Days of the class"), lambda c: span(c.first_on, c.last_on)),
    Column("hours", gettext_lazy("Hours of the class"), lambda c: hours_cell(c.minutes), "number", words=hours_shown, phone=False),
    Column("taken", gettext_lazy("Seats taken"), lambda c: c.taken, "number"),
    Column("capacity", gettext_lazy("Number of seats"), lambda c: c.capacity, "number", phone=False),
    Column("state", gettext_lazy("Where it stands"), lambda c: c.state, words=lambda v: _(COURSE_STATES[v]), tone=lambda c: COURSE_TONES[c.state]),
)  # fmt: skip


def course_rows(ids: Sequence[int], scene: Scene) -> list[Course]:
    """Classes with these keys."""
    return list(Course.objects.filter(pk__in=ids).select_related("organization"))


STATE = Filter(
    "state", gettext_lazy("Where it stands"), lambda value, scene: (Q(state=value),),
    lambda scene: [(str(k), _(v)) for k, v in COURSE_STATES.items()],
)  # fmt: skip
OWN = Listing(
    key="education.courses",
    title=gettext_lazy("Training classes"),
    permission=Permission.TEACH,
    export_permission=Permission.TEACH,
    rows=lambda scene: Course.objects.none(),
    load=course_rows,
    columns=HEADS,
    filters=(text("q", gettext_lazy("Name or number"), lambda v, s: (Q(title__contains=v.strip()) | Q(number=whole_number(v.strip()) or -1),)), STATE),
    orders=(Order("newest", gettext_lazy("Newest first"), ("id",), descending=True),),
)  # fmt: skip


def own_listing(body: Organization) -> Listing:
    """The classes of one body."""
    return replace(OWN, rows=lambda scene: Course.objects.filter(organization=body))


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def classes(request: HttpRequest, code: str) -> HttpResponse:
    """The classes of the clerk's body, and how its recognition stands."""
    actor = actor_of(request)
    body = own_body(actor, code)
    provider = recognition_of(actor, body)
    more: dict[str, Any] = {
        "base_template": "ui/organisation.html", "organisation": body.name, "code": code, "provider": provider,
        "standing": provider_state(provider.state) if provider else None,
        "until": provider.during.upper if provider and provider.during else None,
        "may_plan": bool(provider and provider.teaches_on(today())),
    }  # fmt: skip
    return answer(request, own_listing(body), template="education/org_classes.html", more=more)


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def classes_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, own_listing(own_body(actor_of(request), code)), form)


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a class."""
    actor = actor_of(request)
    body = own_body(actor, code)
    provider = recognition_of(actor, body)
    kinds = list(provider.kinds) if provider else []
    first = {"region": body.region_code, "kind": kinds[0] if kinds else ""}
    form = CourseForm(request.POST or None, kinds=kinds, initial=typed_before(request) or first)
    if form.is_bound and provider is not None:
        done = attempt(form, lambda: actions.plan_course(provider, **form.values(), by=actor, on=today()))
        if done is not None:
            return see(request, "education:course", _("The class is planned. Open it when its notice is ready."), code, done.number)  # fmt: skip
    context = {"form": form, "organisation": body.name, "back": reverse("education:classes", args=[code]),
               "form_title": _("A new class"), "refused": provider is None}  # fmt: skip
    return render(request, "education/org_form.html", context, status=status_of(form))


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def course(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One class: what it is, its half-days, its people, and what comes next."""
    found = own_course(actor_of(request), code, number)
    marks = marks_of(found)
    counted = by_half(marks)
    context = {
        "course": found, "code": code, "organisation": found.organization.name, "state": course_state(found),
        "facts": facts_of(found), "groups": [{"label": _("Half-days of the class"), "tasks": [_half(found, one, counted) for one in found.half_days.order_by("starts_at")]}],
        "lists": [_handed(one) for one in ClassList.objects.filter(course=found).order_by("-pk")],
        **_before_hand_in(found, marks),
        "steps": [step.name for step in found.workflow.steps_from(found.state)],
        "waiting": WaitingPlace.objects.in_line().filter(course=found).count(),
        "over": today() >= found.last_on, "begun": today() >= found.first_on,
    }  # fmt: skip
    return render(request, "education/org_class.html", context)


def _before_hand_in(found: Course, marks: list[Any]) -> dict[str, Any]:
    """What keeps the list of a class that was held back, and who gets no proof of passing by it."""
    if found.state != CourseState.FINISHED:
        return {}
    failed = without_proof(found, marks, today())
    names = names_of([person for person, _why in failed])
    return {"against": what_keeps_back(found, marks, found.taken),
            "failed": [(names.get(person, ""), why_words(why)) for person, why in failed]}  # fmt: skip


def _half(found: Course, half: Any, counted: dict[int, list[int]]) -> dict[str, Any]:
    marks = len(counted[half.pk])
    signed = half.is_signed_for(counted[half.pk])
    state = "done" if signed else "problem" if half.cosigned_at or marks else "waiting"
    word = (
        _("Signed by the teacher") if signed else _("The teacher signs next") if marks else _("No marks yet")
    )
    hint = _("%(marks)s present of %(seats)s") % {"marks": marks, "seats": found.taken}
    return {"label": half_words(half), "url": address(found, "half", half.pk), "state": state, "hint": hint, "word": word}  # fmt: skip


def _handed(one: ClassList) -> dict[str, Any]:
    return {"row": one, "state": list_state(one.state), "hours": in_hours(one.minutes)}


def _form(
    request: HttpRequest, found: Course, form: forms.Form, title: str, submit: str = ""
) -> HttpResponse:
    context = {
        "form": form, "organisation": found.organization.name, "back": address(found), "form_title": title,
        "submit": submit, "version": seen_version(request, found.version),
    }  # fmt: skip
    return render(request, "education/org_form.html", context, status=status_of(form))


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def open_(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Announce a class with its notice, and take people."""
    found = own_course(actor_of(request), code, number)
    form = NoticeForm(request.POST or None, initial=typed_before(request) or {"notice": found.notice})
    seen = seen_version(request, found.version)
    if form.is_bound and attempt(form, lambda: actions.open_course(found, **form.cleaned_data, by=actor_of(request), on=today(), seen=seen)):  # fmt: skip
        return see(request, "education:course", _("The class is open for enrolment."), code, number)
    return _form(request, found, form, _("Open the class for enrolment"), _("Open the class"))


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def cancel(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Cancel a class, with the reason that its people read."""
    found = own_course(actor_of(request), code, number)
    form = CancelForm(request.POST or None, initial=typed_before(request))
    seen = seen_version(request, found.version)
    if form.is_bound and attempt(form, lambda: actions.cancel_course(found, **form.cleaned_data, by=actor_of(request), on=today(), seen=seen)):  # fmt: skip
        return see(request, "education:course", _("The class is cancelled; everybody with a seat is told."), code, number)  # fmt: skip
    return _form(request, found, form, _("Cancel the class"), _("Cancel the class"))


STEPS = {"start": actions.start_course, "finish": actions.finish_course}


@page(Permission.TEACH, methods=("POST",), about="training_class", clause=CLAUSE)
def step(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Begin or end the class."""
    found = own_course(actor_of(request), code, number)
    change = STEPS.get(request.POST.get("step", ""), actions.start_course)
    change(found, by=actor_of(request), on=today(), seen=seen_version(request, found.version))
    return see(request, "education:course", _("Saved."), code, number)


@page(Permission.TEACH, methods=("POST",), about="training_class", clause=CLAUSE)
def hand_in(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hand the class list in."""
    found = own_course(actor_of(request), code, number)
    sent = actions.hand_in(found, by=actor_of(request), on=today(), seen=seen_version(request, found.version))
    said = _("The hours of %(people)s people are entered.") if sent.state == "accepted" else _("The list of %(people)s people waits for the check by the office.")  # fmt: skip
    return see(request, "education:course", said % {"people": sent.passed if sent.state == "accepted" else sent.people}, code, number)  # fmt: skip


__all__ = ["cancel", "classes", "classes_file", "course", "hand_in", "new", "open_", "step"]
