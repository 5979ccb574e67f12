"""Where the plan stands (计划进度): one page for a leader, from the province down to a county; every number opens its
records (N10, N12, G3, G4)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import floatformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing_filters import short
from shegong.steering.programme.models.board import Board
from shegong.steering.programme.models.figures import Figure
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.attention import LAG
from shegong.steering.programme.rules.curves import points_apart, ticks
from shegong.steering.programme.rules.plans import UNITS, Indicator
from shegong.steering.programme.web.asking import Asked, asked_of, months_offered, root_of
from shegong.steering.programme.web.concerns import concern_rows
from shegong.steering.programme.web.forecast_words import forecast_words
from shegong.ui.charts import Line, line_chart
from shegong.ui.menu import MenuItem
from shegong.ui.region_map import MapFile, region_map
from shegong.ui.tiles import SHADES, Unit, tile_map

# What a unit has reached of what the plan expects of it by the day, in percent: the steps of the map.
STEPS = (80, 90, 100, 110)


@page(Permission.READ, clause="N12")
def dashboard(request: HttpRequest) -> HttpResponse:
    """The whole plan; who answers for one division finds that one. Leaders enter here."""
    root = root_of(actor_of(request))
    if root != plan().region:
        return redirect(asked_of(request).page(root))
    return _shown(request, asked_of(request))


@page(Permission.READ, about="plan_place", clause="N12")
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One division: its figures, and the divisions below it side by side."""
    return _shown(request, asked_of(request, code))


def _shown(request: HttpRequest, asked: Asked) -> HttpResponse:
    return render(request, "programme/dashboard.html", context(asked))


def context(asked: Asked) -> dict[str, Any]:
    """Everything that the page, its file and the briefing show."""
    board = asked.board
    tiles = [tile(asked, board, one) for one in board.shown]
    rows = unit_rows(asked, board)
    first = next((one for one in tiles if one["id"] == board.focus.id), tiles[0])
    whole = whole_row(asked, board)
    return {
        "is_part": board.region != plan().region, "brief_url": brief_url(asked), "chart_label": chart_label(board, first),
        "forecast_words": forecast_words(first["outlook"]), "stamp": stamp(),
        "asked": asked, "board": board, "plan_title": plan().title(board.language), "first": first,
        "tiles": [one for one in tiles if one is not first], "rows": rows, "whole": whole,
        "elsewhere": board.elsewhere if rows else 0, "crumbs": crumbs(asked), "months": months_offered(),
        "focus": first, "concerns": concern_rows(asked, board), "views": views(asked), **drawn(asked, board, rows),
        "chart": chart(board), "legend": legend(), "unit": first["unit"],
    }  # fmt: skip


def brief_url(asked: Asked) -> str:
    """The briefing of the month of the day."""
    address = reverse("programme:brief", args=[f"{asked.on:%Y%m}"])
    return address + (f"?region={short(asked.region)}" if asked.region != asked.root else "")


def chart_label(board: Board, first: dict[str, Any]) -> str:
    """What the lines show, for who does not see them."""
    return gettext("%(what)s by month: %(value)s on %(day)s, due %(planned)s") % {
        "what": first["title"], "value": first["value"], "day": board.on.isoformat(), "planned": first["planned"],
    }  # fmt: skip


def stamp() -> str:
    """When the page was made, and of which edition of the plan."""
    now = timezone.localtime()
    return gettext("Made %(at)s from the registers") % {"at": f"{now:%Y-%m-%d %H:%M}"}


def tile(asked: Asked, board: Board, one: Indicator) -> dict[str, Any]:
    """One headline figure against the plan."""
    found = board.figure(one)
    seen, target = board.outlooks.get(one.id), found.target
    return {
        **measured(found), "id": one.id, "title": board.title(one), "unit": gettext(UNITS[one.counted_in]),
        "url": asked.records(one.id), "focus_url": asked.page(indicator=one.id), "rule": one.rule,
        "rule_url": asked.records(one.id) + "#rule", "outlook": seen,
        "verdict": seen.verdict(one.enough(target)) if seen and target else None, "source": found.source,
        "beside": found.beside, "is_focus": one.id == board.focus.id, "needs_source": one.needs_source,
    }  # fmt: skip


def measured(found: Figure) -> dict[str, Any]:
    """A figure as its amounts, percentages and words' parts: `apart` in points of the target, `lags` by five or more."""
    apart = points_apart(found.value, found.planned, found.target)
    return {
        "value": found.value, "target": found.target, "planned": found.planned,
        "rate": None if found.rate is None else 100 * found.rate,
        "due": 100 * found.planned / found.target if found.planned is not None and found.target else None,
        "apart": apart, "short": None if apart is None else abs(round(apart, 1)),
        "slow": apart is not None and round(apart, 1) < 0, "lags": apart is not None and apart <= -LAG,
        "left": max(0, (found.target or 0) - (found.value or 0)) if found.target else None,
    }  # fmt: skip


def unit_rows(asked: Asked, board: Board) -> list[dict[str, Any]]:
    """The divisions below, best first; those without a target or a figure last."""
    rows = [_unit_row(asked, board, unit) for unit in board.units]
    return sorted(
        rows, key=lambda row: (row["rate"] is None, -(row["rate"] or 0), -(row["value"] or 0), row["code"])
    )


def _unit_row(asked: Asked, board: Board, unit: int) -> dict[str, Any]:
    found = board.figure(board.focus, unit)
    return {
        **measured(found), "code": unit, "name": board.name(unit), "url": asked.page(unit),
        "records": asked.records(board.focus.id, unit), "source": found.source,
    }  # fmt: skip


def whole_row(asked: Asked, board: Board) -> dict[str, Any]:
    """The division itself, under its units."""
    return {**_unit_row(asked, board, board.region), "elsewhere": board.elsewhere}


def shade(row: dict[str, Any]) -> int | None:
    """The step of the map: what is reached of what is due by the day."""
    if row["value"] is None or row["planned"] is None:
        return None
    reached = 100 * row["value"] / row["planned"] if row["planned"] else 100
    return sum(reached >= step for step in STEPS)


def legend() -> list[dict[str, str]]:
    """The steps in words, with their fills."""
    words = [
        gettext("under %(to)s%%") % {"to": STEPS[0]},
        *(f"{low}–{high}%" for low, high in pairwise(STEPS)),
        gettext("%(from)s%% and more") % {"from": STEPS[-1]},
    ]
    return [{"fill": fill, "words": said} for (fill, _ink), said in zip(SHADES, words, strict=True)]


def drawn(asked: Asked, board: Board, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The tile map, or the operator's own map where it is asked for and its boundaries are those of the day."""
    units = [_unit(board, row) for row in rows]
    file = own_map()
    fits = bool(file.path) and boundaries_fit(file, board)
    found = region_map(file, units) if fits and asked.view == "map" else None
    return {
        "map": tile_map(sorted(units, key=lambda unit: unit.code)), "own_map": found, "map_file": file, "map_fits": fits,
    }  # fmt: skip


def _unit(board: Board, row: dict[str, Any]) -> Unit:
    words = (
        f"{floatformat(row['rate'], 1)}%"
        if row["rate"] is not None
        else f"{row['value']:,}"
        if row["value"] is not None
        else "–"
    )
    said = gettext("%(unit)s: %(figure)s") % {"unit": row["name"], "figure": words}
    if row["lags"]:
        said += gettext(", %(points)s points behind the plan") % {"points": row["short"]}
    return Unit(row["code"], row["name"], words, shade(row), row["url"], said, flag=row["lags"])


def own_map() -> MapFile:
    """The operator's map, as the settings name it."""
    return MapFile(settings.MAP_FILE, settings.MAP_DATE, settings.MAP_REVIEW_NUMBER, settings.MAP_SOURCE)


def boundaries_fit(file: MapFile, board: Board) -> bool:
    """Whether the units of the day cover the same land as on the day of the map's boundaries (公主岭 moved in 2020)."""
    if file.boundaries_of is None:
        return False
    places = tree()
    return all(
        places.ranges(unit, board.on, REPORTING) == places.ranges(unit, file.boundaries_of, REPORTING)
        for unit in board.units
    )


def views(asked: Asked) -> list[dict[str, Any]]:
    """Map, tiles, table; the map only where the operator has loaded one."""
    names = {"map": gettext("Map"), "tile": gettext("Tiles"), "table": gettext("Table")}
    shown = [name for name in names if name != "map" or settings.MAP_FILE]
    base = asked.page(view="")
    return [
        {"label": names[name], "url": base.replace("view=", f"view={name}"), "current": asked.view == name}
        for name in shown
    ]


def chart(board: Board) -> dict[str, Any] | None:
    """The indicator in focus over time, with its plan and its forecast; None where nothing is known of it."""
    found, planned, seen = board.points, board.planned, board.outlooks.get(board.focus.id)
    if not found and not planned:
        return None
    lines = [Line("plan", planned), Line("found", found)]
    band: list[tuple[Any, float, float]] = []
    if seen and found:
        day, now = found[-1]
        lines.append(Line("ahead", [(day, now), (seen.deadline, seen.expected)]))
        band = [(day, now, now), (seen.deadline, seen.low, seen.high)]
    days = [day for day, _ in [*found, *planned]] + [day for day, _low, _high in band]
    top = max([amount for _, amount in [*found, *planned]] + [high for _, _low, high in band])
    words = f"{found[-1][1]:,}" if found else ""
    return line_chart(
        lines, since=min(days), until=max(days), ticks=ticks(int(top)), band=band, end_words=words
    )


def crumbs(asked: Asked) -> list[dict[str, str]]:
    """The divisions above, within what the reader may look at."""
    above = [
        code
        for code in tree().chain(asked.region, asked.on, REPORTING)[1:]
        if asked.actor.may(Permission.READ, code)
    ]
    return [{"name": tree().name(code, asked.on), "url": asked.page(code)} for code in reversed(above)]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """First in the leaders' space, and in the office."""
    # Who does nothing but read and steer the plan begins here; others at their own work.
    actor = actor_of(request)
    first = all(Permission.READ in held.permissions for held in actor.authorities)
    for space, group, order in (("cockpit", "", 1), ("office", "", 0 if first else 3)):
        yield MenuItem(
            space, group, _("Plan progress"), reverse("programme:dashboard"), order=order, permission=Permission.READ, fold="plan"
        )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("cockpit/plan/", dashboard, name="dashboard"),
    path("cockpit/plan/<str:code>/", place, name="place"),
]
