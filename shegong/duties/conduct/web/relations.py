"""An officer's own declarations of relatives."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.relations import RELATIONS
from shegong.duties.conduct.models import Kin
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.web.case_forms import KinForm, ReasonForm
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.kernel.walls_acting import lifted


@page(Permission.READ, methods=("GET", "POST"), clause="T4.2.f")
def kin(request: HttpRequest) -> HttpResponse:
    """What I have declared, and another one."""
    actor = actor_of(request)
    form = KinForm(request.POST or None, relations=[(code, _(word)) for code, word in RELATIONS.items()])
    if request.method == "POST" and attempt(
        form, lambda: actions.declare_kin(**form.cleaned_data, by=actor, on=today())
    ):
        return see(request, "conduct:kin", _("Declared: you will not see cases about this person."))
    lines = kin_lines(Kin.objects.filter(person=actor.person_id))
    return render(request, "conduct/kin.html", {"form": form, "lines": lines}, status=status_of(form))


def kin_lines(rows: QuerySet[Kin]) -> list[dict[str, Any]]:
    """Declared relations in words, with the names of both."""
    with lifted("the names of an officer and of her relatives, for herself and the inspector"):
        found = list(rows.order_by("pk"))
        names = names_of([pk for row in found for pk in (row.person_id, row.relative_id)])
    return [
        {"row": row, "who": names.get(row.person_id, ""), "name": names.get(row.relative_id, ""),
         "relation": _(RELATIONS[row.relation])}
        for row in found
    ]  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="kin", clause="T4.2.f")
def kin_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a relation of mine is over; the inspector agrees or not."""
    actor = actor_of(request)
    lines = kin_lines(Kin.objects.filter(person=actor.person_id, pk=pk))
    if not lines:
        raise Http404
    form, row = ReasonForm(request.POST or None), lines[0]["row"]
    over = lambda: actions.say_over(row, why=form.cleaned_data["reason"], by=actor, on=today())  # noqa: E731
    if request.method == "POST" and attempt(form, over):
        return see(request, "conduct:kin", _("Said: until the inspector agrees the relation holds."))
    return render(request, "conduct/kin_over.html", {"form": form, "one": lines[0]}, status=status_of(form))


urlpatterns = [
    path("office/relations/", kin, name="kin"),
    path("office/relations/<int:pk>/", kin_over, name="kin_over"),
]
