"""Cells of days and months, in every form that people and spreadsheets give them (pure).

Nothing is guessed: a form that means one day is read, a serial number is read with a note, a form that may mean two is
put before the clerk.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from shegong.kernel.characters import plain
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.cell_text import (
    Answer,
    as_text,
    choice,
    is_nothing_word,
    must,
    note,
    read_as,
    refused,
)
from shegong.kernel.sheets.layout import Cell, Finding, Offer
from shegong.kernel.text import N_
from shegong.kernel.typed_dates import read_date

_SERIALS = range(8_000, 73_051)  # 1921-11-25 to 2100-01-01
_SHIFT_1904 = 1462
_MIDNIGHT = re.compile(r"[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_MONTH = re.compile(r"(\d{4})(?:[-./年](\d{1,2})月?份?|(\d{2}))")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{2})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?")
_DASHES = re.compile("[‐-―−~～]")


def day_of_serial(number: float, *, since_1904: bool = False) -> date | None:
    """The day of a spreadsheet's serial number, or None when no person typed such a day."""
    if not 0 <= number < 1e6:
        return None
    serial = int(number) + (_SHIFT_1904 if since_1904 else 0)
    return date(1899, 12, 30) + timedelta(days=serial) if serial in _SERIALS else None


@lru_cache(maxsize=4096)
def serial_note(number: int, day: date) -> Finding:
    """The note on a serial number."""
    message = N_("%(number)s is a day as the spreadsheet counts it; read as %(day)s.")
    return note(Obstacle("day_serial", message, params={"number": number, "day": day.isoformat()}))


def _bounded(
    day: date, earliest: date | None, latest: date | None, notes: tuple[Finding, ...] = ()
) -> Answer:
    if not 1800 <= day.year <= 2200:
        return must("date_year", N_("%(year)s is not a possible year here."), year=day.year)
    if latest and day > latest:
        return must(
            "day_future", N_("%(day)s is in the future. Compare it with the paper."), day=day.isoformat()
        )
    if earliest and day < earliest:
        message = N_("%(day)s is before %(earliest)s. Compare it with the paper.")
        return must("day_early", message, day=day.isoformat(), earliest=earliest.isoformat())
    return day, notes


def _typed(text: str) -> str:
    """A text without spaces, with plain digits and one kind of dash; midnight behind a day dropped."""
    return _DASHES.sub("-", plain(_MIDNIGHT.sub("", text.strip())).replace("。", "."))


@dataclass(frozen=True)
class Day:
    """A day; the value is a date. `past` refuses days after today, `earliest` days before it."""

    past: bool = False
    earliest: date | None = date(1900, 1, 1)
    name: str = "day"
    personal: bool = False
    number_format: str = "yyyy-mm-dd"
    width: int = 13
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The day meant. Refuses a month or a year alone and days no calendar has; two meanings become a choice."""
        latest = today if self.past else None
        if isinstance(cell, date):
            return _bounded(cell.date() if isinstance(cell, datetime) else cell, self.earliest, latest)
        if isinstance(cell, str):
            return _day_of_text(self, cell, latest)
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return self._number(cell, latest)
        return self._text(as_text(cell), latest)

    def _number(self, number: float, latest: date | None) -> Answer:
        day = day_of_serial(number)
        if day and number == int(number):
            return _bounded(day, self.earliest, latest, (serial_note(int(number), day),))
        return self._text(as_text(float(number)), latest)

    def _text(self, text: str, latest: date | None) -> Answer:
        if is_nothing_word(text):
            return None, ()
        if len(text) == 5 and text.isdigit():
            return self._number(int(text), latest)
        if _MONTH.fullmatch(text) or re.fullmatch(r"\d{4}年?", text):
            message = N_("“%(text)s” names no day. Write year, month and day, such as 2012-5-1.")
            return must("day_missing", message, text=text)
        found = read_date(text)
        if isinstance(found, date):
            return _bounded(found, self.earliest, latest)
        offers = [Offer(day.isoformat(), day.isoformat()) for day in _possible(text, latest)]
        if offers:
            message = N_("“%(text)s” may mean more than one day. Choose one, or write it such as 2012-5-1.")
            return choice("day_doubtful", message, offers, text=text)
        return refused(found)

    def mask(self, text: str) -> str:
        """As it is."""
        return text


# Days and months come again and again in a roster: each spelling is worked out once.
@lru_cache(maxsize=16_384)
def _day_of_text(kind: Day, text: str, latest: date | None) -> Answer:
    return kind._text(_typed(text), latest)


@lru_cache(maxsize=16_384)
def _month_of_text(kind: "Month", text: str, latest: date | None) -> Answer:
    return kind._text(_typed(text), latest)


def _possible(text: str, latest: date | None) -> list[date]:
    """Every day that 3/4/2012 or 12.3.4 may mean, without those after `latest`."""
    tried: list[tuple[int, int, int]] = []
    if found := _DAY_FIRST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        tried = [(year, first, second), (year, second, first)]
    elif found := _SHORT_YEAR.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        tried = [(1900 + year, month, day), (2000 + year, month, day)]
    days = []
    for year, month, day in tried:
        try:
            possible = date(year, month, day)
        except ValueError:
            continue
        if possible not in days and not (latest and possible > latest):
            days.append(possible)
    return days


# A number 2012.1 in a month's column, and how its text is kept: so that a second reading finds the same doubt.
_ZERO_LOST = re.compile(r"(19|20)\d\d\.1(\(0\))?")


def _zero_lost(year: str) -> Answer:
    message = N_(
        "The spreadsheet shows 2012.10 as 2012.1: nobody can tell whether %(year)s-01 or %(year)s-10 is meant. "
        "Choose one, or write it such as 2012-10."
    )
    offers = [Offer(f"{year}-01", f"{year}-01"), Offer(f"{year}-10", f"{year}-10")]
    return choice("month_zero_lost", message, offers, year=year)


@dataclass(frozen=True)
class Month:
    """A month, such as 出生年月; the value is its first day. A whole day counts for its month."""

    past: bool = True
    name: str = "month"
    personal: bool = False
    number_format: str = "@"
    width: int = 12
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The month meant. The number 2012.1 may have been typed 2012.10: the clerk chooses."""
        latest = today if self.past else None
        if isinstance(cell, str):
            return _month_of_text(self, cell, latest)
        if isinstance(cell, date):
            return _bounded(date(cell.year, cell.month, 1), None, latest)
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return self._number(cell, latest)
        return self._text(_typed(as_text(cell)), latest)

    def _number(self, number: float, latest: date | None) -> Answer:
        text = as_text(float(number))
        if _ZERO_LOST.fullmatch(text):
            return _zero_lost(text[:4])
        day = day_of_serial(number)
        if day and number == int(number):
            return _bounded(day.replace(day=1), None, latest, (serial_note(int(number), day),))
        value, found = self._text(text, latest)
        return value, (read_as(f"{value:%Y-%m}"),) if value else found

    def _text(self, text: str, latest: date | None) -> Answer:
        if is_nothing_word(text):
            return None, ()
        if len(text) == 5 and text.isdigit():
            return self._number(int(text), latest)
        if text.endswith("(0)") and _ZERO_LOST.fullmatch(text):
            return _zero_lost(text[:4])
        found = _MONTH.fullmatch(text)
        if found:
            year, month = int(found[1]), int(found[2] or found[3])
            if not 1 <= month <= 12:
                return must("date_month", N_("There is no month %(month)s."), month=month)
            if not 1900 <= year <= 2200:
                return must("date_year", N_("%(year)s is not a possible year here."), year=year)
            return _bounded(date(year, month, 1), None, latest)
        day = read_date(text)
        if isinstance(day, date):
            return _bounded(day.replace(day=1), None, latest)
        message = N_("Write year and month, such as 2012-5.")
        return must("month_form", message)

    def mask(self, text: str) -> str:
        """As it is."""
        return text
