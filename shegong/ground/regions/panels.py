"""The filter by place that lists of other contexts put over their region column."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import Range
from shegong.kernel.listing_filters import RegionFilter, Scene


def place_filter(title: Any, column: str = "region_code") -> RegionFilter:
    """Every province, prefecture and county inside the reader's reach, indented by level."""
    return RegionFilter(column, _covered, lambda code, day: tree().name(code, day), _offered, title=title)


def _covered(code: int, day: date, used: str) -> Sequence[Range]:
    """Codes that a unit covers in the tree asked for; the reporting one puts areas beside the counties."""
    return tree().ranges(code, day, used or REPORTING)


def _offered(scene: Scene) -> list[tuple[int, str]]:
    units, reach = tree(), scene.actor.reach(scene.permission)
    places = [
        p for level in (1, 2, 3) for p in units.alive(scene.day, level) if any(p.code in one for one in reach)
    ]
    ordered = sorted(places, key=lambda place: place.code)
    return [(place.code, "　" * (place.level - 1) + units.name(place.code, scene.day)) for place in ordered]
