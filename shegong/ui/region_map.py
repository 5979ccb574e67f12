"""The operator's own map: GeoJSON as SVG paths, drawn on the server; without it, or where it does not fit, tiles serve.

Nothing of the kind ships with the product. Whoever loads a map says whose it is, at which date its boundaries hold and
under which review number it may be published (审图号); public pages show it only with that number.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as Warned

from shegong.ui.tiles import NO_SHADE, SHADES, Unit, brief

WIDE = 640
NO_MAP = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)  # whatever a file may hold instead
CODES = ("adcode", "code", "gb", "id")
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class MapFile:
    """What the settings say of the operator's map; `path` '' means there is none."""

    path: str
    boundaries_of: date | None = None
    review_number: str = ""
    source: str = ""

    @property
    def is_public(self) -> bool:
        """Whether pages without sign-in may show it."""
        return bool(self.path and self.review_number)


@dataclass(frozen=True)
class Shape:
    """One division: its outline in the drawing, and where its words stand."""

    path: str
    x: float
    y: float


@lru_cache(maxsize=4)
def shapes(path: str, touched: int = 0) -> tuple[dict[int, Shape], int]:
    """Outlines by six-digit code, and the height of the drawing. Raises ValueError for what is no such map.

    `touched` is the file's time of change, so that a new file is read anew.
    """
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    rings = {_code(one): list(_rings(one.get("geometry") or {})) for one in found.get("features", [])}
    rings = {code: lines for code, lines in rings.items() if code and lines}
    if not rings:
        raise ValueError(f"{path}: no divisions with code and outline")
    points = [point for lines in rings.values() for line in lines for point in line]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = cos(radians((south + north) / 2))
    scale = WIDE / ((east - west) * squeeze or 1)

    def place(point: Sequence[float]) -> tuple[float, float]:
        return round((point[0] - west) * squeeze * scale, 1), round((north - point[1]) * scale, 1)

    drawn = {code: _shape([[place(p) for p in line] for line in lines]) for code, lines in rings.items()}
    return drawn, int((north - south) * scale) + 1


def _touched(path: str) -> int:
    return Path(path).stat().st_mtime_ns


def _code(feature: Mapping[str, Any]) -> int:
    """The six digits of a feature; codes of 天地图 carry 156 in front."""
    held = {**feature.get("properties", {}), "id": feature.get("id")}
    text = next((str(held[name]) for name in CODES if held.get(name)), "")
    digits = "".join(c for c in text if c.isdigit())
    return int(digits[-6:]) if len(digits) in (6, 9) and (len(digits) == 6 or digits.startswith("156")) else 0


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    kind, lines = geometry.get("type"), geometry.get("coordinates", [])
    if kind == "Polygon":
        yield from lines
    elif kind == "MultiPolygon":
        for polygon in lines:
            yield from polygon


def _shape(lines: Sequence[Sequence[tuple[float, float]]]) -> Shape:
    widest = max(lines, key=lambda line: abs(_area(line)))
    x, y = _middle(widest)
    return Shape("".join(f"M{'L'.join(f'{a} {b}' for a, b in _thinned(line))}Z" for line in lines), x, y)


def _thinned(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points that lie less than half a unit from the one before say nothing at this size."""
    kept: list[tuple[float, float]] = []
    for x, y in line:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.5:
            kept.append((x, y))
    return kept


def _area(line: Sequence[tuple[float, float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(line, [*line[1:], line[0]], strict=True)) / 2


def _middle(line: Sequence[tuple[float, float]]) -> tuple[float, float]:
    area = _area(line)
    if not area:
        return line[0]
    turns = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in zip(line, [*line[1:], line[0]], strict=True)]
    x = sum((a[0] + b[0]) * turn for a, b, turn in turns) / (6 * area)
    y = sum((a[1] + b[1]) * turn for a, b, turn in turns) / (6 * area)
    return round(x, 1), round(y, 1)


@register("shegong")
def map_can_be_drawn(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """System check: a map that the settings name and no page can show is said to the operator."""
    found: list[CheckMessage] = []
    hint = "See docs/operations.md, SHEGONG_MAP_FILE. Tiles are shown instead."
    if settings.MAP_FILE:
        try:
            shapes(settings.MAP_FILE, _touched(settings.MAP_FILE))
        except NO_MAP as error:
            found.append(Warned(f"SHEGONG_MAP_FILE is no map: {error}", hint=hint, id="shegong.W070"))
        if settings.MAP_DATE is None:
            text = "SHEGONG_MAP_DATE does not say of which day the boundaries are."
            found.append(Warned(text, hint=hint, id="shegong.W071"))
    return found


def region_map(file: MapFile, units: Sequence[Unit]) -> dict[str, Any] | None:
    """What ui/region_map.html draws; None where the file cannot be read or names none of the units.

    A unit without an outline (Changbaishan) stands in a box beside the map.
    """
    try:
        drawn, high = shapes(file.path, _touched(file.path))
    except NO_MAP:
        return None
    known = [unit for unit in units if unit.code // 1000 in drawn]
    if not known:
        return None
    beside = [unit for unit in units if unit.code // 1000 not in drawn]
    return {
        "wide": WIDE, "high": max(high, 60 * len(beside)), "file": file,
        "areas": [_area_of(unit, drawn[unit.code // 1000]) for unit in known],
        "beside": [_beside(unit, high, at) for at, unit in enumerate(reversed(beside))],
    }  # fmt: skip


def _area_of(unit: Unit, shape: Shape) -> dict[str, Any]:
    fill, ink = NO_SHADE if unit.shade is None else SHADES[unit.shade]
    return {
        "unit": unit, "name": brief(unit.name), "d": shape.path, "fill": fill, "ink": ink, "x": shape.x,
        "y": shape.y - 3, "ny": shape.y + 15, "fx": shape.x + 40, "fy": shape.y + 4,
    }  # fmt: skip


def _beside(unit: Unit, high: int, at: int) -> dict[str, Any]:
    fill, ink = NO_SHADE if unit.shade is None else SHADES[unit.shade]
    y = high - 60 * (at + 1)
    return {
        "unit": unit, "name": brief(unit.name), "x": WIDE - 116, "y": y, "fill": fill, "ink": ink, "tx": WIDE - 60,
        "ty": y + 24, "ny": y + 43, "fx": WIDE - 20, "fy": y + 8,
    }  # fmt: skip
