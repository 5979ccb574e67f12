"""The person's own pages: her data, a copy of it, and who looked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.ground.people import actions
from shegong.ground.people.actions.contacts import open_contact
from shegong.ground.people.models import Contact, Person, PersonName, Skill, Tie, viewings
from shegong.ground.people.panels import copy_parts, my_panels, panels_of
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


# own_once: the answer holds personal data, and answers kept for repeated sending are stored.
@page(SIGNED_IN, methods=("POST",), about="own", own_once=True)
def copy(request: HttpRequest) -> HttpResponse:
    """A copy of all data about the person as a JSON file (个人信息保护法 art. 45)."""
    person = myself(request)
    actions.export_person(person, by=actor_of(request), on=today())
    response = JsonResponse(_copy_of(person), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="my-data-{today().isoformat()}.json"'
    return response


def _copy_of(person: Person) -> dict[str, Any]:
    copied: dict[str, Any] = {
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "person": {
            "sex": person.sex, "born_on": person.born_on, "ethnicity": person.ethnicity,
            "political_status": person.political_status,
        },
        "names": [
            {"name": n.name, "from": n.during.lower, "until": n.during.upper, "source": n.source}
            for n in PersonName.objects.current().filter(person=person).order_by("during")
        ],
        "identities": [
            {"kind": i.kind, "number": actions.open_number(i), "verified_on": i.verified_on, "source": i.source}
            for i in person.identities.order_by("pk")
        ],
        "contacts": [
            {"kind": c.kind, "value": open_contact(c), "from": c.during.lower, "until": c.during.upper}
            for c in Contact.objects.filter(person=person).order_by("pk")
        ],
        "ties": [
            {"kind": t.kind, "region": t.region_code, "from": t.during.lower, "until": t.during.upper}
            for t in Tie.objects.current().filter(person=person).order_by("during")
        ],
        "skills": [
            {"kind": s.kind, "code": s.code, "note": s.note, "source": s.source}
            for s in Skill.objects.current().filter(person=person).order_by("pk")
        ],
        "viewings": [{"at": v.at, "office": v.office, "reason": v.reason} for v in viewings(person.pk)],
    }  # fmt: skip
    for part in copy_parts:
        copied |= part(person)
    return copied
