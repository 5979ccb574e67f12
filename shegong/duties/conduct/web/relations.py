"""An officer's own declarations of relatives."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from shegong.duties.conduct.actions.relations import RELATIONS, declare_kin
from shegong.duties.conduct.models import Kin
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.web.case_forms import KinForm
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.kernel.walls_acting import lifted


@page(Permission.READ, methods=("GET", "POST"), clause="T4.2.f")
def kin(request: HttpRequest) -> HttpResponse:
    """What I have declared, and another one."""
    actor = actor_of(request)
    form = KinForm(request.POST or None, relations=[(code, _(word)) for code, word in RELATIONS.items()])
    if request.method == "POST" and attempt(
        form, lambda: declare_kin(**form.cleaned_data, by=actor, on=today())
    ):
        return see(request, "conduct:kin", _("Declared: you will not see cases about this person."))
    with lifted("the names of the reader's own relatives"):
        rows = list(Kin.objects.filter(person=actor.person_id).order_by("pk"))
        names = names_of([row.relative_id for row in rows])
    lines = [
        {
            "name": names.get(row.relative_id, ""),
            "relation": _(RELATIONS[row.relation]),
            "on": row.declared_on,
        }
        for row in rows
    ]
    return render(request, "conduct/kin.html", {"form": form, "lines": lines}, status=status_of(form))


urlpatterns = [path("office/relations/", kin, name="kin")]
