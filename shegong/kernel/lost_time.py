"""Time that the platform took from people, and deadlines given it back (peers' demand 25); pure.

A deadline for acting moves by the hours lost while it was running. Hours of outages that overlap count once; hours that
fall into the time given back are given back too. Days end at 24:00 in China (regulations section 1).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo

Lost = tuple[datetime, datetime]
CHINA = ZoneInfo("Asia/Shanghai")
RUNNING = timedelta(days=30)  # before a deadline, where nobody says when its window opened
ONE_DAY = timedelta(days=1)


def joined(spans: Iterable[Lost]) -> list[Lost]:
    """The spans in their order, those that touch or overlap made one; empty ones left out."""
    found: list[Lost] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def lost_between(since: datetime, until: datetime, spans: Iterable[Lost]) -> timedelta:
    """How much of the time between the two moments was lost."""
    pieces = ((max(start, since), min(end, until)) for start, end in joined(spans))
    return sum((end - start for start, end in pieces if start < end), timedelta())


@overload
def extended(deadline: datetime, spans: Iterable[Lost], *, opened: date | None = None) -> datetime: ...
@overload
def extended(deadline: date, spans: Iterable[Lost], *, opened: date | None = None) -> date: ...
def extended(deadline: date, spans: Iterable[Lost], *, opened: date | None = None) -> date:
    """The deadline with the hours lost since its window `opened` added; a day moves by whole days, never back.

    Without `opened` the last thirty days before the deadline count as its window.
    """
    found = joined(spans)
    if not found:
        return deadline
    is_moment = isinstance(deadline, datetime)
    end = deadline if isinstance(deadline, datetime) else midnight(deadline + ONE_DAY)
    since = midnight(opened) if opened else end - RUNNING
    moved = _moved(end, since, found)
    if moved == end or is_moment:
        return moved if is_moment else deadline
    return (moved.astimezone(CHINA) - timedelta(microseconds=1)).date()


def _moved(end: datetime, since: datetime, spans: list[Lost]) -> datetime:
    moved = end
    while (again := end + lost_between(since, moved, spans)) != moved:
        moved = again
    return moved


def midnight(day: date) -> datetime:
    """The first moment of the day in China."""
    return datetime.combine(day, time.min, CHINA)
