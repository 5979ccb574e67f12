"""What a text typed into a search box asks for: a number through its blind indexes, or a piece of a name."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from shegong.kernel.characters import plain
from shegong.kernel.pinyin import name_matches
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


def really_named(text: str, people: list[Any], rows: Iterable[Any]) -> list[Any]:
    """People without those whose names hold the pieces apart only; whose name begins with the text first, then by pinyin.

    `rows` are their names, present and former, the present one last.
    """
    names: dict[int, list[Any]] = {}
    for row in rows:
        names.setdefault(row.person_id, []).append(row)
    kept = [p for p in people if any(name_matches(text, n.name) for n in names.get(p.pk, ()))]
    wanted = text.strip()
    return sorted(
        kept, key=lambda p: (not names[p.pk][-1].name.startswith(wanted), names[p.pk][-1].pinyin, p.pk)
    )
