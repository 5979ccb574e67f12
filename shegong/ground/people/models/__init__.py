"""Tables of the talent base, and the reads that lists and other contexts use."""

from shegong.ground.people.models.lists import (
    Viewing,
    identities_of,
    merged_into,
    names_of,
    records_of,
    standing,
    surviving,
    viewings,
)
from shegong.ground.people.models.tables import (
    SOURCE_KNOWN,
    SOURCES,
    Contact,
    Identity,
    Person,
    PersonName,
    PersonNameQuerySet,
    PersonQuerySet,
    Skill,
    Tie,
    TieQuerySet,
    new_token,
)

__all__ = [
    "SOURCES",
    "SOURCE_KNOWN",
    "Contact",
    "Identity",
    "Person",
    "PersonName",
    "PersonNameQuerySet",
    "PersonQuerySet",
    "Skill",
    "Tie",
    "TieQuerySet",
    "Viewing",
    "identities_of",
    "merged_into",
    "names_of",
    "new_token",
    "records_of",
    "standing",
    "surviving",
    "viewings",
]
