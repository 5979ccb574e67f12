"""What a correction changed: the older version and this one, cell by cell, and how many people came and went."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.walls_acting import lifted
from shegong.steering.statistics.models import Snapshot
from shegong.steering.statistics.panels import title_of
from shegong.steering.statistics.rules import COLUMNS, Difference, Permission, differences, people_moves
from shegong.steering.statistics.web.snapshot import head_of, snapshot_or_404

MOST = 500  # rows on the page; the file has all


@dataclass(frozen=True)
class Row:
    """One cell that differs, in words."""

    indicator: str
    title: str
    place: str
    year: int | None
    cell: str
    before: Any
    after: Any
    change: int | None


FILE = (
    Column("indicator", _("Indicator"), lambda r: r.indicator, "code"),
    Column("title", _("What is counted"), lambda r: r.title),
    Column("place", _("Place"), lambda r: r.place),
    Column("year", _("Year"), lambda r: r.year, "number"),
    Column("cell", _("Cell"), lambda r: r.cell),
    Column("before", _("Before"), lambda r: r.before, "number"),
    Column("after", _("After"), lambda r: r.after, "number"),
    Column("change", _("Change"), lambda r: r.change, "number"),
)


def _pair(request: HttpRequest, pk: int) -> tuple[Snapshot, Snapshot]:
    row = snapshot_or_404(request, pk)
    if row.supersedes is None:
        raise Http404
    return row.supersedes, row


def _rows(before: Snapshot, after: Snapshot, actor: Actor) -> list[Row]:
    """The differences at places that the reader reaches."""
    reach = actor.reach(Permission.READ)
    found = differences(before.tables(), after.tables())
    return [_row(one, after) for one in found if any(one.region in part for part in reach)]


def _row(one: Difference, after: Snapshot) -> Row:
    place = tree().name(one.region, after.as_of)
    return Row(
        one.indicator, title_of(one.indicator), place, one.year, gettext(COLUMNS[one.column]), one.before, one.after,
        one.change,
    )  # fmt: skip


def _moves(before: Snapshot, after: Snapshot, actor: Actor) -> list[dict[str, Any]]:
    """Of the whole, for those who read the whole: counts, no names."""
    if not actor.may(Permission.READ, after.region_code):
        return []
    with lifted("how many came and went, of all places, for a reader of the whole; no person is shown"):
        keys = [list(one.rows.values_list("indicator", "person_id")) for one in (before, after)]
    return [
        {"indicator": one.indicator, "title": title_of(one.indicator), "came": one.came, "went": one.went}
        for one in people_moves(*keys)
    ]


@page(Permission.READ, about="correction", clause="N11")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """A correction beside the version before it."""
    before, after = _pair(request, pk)
    rows = _rows(before, after, actor_of(request))
    context = {
        **head_of(after), "before": before, "rows": rows[:MOST], "total": len(rows), "as_of": after.as_of,
        "moves": _moves(before, after, actor_of(request)),
    }  # fmt: skip
    return render(request, "statistics/changes.html", context)


@page(Permission.READ, about="correction", clause="N11")
def changes_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Every cell that differs, as a file."""
    before, after = _pair(request, pk)
    return export_rows(
        request, form, key="statistics.changes", title=gettext("What the correction changed"), permission=Permission.READ,
        columns=FILE, rows=_rows(before, after, actor_of(request)), region_code=after.region_code,
    )  # fmt: skip


urlpatterns = [
    path("office/figures/<int:pk>/changes/", changes, name="changes"),
    path("office/figures/<int:pk>/changes.<str:form>", changes_file, name="changes_file"),
]
