"""Lists: conferences, meetings, and the ledger of resolutions (R18)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations.models import Organization, named
from shegong.ground.regions.models import tree
from shegong.ground.tasks import panels as words
from shegong.ground.tasks.models import marks
from shegong.ground.tasks.rules import COLOURS
from shegong.ground.tasks.rules import OPEN as TASKS_OPEN
from shegong.ground.tasks.rules import STATES as TASK_STATES
from shegong.ground.tasks.rules import State as TaskState
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.steering.council.models import Conference, Meeting, Member, Resolution, of_colour
from shegong.steering.council.rules import KINDS, STATES, TONES, Kind, Permission, State

OPEN_ONES, LATE_ONES = "open", "late"


def _count(model: Any, **where: Any) -> Any:
    rows = model.filter(**where).order_by().values("region_code").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows), 0)


def _conferences(ids: Sequence[int], scene: Scene) -> list[Any]:
    found = Conference.objects.filter(pk__in=ids).select_related("convenor", "office")
    here = {"region_code": OuterRef("region_code")}
    return list(
        found.annotate(
            members_now=_count(Member.objects.on(scene.day), **here),
            meetings_held=_count(Meeting.objects.filter(state__in=["held", "minuted"]), **here),
            open_now=_count(Resolution.objects.filter(task__state__in=[str(s) for s in TASKS_OPEN]), **here),
            late_now=_count(Resolution.objects.late(scene.day), **here),
        )
    )


def _place(row: Any) -> str:
    return tree().full_name(row.region_code, today())


def _places(scene: Scene) -> Iterator[tuple[str, str]]:
    units, reach = tree(), scene.actor.reach(scene.permission)
    for level in (1, 2, 3):
        for unit in units.alive(scene.day, level):
            if any(unit.code in one for one in reach):
                yield str(unit.code), "　" * (level - 1) + units.name(unit.code, scene.day)


def _at(value: str, scene: Scene) -> Forks:
    inside = Q()
    for one in tree().ranges(int(value), scene.day):
        inside |= one.q("region_code")
    return (inside,)


PLACE = Filter("place", _("Place"), _at, _places)
CONFERENCES = Listing(
    key="council.conferences",
    title=_("Joint conferences"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Conference.objects.visible_to(scene.actor, scene.permission).on(scene.day),
    load=_conferences,
    columns=(
        Column("place", _("Division"), _place, fixed=True, address=lambda r: reverse("council:conference", args=[r.pk])),
        Column("convenor", _("Convened by"), lambda r: r.convenor.name),
        Column("office", _("Office of the conference"), lambda r: r.office.name, phone=False),
        Column("members", _("Members"), lambda r: r.members_now, "number"),
        Column("meetings", _("Meetings held"), lambda r: r.meetings_held, "number"),
        Column("open", _("Open resolutions"), lambda r: r.open_now, "number"),
        Column("late", _("Late resolutions"), lambda r: r.late_now, "number"),
    ),
    filters=(PLACE,),
    orders=(Order("place", _("By place"), ("region_code", "id")),),
    note=_("Led by the organisation department, with civil affairs responsible (plan, four (1))."),
)  # fmt: skip


def _meetings(ids: Sequence[int], scene: Scene) -> list[Any]:
    return list(Meeting.objects.filter(pk__in=ids).annotate(agenda=Count("items")))


MEETINGS = Listing(
    key="council.meetings",
    title=_("Meetings of the joint conference"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Meeting.objects.visible_to(scene.actor, scene.permission),
    load=_meetings,
    columns=(
        Column("title", _("Title of the meeting"), lambda r: r.title, fixed=True, address=lambda r: reverse("council:meeting", args=[r.pk])),
        Column("number", _("Number in the year"), lambda r: f"{r.year}-{r.number}"),
        Column("day", _("Day of the meeting"), lambda r: r.held_on, "date"),
        Column("place", _("Division"), _place),
        Column("where", _("Where it is held"), lambda r: r.place, phone=False),
        Column("agenda", _("Items"), lambda r: r.agenda, "number", phone=False),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(STATES[State(v)]), tone=lambda r: TONES.get(State(r.state), "")),
    ),
    filters=(
        Filter("state", _("State"), lambda v, s: (Q(state=v),), lambda s: [(str(k), gettext(w)) for k, w in STATES.items()]),
        PLACE,
        text("q", _("Words"), lambda v, s: (Q(title__icontains=v.strip()),)),
    ),
    orders=(Order("day", _("Newest first"), ("held_on", "id"), descending=True),),
)  # fmt: skip


def _resolutions(ids: Sequence[int], scene: Scene) -> list[Any]:
    around = marks(scene.day)
    rows = list(Resolution.objects.filter(pk__in=ids).select_related("task__responsible", "item__meeting"))
    for row in rows:
        row.colour = row.task.colour(scene.day, around)
        row.left = words.left(row.task, scene.day)
    return rows


def _in_state(value: str, scene: Scene) -> Forks:
    if value == OPEN_ONES:
        return (Q(task__state__in=[str(s) for s in TASKS_OPEN]),)
    return (Q(task__state=value),)


def _states(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield OPEN_ONES, gettext("All that are open")
    for state in TaskState:
        yield str(state), gettext(TASK_STATES[state])


def _of_colour(value: str, scene: Scene) -> Forks:
    around = marks(scene.day)
    wanted = ("yellow", "red") if value == LATE_ONES else (value,)
    return tuple(of_colour(one, around) for one in wanted)


def _colours(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield LATE_ONES, gettext("All that are late")
    for colour, word in COLOURS.items():
        yield str(colour), gettext(word)


def _department(typed: str, scene: Scene) -> Forks:
    bodies = Organization.objects.filter(named(typed)).values("pk")
    return (Q(task__responsible__in=bodies),)


def _words(typed: str, scene: Scene) -> Forks:
    return (Q(text__icontains=typed.strip()),)


RESOLUTIONS = Listing(
    key="council.resolutions",
    title=_("Ledger of resolutions"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Resolution.objects.visible_to(scene.actor, scene.permission),
    load=_resolutions,
    columns=(
        Column("text", _("What was decided"), lambda r: r.text, fixed=True, address=lambda r: reverse("tasks:one", args=[r.task_id])),
        Column("colour", _("Colour"), lambda r: r.colour, words=lambda v: gettext(COLOURS[v]), tone=lambda r: words.TONES.get(r.colour, "")),
        Column("left", _("Time left"), lambda r: r.left),
        Column("due", _("Due on"), lambda r: r.task.due_on, "date"),
        Column("responsible", _("Responsible department"), lambda r: r.task.responsible.name),
        Column("state", _("State"), lambda r: r.task.state, words=lambda v: gettext(TASK_STATES[TaskState(v)]),
               tone=lambda r: words.STATE_TONES.get(TaskState(r.task.state), "")),
        Column("meeting", _("Meeting"), lambda r: r.item.meeting.title, phone=False),
        Column("held", _("Day of the meeting"), lambda r: r.item.meeting.held_on, "date", phone=False),
        Column("kind", _("What for"), lambda r: r.item.kind, words=lambda v: gettext(KINDS[Kind(v)]), phone=False),
        Column("indicator", _("Figure it wants to move"), lambda r: r.indicator, phone=False),
        Column("place", _("Division"), _place, phone=False),
        Column("closed", _("Settled on"), lambda r: r.task.closed_on, "date", shown=False),
    ),
    filters=(
        Filter("state", _("State"), _in_state, _states, default=OPEN_ONES),
        Filter("colour", _("Colour"), _of_colour, _colours),
        text("department", _("Department"), _department),
        PLACE,
        Filter("kind", _("What for"), lambda v, s: (Q(item__kind=v),), lambda s: [(str(k), gettext(w)) for k, w in KINDS.items()],
               is_rare=True),
        Filter("meeting", _("Meeting"), lambda v, s: (Q(item__meeting=int(v)),), lambda s: _choices(s), is_rare=True),
        text("q", _("Words"), _words),
    ),
    orders=(
        Order("due", _("Due first"), ("task__due_on", "id")),
        Order("newest", _("Newest first"), ("id",), descending=True),
    ),
)  # fmt: skip


def _choices(scene: Scene) -> list[tuple[str, str]]:
    rows = Meeting.objects.visible_to(scene.actor, scene.permission).order_by("-held_on", "-id")[:200]
    return [(str(row.pk), f"{row.held_on:%Y-%m-%d} {row.title}") for row in rows]


def overdue_by_department(request: HttpRequest) -> list[dict[str, Any]]:
    """How many resolutions of each department are late, the most first."""
    rows = Resolution.objects.visible_to(actor_of(request), Permission.READ).late(today())
    counted = rows.order_by().values("task__responsible__name").annotate(n=Count("pk"))
    return [
        {"name": row["task__responsible__name"], "count": row["n"]}
        for row in sorted(counted, key=lambda row: (-row["n"], row["task__responsible__name"]))
    ]


@page(Permission.READ, methods=("GET", "POST"), clause="M1.a")
def conferences(request: HttpRequest) -> HttpResponse:
    """Conferences in reach; a POST saves a view."""
    actor = actor_of(request)
    more = {**words.shell(actor), "may_run": bool(actor.reach(Permission.RUN))}
    return answer(request, CONFERENCES, template="council/conferences.html", more=more)


@page(Permission.READ, clause="M1.a")
def conferences_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, CONFERENCES, form)


@page(Permission.READ, methods=("GET", "POST"), clause="M1.c")
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings in reach; a POST saves a view."""
    return answer(request, MEETINGS, template="council/meetings.html", more=words.shell(actor_of(request)))


@page(Permission.READ, clause="M1.c")
def meetings_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, MEETINGS, form)


@page(Permission.READ, methods=("GET", "POST"), clause="M1.c")
def resolutions(request: HttpRequest) -> HttpResponse:
    """Everything that was decided, across meetings, with who is late; a POST saves a view."""
    more = {**words.shell(actor_of(request)), "late": overdue_by_department(request)}
    return answer(request, RESOLUTIONS, template="council/resolutions.html", more=more)


@page(Permission.READ, clause="M1.c")
def resolutions_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, RESOLUTIONS, form)
