"""The tile map: one box a unit where it lies, darker for more; ships with the product because it draws no boundary.

Published maps of divisions need a review number (地图审核管理规定, article 5 and 6); tiles are no map in that sense.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Column and row of each unit of Jilin, by the first six digits; other provinces fill rows of five.
PLACES = {
    220800: (0, 0), 220700: (1, 0), 220300: (1, 1), 220100: (2, 1), 220200: (3, 1), 222400: (4, 1),
    220400: (2, 2), 220500: (2, 3), 220600: (3, 3), 229900: (4, 3),
}  # fmt: skip
COLUMNS = 5
# Fill and ink of the five steps (tokens m1 to m5), light to dark; the last pair is for units without a figure.
SHADES = (
    ("#E3EDF9", "#17202C"),
    ("#B5D0F0", "#17202C"),
    ("#7EABE0", "#17202C"),
    ("#2F6DB8", "#FFFFFF"),
    ("#0F4C9C", "#FFFFFF"),
)
NO_SHADE = ("#FFFFFF", "#17202C")
WIDE, HIGH, GAP = 124, 92, 3
TAILS = ("朝鲜族自治州", "保护开发区管理委员会", "保护开发区", "自治县", "地区", "市", "县", "区")


@dataclass(frozen=True)
class Unit:
    """One unit: `words` stands under its name, `shade` is 0 to 4 or None, `flag` draws the red triangle, `label` is read out."""

    code: int
    name: str
    words: str
    shade: int | None
    url: str
    label: str = ""
    flag: bool = False


def brief(name: str) -> str:
    """A division's name without the word for its kind where two characters remain: 延边, 长白山, 白城."""
    for tail in TAILS:
        name = name.removesuffix(tail) if len(name) > len(tail) + 1 else name
    return name[:6]


def tile_map(units: Sequence[Unit]) -> dict[str, Any]:
    """What ui/tile_map.html draws: the boxes with their places, and the size of the whole."""
    tiles = list(_tiles(units))
    columns = 1 + max((tile["column"] for tile in tiles), default=0)
    rows = 1 + max((tile["row"] for tile in tiles), default=0)
    return {"tiles": tiles, "wide": columns * WIDE, "high": rows * HIGH}


def _tiles(units: Sequence[Unit]) -> Iterator[dict[str, Any]]:
    for unit, (column, row) in zip(units, places([unit.code for unit in units]), strict=True):
        fill, ink = NO_SHADE if unit.shade is None else SHADES[unit.shade]
        x, y = column * WIDE + GAP, row * HIGH + GAP
        yield {
            "unit": unit, "name": brief(unit.name), "column": column, "row": row, "fill": fill, "ink": ink,
            "x": x, "y": y, "w": WIDE - 2 * GAP, "h": HIGH - 2 * GAP, "tx": column * WIDE + WIDE // 2,
            "ty": y + 36, "ny": y + 62, "fx": x + WIDE - 22, "fy": y + 16,
        }  # fmt: skip


def places(codes: Sequence[int]) -> list[tuple[int, int]]:
    """Column and row of each unit: where they are known for all, else five to a row in the order given."""
    if codes and {code // 1000 for code in codes} <= PLACES.keys():
        return [PLACES[code // 1000] for code in codes]
    return [(at % COLUMNS, at // COLUMNS) for at in range(len(codes))]
