"""What a unit has to do this period: returns to hand in, notices to sign for, matters to put right. For the phone too."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents.models import Addressee
from shegong.ground.regions.models import tree
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import STATES as TASK_STATES
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, today
from shegong.steering.oversight.models import CircularRow
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import RETURN_NAMES, ReturnState, colour, days_late
from shegong.steering.oversight.web.returns import waiting
from shegong.steering.oversight.web.rounds import LATE_TONES
from shegong.steering.oversight.web.tabs import tabs
from shegong.ui.menu import MenuItem


def _returns(actor: Actor) -> Iterator[dict[str, Any]]:
    for row in waiting(actor).select_related("dispatch", "dispatch__issuer").order_by("dispatch__due_on"):
        due = row.dispatch.due_on
        late = days_late(due_on=due, handed_in=None, on=today())
        yield {
            "title": row.dispatch.title, "url": reverse("oversight:return", args=[row.pk]), "due": due, "late": late,
            "unit": tree().name(row.region_code, row.dispatch.as_of), "from": row.dispatch.issuer.name,
            "tone": LATE_TONES.get(colour(due_on=due, handed_in=None, on=today()), ""),
            "state": gettext(RETURN_NAMES[ReturnState(row.state)]), "reason": row.reason,
        }  # fmt: skip


def _notices(actor: Actor) -> Iterator[dict[str, Any]]:
    waits = (
        Addressee.objects.waiting()
        .filter(organization__in=actor.bodies(Permission.ANSWER))
        .values("document", "organization")
    )
    documents = {(one["document"], one["organization"]) for one in waits}
    rows = CircularRow.objects.visible_to(actor, Permission.ANSWER).filter(
        body__in=actor.bodies(Permission.ANSWER), circular__document__in=[pk for pk, _body in documents]
    )
    for row in rows.select_related("circular", "circular__document", "circular__issuer").order_by("pk"):
        if (row.circular.document_id, row.body_id) in documents:
            yield {
                "title": row.circular.title, "url": reverse("oversight:circular", args=[row.circular_id]),
                "from": row.circular.issuer.name, "number": row.circular.document.number, "mark": row.mark,
            }  # fmt: skip


def _tasks(actor: Actor) -> Iterator[dict[str, Any]]:
    found = (
        Task.objects.of_body(actor.bodies(Permission.ANSWER), "responsible").open().select_related("issuer")
    )
    for task in found.exclude(state__in=("drafted", "replied")).order_by("due_on"):
        shade = task.colour(today())
        yield {
            "title": task.title, "url": reverse("tasks:one", args=[task.pk]), "due": task.due_on, "from": task.issuer.name,
            "tone": LATE_TONES.get(shade, ""), "state": gettext(TASK_STATES[task.state]),
            "late": days_late(due_on=task.due_on, handed_in=None, on=today()),
        }  # fmt: skip


@page(Permission.ANSWER, clause="N6, N12")
def unit(request: HttpRequest) -> HttpResponse:
    """The unit's own page."""
    actor = actor_of(request)
    groups = [
        {
            "title": gettext("To hand in"),
            "rows": list(_returns(actor)),
            "action": gettext("Fill in the return"),
        },
        {
            "title": gettext("To sign for"),
            "rows": list(_notices(actor)),
            "action": gettext("Read and sign for"),
        },
        {"title": gettext("To put right"), "rows": list(_tasks(actor)), "action": gettext("Reply")},
    ]
    context = {
        "sections": [group for group in groups if group["rows"]], "section_tabs": tabs(request, "oversight:unit"),
        "today": today(), "office": actor.office_name,
    }  # fmt: skip
    return render(request, "oversight/unit.html", context)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """This period's things for units; the rounds, notices and inspections for whoever reads them."""
    actor = actor_of(request)
    if actor.may(Permission.ANSWER):
        yield MenuItem(
            "office", "todo", _("This period"), reverse("oversight:unit"), count=lambda: waiting(actor), order=30,
            permission=Permission.ANSWER,
        )  # fmt: skip
    yield MenuItem(
        "office",
        "returns",
        _("Dispatch and supervision"),
        reverse("oversight:rounds"),
        order=30,
        permission=Permission.READ,
        fold="returns",
    )


urlpatterns = [path("office/this-period/", unit, name="unit")]
