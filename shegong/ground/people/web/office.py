"""The officer's pages: search over people and organizations, the card of a person, full views, corrections."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Organization
from shegong.ground.organizations.rules import Permission as OrganizationPermission
from shegong.ground.people import actions
from shegong.ground.people.models import (
    Identity,
    Person,
    Skill,
    Tie,
    identities_of,
    names_of,
    standing,
    standing_token,
)
from shegong.ground.people.panels import panels_of, person_panels, search_panels
from shegong.ground.people.rules import LONGEST_REASON, Permission
from shegong.ground.people.searching import belongs_in_no_address
from shegong.ground.people.web import facts
from shegong.ground.people.web.sections import SECTIONS, apply
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.kernel.refusal import Refused

MOST_FOUND, LONGEST_QUERY = 30, 60


@page(Permission.READ, methods=("GET", "POST"), own_once=True, about="person", clause="T4.2.b")
def search(request: HttpRequest) -> HttpResponse:
    """People in reach, organizations, and what higher contexts find. The forms post: what is asked may be personal.

    A link may carry a name; a number, phone or mail address in it is not looked up: it would lie in logs and histories.
    """
    asked = request.POST if request.method == "POST" else request.GET
    text, actor = asked.get("q", "").strip()[:LONGEST_QUERY], actor_of(request)
    is_personal = belongs_in_no_address(text)
    if request.method == "GET" and is_personal:
        messages.info(
            request, _("Type numbers and mail addresses into the search box; they do not belong in a link.")
        )
        text = ""
    status = 200
    try:
        actions.note_lookup(text, by=actor, on=today())
    except Refused as refused:
        messages.error(request, " ".join(map(obstacle_text, refused.obstacles)))
        text, status = "", 429
    people = Person.objects.search(text, actor, Permission.READ, MOST_FOUND + 1) if text else []
    context = {
        "q": text,
        "q_for_address": "" if is_personal else text,
        "people": found_rows(people[:MOST_FOUND]),
        "more": len(people) > MOST_FOUND,
        "organizations": _organizations(text, actor),
        "panels": panels_of(search_panels, actor, text) if text else [],
    }
    return render(request, "people/search.html", context, status=status)


def found_rows(people: list[Person]) -> list[dict[str, Any]]:
    """People as rows of a table: name, masked number, where they count."""
    ids, day = [p.pk for p in people], today()
    names, numbers = names_of(ids), identities_of(ids)
    ties: dict[int, list[Tie]] = {}
    for one in Tie.objects.current().filter(person__in=ids):
        ties.setdefault(one.person_id, []).append(one)
    rows = []
    for person in people:
        place = standing(ties.get(person.pk, []), day)
        cells = [
            {"text": names.get(person.pk) or "—", "url": reverse("people:card", args=(person.token,))},
            {"text": numbers.get(person.pk, ""), "css": "id"},
            {"text": tree().full_name(place, day) if place else "—"},
        ]
        rows.append({"cells": cells})
    return rows


def _organizations(text: str, actor: Actor) -> list[dict[str, Any]]:
    if not text:
        return []
    found = list(Organization.objects.search(text)[:MOST_FOUND])
    within = Organization.objects.visible_to(actor, OrganizationPermission.READ)
    open_to = set(within.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    return [
        {"cells": [
            {"text": one.name} | ({"url": reverse("organizations:one", args=(one.pk,))} if one.pk in open_to else {}),
            {"text": one.uscc or "", "css": "id"}, {"text": tree().full_name(one.region_code, today())},
        ]}
        for one in found
    ]  # fmt: skip


def person_or_404(actor: Actor, token: str, permission: str = Permission.READ) -> Person:
    """The person with that token, inside the actor's reach."""
    return visible_or_404(Person.objects.all(), actor, permission, token=token)


@page(Permission.READ, about="person", clause="T4.2.b")
def card(request: HttpRequest, token: str) -> HttpResponse:
    """Everything on record about one person, masked, each fact with its source; and what higher contexts add."""
    actor = actor_of(request)
    if (stands := standing_token(token)) != token:
        return redirect("people:card", stands)
    person = person_or_404(actor, token)
    context = {
        "person": person,
        "name": names_of([person.pk]).get(person.pk, _("No name yet")),
        "names": facts.name_rows(person),
        "identities": facts.identity_rows(person, reveal=_within(person, actor, Permission.REVEAL)),
        "particulars": facts.particular_rows(person),
        "contacts": facts.contact_rows(person),
        "ties": facts.tie_rows(person, today()),
        "skills": [(kind, title, facts.skill_rows(person, kind)) for kind, title in skill_titles()],
        "may_edit": _within(person, actor, Permission.EDIT) and actor.person_id != person.pk,
        "panels": panels_of(person_panels, actor, person),
    }
    return render(request, "people/card.html", context)


def skill_titles() -> list[tuple[str, str]]:
    """The kinds of skills with their headings."""
    return [("language", _("Languages")), ("speciality", _("Specialities"))]


def _within(person: Person, actor: Actor, permission: str) -> bool:
    return Person.objects.visible_to(actor, permission).filter(pk=person.pk).exists()


class ReasonForm(forms.Form):
    """Why the full number is needed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON * 2,
        help_text=gettext_lazy("The person can read it under “Who viewed my data”"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


# own_once: the answer holds a full number, and answers kept for repeated sending are stored.
@page(Permission.REVEAL, methods=("GET", "POST"), about="person", clause="T4.2.b", own_once=True)
def reveal(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Ask a reason, then show the full number on this one answer."""
    actor = actor_of(request)
    person = person_or_404(actor, token, Permission.REVEAL)
    identity = Identity.objects.filter(person=person, pk=pk).first()
    if identity is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    number = None
    if request.method == "POST":
        number = attempt(
            form,
            lambda: actions.reveal_identity(
                identity, reason=form.cleaned_data["reason"], by=actor, on=today()
            ),
        )
    context = {
        "person": person, "identity": identity, "form": form, "number": number,
        "name": names_of([person.pk]).get(person.pk, ""),
    }  # fmt: skip
    return render(request, "people/reveal.html", context, status=status_of(form))


@page(Permission.EDIT, methods=("GET", "POST"), about="person", clause="T4.2.b")
def edit(request: HttpRequest, token: str, section: str) -> HttpResponse:
    """State one part of a person's data for the office; the source becomes the county's."""
    actor = actor_of(request)
    person = person_or_404(actor, token, Permission.EDIT)
    if section not in SECTIONS:
        raise Http404
    form, done = submitted(request, person, section, actor)
    if done:
        return see(request, "people:card", _("Saved."), person.token)
    context = {
        "person": person, "form": form, "title": SECTIONS[section].title, "version": version_of(request, person),
        "name": names_of([person.pk]).get(person.pk, ""),
    }  # fmt: skip
    return render(request, "people/edit.html", context, status=status_of(form))


def submitted(request: HttpRequest, person: Person, name: str, actor: Actor) -> tuple[forms.Form, bool]:
    """The section's form, and whether what it held has been stated."""
    section = SECTIONS[name]
    if request.method != "POST":
        return section.form(initial=section.initial(person) | typed_before(request)), False
    form = section.form(request.POST)
    seen = seen_version(request)
    done = attempt(form, lambda: apply(section, form, person, by=actor, on=today(), seen=seen))
    return form, done is not None


def version_of(request: HttpRequest, person: Person) -> str:
    """The version the form was made from: the posted one when the form comes back with errors."""
    return request.POST.get("version") or str(person.version)


@page(Permission.EDIT, methods=("POST",), about="person", clause="T4.2.b")
def drop(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Take a language or speciality off."""
    actor = actor_of(request)
    person = person_or_404(actor, token, Permission.EDIT)
    skill = Skill.objects.current().filter(person=person, pk=pk).first()
    if skill is None:
        raise Http404
    actions.drop_skill(skill, by=actor, on=today())
    return see(request, "people:card", _("Taken off."), person.token)
