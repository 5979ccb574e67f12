"""Cells that say in which half-days somebody was there (pure)."""

import re
from dataclasses import dataclass
from datetime import date

from shegong.kernel.characters import plain
from shegong.kernel.sheets.cell_text import Answer, as_text, is_nothing_word, must, shown
from shegong.kernel.sheets.layout import Cell
from shegong.kernel.text import N_
from shegong.kernel.typed_dates import read_date
from shegong.work.education.rules.courses import Half

ALL = "all"
_WORDS = {"上午": Half.AM, "下午": Half.PM, "晚上": Half.EVENING}
_EVERY = {"全勤", "全部", "全程", "满勤"}
_PARTS = re.compile(r"[;；,，、\n]+")


@dataclass(frozen=True)
class Halves:
    """`all`, or days with their halves: 2026-3-2上午；2026-3-2下午. The value is `all` or a tuple of (day, half)."""

    name: str = "halves"
    personal: bool = False
    number_format: str = "@"
    width: int = 24
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The half-days meant. Refuses what names none."""
        text = plain(as_text(cell))
        if is_nothing_word(text):
            return None, ()
        if text in _EVERY:
            return ALL, ()
        found = []
        for part in filter(None, _PARTS.split(text)):
            half, day = _WORDS.get(part[-2:]), read_date(part[:-2])
            if half is None or not isinstance(day, date):
                message = N_("“%(text)s” names no half-day. Write 全勤, or days such as 2026-3-2上午.")
                return must("halves", message, text=shown(part))
            found.append((day, str(half)))
        return tuple(found), ()

    def mask(self, text: str) -> str:
        """As it is."""
        return text
