"""What a text typed into a search box asks for: a number, phone or mail address through its blind index, or a piece of a name."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce

from shegong.ground.people.models.derived import contact_index
from shegong.kernel.characters import plain
from shegong.kernel.contact import canonical_email, canonical_phone
from shegong.kernel.pinyin import name_matcher
from shegong.kernel.sealing import blind_index

LONG_NUMBER = 15  # digits
LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
NUMBER = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]|(?=[A-Z]*[0-9])[A-Z0-9]{6,20}")
CONTACTS = (("phone", canonical_phone), ("email", canonical_email))


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


def contact_condition(text: str) -> Q | None:
    """What the text asks of a phone or mail address, whole and however it is spelled; None when it is neither."""
    for kind, read in CONTACTS:
        found = read(text)
        if isinstance(found, str):
            return Q(kind=kind, index=contact_index(kind, found), during__upper_inf=True)
    return None


def personal_kind(text: str) -> str | None:
    """`phone`, `email` or `identity` (a whole number of an identity document), or None when the text is none of them."""
    contact = next((kind for kind, read in CONTACTS if isinstance(read(text), str)), None)
    return contact or ("identity" if NUMBER.fullmatch(plain(text).upper()) else None)


def belongs_in_no_address(text: str) -> bool:
    """Whether what is looked for must not stand in the address of a page, where logs and histories keep it."""
    return sum(sign.isdigit() for sign in text) >= LONG_NUMBER or contact_condition(text) is not None


def holding(text: str, identities: Any, contacts: Any) -> Q:
    """Who has this number, phone or mail address, perhaps on a record that was merged; empty when the text is none."""
    found = Q()
    for condition, rows in ((number_condition(text), identities), (contact_condition(text), contacts)):
        if condition is not None:
            stands = rows.filter(condition).annotate(stands=Coalesce("person__merged_into", "person"))
            found |= Q(pk__in=stands.values("stands"))
    return found


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
