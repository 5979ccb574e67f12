"""How the registry's lists choose regions: the units below the reader's own, from the tree of today."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.access import Range
from shegong.kernel.listing_filters import RegionFilter, Scene


def seat(scene: Scene) -> int | None:
    """The unit in which the reader sits, when it is one only: lists leave its name out of places."""
    codes = {authority.region_code for authority in scene.actor.with_permission(scene.permission)}
    return codes.pop() if len(codes) == 1 else None


def _ranges(code: int, day: date, kind: str) -> tuple[Range, ...]:
    return tree().ranges(code, day, tree="reporting" if kind == "reporting" else "legal")


def units_below(scene: Scene) -> list[tuple[int, str]]:
    """For each authority its unit's children, prefectures with their counties indented; none for a township."""
    regions = tree()
    found: dict[int, str] = {}
    for authority in scene.actor.with_permission(scene.permission):
        code = authority.region_code
        if code is None:
            continue
        for child in regions.children(code, scene.day):
            found[child] = regions.name(child, scene.day)
            if authority.level == 1:
                for grandchild in regions.children(child, scene.day):
                    found[grandchild] = f"　{regions.name(grandchild, scene.day)}"
    return list(found.items())


def region_filter(column: str = "region_code") -> RegionFilter:
    """The filter over a region column."""
    return RegionFilter(column, _ranges, lambda code, day: tree().name(code, day), units_below, _("Region"))
