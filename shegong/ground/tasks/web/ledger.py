"""The ledger of tasks (督办台账): mine to do, issued by us, late; filters, files, print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents.models import own_bodies
from shegong.ground.organizations.models import Organization, named
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.ground.tasks.models import Task, late_q, marks, takes_part, to_do
from shegong.ground.tasks.rules import (
    CLAUSE,
    COLOURS,
    KINDS,
    LATE,
    OPEN,
    STATES,
    Part,
    Permission,
    State,
)
from shegong.ground.tasks.web import words
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order

OPEN_ONES = "open"
LATE_ONES = "late"


@dataclass(frozen=True)
class Row:
    """One task as the ledger shows it."""

    id: int
    title: str
    kind: str
    issuer: str
    responsible: str
    region: str
    state: str
    colour: str
    due_on: date
    left: str
    replied_on: date | None
    closed_on: date | None


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    around, units = marks(scene.day), tree()
    found = Task.objects.filter(pk__in=ids).select_related("issuer", "responsible")
    return [
        Row(
            task.pk, task.title, task.kind, task.issuer.name, task.responsible.name,
            units.full_name(task.region_code, scene.day), task.state, task.colour(scene.day, around), task.due_on,
            words.left(task, scene.day), task.replied_on, task.closed_on,
        )
        for task in found
    ]  # fmt: skip


def _side(value: str, scene: Scene) -> Forks:
    if value == "mine":
        return (to_do(scene.actor),)
    if value == "issued":
        return (Q(issuer__in=own_bodies(scene.actor, Permission.ASSIGN)),)
    return (Q(takes_part(own_bodies(scene.actor, scene.permission), Part.RESPONSIBLE, Part.HELPER)),)


def _sides(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield "mine", gettext("Ours to do now")
    if own_bodies(scene.actor, Permission.ASSIGN):
        yield "issued", gettext("Set by us")
    yield "ours", gettext("Given to us")


def _states(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield OPEN_ONES, gettext("All that are open")
    for state in State:
        yield str(state), gettext(STATES[state])


def _in_state(value: str, scene: Scene) -> Forks:
    return (Q(state__in=[str(s) for s in OPEN]) if value == OPEN_ONES else Q(state=value),)


def _colours(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield LATE_ONES, gettext("All that are late")
    for colour, word in COLOURS.items():
        yield str(colour), gettext(word)


def _of_colour(value: str, scene: Scene) -> Forks:
    around = marks(scene.day)
    if value == LATE_ONES:
        return tuple(late_q(colour, around) for colour in LATE)
    return (late_q(value, around),)


def _places(scene: Scene) -> Iterator[tuple[str, str]]:
    units, reach = tree(), scene.actor.reach(scene.permission)
    for level in (1, 2, 3):
        for unit in units.alive(scene.day, level):
            if any(unit.code in one for one in reach):
                yield str(unit.code), "　" * (level - 1) + units.name(unit.code, scene.day)


def _at(value: str, scene: Scene) -> Forks:
    inside = Q()
    for one in tree().ranges(int(value), scene.day, tree=REPORTING):
        inside |= one.q("region_code")
    return (inside,)


def _found(typed: str, scene: Scene) -> Forks:
    if not typed.strip():
        return NOTHING
    bodies = Organization.objects.filter(named(typed)).values("pk")
    return (Q(title__icontains=typed.strip()) | Q(responsible__in=bodies) | Q(issuer__in=bodies),)


LIST = Listing(
    key="tasks.tasks",
    title=_("Ledger of tasks"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Task.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    columns=(
        Column("title", _("Matter"), lambda r: r.title, fixed=True, address=lambda r: reverse("tasks:one", args=[r.id])),
        Column("colour", _("Colour"), lambda r: r.colour, words=lambda v: gettext(COLOURS[v]), tone=lambda r: words.TONES.get(r.colour, "")),
        Column("left", _("Time left"), lambda r: r.left),
        Column("due", _("Due on"), lambda r: r.due_on, "date"),
        Column("responsible", _("Responsible body"), lambda r: r.responsible),
        Column("issuer", _("Issued by"), lambda r: r.issuer, phone=False),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(STATES[State(v)]),
               tone=lambda r: words.STATE_TONES.get(State(r.state), "")),
        Column("kind", _("Kind of matter"), lambda r: r.kind, words=lambda v: gettext(KINDS[v]), phone=False),
        Column("region", _("Place"), lambda r: r.region, phone=False),
        Column("replied", _("Replied on"), lambda r: r.replied_on, "date", shown=False),
        Column("closed", _("Settled on"), lambda r: r.closed_on, "date", shown=False),
    ),
    filters=(
        Filter("side", _("Whose"), _side, _sides),
        Filter("state", _("State"), _in_state, _states, default=OPEN_ONES),
        Filter("colour", _("Colour"), _of_colour, _colours),
        Filter("kind", _("Kind of matter"), lambda v, s: (Q(kind=v),), lambda s: [(str(k), gettext(w)) for k, w in KINDS.items()],
               is_rare=True),
        Filter("place", _("Place"), _at, _places, is_rare=True),
        text("q", _("Words or body"), _found),
    ),
    orders=(
        Order("due", _("Due first"), ("due_on", "id")),
        Order("newest", _("Newest first"), ("id",), descending=True),
    ),
    note=_("Yellow is late, red is long late; the issuer settles a task on a reply with proof."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def ledger(request: HttpRequest) -> HttpResponse:
    """Tasks in the reader's reach, and those of the reader's own body; a POST saves a view."""
    actor = actor_of(request)
    more = {**words.shell(actor), "may_draft": actor.may(Permission.ASSIGN)}
    return answer(request, LIST, template="tasks/ledger.html", more=more)


@page(Permission.READ, clause=CLAUSE)
def ledger_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)
