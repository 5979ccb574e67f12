"""Setting a task by hand, also one under another."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.documents.models import own_bodies
from shegong.ground.organizations.models import Organization
from shegong.ground.tasks import actions
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import CLAUSE, Kind, Permission
from shegong.ground.tasks.web import words
from shegong.ground.tasks.web.forms import DraftForm
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404

OFFICES = (
    "party_department", "government_department", "mass_organization", "government", "party_committee",
    "management_committee", "civil_affairs",
)  # fmt: skip


def issuer_of(actor: Actor) -> Organization | None:
    """The body in whose name this officer sets tasks."""
    return (
        Organization.objects.filter(pk__in=own_bodies(actor, Permission.ASSIGN))
        .order_by("level", "pk")
        .first()
    )


def bodies_for(actor: Actor, issuer: Organization) -> QuerySet[Organization]:
    """Offices in the officer's reach, without its own."""
    where = Q(pk__in=[])
    for one in actor.reach(Permission.ASSIGN):
        where |= one.q("region_code")
    found = Organization.objects.existing(today()).filter(where, kind__in=OFFICES)
    return found.exclude(pk=issuer.pk).order_by("level", "region_code", "name")


@page(Permission.ASSIGN, methods=("GET", "POST"), clause=CLAUSE)
def new(request: HttpRequest) -> HttpResponse:
    """Set a task: it is drafted and assigned in one step."""
    return _draft(request, None)


@page(Permission.ASSIGN, methods=("GET", "POST"), about="task", clause=CLAUSE)
def under(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a part of a task on to another body."""
    return _draft(request, visible_or_404(Task.objects.all(), actor_of(request), Permission.ASSIGN, pk=pk))


def _draft(request: HttpRequest, parent: Task | None) -> HttpResponse:
    actor = actor_of(request)
    issuer = issuer_of(actor)
    bodies = bodies_for(actor, issuer) if issuer else Organization.objects.none()
    initial = typed_before(request) or {"kind": parent.kind if parent else Kind.SUPERVISE}
    form = DraftForm(request.POST or None, bodies=bodies, initial=initial)
    if form.is_bound and issuer is not None:
        task = attempt(form, lambda: _made(form.cleaned_data, issuer, parent, actor))
        if task is not None:
            return see(
                request, "tasks:one", _("The task is set; the responsible body has been told."), task.pk
            )
    back = reverse("tasks:one", args=[parent.pk]) if parent else reverse("tasks:ledger")
    context = {"form": form, "issuer": issuer, "parent": parent, "back": back, **words.shell(actor)}
    return render(request, "tasks/draft.html", context, status=status_of(form))


def _made(given: dict[str, Any], issuer: Organization, parent: Task | None, actor: Actor) -> Task:
    common: dict[str, Any] = {"by": actor, "on": today()}
    responsible: Organization = given["responsible"]
    task = actions.draft(
        kind=given["kind"], title=given["title"], detail=given["detail"], issuer=issuer, responsible=responsible,
        helpers=list(given["helpers"]), region_code=responsible.region_code, due_on=given["due_on"], parent=parent, **common,
    )  # fmt: skip
    return actions.assign(task, **common)
