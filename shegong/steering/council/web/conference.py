"""One conference: its members, its meetings, and how it is set up."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.ground.tasks import panels as words
from shegong.ground.tasks.actions.taking_part import acts_for
from shegong.ground.tasks.panels import OFFICES
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.steering.council import actions
from shegong.steering.council.models import Conference, Meeting, Member
from shegong.steering.council.rules import STATES, TONES, Permission, State
from shegong.steering.council.web.forms import (
    FoundForm,
    MemberForm,
    NewMemberForm,
    OfficeForm,
    PlanForm,
    ReasonForm,
)


def runs(conference: Conference, actor: Actor) -> bool:
    """Whether the actor does the work of the office."""
    return any(acts_for(actor, Permission.RUN, body) for body in (conference.office, conference.convenor))


def conference_or_404(request: HttpRequest, pk: int) -> Conference:
    """A conference that the reader may see."""
    actor = actor_of(request)
    found: Conference = visible_or_404(
        Conference.objects.select_related("convenor", "office"), actor, Permission.READ, pk=pk
    )
    return found


@page(Permission.READ, about="conference", clause="M1.b")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Members with their liaisons, and the meetings."""
    actor, day = actor_of(request), today()
    conference = conference_or_404(request, pk)
    meetings = Meeting.objects.visible_to(actor, Permission.READ).filter(conference=conference)
    context = {
        "conference": conference, "place": tree().name(conference.region_code, day), "may_run": runs(conference, actor),
        "members": Member.objects.sitting(conference, day),
        "meetings": [
            {"row": row, "word": _(STATES[State(row.state)]), "tone": TONES.get(State(row.state), "")}
            for row in meetings.order_by("-held_on", "-id")[:20]
        ],
        **words.shell(actor),
    }  # fmt: skip
    return render(request, "council/conference.html", context)


def form_page(
    request: HttpRequest, form: forms.Form, title: str, back: str, submit: str, text: str = ""
) -> HttpResponse:
    """A page that is one form."""
    context = {"form": form, "form_title": title, "back": back, "submit": submit, "text": text}
    return render(
        request, "council/form.html", {**context, **words.shell(actor_of(request))}, status=status_of(form)
    )


@page(Permission.RUN, methods=("GET", "POST"), clause="M1.a")
def found(request: HttpRequest) -> HttpResponse:
    """Set up the conference of a division, with the members that the plan names."""
    actor, day = actor_of(request), today()
    form = FoundForm(request.POST or None, places=_places(actor, day), initial=typed_before(request))
    if form.is_bound:
        row = attempt(
            form, lambda: actions.found_conference(region_code=form.cleaned_data["region"], by=actor, on=day)
        )
        if row is not None:
            return see(request, "council:conference", _("The conference is set up with its members."), row.pk)
    back = reverse("council:conferences")
    text = _(
        "The members that the plan names take their seats; bodies that are not on record yet are entered."
    )
    return form_page(request, form, _("Set up a conference"), back, _("Set it up"), text)


def _places(actor: Actor, day: date) -> list[tuple[int, str]]:
    units, reach = tree(), actor.reach(Permission.RUN)
    taken = set(
        Conference.objects.visible_to(actor, Permission.RUN).on(day).values_list("region_code", flat=True)
    )
    return [
        (unit.code, "　" * (level - 1) + units.name(unit.code, day))
        for level in (1, 2, 3)
        for unit in units.alive(day, level)
        if unit.code not in taken and any(unit.code in one for one in reach)
    ]


def _own(request: HttpRequest, pk: int) -> Conference:
    """A conference in reach of who may run one; the action asks whether it is that of her office."""
    found: Conference = visible_or_404(
        Conference.objects.select_related("convenor", "office"), actor_of(request), Permission.RUN, pk=pk
    )
    return found


@page(Permission.RUN, methods=("GET", "POST"), about="conference", clause="M1.a")
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """Who convenes the conference, and whose staff does its daily work."""
    conference, day = _own(request, pk), today()
    sitting = Member.objects.sitting(conference, day).values("organization")
    stored = {"convenor": conference.convenor_id, "office": conference.office_id}
    form = OfficeForm(
        request.POST or None, bodies=Organization.objects.filter(pk__in=sitting).order_by("pk"),
        initial=typed_before(request) or stored,
    )  # fmt: skip
    common: dict[str, Any] = {"by": actor_of(request), "on": day}
    if form.is_bound and attempt(
        form, lambda: actions.move_office(conference, **form.cleaned_data, **common)
    ):
        return see(request, "council:conference", _("The change is entered."), conference.pk)
    back = reverse("council:conference", args=[conference.pk])
    return form_page(request, form, _("Change convenor or office"), back, _("Save"))


@page(Permission.RUN, methods=("GET", "POST"), about="conference", clause="M1.b")
def new_member(request: HttpRequest, pk: int) -> HttpResponse:
    """A further body takes a seat."""
    conference, day = _own(request, pk), today()
    bodies = Organization.objects.existing(day).filter(region_code=conference.region_code, kind__in=OFFICES)
    sitting = Member.objects.sitting(conference, day).values("organization")
    form = NewMemberForm(
        request.POST or None,
        bodies=bodies.exclude(pk__in=sitting).order_by("name"),
        initial=typed_before(request),
    )
    common: dict[str, Any] = {"by": actor_of(request), "on": day}
    if form.is_bound and attempt(form, lambda: actions.add_member(conference, **form.cleaned_data, **common)):
        return see(request, "council:conference", _("The body has its seat."), conference.pk)
    back = reverse("council:conference", args=[conference.pk])
    return form_page(request, form, _("Add a member"), back, _("Add"))


def _member(request: HttpRequest, pk: int, member: int) -> Member:
    conference = _own(request, pk)
    row = Member.objects.sitting(conference, today()).filter(pk=member).first()
    if row is None:
        raise Http404
    row.conference = conference
    found: Member = row
    return found


@page(Permission.RUN, methods=("GET", "POST"), about="conference", clause="M1.b")
def member(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Who represents a body, and who is its liaison."""
    row = _member(request, pk, member)
    stored = {"representative": row.representative, "liaison": row.liaison}
    form = MemberForm(request.POST or None, initial=typed_before(request) or stored)
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}

    def change() -> Member:
        given = form.cleaned_data
        return actions.change_member(row, **given, keep_phone=not given["phone"], **common)

    if form.is_bound and attempt(form, change):
        return see(request, "council:conference", _("The change is entered."), row.conference_id)
    back = reverse("council:conference", args=[row.conference_id])
    return form_page(request, form, row.organization.name, back, _("Save"))


@page(Permission.RUN, methods=("GET", "POST"), about="conference", clause="M1.b")
def leave(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """A body gives its seat up."""
    row = _member(request, pk, member)
    form = ReasonForm(request.POST or None, initial=typed_before(request))
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    if form.is_bound and attempt(form, lambda: actions.end_member(row, **form.cleaned_data, **common)):
        return see(request, "council:conference", _("The body has left."), row.conference_id)
    back = reverse("council:conference", args=[row.conference_id])
    return form_page(
        request, form, _("%(name)s leaves") % {"name": row.organization.name}, back, _("End the seat")
    )


@page(Permission.RUN, methods=("GET", "POST"), about="conference", clause="M1.c")
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next meeting."""
    conference, day = _own(request, pk), today()
    count = (
        Meeting.objects.visible_to(actor_of(request), Permission.READ)
        .filter(conference=conference, year=day.year)
        .count()
    )
    name = tree().name(conference.region_code, day)
    title = f"{name}社会工作联席会议{day.year}年第{count + 1}次会议"
    form = PlanForm(request.POST or None, initial=typed_before(request) or {"title": title})
    common: dict[str, Any] = {"by": actor_of(request), "on": day}
    if form.is_bound:
        row = attempt(form, lambda: actions.plan_meeting(conference, **form.cleaned_data, **common))
        if row is not None:
            return see(
                request, "council:meeting", _("The meeting is planned. Enter its agenda next."), row.pk
            )
    return form_page(
        request, form, _("Plan a meeting"), reverse("council:conference", args=[pk]), _("Plan it")
    )
