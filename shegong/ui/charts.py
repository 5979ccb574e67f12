"""Lines over time as SVG, drawn on the server: it prints, and works without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDE, HIGH = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 68, 14, 22, 34


@dataclass(frozen=True)
class Line:
    """One line: `css` names its look (found, plan, ahead)."""

    css: str
    points: Sequence[tuple[date, float]]


def line_chart(
    lines: Sequence[Line],
    *,
    since: date,
    until: date,
    ticks: Sequence[int],
    band: Sequence[tuple[date, float, float]] = (),
    end_words: str = "",
) -> dict[str, Any]:
    """What ui/line_chart.html draws: axes with round amounts, lines, a band for a range, the last found amount in words."""
    grid = _Grid(since, until, max(ticks))
    found = next((line.points for line in lines if line.css == "found" and line.points), ())
    return {
        "wide": WIDE, "high": HIGH, "left": LEFT, "right": WIDE - RIGHT, "floor": HIGH - BOTTOM,
        "rows": [{"y": grid.y(amount), "ty": grid.y(amount) + 5, "amount": amount} for amount in ticks],
        "marks": _marks(grid), "lines": [{"css": one.css, "d": grid.path(one.points)} for one in lines if one.points],
        "band": grid.band(band) if band else "", "end": _end(grid, found, end_words),
    }  # fmt: skip


class _Grid:
    """Days and amounts as places in the drawing, to a tenth."""

    def __init__(self, since: date, until: date, top: int):
        self.since, self.until, self.top = since, until, top or 1

    def x(self, day: date) -> float:
        span = max(1, (self.until - self.since).days)
        return round(LEFT + (WIDE - LEFT - RIGHT) * (day - self.since).days / span, 1)

    def y(self, amount: float) -> float:
        return round(HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * amount / self.top, 1)

    def path(self, points: Sequence[tuple[date, float]]) -> str:
        return "M" + "L".join(f"{self.x(day)} {self.y(amount)}" for day, amount in points)

    def band(self, points: Sequence[tuple[date, float, float]]) -> str:
        there = [f"{self.x(day)} {self.y(high)}" for day, _low, high in points]
        back = [f"{self.x(day)} {self.y(low)}" for day, low, _high in reversed(points)]
        return f"M{'L'.join(there + back)}Z"


def _marks(grid: _Grid) -> list[dict[str, Any]]:
    """Words under the axis: the first month, each January, the last month; none closer than they can be read."""
    starts = [date(year, 1, 1) for year in range(grid.since.year + 1, grid.until.year + 1)]
    days = [
        grid.since,
        *(day for day in starts if grid.x(day) - LEFT > 90 and grid.x(grid.until) - grid.x(day) > 90),
    ]
    found = [
        {"x": grid.x(day), "day": day, "anchor": "start" if day == grid.since else "middle"} for day in days
    ]
    return [*found, {"x": grid.x(grid.until), "day": grid.until, "anchor": "end"}]


def _end(grid: _Grid, points: Sequence[tuple[date, float]], words: str) -> dict[str, Any] | None:
    if not points:
        return None
    day, amount = points[-1]
    x, y = grid.x(day), grid.y(amount)
    near = x > WIDE - 120
    above = near or y > HIGH - BOTTOM - 40
    return {"x": x, "y": y, "tx": x - 9 if near else x + 9, "ty": y - 12 if above else y + 22, "words": words,
            "anchor": "end" if near else "start"}  # fmt: skip
