"""One page for leaders: who is registered today, by level and by reporting unit; every number opens its list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models.by_status import VALID
from shegong.duties.registry.models.totals import Totals, registered_now
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor, Authority
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing_filters import short
from shegong.ui import tiles as tile
from shegong.ui.menu import MenuItem
from shegong.ui.tiles import tile_map

REPORTING = "reporting"


@dataclass(frozen=True)
class Unit:
    """One reporting unit with its figures: `counts` by level as name, number, address."""

    code: int
    name: str
    total: int
    counts: tuple[tuple[str, int, str], ...]
    url: str


@page(Permission.READ, clause="G5")
def cockpit(request: HttpRequest) -> HttpResponse:
    """Registered today by level and unit. Prints on one sheet."""
    return render(request, "registry/register_cockpit.html", figures(actor_of(request), today()))


def figures(actor: Actor, day: date) -> dict[str, Any]:
    """What the page shows."""
    chief = _widest(actor)
    totals = registered_now(actor, Permission.READ, day)
    units = units_of(chief, totals, day) if chief and chief.region_code else []
    return {
        "day": day,
        "area": tree().full_name(chief.region_code, day) if chief and chief.region_code else "",
        "total": totals.all, "total_url": register_url(),
        "levels": [(gettext(n), totals.level(level), register_url(level=level)) for level, n in LEVEL_NAMES.items()],
        "names": [gettext(name) for name in LEVEL_NAMES.values()],
        "units": units, "elsewhere": totals.all - sum(unit.total for unit in units),
        "map": tile_map(tiles(units)),
    }  # fmt: skip


def _widest(actor: Actor) -> Authority | None:
    held = [a for a in actor.with_permission(Permission.READ) if a.region_code]
    return min(held, key=lambda a: a.level or 9, default=None)


def units_of(chief: Authority, totals: Totals, day: date) -> list[Unit]:
    """The units below the leader's own in the reporting tree: the ten for a province, counties for a prefecture."""
    regions = tree()
    code = chief.region_code or 0
    below = (
        regions.units(2, day, tree=REPORTING)
        if chief.level == 1
        else regions.children(code, day, tree=REPORTING)
    )
    return [_unit(one, totals, day) for one in below]


def _unit(code: int, totals: Totals, day: date) -> Unit:
    ranges = tree().ranges(code, day, tree=REPORTING)
    region = f"{short(code)}@{REPORTING}"
    counts = tuple(
        (gettext(name), totals.within(ranges, level), register_url(region=region, level=level))
        for level, name in LEVEL_NAMES.items()
    )
    total = totals.within(ranges)
    return Unit(code, tree().name(code, day), total, counts, register_url(region=region))


def register_url(**params: str) -> str:
    """The list behind a number."""
    return f"{reverse('registry:register')}?{urlencode({**params, 'status': VALID})}"


def tiles(units: Sequence[Unit]) -> list[tile.Unit]:
    """The tile map: darker for more people."""
    most = max((unit.total for unit in units), default=0)
    return [
        tile.Unit(u.code, u.name, f"{u.total:,}", min(4, 5 * u.total // (most + 1)), u.url) for u in units
    ]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The leaders' page in their space and in the office."""
    for space, group in (("cockpit", ""), ("office", "")):
        yield MenuItem(
            space, group, _("Overview"), reverse("registry:cockpit"), order=2, permission=Permission.READ
        )


urlpatterns = [path("cockpit/", cockpit, name="cockpit")]
