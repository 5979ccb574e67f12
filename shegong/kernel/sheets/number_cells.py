"""Cells of numbers: identity, certificate and credit-code numbers, counts and money (pure)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from shegong.kernel.characters import plain
from shegong.kernel.codes import ManagementNumber, canonical_management_number, canonical_uscc
from shegong.kernel.identity import IdentityNumber, canonical_identity, check_digit
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.cell_text import (
    TIDIED,
    Answer,
    as_text,
    is_nothing,
    is_nothing_word,
    lost_digits,
    must,
    note,
    refused,
)
from shegong.kernel.sheets.layout import Cell, Finding
from shegong.kernel.text import N_

_SOUND = re.compile(r"[0-9]{17}[0-9X]")
_USUAL_CERTIFICATE = re.compile(r"[0-9]{18}")
_PLAIN_CERTIFICATE = re.compile(r"[0-9A-Z/-]{1,40}(?<![0-9]E[0-9][0-9])(?<![0-9]E[0-9])")

FIFTEEN = note(
    Obstacle("identity_15", N_("The old number of 15 digits was completed to 18 characters."), params={})
)


@lru_cache(maxsize=8192)
def _place_notes(number: str) -> tuple[Finding, ...]:
    """Notes about the first six digits, looked up once a place; the rest of the number is made up."""
    body = f"{number[:6]}19000101001"
    found = canonical_identity(body + check_digit(body), today=date(2000, 1, 1))
    return tuple(map(note, found.warnings)) if isinstance(found, IdentityNumber) else ()


@dataclass(frozen=True)
class Identity:
    """A resident identity number; the value is its 18 characters. Numbers that the spreadsheet rounded are refused."""

    name: str = "identity"
    personal: bool = True
    number_format: str = "@"
    width: int = 22
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The number in canonical form; see `kernel.identity`."""
        if isinstance(cell, str) and _SOUND.fullmatch(cell):
            quick = self._quick(cell, today)
            if quick:
                return quick
        lost = lost_digits(cell)
        if lost:
            return lost
        text = as_text(cell)
        if is_nothing_word(text):
            return None, ()
        found = canonical_identity(text, today=today)
        if not isinstance(found, IdentityNumber):
            return refused(found)
        notes = list(map(note, found.warnings))
        if len(plain(text)) == 15:
            notes.append(FIFTEEN)
        elif plain(text) != text and text.upper() != plain(text).upper():
            notes.append(TIDIED)
        return found.value, tuple(notes)

    def _quick(self, text: str, today: date) -> Answer | None:
        """The answer for a sound number as nearly all are; None hands it to the slow way, which finds the fault."""
        if check_digit(text) != text[17]:
            return None
        try:
            born_on = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        except ValueError:
            return None
        return (text, _place_notes(text[:6])) if born_on <= today else None

    def mask(self, text: str) -> str:
        """First six and last four characters; of one that the spreadsheet rounded six digits are left anyway."""
        return text if len(text) < 12 and lost_digits(text) else mask("identity", text)


@dataclass(frozen=True)
class CertificateNumber:
    """A certificate's management number (管理号); the value is text. `usual_length` False for other official numbers of up
    to 40 characters, whose length says nothing (登记证号)."""

    usual_length: bool = True
    name: str = "certificate_number"
    personal: bool = False
    number_format: str = "@"
    width: int = 24
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The number in canonical form; see `kernel.codes`. Unusual lengths are noted."""
        if isinstance(cell, str) and (
            _USUAL_CERTIFICATE.fullmatch(cell)
            or (not self.usual_length and _PLAIN_CERTIFICATE.fullmatch(cell))
        ):
            return (None, ()) if is_nothing(cell) else (cell, ())
        lost = lost_digits(cell)
        if lost:
            return lost
        text = as_text(cell)
        if is_nothing_word(text):
            return None, ()
        found = canonical_management_number(text)
        if isinstance(found, ManagementNumber):
            return found.value, tuple(map(note, found.warnings)) if self.usual_length else ()
        return refused(found)

    def mask(self, text: str) -> str:
        """As it is: certificate numbers are not personal."""
        return text


@dataclass(frozen=True)
class CreditCode:
    """A unified social credit code (GB 32100); the value is its 18 characters."""

    name: str = "credit_code"
    personal: bool = False
    number_format: str = "@"
    width: int = 22
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The code in canonical form; see `kernel.codes`."""
        lost = lost_digits(cell)
        if lost:
            return lost
        text = as_text(cell)
        if is_nothing_word(text):
            return None, ()
        found = canonical_uscc(text)
        return (found, ()) if isinstance(found, str) else refused(found)

    def mask(self, text: str) -> str:
        """As it is: credit codes are public."""
        return text


_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")


@dataclass(frozen=True)
class Number:
    """A count (`places` 0, the value an int) or an amount with `places` decimals (a Decimal); `unit` may be written
    behind it, ten thousands (万) are worked out when the unit allows them."""

    places: int = 0
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10) ** 12
    units: tuple[str, ...] = ("元", "人", "名", "个", "万元", "万", "学时", "小时", "分", "岁", "年", "%")
    name: str = "number"
    personal: bool = False
    number_format: str = "0"
    width: int = 10
    options: tuple[str, ...] = ()

    def read(self, cell: Cell, *, today: date) -> Answer:
        """The number. Refuses text without digits, other units, more decimals than there are, and out of bounds."""
        text = plain(as_text(cell)).replace("¥", "").replace("￥", "")
        if is_nothing_word(text):
            return None, ()
        times = 1
        for unit in sorted(self.units, key=len, reverse=True):
            if text.endswith(unit):
                text, times = text.removesuffix(unit), 10_000 if unit.startswith("万") else 1
                break
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not _PLAIN_NUMBER.fullmatch(text):
            return must("number_form", N_("Write a number in digits, such as 12, without other words."))
        return self._bounded(Decimal(text) * times)

    def _bounded(self, number: Decimal) -> Answer:
        try:
            kept = number.quantize(Decimal(1).scaleb(-self.places))
        except InvalidOperation:
            kept = number
        # A spreadsheet's sums end in …0001; money typed by hand does not.
        if abs(kept - number) > Decimal("0.0000001"):
            if not self.places:
                return must("number_whole", N_("Write a whole number, without decimals."))
            return must("number_places", N_("Write at most %(places)s decimals."), places=self.places)
        if not self.least <= kept <= self.most:
            message = N_("Write a number from %(least)s to %(most)s.")
            return must("number_bounds", message, least=f"{self.least:f}", most=f"{self.most:f}")
        return (int(kept) if not self.places else kept), ()

    def mask(self, text: str) -> str:
        """As it is."""
        return text


def money(*, most: Decimal = Decimal(10) ** 9) -> Number:
    """An amount in yuan with two decimals."""
    return Number(places=2, most=most, name="money", number_format="0.00", width=14)


def is_blank(cell: Cell) -> bool:
    """Whether a cell of any kind says nothing."""
    return cell is None or (isinstance(cell, str) and is_nothing(cell))
