"""A cell as the clerk sees it, and what all kinds of cells have in common (pure)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from shegong.kernel.characters import plain
from shegong.kernel.masking import glimpse
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Cell, Finding, Offer, Weight
from shegong.kernel.text import N_

# What stands in a cell to say that nothing stands there.
_NOTHING = frozenset({"", "-", "--", "—", "——", "－", "–", "/", "\\", "／", "、", ".", "…"})
_NOTHING_WORDS = frozenset({"无", "没有", "暂无", "空", "null", "none", "nan", "#n/a", "n/a", "未填"})
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+]?\d{1,3}")
_LARGEST = 10**15  # from here on a spreadsheet no longer keeps every digit

Answer = tuple[Any, Sequence[Finding]]


def as_text(cell: Cell) -> str:
    """The cell as a text, as nearly as possible as the spreadsheet shows it: 41030, 2012.5, 2.22426E+17, 2012-05-01."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return (
            cell.isoformat(sep=" ", timespec="seconds") if cell.time() != time() else cell.date().isoformat()
        )
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _number_text(number: float) -> str:
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    if abs(number) >= _LARGEST:
        return f"{number:.5E}"
    return str(int(number)) if number == int(number) else repr(round(number, 10))


def is_nothing(text: str) -> bool:
    """Whether the text only says that there is nothing: blank, a dash, a slash."""
    return text.strip() in _NOTHING


def is_nothing_word(text: str) -> bool:
    """Whether the text says so in a word, which in a list of codes or dates is no answer: 无, 暂无, #N/A."""
    return text.strip().casefold() in _NOTHING_WORDS or is_nothing(text)


def must(code: str, message: str, **params: object) -> Answer:
    """No value, and a finding that blocks the row."""
    return None, (Finding("", Obstacle(code, message, params=params)),)


def choice(code: str, message: str, offers: Sequence[Offer], **params: object) -> Answer:
    """No value, and a finding that blocks the row until one of the offers is taken."""
    return None, (Finding("", Obstacle(code, message, params=params), Weight.CHOICE, tuple(offers)),)


def refused(obstacles: Sequence[Obstacle]) -> Answer:
    """No value; each obstacle of a kernel's canonical form blocks the row."""
    return None, tuple(Finding("", obstacle) for obstacle in obstacles)


def note(obstacle: Obstacle) -> Finding:
    """Something worth knowing, which blocks nothing."""
    return Finding("", obstacle, Weight.NOTE)


@lru_cache(maxsize=1024)
def read_as(shown: str) -> Finding:
    """The note on how an unusual but unambiguous cell was read."""
    return note(Obstacle("cell_read_as", N_("Read as %(value)s."), params={"value": shown}))


TIDIED = note(
    Obstacle("cell_tidied", N_("Spaces, line breaks or full-width characters were put right."), params={})
)


def lost_digits(cell: Cell) -> Answer | None:
    """The refusal of a long number that the spreadsheet rounded, as a number or as text 2.22426E+17; else None."""
    if isinstance(cell, str):
        text = plain(cell) if len(cell) < 40 and ("e" in cell or "E" in cell or "Ｅ" in cell) else ""
        if not _SCIENTIFIC.fullmatch(text):
            return None
        try:
            shown = f"{float(text):.5E}"
        except (ValueError, OverflowError):
            return None
    elif isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= _LARGEST:
        shown = f"{cell:.5E}"
    else:
        return None
    message = N_(
        "The spreadsheet turned this number into %(shown)s and its last digits are gone. Set the column to “text”, then "
        "type the whole number again from the paper."
    )
    return must("digits_lost", message, shown=shown)


def shown(text: str) -> str:
    """A cell's text as a message may repeat it: short, and without a whole number of a person in it."""
    return glimpse(text.strip().replace("\n", " ")[:24])
