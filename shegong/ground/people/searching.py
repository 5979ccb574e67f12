"""What a text typed into a search box asks for: a number through its blind indexes, or a piece of a name."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from shegong.kernel.characters import plain
from shegong.kernel.pinyin import name_matcher
from shegong.kernel.sealing import blind_index

LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
NUMBER = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]|(?=[A-Z]*[0-9])[A-Z0-9]{6,20}")


def number_condition(text: str) -> Q | None:
    """What the text asks of an identity number, or None when it is no number."""
    number = plain(text).upper()
    if LAST_FOUR.fullmatch(number):
        return Q(last4_index=blind_index("identity_last4", number))
    if not NUMBER.fullmatch(number):
        return None
    kinds = ("identity", "passport", "officer")
    return Q(index__in=[blind_index(kind, spelled) for kind in kinds for spelled in _spellings(number)])


def _spellings(number: str) -> list[str]:
    """A number of 15 digits is also looked for in its form of 18."""
    if not re.fullmatch(r"[0-9]{15}", number):
        return [number]
    body = f"{number[:6]}19{number[6:]}"
    return [number, *(body + check for check in "0123456789X")]


class Named(NamedTuple):
    """A name that holds the pieces, perhaps a former one, and the name that the person bears now."""

    person_id: int
    name: str
    present: str
    pinyin: str


def really_named(text: str, rows: Iterable[Named]) -> list[int]:
    """The people whose names hold the pieces together; whose name begins with the text first, then by pinyin."""
    really = name_matcher(text)
    kept = {row.person_id: row for row in rows if really(row.name)}
    wanted = text.strip()
    return sorted(kept, key=lambda pk: (not kept[pk].present.startswith(wanted), kept[pk].pinyin, pk))
