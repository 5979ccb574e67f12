"""Months, how far behind and since when: pure arithmetic over (day, amount) points; what the plan expects is in `progress`."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

Points = Sequence[tuple[date, int]]


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(since: date, until: date) -> list[date]:
    """The last days of the months from `since` on, then `until` itself: the days that a curve is drawn through.

    Nothing when `until` lies before `since`.
    """
    found: list[date] = []
    day = month_end(since)
    while day < until:
        found.append(day)
        day = month_end(day + timedelta(days=1))
    return [*found, until] if until >= since else []


def behind_since(found: Points, planned: Sequence[int]) -> date | None:
    """The first day of the unbroken stretch behind the plan that reaches the last point; None when not behind."""
    since: date | None = None
    for (day, value), expected in zip(found, planned, strict=True):
        if value >= expected:
            since = None
        elif since is None:
            since = day
    return since


def rate(value: int | None, target: int | None) -> float | None:
    """Percent of the target; None without one."""
    return None if value is None or not target else 100 * value / target


def points_apart(value: int | None, planned: int | None, target: int | None) -> float | None:
    """How many points of the target the value lies before (+) or behind (−) what the plan expects by the day."""
    if value is None or planned is None or not target:
        return None
    return 100 * (value - planned) / target


def ticks(top: int, most: int = 5) -> list[int]:
    """Round amounts for an axis from 0 to at least `top`: at most `most` steps of 1, 2, 2.5 or 5 times a power of ten."""
    if top <= 0:
        return [0, 1]
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale // 2 if scale >= 10 else 0, 5 * scale):
            if step and step * most >= top:
                return list(range(0, step * -(-top // step) + 1, step))
        scale *= 10
