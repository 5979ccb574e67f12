"""The officer's queue: what waits for his stage, by remaining time; the same rows as a file (ux.md 2.4, 4.8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.desk import (
    QueueRow,
    queue_rows,
    stages_of,
    submitted,
    waiting_cases,
    waiting_for_actor,
)
from shegong.duties.registry.rules import STAGE_PERMISSION, STATE_NAMES, Permission, State
from shegong.duties.registry.web.regions import region_filter, seat
from shegong.duties.registry.web.words import KIND_NAMES, LEVEL_NAMES, STATE_TONES
from shegong.kernel.access import Actor
from shegong.kernel.calendar import Calendar
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Asked, Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, choice
from shegong.kernel.listing_pages import TYPES, asked_of, export, paths
from shegong.kernel.listing_query import Cursor, Order, counted, keys_beyond
from shegong.ui.menu import MenuItem

WAITING, RETURNED, PASSED, REFUSED, ALL = "waiting", "returned", "passed", "refused", "all"
TABS = (
    (WAITING, _("To review")), (RETURNED, _("Returned")), (PASSED, _("Passed")), (REFUSED, _("Refused")), (ALL, _("All")),
)  # fmt: skip
CLEAN = (("yes", _("Checks passed when handed in")), ("no", _("Needs a look")))
SOON_DAYS = 3  # working days from which a case is marked
ROWS_ABOVE, ROWS_BELOW = 3, 40  # around the case that is open


def _in_tab(tab: str, scene: Scene) -> Forks:
    if tab == WAITING:
        return waiting_for_actor(scene.actor) or NOTHING
    states = {
        RETURNED: [State.RETURNED],
        PASSED: _passed(scene.actor),
        REFUSED: [State.FAILED, State.REFUSED],
    }
    return (Q(state__in=[str(s) for s in states[tab]]),) if tab in states else (Q(),)


def _passed(actor: Actor) -> list[State]:
    """What counts as passed for this reader: whatever went on from his own stage."""
    stages = {stage for stage, _level in stages_of(actor)}
    further = [State.FIRST_PASSED] if "first" in stages else []
    further += [State.SECOND_PASSED] if stages & {"first", "second"} else []
    return [*further, State.ADMITTED, State.ISSUED]


COLUMNS = (
    Column("number", _("Case number"), lambda r: r.number, "code", fixed=True),
    Column("name", _("Name"), lambda r: r.name, personal="name"),
    Column("kind", _("Kind"), lambda r: str(r.kind), words=lambda v: gettext(KIND_NAMES[v])),
    Column("level", _("Level"), lambda r: r.level, words=lambda v: gettext(LEVEL_NAMES[v])),
    Column("region", _("Region"), lambda r: r.region),
    Column("employer", _("Employer"), lambda r: r.employer),
    Column("submitted", _("Submitted on"), lambda r: r.submitted_on, "date"),
    Column("due", _("Time limit"), lambda r: r.due_on, "date"),
    Column("state", _("State"), lambda r: str(r.state), words=lambda v: gettext(STATE_NAMES[v])),
    Column("clean", _("Automatic checks"), lambda r: "yes" if r.is_clean else "no", words=lambda v: str(dict(CLEAN)[v])),
)  # fmt: skip
QUEUE = Listing(
    key="registry.queue",
    title=_("Registration queue"),
    permission=Permission.READ,
    export_permission=Permission.EXPORT,
    rows=lambda scene: submitted(),
    load=lambda ids, scene: queue_rows(ids, scene.day, seat(scene)),
    columns=COLUMNS,
    orders=(
        Order("due", _("By remaining time"), ("due_on", "id"), blocks=(1_000, 100_000)),
        Order("-submitted", _("Newest first"), ("id",), descending=True, blocks=(1_000, 100_000)),
    ),
    filters=(
        Filter("tab", _("Tab"), _in_tab, lambda scene: TABS, default=WAITING),
        choice("kind", _("Kind"), tuple((str(k), _(v)) for k, v in KIND_NAMES.items()), "kind"),
        Filter("clean", _("Automatic checks"), lambda v, scene: (Q(clean=v == "yes"),), lambda scene: CLEAN),
    ),
    region=region_filter(),
)


@dataclass(frozen=True)
class Shown:
    """The queue as one address asks for it: its page, tabs, and the way from a case to its neighbours."""

    asked: Asked
    calendar: Calendar

    @property
    def tab(self) -> str:
        """Which tab is open."""
        return QUEUE.filters[0].asked(self.asked.params)

    @property
    def query(self) -> str:
        """The address's query string, to carry along; "" for the plain queue."""
        return "" if self.asked.address() == "?" else self.asked.address()

    def case_url(self, token: str) -> str:
        """A case with this queue beside it."""
        return reverse("registry:case", args=[token]) + self.query

    def beyond(self, application: Application, limit: int = 1, *, backwards: bool = False) -> list[int]:
        """Keys of the cases after (before) this one in the order of the list, also when it has left the list."""
        keys = tuple(getattr(application, name) for name in self.asked.order.keys)
        place = Cursor(0, keys)
        found = keys_beyond(self.asked.parts, self.asked.order, limit, place, backwards=backwards)
        return [key[-1] for key in found]

    def next_url(self, application: Application) -> str:
        """The next case; after the last one the first; the queue when nothing is left."""
        ids = self.beyond(application) or [
            key[-1] for key in keys_beyond(self.asked.parts, self.asked.order, 1, None)
        ]
        found = self.asked.loaded([one for one in ids if one != application.pk])
        return self.case_url(found[0].token) if found else reverse("registry:queue") + self.query

    def around(self, application: Application) -> dict[str, Any]:
        """The part of the list where this case stands, its number in it, and its neighbours."""
        above = self.beyond(application, ROWS_ABOVE, backwards=True)[::-1]
        below = self.beyond(application, ROWS_BELOW)
        is_in = any(part.filter(pk=application.pk).exists() for part in self.asked.parts)
        rows = self.asked.loaded([*above, *([application.pk] if is_in else []), *below])
        by_id = {row.id: row for row in rows}
        return {
            "rows": self.lines(rows, application.token),
            "at": self.number(application) if is_in else None,
            "previous_case": self.case_url(by_id[above[-1]].token) if above and above[-1] in by_id else "",
            "next_case": self.case_url(by_id[below[0]].token) if below and below[0] in by_id else "",
        }

    def number(self, application: Application) -> int:
        """The how-manieth of the list this case is."""
        keys = tuple(getattr(application, name) for name in self.asked.order.keys)
        parts = self.asked.parts
        before = [p.filter(self.asked.order.beyond(p.model, keys, backwards=True)) for p in parts]
        return counted(before, 10_000) + 1

    def lines(self, rows: list[QueueRow], chosen: str = "") -> list[dict[str, Any]]:
        """Rows with what the template shows."""
        return [self._line(row, row.token == chosen) for row in rows]

    def _line(self, row: QueueRow, is_chosen: bool) -> dict[str, Any]:
        left, tone = (
            remaining(row.due_on, self.asked.scene.day, self.calendar) if row.waiting_for else ("", "")
        )
        return {
            "row": row, "chosen": is_chosen, "url": self.case_url(row.token), "left": left, "tone": tone,
            "kind": gettext(KIND_NAMES[row.kind]), "level": gettext(LEVEL_NAMES[row.level]) if row.level else "",
            "place": row.employer or row.region, "flag": _flag(row), "may_pick": row.is_clean and bool(row.waiting_for),
        }  # fmt: skip

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        """The tabs; those with work carry their count, and the open one."""
        found = []
        for name, label in TABS:
            query = QueryDict(mutable=True)
            query.update(
                {k: v for k, v in self.asked.params.items() if k in ("region", "kind")} | {"tab": name}
            )
            is_open = name == self.tab
            asked = self.asked if is_open else QUEUE.asked(query, self.asked.scene)
            count = asked.count_words if is_open or name in (WAITING, RETURNED) else None
            url = f"{reverse('registry:queue')}?{query.urlencode()}"
            found.append({"label": label, "url": url, "count": count, "current": is_open})
        return found

    @property
    def exports(self) -> Mapping[str, str]:
        """The files of this list; none for readers who may not export."""
        if not self.asked.scene.actor.may(Permission.EXPORT):
            return {}
        return {form: reverse("registry:queue_file", args=[form]) + self.asked.address() for form in TYPES}

    def context(self) -> dict[str, Any]:
        """What every page with the queue beside it shows."""
        return {
            "queue": self, "tabs": self.tabs, "total": self.asked.count_words, "exports": self.exports,
            "controls": list(self._controls()), "hidden": [("tab", self.tab)] if self.tab != WAITING else [],
            "lead": self._lead(), "may_bulk": self.tab == WAITING and bool(stages_of(self.asked.scene.actor)),
            "carried": [(k, v) for k, v in QueryDict(self.query[1:]).items()],
        }  # fmt: skip

    def _controls(self) -> Iterator[dict[str, Any]]:
        scene, params = self.asked.scene, self.asked.params
        region = QUEUE.region
        if region and any((a.level or 9) < 3 for a in scene.actor.with_permission(Permission.READ)):
            choices = region.controls(region.asked(params), scene)
            yield {"name": region.name, "title": region.title, "choices": choices}
        for one in QUEUE.filters[1:]:
            yield {"name": one.name, "title": one.title, "choices": one.controls(one.asked(params), scene)}
        chosen = self.asked.order.name
        orders = [{"value": o.name, "label": o.title, "chosen": o.name == chosen} for o in QUEUE.orders]
        yield {"name": "sort", "title": _("Order"), "choices": orders}

    def _lead(self) -> str:
        if self.tab != WAITING:
            return ""
        late = [part.filter(due_on__lt=self.asked.scene.day) for part in self.asked.parts]
        number = counted(late, 1000)
        return ngettext("%(n)s overdue", "%(n)s overdue", number) % {"n": number} if number else ""


def _flag(row: QueueRow) -> tuple[str, str]:
    if not row.waiting_for:
        tone = {"ok": "g", "err": "e", "info": "i", "warn": ""}.get(
            STATE_TONES.get(State(row.state), ""), "m"
        )
        return gettext(STATE_NAMES[State(row.state)]), tone
    if row.is_clean:
        return gettext("Checks passed when handed in"), "g"
    return ngettext("%(n)s to judge", "%(n)s to judge", row.doubts) % {"n": max(row.doubts, 1)}, ""


def remaining(due_on: date, day: date, calendar: Calendar) -> tuple[str, str]:
    """Working days left in words, with a tone: late, soon or none."""
    left = calendar.working_days_between(day, due_on)
    if due_on < day:
        words = (
            ngettext("%(n)s day over", "%(n)s days over", -left) % {"n": -left}
            if left
            else gettext("Overdue")
        )
        return words, "late"
    words = (
        ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left} if left else gettext("Due today")
    )
    return words, "soon" if left <= SOON_DAYS else ""


def shown(request: HttpRequest) -> Shown:
    """The queue that this request's address asks for."""
    asked = asked_of(request, QUEUE)
    if "sort" not in asked.params and asked.params.get("tab", WAITING) not in (WAITING, RETURNED):
        newest = asked.params.copy()  # what is decided has no remaining time, and is many
        newest["sort"] = "-submitted"
        asked = QUEUE.asked(newest, asked.scene)
    return Shown(asked, calendar_in_force())


@page(Permission.READ, about="application", clause="T4.2.a")
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this officer, by remaining time."""
    found = shown(request)
    asked, place = found.asked, found.asked.slice
    rows = found.lines(asked.rows)
    context = found.context() | {
        "rows": rows,
        "first_case": rows[0]["url"] if rows else "",
        "first": place.first if place.keys else 0,
        "last": place.first + len(place.keys) - 1,
        "page_next": "" if place.is_last or not place.keys else asked.address(after=asked.cursor("last")),
        "page_start": "" if place.is_first else asked.address(),
    }
    return render(request, "registry/desk_queue.html", context)


@page(Permission.EXPORT, about="application", clause="T4.2.a")
def queue_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, QUEUE, form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The queue with the number of cases that wait for the reader."""
    actor = actor_of(request)
    if any(actor.may(permission) for permission in STAGE_PERMISSION.values()):
        yield MenuItem(
            "office", "todo", _("Registration"), reverse("registry:queue"), count=lambda: waiting_cases(actor),
            order=10, permission=Permission.READ,
        )  # fmt: skip


urlpatterns = paths("office/queue/registration", queue, queue_file, "queue")
