"""One snapshot: its head with day, version and hash, its tables as a list; and whether the hash still holds."""

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import names_of
from shegong.ground.people.rules import Permission as PeoplePermission
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, visible_or_404
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, RegionFilter, short
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.statistics.actions import verdict
from shegong.steering.statistics.models import Snapshot, SnapshotFigure
from shegong.steering.statistics.panels import freezing_url, title_of
from shegong.steering.statistics.rules import SOURCES, Permission
from shegong.steering.statistics.web.listing import STANDING, STATES, state_of

TERM = "term"  # the table of a sub-plan's figures: such a snapshot can be frozen anew
TOP, UNITS, EVERYWHERE = "top", "units", "all"
SCALES = {TOP: _("The whole"), UNITS: _("Units that report to the province"), EVERYWHERE: _("Every place")}
UNIT_NAMES = {
    "person": _("people"), "person_time": _("person-times"), "certificate": _("certificates"), "unit": _("units"),
    "document": _("documents"), "class": _("classes"), "year": _("years"), "base": _("bases"), "day": _("days"),
}  # fmt: skip

COLUMNS = (
    Column("indicator", _("Indicator"), lambda r: r.indicator, "code", fixed=True),
    Column("title", _("What is counted"), lambda r: title_of(r.indicator)),
    Column("region", _("Place"), lambda r: tree().name(r.region_code, r.snapshot.as_of)),
    Column("year", _("Year"), lambda r: r.year, "number", phone=False, words=str),
    Column("value", _("Figure"), lambda r: r.value, "number", words=lambda v: f"{v:,}"),
    Column("unit", _("Unit"), lambda r: r.unit, words=lambda v: UNIT_NAMES.get(v, v), phone=False),
    Column("target", _("Target"), lambda r: r.target, "number", words=lambda v: f"{v:,}"),
    Column("planned", _("Planned by this day"), lambda r: r.planned, "number", words=lambda v: f"{v:,}", phone=False),
    Column("source", _("Source"), lambda r: r.source, words=lambda v: gettext(SOURCES[v]), phone=False),
    Column("counted", _("Counted from registers"), lambda r: r.counted, "number", shown=False),
    Column("entered", _("Entered by owners"), lambda r: r.entered, "number", shown=False),
    Column("rule", _("Version of the counting rule"), lambda r: r.rule, "number", shown=False),
    Column("code", _("Region code"), lambda r: f"{r.region_code // 1000:06d}", "code", shown=False),
    Column("table", _("Table"), lambda r: r.table, shown=False),
)  # fmt: skip


def snapshot_or_404(request: HttpRequest, pk: int) -> Snapshot:
    """A snapshot with figures in the reader's reach."""
    found: Snapshot = visible_or_404(
        Snapshot.objects.select_related("successor", "supersedes"), actor_of(request), Permission.READ, pk=pk
    )
    return found


def place_of(snapshot: Snapshot, column: str = "region_code") -> RegionFilter:
    """The choice of a place, drawn as divisions were on the snapshot's day."""
    as_of = snapshot.as_of
    return replace(
        place_filter(_("Place"), column),
        ranges=lambda code, day, used: tree().ranges(code, as_of, used or REPORTING),
        label=lambda code, day: tree().name(code, as_of),
    )


def figures_of(snapshot: Snapshot, actor: Actor) -> Listing:
    """The cells of one snapshot, those of its own place first."""
    sees_top = actor.may(Permission.READ, snapshot.region_code)
    held = set(snapshot.rows.values_list("indicator", flat=True).distinct()) if _may_open(actor) else set()
    columns = [replace(c, address=lambda r: _people_of(r, held)) if c.name == "value" else c for c in COLUMNS]
    return Listing(
        key="statistics.figures",
        title=snapshot.title,
        permission=Permission.READ,
        export_permission=Permission.READ,
        rows=lambda scene: SnapshotFigure.objects.filter(snapshot=snapshot),
        load=lambda ids, scene: list(SnapshotFigure.objects.filter(pk__in=ids).select_related("snapshot")),
        columns=tuple(columns),
        filters=(
            Filter("scale", _("Places"), lambda value, scene: _at_scale(value, snapshot),
                   lambda scene: list(SCALES.items()), default=TOP if sees_top else ""),
            Filter("indicator", _("Indicator"), lambda value, scene: (Q(indicator=value),),
                   lambda scene: _indicators(snapshot)),
            Filter("table", _("Table"), lambda value, scene: (Q(table=value),),
                   lambda scene: _tables(snapshot), is_rare=True),
        ),
        region=place_of(snapshot),
        orders=(
            Order("plan", _("In the order of the tables"), ("id",)),
            Order("place", _("By place"), ("region_code", "id")),
        ),
    )  # fmt: skip


def _may_open(actor: Actor) -> bool:
    return actor.may(PeoplePermission.READ)


def _people_of(figure: SnapshotFigure, held: set[str]) -> str:
    """Where the people behind a figure are listed; "" where none were frozen with it."""
    if figure.indicator not in held:
        return ""
    asked = urlencode({"indicator": figure.indicator, "region": short(figure.region_code)})
    return f"{reverse('statistics:people', args=[figure.snapshot_id])}?{asked}"


def _at_scale(value: str, snapshot: Snapshot) -> Forks:
    if value == TOP:
        return (Q(region=snapshot.region_code),)
    if value == UNITS:
        return (Q(region__in=[unit.code for unit in tree().units(2, snapshot.as_of, REPORTING)]),)
    return (Q(),)


def _indicators(snapshot: Snapshot) -> list[tuple[str, str]]:
    found = snapshot.figures.order_by("indicator").values_list("indicator", flat=True).distinct()
    return [(one, f"{one} {title_of(one)}") for one in found]


def _tables(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(one, one) for one in _table_names(snapshot)]


def _table_names(snapshot: Snapshot) -> list[str]:
    return list(snapshot.figures.order_by("table").values_list("table", flat=True).distinct())


@page(Permission.READ, methods=("GET", "POST"), about="snapshot", clause="N11")
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One snapshot; with `?check=1` its hash is computed anew. A POST saves a view."""
    row = snapshot_or_404(request, pk)
    newest = getattr(row, "successor", None) is None
    may = newest and actor_of(request).may(Permission.FREEZE, row.region_code) and TERM in _table_names(row)
    more = {
        **head_of(row), "as_of": row.as_of, "correct_url": freezing_url(row.pk) if may else "", "version": f"{row.version} · {row.sha[:12]}",
        "checked": verdict(row) if request.GET.get("check") else None,
    }  # fmt: skip
    return answer(request, figures_of(row, actor_of(request)), template="statistics/snapshot.html", more=more)


@page(Permission.READ, about="snapshot", clause="N11")
def snapshot_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The cells as xlsx, csv or json."""
    row = snapshot_or_404(request, pk)
    return export(request, replace(figures_of(row, actor_of(request)), title=file_title(row)), form)


def file_title(row: Snapshot) -> str:
    """What a file says about itself in its first row: day, version and hash too."""
    words = gettext("%(title)s, as of %(day)s, version %(version)s, hash %(sha)s")
    return words % {"title": row.title, "day": row.as_of.isoformat(), "version": row.version, "sha": row.sha}


def head_of(row: Snapshot) -> dict[str, Any]:
    """What every page of a snapshot says at its top."""
    state = state_of(row)
    return {
        "snapshot": row, "state": STATES[state], "tone": "ok" if state == STANDING else "warn",
        "place": tree().full_name(row.region_code, row.as_of),
        "successor": getattr(row, "successor", None),
        "frozen_by": names_of([row.frozen_by_id]).get(row.frozen_by_id, "") if row.frozen_by_id else gettext("The platform itself"),
    }  # fmt: skip


urlpatterns = paths("office/figures/<int:pk>", snapshot, snapshot_file, "snapshot")
