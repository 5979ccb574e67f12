"""Working days and deadlines by the official holiday schedule (pure).

The State Council publishes each year's schedule around November of the year before.  A date that depends on a
year not yet published is still computed, from weekends and the holidays whose solar date the law fixes, but it
is *provisional*: it says so, and is computed again when the year is imported.

Counting follows 民法典 arts 200-204: the first day is not counted; a period of months or years ends on the
corresponding day, or on the last day of a month without one; a **deadline for acting** whose last day is a day
off moves to the next day that is not.  The end of a certificate's validity is no deadline for acting and never
moves: use `corresponding_day` for it.
"""

import csv
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from shegong.kernel.lost_time import Lost, extended

HOLIDAY = "holiday"
IN_LIEU = "in_lieu_day_off"
MAKEUP = "makeup_workday"
KINDS = (HOLIDAY, MAKEUP, IN_LIEU)
ONE_DAY = timedelta(days=1)

# Days off for everybody whose solar date is fixed by 全国年节及纪念日放假办法, from the year each version applied:
# 国令270 (1999-09-18), 国令513 (2007-12-14, in force 2008-01-01), 国令795 (2024-11-10, in force 2025-01-01: one day
# more for Labour Day).  Spring Festival, Qingming, Dragon Boat and Mid-Autumn move with the moon or the sun: unknown
# until the schedule is published.
FIXED_HOLIDAYS = (
    (2025, frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})),
    (2008, frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})),
    (1, frozenset({(1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3)})),
)


def fixed_holidays(year: int) -> frozenset[tuple[int, int]]:
    """(month, day) of the holidays in `year` that the law fixes in the solar calendar."""
    return next(days for since, days in FIXED_HOLIDAYS if year >= since)


def corresponding_day(day: date, *, years: int = 0, months: int = 0) -> date:
    """The same day of the month `years` and `months` later (or earlier), or that month's last day; never moved.

    民法典 art. 202.  For ends of validity, probation and wage periods, which do not roll over days off.
    """
    total = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Due:
    """The last day of a period; `provisional` when it rests on a year whose schedule is not published."""

    on: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """The schedule in force: the `days` that differ from an ordinary week, and the `years` that are published.

    `lost`: when the platform could not be used; `extended` gives that time back.
    """

    days: Mapping[date, str]
    years: frozenset[int]
    lost: tuple[Lost, ...] = ()

    def is_published(self, day: date) -> bool:
        """True when the official schedule of the day's year is known."""
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        """True when offices work: the schedule decides, else Monday to Friday outside fixed holidays."""
        kind = self.days.get(day)
        if kind is not None:
            return kind == MAKEUP
        if day.weekday() >= 5:
            return False
        return self.is_published(day) or (day.month, day.day) not in fixed_holidays(day.year)

    def add_working_days(self, day: date, count: int) -> Due:
        """The `count`-th working day after `day`, which is itself not counted (民法典 art. 201, 行政许可法 art. 82).

        `count` is at least 1. Provisional when a day of an unpublished year was counted or passed over.
        """
        if count < 1:
            raise ValueError("count working days from 1 up")
        left, current = count, day
        while left:
            current += ONE_DAY
            left -= self.is_working_day(current)
        return self._due(day + ONE_DAY, current)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days left from `start` until the close of `end`: 0 on the day itself, negative when late.

        On the weekend after a Friday deadline no working day is lost yet: 0. Whether it is late, the dates say.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in _days(start + ONE_DAY, end))

    def add_days(self, day: date, count: int) -> Due:
        """`count` calendar days after `day`, moved to the next working day when it is a day off (art. 203)."""
        return self._rolled(day + timedelta(days=count))

    def add_months(self, day: date, count: int) -> Due:
        """The corresponding day `count` months later, moved to the next working day when it is a day off."""
        return self._rolled(corresponding_day(day, months=count))

    def add_years(self, day: date, count: int) -> Due:
        """The corresponding day `count` years later, moved to the next working day when it is a day off."""
        return self._rolled(corresponding_day(day, years=count))

    def extended(self, due: Due, *, opened: date | None = None) -> Due:
        """A deadline for acting with the hours given back that outages took since its window `opened`."""
        moved = extended(due.on, self.lost, opened=opened)
        return due if moved == due.on else self._rolled(moved)

    def _rolled(self, last: date) -> Due:
        current = last
        while not self.is_working_day(current):
            current += ONE_DAY
        return self._due(last, current)

    def _due(self, first: date, last: date) -> Due:
        published = all(year in self.years for year in range(first.year, last.year + 1))
        return Due(last, provisional=not published)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


@dataclass(frozen=True)
class HolidayRow:
    """One line of a published schedule."""

    day: date
    kind: str
    name: str


def merge_rows(rows: Iterable[HolidayRow]) -> list[HolidayRow]:
    """One row a day, in order: a day listed as holiday and as day in lieu is a day off in lieu (it says more)."""
    by_day: dict[date, HolidayRow] = {}
    for row in rows:
        known = by_day.get(row.day)
        if known is None or (known.kind == HOLIDAY and row.kind == IN_LIEU):
            by_day[row.day] = row
    return [by_day[day] for day in sorted(by_day)]


def read_schedule(text: str) -> list[HolidayRow]:
    """Rows of a CSV with the columns date, kind, name. Raises ValueError naming the line that cannot be read."""
    rows = []
    for line, record in enumerate(csv.DictReader(StringIO(text.lstrip("\ufeff"))), start=2):
        try:
            row = HolidayRow(
                date.fromisoformat(record["date"].strip()), record["kind"].strip(), record["name"].strip()
            )
        except (KeyError, AttributeError, ValueError) as error:
            raise ValueError(
                f"line {line}: a date YYYY-MM-DD, a kind and a name are needed ({error})"
            ) from error
        if row.kind not in KINDS:
            raise ValueError(f"line {line}: unknown kind {row.kind!r}; use one of {', '.join(KINDS)}")
        rows.append(row)
    return merge_rows(rows)


def calendar_of(rows: Iterable[HolidayRow], years: Iterable[int] | None = None) -> Calendar:
    """A calendar from schedule rows; `years` defaults to the years the rows lie in."""
    days = {row.day: row.kind for row in rows}
    return Calendar(days, frozenset(years if years is not None else {day.year for day in days}))
