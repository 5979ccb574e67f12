"""Reads for lists and pages: names and masked numbers of many, where somebody counts, who looked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models.tables import Identity, Person, PersonName, Tie
from shegong.ground.people.rules import STANDING_KINDS
from shegong.kernel.journal import JournalEntry

OTHERS = ("passport", "officer")  # documents without a number of 18 digits


def standing(ties: Iterable[Tie], day: date) -> int | None:
    """Where a person counts on `day`: work, else residence, else domicile; study and case never count."""
    held = {
        t.kind: t.region_code
        for t in ties
        if t.during.lower <= day and (t.during.upper is None or day < t.during.upper)
    }
    return next((held[kind] for kind in STANDING_KINDS if kind in held), None)


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Present names for a list, in one query; people without a name are left out. A merged record without a name of
    its own bears that of the record it became."""
    found = PersonName.objects.standing().filter(person__in=person_ids)
    names = dict(found.values_list("person_id", "name"))
    nameless = [pk for pk in person_ids if pk and pk not in names]
    became = merged_into(nameless) if nameless else {}
    return names | _names_through(became) if became else names


def _names_through(became: dict[int, int]) -> dict[int, str]:
    found = dict(
        PersonName.objects.standing().filter(person__in=became.values()).values_list("person_id", "name")
    )
    return {old: found[new] for old, new in became.items() if new in found}


def merged_into(person_ids: Collection[int]) -> dict[int, int]:
    """Which of these records were merged, and the record that each became."""
    rows = Person.objects.filter(pk__in=person_ids, merged_into__isnull=False)
    return dict(rows.values_list("pk", "merged_into_id"))


def records_of(person_id: int) -> list[int]:
    """This record and those that were merged into it: what never moves is read under all of them."""
    return [person_id, *Person.objects.filter(merged_into=person_id).values_list("pk", flat=True)]


def surviving(person: Person) -> Person:
    """The record that stands for this human today."""
    return person.merged_into or person


def main_identity(person_id: int) -> Identity | None:
    """The document that speaks for a person: a number of 18 digits before a passport, a verified one first, then the newest."""
    rows = Identity.objects.filter(person=person_id)
    return min(rows, key=lambda one: (one.kind in OTHERS, one.verified_on is None, -one.pk), default=None)


def standing_token(token: str) -> str:
    """The token of the record that stands for this one today: the same unless it was merged."""
    became = Person.objects.filter(token=token).values_list("merged_into__token", flat=True).first()
    return became or token


def identities_of(person_ids: Collection[int]) -> dict[int, str]:
    """Masked identity numbers for a list, in one query: the identity card where there is one."""
    found = Identity.objects.filter(person__in=person_ids).order_by("kind", "pk")
    chosen: dict[int, str] = {}
    for person_id, kind, masked in found.values_list("person_id", "kind", "masked"):
        if kind == "resident":
            chosen[person_id] = masked
        else:
            chosen.setdefault(person_id, masked)
    return chosen


@dataclass(frozen=True)
class Viewing:
    """One full view of a sealed number, as the person may know it: the office, not the officer's name."""

    at: datetime
    office: str
    role: str
    reason: str
    region_code: int | None


def viewings(person_id: int) -> list[Viewing]:
    """Who looked at this person's full identity number, newest first (谁看过我的信息)."""
    entries = list(
        JournalEntry.objects.filter(
            about_person_id__in=records_of(person_id), verb="people.identity.view"
        ).order_by("-seq")
    )
    offices = dict(
        Organization.objects.filter(pk__in={e.organization_id for e in entries}).values_list("pk", "name")
    )
    return [
        Viewing(e.at, offices.get(e.organization_id, ""), e.role, e.reason, e.region_code) for e in entries
    ]
