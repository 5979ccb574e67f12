"""What of a personal value may stand in the open: one rule for pages, files, papers, messages and logs.

`mask` shortens a value whose kind is known: what is stored beside a sealed value, shown in lists, sent out in files and
printed. `cover` is the last line, for text that nobody meant to hold a value: whatever in it looks like a number of an
identity document, a phone, a mail address or a bank card is hidden whole.
"""

import re
from collections.abc import Callable
from string import ascii_letters, digits

from shegong.kernel.characters import is_han


def mask(kind: str, value: str) -> str:
    """The masked form of a value: `identity` and other documents, `phone`, `email`, `address`, `bank`, `name`.

    An unknown kind is an error: nothing passes because nobody thought of it.
    """
    return _MASKS[kind](value)


_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d\d))-?([2-9]\d{6,7})")


def _document(number: str) -> str:
    """First six and last four, ``220102********002X``; of a shorter one two at either end, of four signs none."""
    if len(number) >= 15:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    kept = min(2, len(number) // 4) if len(number) > 4 else 0
    return number[:kept] + "*" * (len(number) - 2 * kept) + number[len(number) - kept :]


def _phone(phone: str) -> str:
    """First three and last four digits, ``138****5678``; of a landline area code and last two, ``0431-******34``; of another
    number the last two."""
    digits = phone.removeprefix("+86")
    if landline := _LANDLINE.fullmatch(digits):
        area, line = landline.groups()
        return f"{area}-{'*' * (len(line) - 2)}{line[-2:]}"
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[7:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:]


def _email(address: str) -> str:
    """First character and domain: ``z***@example.cn``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _address(address: str) -> str:
    """Down to the county or so."""
    return address[:6] + "***"


def _card(number: str) -> str:
    """The last four digits."""
    return "*" * max(len(number) - 4, 0) + number[-4:]


def _name(name: str) -> str:
    """For public lists: 张三 → 张*, 王小明 → 王*明, John Smith → J*********."""
    if len(name) <= 2 or not any(map(is_han, name)):
        return name[:1] + "*" * max(len(name) - 1, 0)
    return name[0] + "*" * (len(name) - 2) + name[-1]


_MASKS: dict[str, Callable[[str], str]] = {
    "identity": _document,
    "phone": _phone,
    "email": _email,
    "address": _address,
    "bank": _card,
    "name": _name,
}

_FULL_WIDTH = {ord(sign) + 0xFEE0: sign for sign in ascii_letters + digits + "@.+-"}
_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DOCUMENTS = re.compile(
    rf"{_BEFORE}(?:[1-9]\d{{5}}(?:18|19|20)\d{{2}}{_MONTH_DAY}\d{{3}}[\dXx]|[1-9]\d{{7}}{_MONTH_DAY}\d{{3}}){_AFTER}"
)
_PHONES = re.compile(rf"{_BEFORE}(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}{_AFTER}")
_LANDLINES = re.compile(rf"{_BEFORE}0(?:10|2\d|[3-9]\d\d)[- ]?[2-9]\d{{6,7}}{_AFTER}")
_MAILS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_CARDS = re.compile(rf"{_BEFORE}[3-69]\d{{15,18}}{_AFTER}")


def cover(text: str) -> str:
    """The text without anything that looks like a personal number; full-width signs count as what they stand for."""
    if not text.isascii():
        text = text.translate(_FULL_WIDTH)
    text = _DOCUMENTS.sub("[identity number]", text)
    text = _PHONES.sub("[phone]", text)
    text = _LANDLINES.sub("[phone]", text)
    text = _CARDS.sub(lambda found: "[bank card]" if _is_card(found[0]) else found[0], text)
    return _MAILS.sub("[mail address]", text) if "@" in text else text


_LONG_DIGITS = re.compile(r"\d[\dXx*]{6,}")


def glimpse(text: str) -> str:
    """What somebody typed, as a message may repeat it: of every long number its first three digits."""
    return _LONG_DIGITS.sub(lambda found: found[0][:3] + "*" * (len(found[0]) - 3), text)


def _is_card(number: str) -> bool:
    """Luhn's check digit: counters and times are no cards."""
    values = [int(digit) for digit in reversed(number)]
    return sum(v if i % 2 == 0 else sum(divmod(2 * v, 10)) for i, v in enumerate(values)) % 10 == 0
