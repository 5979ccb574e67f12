"""What is computed from a sealed number or contact and stands in the open beside it: blind indexes and masked forms."""

from functools import partial

from shegong.kernel.masking import mask
from shegong.kernel.sealed_columns import Derived, derive
from shegong.kernel.sealing import blind_index

CHINESE_NUMBERS = ("resident", "hmt_resident", "foreign_resident")


def identity_index(number: str, kind: str) -> bytes:
    """Blind index of a canonical number; one for all documents of 18 digits."""
    return blind_index("identity" if kind in CHINESE_NUMBERS else kind, number)


def last4_index(number: str) -> bytes:
    """Blind index of the last four signs, by which an office finds whom it knows otherwise."""
    return blind_index("identity_last4", number[-4:])


def contact_index(kind: str, value: str) -> bytes:
    """Blind index of a canonical value; mail addresses compare case-folded."""
    return blind_index(kind, value.casefold())


def masked(kind: str, value: str) -> str:
    """The value as lists show it."""
    return mask(kind, value)


derive(
    "people.identity",
    Derived("index", "number", identity_index, ("kind",)),
    Derived("last4_index", "number", last4_index),
    Derived("masked", "number", partial(mask, "identity")),
)
derive(
    "people.contact",
    Derived("index", "value", lambda value, kind: contact_index(kind, value), ("kind",)),
    Derived("masked", "value", lambda value, kind: masked(kind, value), ("kind",)),
)
