"""What is stored of a number, a name and a phone beside what is sealed: made from the row alone, so ahead of its turn."""

from datetime import date
from typing import NamedTuple

from shegong.ground.people.actions.contacts import read_contact
from shegong.ground.people.actions.identities import Stated, read_number
from shegong.ground.people.models import contact_index
from shegong.ground.people.models.derived import last4_index, masked
from shegong.kernel.copying import text_array
from shegong.kernel.masking import mask
from shegong.kernel.names import canonical_name, comparison_key
from shegong.kernel.pinyin import grams, pinyin
from shegong.kernel.refusal import Refused


class Number(NamedTuple):
    """An identity number with its blind indexes."""

    stated: Stated
    blind: bytes
    last4: bytes
    masked: str


class Name(NamedTuple):
    """A name as it is stored, compared and found."""

    name: str
    canonical: str
    pinyin: str
    grams: str  # an array, as COPY writes it


class Phone(NamedTuple):
    """A phone with its blind index."""

    value: str
    blind: bytes
    masked: str


class Forms(NamedTuple):
    """The forms of one row; None of what the row does not say."""

    number: Number | None
    name: Name | None
    phone: Phone | None


def forms_of(number: str, name: str, phone: str, on: date) -> Forms:
    """All forms of a row. Refuses what `read_number`, `canonical_name` and `read_contact` refuse."""
    return Forms(
        number_forms(number, on) if number else None,
        name_forms(name) if name else None,
        phone_forms(phone) if phone else None,
    )


def number_forms(raw: str, on: date) -> Number:
    """Refuses a malformed identity number."""
    stated = read_number("resident", raw, on)
    number = stated.number
    return Number(stated, stated.index, last4_index(number), mask("identity", number))


def name_forms(raw: str) -> Name:
    """Refuses what is no name."""
    name = canonical_name(raw)
    if isinstance(name, list):
        raise Refused(name)
    return Name(name, comparison_key(name), " ".join(pinyin(name)), text_array(grams(name)))


def phone_forms(raw: str) -> Phone:
    """Refuses what is no phone."""
    value = read_contact("phone", raw)
    return Phone(value, contact_index("phone", value), masked("phone", value))
