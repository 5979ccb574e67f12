"""A worker's classes on her phone: what is open near her, her seats, and signing in by the room's code."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people.models import Person, Tie, records_of, standing
from shegong.kernel.access import PUBLIC, SIGNED_IN, Actor
from shegong.kernel.http import actor_of, attempt, obstacle_text, page, see, status_of, today
from shegong.kernel.outages import extended
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number
from shegong.work.education import actions
from shegong.work.education.models import Attendance, Course, Enrolment, WaitingPlace
from shegong.work.education.models.waiting import ahead_of
from shegong.work.education.rules import in_hours
from shegong.work.education.rules.courses import CLAUSE, TAKES_MARKS, TAKES_PEOPLE, CourseState
from shegong.work.education.rules.sign_in import cleaned
from shegong.work.education.rules.waiting import WaitingState
from shegong.work.education.web.words import course_state, facts_of, half_words, place_of, span

SHOWN, MOST_FULL = 30, 10
DEVICE = "phone"
DEVICE_AGE = timedelta(days=3 * 365)
STATIC = Path(__file__).parents[1] / "static" / "education"


def me(request: HttpRequest) -> Person:
    """The person who is signed in; 404 for an account without one."""
    person = Person.objects.own(actor_of(request)).first()
    if person is None:
        raise Http404
    return person


def _home(actor: Actor) -> int | None:
    """Where the person counts, for what is near."""
    ties = Tie.objects.current().filter(person=actor.person_id)
    return standing(ties, today())


@page(SIGNED_IN, clause=CLAUSE)
def mine(request: HttpRequest) -> HttpResponse:
    """Her seats first, then what is open in her county and near."""
    actor = actor_of(request)
    records = records_of(actor.person_id) if actor.person_id else []
    present = Count("attendances", filter=Q(attendances__struck__isnull=True), distinct=True)
    seats = Enrolment.objects.seated().filter(person__in=records).select_related("course")
    seats = seats.annotate(present=present, halves=Count("course__half_days", distinct=True))
    own = sorted(
        seats, key=lambda one: (one.course.state not in TAKES_PEOPLE, -one.course.first_on.toordinal())
    )
    lines = list(WaitingPlace.objects.own(actor).in_line().select_related("course"))
    held, home = [one.course_id for one in [*own, *lines]], _home(actor)
    near = Course.objects.public().open_for(home, today()).exclude(pk__in=held)
    full = Course.objects.public().full_for(home, today()).exclude(pk__in=held)
    context = {
        "own": [_seat(one) for one in own[:SHOWN]], "lines": [_line(one) for one in lines],
        "open": [_offer(one) for one in near[:SHOWN]], "full": [_offer(one) for one in full[:MOST_FULL]],
    }  # fmt: skip
    return render(request, "education/my_classes.html", context)


def _seat(one: Enrolment) -> dict[str, Any]:
    return {
        "course": one.course, "state": _standing(one.course, one), "days": span(one.course.first_on, one.course.last_on),
        "present": one.present, "halves": one.halves,  # type: ignore[attr-defined]
    }  # fmt: skip


def _standing(course: Course, seat: Enrolment | None) -> dict[str, str]:
    """Where a class stands for her: hours that were entered without proof of passing are no end to be glad of."""
    if seat is not None and course.state == CourseState.CREDITED and not seat.certificate_no:
        return {"word": _("No proof of passing"), "tone": "warn"}
    return course_state(course)


def _line(one: WaitingPlace) -> dict[str, Any]:
    return {"course": one.course, "days": span(one.course.first_on, one.course.last_on), "kept": kept(one)}


def kept(one: WaitingPlace | None) -> str:
    """Until when a seat is kept for somebody in line; "" while none is."""
    if one is None or one.state != WaitingState.OFFERED or one.kept_until is None:
        return ""
    return timezone.localtime(extended(one.kept_until)).strftime("%Y-%m-%d %H:%M")


def _offer(one: Course) -> dict[str, Any]:
    return {"course": one, "days": span(one.first_on, one.last_on), "hours": in_hours(one.minutes),
            "place": place_of(one), "left": one.capacity - one.taken}  # fmt: skip


def _published(number: int) -> Course:
    course = Course.objects.public().select_related("organization", "provider").filter(number=number).first()
    if course is None:
        raise Http404
    return course


@page(SIGNED_IN, about="own", clause=CLAUSE)
def one(request: HttpRequest, class_number: int) -> HttpResponse:
    """One class: what it is, whether there is a seat, and her own marks."""
    actor = actor_of(request)
    course = _published(class_number)
    seat = Enrolment.objects.own(actor).seated().filter(course=course).first()
    marks = (
        {row.half_day_id: row for row in Attendance.objects.filter(enrolment=seat).standing()} if seat else {}
    )
    tasks = [_half(half, marks) for half in course.half_days.order_by("starts_at")]
    place = WaitingPlace.objects.own(actor).in_line().filter(course=course).first()
    enrols = course.state == CourseState.OPEN and not (course.enrol_until and course.enrol_until < today())
    context = {
        "course": course, "facts": facts_of(course), "state": _standing(course, seat), "seat": seat,
        "groups": [{"label": _("Half-days of the class"), "tasks": tasks}], "marks": len(marks),
        "takes": enrols and course.taken < course.capacity, "signs": course.state in TAKES_MARKS,
        "place": place, "kept": kept(place), "ahead": ahead_of(place) if place else 0,
        "waits": enrols and course.taken >= course.capacity and place is None,
        "may_cancel": bool(seat) and not marks and course.state in TAKES_PEOPLE,
    }  # fmt: skip
    return render(request, "education/my_class.html", context)


def _half(half: Any, marks: dict[int, Attendance]) -> dict[str, Any]:
    mark = marks.get(half.pk)
    word = _("Present") if mark else _("No mark")
    return {"label": half_words(half), "state": "done" if mark else "waiting", "word": word}


@page(SIGNED_IN, methods=("POST",), about="own", clause=CLAUSE)
def enrol(request: HttpRequest, class_number: int) -> HttpResponse:
    """Put one's own name down."""
    actions.take_seat(_published(class_number), me(request), by=actor_of(request), on=today())
    return see(request, "education:my_class", _("You have a seat in this class."), class_number)


@page(SIGNED_IN, methods=("POST",), about="own", clause=CLAUSE)
def wait(request: HttpRequest, class_number: int) -> HttpResponse:
    """Put one's own name on the waiting list."""
    actions.join_waiting(_published(class_number), me(request), by=actor_of(request), on=today())
    return see(request, "education:my_class", _("You are on the waiting list. You are told when a seat is kept for you."), class_number)  # fmt: skip


@page(SIGNED_IN, methods=("POST",), about="own", clause=CLAUSE)
def leave(request: HttpRequest, class_number: int) -> HttpResponse:
    """Give one's own place on the waiting list up."""
    actor, course = actor_of(request), _published(class_number)
    place = WaitingPlace.objects.own(actor).in_line().filter(course=course).first()
    if place is None:
        raise Refused(
            Obstacle("not_waiting", N_("You are not on the waiting list of this class."), "", CLAUSE)
        )
    actions.leave_waiting(place, by=actor, on=today())
    return see(request, "education:my_class", _("You are off the waiting list."), class_number)


@page(SIGNED_IN, methods=("POST",), about="own", clause=CLAUSE)
def cancel(request: HttpRequest, class_number: int) -> HttpResponse:
    """Give one's own seat back."""
    actor, course = actor_of(request), _published(class_number)
    seat = Enrolment.objects.own(actor).seated().filter(course=course).first()
    if seat is None:
        raise Refused(Obstacle("not_enrolled", N_("You have no seat in this class."), "", CLAUSE))
    actions.give_seat_back(seat, by=actor, on=today())
    return see(request, "education:my_classes", _("Your seat is free for somebody else."))


class CodeForm(forms.Form):
    """Class number and code as the room's screen shows them; `claimed` is filled in by a phone that had no network."""

    number = forms.CharField(
        label=gettext_lazy("Class number"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-s"}),
        help_text=gettext_lazy("Stands above the code on the screen"),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Six digits on the screen"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "w-s"}),
        help_text=gettext_lazy("They change every half minute"),
    )  # fmt: skip


def _course(text: str) -> Course:
    number = whole_number(cleaned(text))
    found = Course.objects.public().filter(number=number).first() if number else None
    if found is None:
        raise Refused(Obstacle("class_number", N_("There is no class of this number."), "number", CLAUSE))
    return found


def _device(request: HttpRequest) -> str:
    """What stands for this phone: a random cookie of its own; it says nothing of the person."""
    return request.COOKIES.get(DEVICE, "")[:64] or secrets.token_urlsafe(16)


def _keep(request: HttpRequest, response: HttpResponse, device: str) -> HttpResponse:
    if request.COOKIES.get(DEVICE) != device:
        response.set_cookie(
            DEVICE, device, max_age=int(DEVICE_AGE.total_seconds()), path=reverse("education:my_classes"),
            secure=settings.HTTPS, httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


@page(SIGNED_IN, methods=("GET", "POST"), clause=CLAUSE)
def sign(request: HttpRequest) -> HttpResponse:
    """Type the code of the room. Phones without network keep it on the page that works offline, and send it later."""
    device, actor = _device(request), actor_of(request)
    first = {"number": request.GET.get("class", "")[:12], "code": request.GET.get("code", "")[:6]}
    form = CodeForm(request.POST or None, initial=first)

    def put() -> Attendance:
        now, course = timezone.now(), _course(form.cleaned_data["number"])
        return actions.sign_in(course, code=form.cleaned_data["code"], claimed=now, device=device, by=actor, on=today(), now=now)  # fmt: skip

    done = attempt(form, put) if form.is_bound else None
    if done is not None:
        said = _("You are signed in: %(half)s.") % {"half": half_words(done.half_day)}
        return _keep(request, see(request, "education:my_class", said, done.half_day.course.number), device)
    context = {"form": form, "scanned": bool(first["code"])}
    return _keep(request, render(request, "education/my_sign.html", context, status=status_of(form)), device)


@page(SIGNED_IN, methods=("POST",), clause=CLAUSE)
def upload(request: HttpRequest) -> HttpResponse:
    """One code that a phone kept while it had no network: class, code, and the time the phone says it was."""
    device, now = _device(request), timezone.now()
    claimed = _moment(request.POST.get("at", ""))
    if claimed is None:
        raise Refused(Obstacle("code_time", N_("The phone did not say when it was."), "at", CLAUSE))
    course = _course(request.POST.get("number", ""))
    code = request.POST.get("code", "")[:20]
    try:
        done = actions.sign_in(course, code=code, claimed=claimed, device=device, by=actor_of(request), on=today(), now=now)  # fmt: skip
    except Refused as refused:
        if [one.code for one in refused.obstacles] != ["signed_in_already"]:
            raise
        return _keep(request, JsonResponse({"text": obstacle_text(refused.obstacles[0])}), device)
    text = _("You are signed in: %(half)s.") % {"half": half_words(done.half_day)}
    return _keep(request, JsonResponse({"text": text}), device)


def _moment(text: str) -> datetime | None:
    seconds = whole_number(text, digits=10)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


@page(PUBLIC, clause=CLAUSE)
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a phone keeps: it knows nobody, and asks nobody."""
    return render(request, "education/offline.html")


@page(PUBLIC, clause=CLAUSE)
def worker(request: HttpRequest) -> HttpResponse:
    """Keeps the offline page in the browser; stands here because a script may only look after its own folder."""
    files = [reverse("education:sign_offline"), *map(static, KEPT)]
    text = f"var FILES = {json.dumps(files)};\n" + (STATIC / "worker.js").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


KEPT = ("ui/tokens.css", "ui/components.css", "education/sign.js")
