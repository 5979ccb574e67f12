"""What a text typed into a search box asks of identity numbers, through their blind indexes."""

import re

from django.db.models import Q

from shegong.kernel.characters import plain
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
