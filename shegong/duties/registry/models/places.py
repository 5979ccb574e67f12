"""Names of regions for a list: one reading of the tree, without the part that all its readers share."""

from collections.abc import Iterable
from datetime import date

from shegong.ground.regions.models import tree


def place_names(codes: Iterable[int | None], day: date, within: int | None = None) -> dict[int, str]:
    """Full names by code, less the name of the unit `within` which the reader sits: 延吉市, not 吉林省延边州延吉市."""
    regions = tree()
    above = regions.full_name(within, day) if within else ""
    found = {}
    for code in set(codes):
        if code:
            found[code] = regions.full_name(code, day).removeprefix(above) or regions.name(code, day)
    return found
