"""The kinds of cells: what each column's cells are read as. A layout takes its kinds from here (pure).

Text, Name and Phone are here; days and months, numbers, and words of a list have files of their own.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from shegong.kernel.characters import is_invisible, plain
from shegong.kernel.contact import canonical_phone
from shegong.kernel.masking import mask
from shegong.kernel.names import canonical_name
from shegong.kernel.sheets.cell_text import (
    TIDIED,
    Answer,
    as_text,
    choice,
    is_nothing,
    lost_digits,
    must,
    read_as,
    refused,
)
from shegong.kernel.sheets.code_cells import Choice, YesNo, national
from shegong.kernel.sheets.day_cells import Day, Month
from shegong.kernel.sheets.layout import Cell, Offer
from shegong.kernel.sheets.number_cells import CertificateNumber, CreditCode, Identity, Number, money
from shegong.kernel.text import N_

__all__ = [
    "CertificateNumber", "Choice", "CreditCode", "Day", "Identity", "Month", "Name", "Number", "Phone", "Text", "YesNo",
    "money", "national",
]  # fmt: skip

_LINES = re.compile(r"\s*[\r\n]+\s*")
_BLANKS = re.compile(r"[^\S\n]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_USUAL_NAME = re.compile(r"[\u4e00-\u9fa5]{2,5}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MOBILES = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


@dataclass(frozen=True)
class Text:
    """Free text in one line of at most `longest` characters; the value is text without blanks at its ends."""

    longest: int = 200
    name: str = "text"
    personal: bool = False
    number_format: str = "@"
    width: int = 20
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The text, line breaks joined and invisible signs dropped; refuses one that is too long."""
        text = cell if isinstance(cell, str) else as_text(cell)
        if not (text.isprintable() and len(text) <= self.longest and "  " not in text) or text[:1].isspace():
            text = _one_line(text)
            if len(text) > self.longest:
                message = N_("Write at most %(longest)s characters; this cell has %(length)s.")
                return must("text_long", message, longest=self.longest, length=len(text))
        text = text.rstrip()
        return (None, ()) if is_nothing(text) else (text, ())

    def mask(self, text: str) -> str:
        """As it is."""
        return text


def _one_line(text: str) -> str:
    """One line: breaks between Chinese characters vanish, others become a blank; invisible signs vanish."""
    text = unicodedata.normalize("NFC", text).replace("_x000D_", "")
    text = _LINES.sub(lambda found: _joint(text, found), text)
    return _BLANKS.sub(" ", "".join(c for c in text if not is_invisible(c) or c == "\t")).strip()


def _joint(text: str, found: re.Match[str]) -> str:
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return "" if _HAN.match(before) or _HAN.match(after) else " "


@dataclass(frozen=True)
class Name:
    """A person's name; the value is its canonical form (`kernel.names`)."""

    name: str = "name"
    personal: bool = False
    number_format: str = "@"
    width: int = 12
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The name; blanks and line breaks within it are put right with a note, look-alikes are refused."""
        if isinstance(cell, str) and _USUAL_NAME.fullmatch(cell):
            return cell, ()
        text = as_text(cell).replace("_x000D_", "")
        if is_nothing(text):
            return None, ()
        found = canonical_name(_LINES.sub("" if _HAN.search(text) else " ", text))
        if not isinstance(found, str):
            return refused(found)
        return found, () if found == text.strip() else (read_as(found),)

    def mask(self, text: str) -> str:
        """As it is: the office sees names."""
        return text


@dataclass(frozen=True)
class Phone:
    """A mobile number; the value is +86 and 11 digits (`kernel.contact`)."""

    name: str = "phone"
    personal: bool = True
    number_format: str = "@"
    width: int = 14
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The number; of several in one cell the clerk chooses."""
        if isinstance(cell, str) and _MOBILE.fullmatch(cell):
            return f"+86{cell}", ()
        lost = lost_digits(cell)
        if lost:
            return lost
        text = as_text(cell)
        if is_nothing(text) or plain(text) in ("无", "没有", "暂无"):
            return None, ()
        found = canonical_phone(text)
        if isinstance(found, str):
            return found, () if isinstance(cell, float | int) or text.strip().isascii() else (TIDIED,)
        several = list(dict.fromkeys(_MOBILES.findall(unicodedata.normalize("NFKC", text))))
        if several:
            message = N_("One mobile number of 11 digits belongs here. Choose it, or write only that one.")
            return choice("phone_several", message, [Offer(one, mask("phone", one)) for one in several[:5]])
        return refused(found)

    def mask(self, text: str) -> str:
        """First three and last four digits; of anything else, its last two."""
        return mask("phone", plain(text))
