"""Kinds of cells that only the roster has: since when somebody does social work, until when a registration holds; pure."""

import re
from dataclasses import dataclass
from datetime import date

from shegong.ground.credentials.rules import LEVEL_SHORT, LEVEL_WORDS
from shegong.kernel.sheets.cell_text import Answer, is_nothing_word, must
from shegong.kernel.sheets.cells import Choice, Day, Month
from shegong.kernel.sheets.layout import Cell
from shegong.kernel.text import N_

_TO = re.compile(r"\s*(?:至|到|—+|~+|～+|(?<=[日\d])-{1,2}(?=\d{4}))\s*")
_YEARS = re.compile(r"\d{1,2}(?:\.\d)?\s*年(?:半|以上)?")

LEVELS: dict[str, str] = {str(code): word for code, word in LEVEL_WORDS.items()}


def certificate_level() -> Choice:
    """Levels of the certificate by their official words or as people say them: 中级 is 社会工作师."""
    return Choice("certificate_level", LEVELS, LEVEL_SHORT, width=16)


@dataclass(frozen=True)
class Since:
    """A day, or a month for its first day: 2012.5, 2012年5月, 2012-5-1."""

    name: str = "month"  # as the reading of rows knows it: 2012.1 may be 2012.10
    personal: bool = False
    number_format: str = "@"
    width: int = 14
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The day from which it holds. Refuses a number of years: nobody can tell from when it counts."""
        if isinstance(cell, str) and _YEARS.fullmatch(cell.strip()):
            message = N_("Write since when, such as 2012-5, not for how many years.")
            return must("since_years", message)
        if _lost_zero(cell):
            return _MONTH.read(cell, today=today)
        found = _DAY.read(cell, today=today)
        if found[0] is None and any(f.obstacle.code == "day_missing" for f in found[1]):
            return _MONTH.read(cell, today=today)
        return found

    def mask(self, text: str) -> str:
        """As it is."""
        return text


@dataclass(frozen=True)
class Until:
    """The last day of a registration, alone or as the end of a span; the value is 2027-05-01, or 2027-05 of a month."""

    name: str = "month"
    personal: bool = False
    number_format: str = "@"
    width: int = 24
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The day or month meant; of 2024-5-1至2027-4-30 the second."""
        if isinstance(cell, str):
            cell = _TO.split(cell.strip())[-1]
        if isinstance(cell, str) and is_nothing_word(cell):
            return None, ()
        day, found = (None, ()) if _lost_zero(cell) else _ANY_DAY.read(cell, today=today)
        if day:
            return day.isoformat(), found
        if _lost_zero(cell) or any(f.obstacle.code == "day_missing" for f in found):
            month, found = _ANY_MONTH.read(cell, today=today)
            return (month.isoformat()[:7] if month else None), found
        return None, found

    def mask(self, text: str) -> str:
        """As it is."""
        return text


def _lost_zero(cell: Cell) -> bool:
    """The number 2012.1 as it is kept between readings."""
    return isinstance(cell, str) and cell.endswith("(0)")


_DAY, _MONTH, _ANY_DAY, _ANY_MONTH = Day(past=True), Month(), Day(), Month(past=False)
