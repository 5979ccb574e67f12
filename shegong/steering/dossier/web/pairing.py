"""An officer puts two records together by hand: from a person's card, the other one by search."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from shegong.ground.people import actions as people_actions
from shegong.ground.people.models import Person, identities_of, names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, status_of, today, visible_or_404
from shegong.steering.dossier import actions
from shegong.steering.dossier.rules import Permission
from shegong.steering.dossier.web.forms import OtherForm

MOST = 20


@page(Permission.PROPOSE, methods=("GET", "POST"), about="person", clause="T4.2.b", own_once=True)
def pair(request: HttpRequest, token: str) -> HttpResponse:
    """Search the other record, choose it, and go to the page that compares the two. What is typed is posted."""
    actor = actor_of(request)
    person = visible_or_404(Person.objects.all(), actor, Permission.PROPOSE, token=token)
    if "other" in request.POST:
        other = visible_or_404(Person.objects.all(), actor, Permission.PROPOSE, token=request.POST["other"])
        case = actions.suspect(person, other, by=actor, on=today())
        return redirect("dossier:case", case.pk)
    form = OtherForm(request.POST if request.method == "POST" else None)
    found = attempt(form, lambda: _found(form.cleaned_data["q"], person, actor)) or []
    context = {"person": person, "name": names_of([person.pk]).get(person.pk, ""), "form": form, "found": found,
               "searched": form.is_bound and form.is_valid()}  # fmt: skip
    return render(request, "dossier/pair.html", context, status=status_of(form))


def _found(text: str, person: Person, actor: Actor) -> list[dict[str, Any]]:
    people_actions.note_lookup(text, by=actor, on=today())
    people = [
        one for one in Person.objects.search(text, actor, Permission.PROPOSE, MOST + 1) if one.pk != person.pk
    ]
    ids = [one.pk for one in people]
    names, numbers = names_of(ids), identities_of(ids)
    return [
        {
            "token": one.token,
            "name": names.get(one.pk, "—"),
            "number": numbers.get(one.pk, ""),
            "born_on": one.born_on,
        }
        for one in people[:MOST]
    ]


urlpatterns = [path("office/people/<str:token>/duplicate/", pair, name="pair")]
