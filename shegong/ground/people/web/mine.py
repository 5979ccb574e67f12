"""The person's own pages: her data, a copy of it, and who looked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.people import actions
from shegong.ground.people.models import Person, Skill, viewings
from shegong.ground.people.panels import my_panels, panels_of
from shegong.ground.people.web import facts
from shegong.ground.people.web.office import skill_titles, submitted, version_of
from shegong.ground.people.web.sections import SECTIONS
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, page, see, status_of, today


def myself(request: HttpRequest) -> Person:
    """The person behind the account, or 404."""
    person = Person.objects.own(actor_of(request)).first()
    if person is None:
        raise Http404
    return person


@page(SIGNED_IN, about="own", clause="T4.2.b")
def profile(request: HttpRequest) -> HttpResponse:
    """What the talent base holds about the person, with its sources and the ways to change it."""
    person = myself(request)
    context = {
        "names": facts.name_rows(person),
        "identities": facts.identity_rows(person),
        "particulars": facts.particular_rows(person),
        "contacts": facts.contact_rows(person),
        "ties": facts.tie_rows(person, today()),
        "skills": [(kind, title, facts.skill_rows(person, kind)) for kind, title in skill_titles()],
        "panels": panels_of(my_panels, actor_of(request), person),
    }
    return render(request, "people/profile.html", context)


@page(SIGNED_IN, about="own", clause="T4.2.b")
def places(request: HttpRequest) -> HttpResponse:
    """Where the person lives, is registered and works: now and before, with sources; offices there may see her data."""
    rows = facts.tie_rows(myself(request), today())
    context = {"now": [r for r in rows if not r["ended"]], "before": [r for r in rows if r["ended"]]}
    return render(request, "people/places.html", context)


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b")
def edit(request: HttpRequest, section: str) -> HttpResponse:
    """State one part of one's own data."""
    person = myself(request)
    if section not in SECTIONS:
        raise Http404
    form, done = submitted(request, person, section, actor_of(request))
    back = "people:places" if section == "place" else "people:profile"
    if done:
        return see(request, back, _("Saved."))
    context = {
        "form": form, "title": SECTIONS[section].title, "version": version_of(request, person), "back": reverse(back),
    }  # fmt: skip
    return render(request, "people/my_edit.html", context, status=status_of(form))


@page(SIGNED_IN, methods=("POST",), about="own")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own language or speciality off."""
    skill = Skill.objects.current().filter(person=myself(request), pk=pk).first()
    if skill is None:
        raise Http404
    actions.drop_skill(skill, by=actor_of(request), on=today())
    return see(request, "people:profile", _("Taken off."))


@page(SIGNED_IN, about="own", clause="T4.2.b")
def access_log(request: HttpRequest) -> HttpResponse:
    """Which offices looked at the full identity number, when and why."""
    day = today()
    seen = [
        {
            "at": v.at,
            "office": v.office or (tree().full_name(v.region_code, day) if v.region_code else ""),
            "reason": v.reason,
        }
        for v in viewings(myself(request).pk)
    ]
    return render(request, "people/access_log.html", {"viewings": seen})
