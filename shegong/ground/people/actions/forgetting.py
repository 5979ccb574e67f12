"""What becomes of the talent base's rows at an erasure; and data that are only stored (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shegong.ground.people.actions.contacts import open_contact
from shegong.ground.people.actions.identities import open_number
from shegong.ground.people.models import (
    Contact,
    Identity,
    Person,
    PersonName,
    Skill,
    Withheld,
    new_token,
)
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.forgetting import Forgets, Hold
from shegong.kernel.messages import Message


def _year(person: Person) -> date | None:
    """The first day of the year of birth: statistics count ages, and nobody is found by a year."""
    return date(person.born_on.year, 1, 1) if person.born_on else None


FORGETS = Forgets(
    deleted=(Identity, PersonName, Contact, Skill),
    blanked={
        Person: {
            "born_on": _year, "ethnicity": "", "political_status": "",
            "token": lambda person: new_token(),
        },
        Message: {"text": b"", "address": None},
    },
    early=frozenset({Skill}),
    kept={
        "people.person.sex": "statistics count by it; without a name it is nobody's",
        "people.person.died_on": "figures count nobody beyond that day; without a name it is nobody's",
        "people.person.merged_into": "a number: which record stands for which",
        "people.person.source": "how the record came about, no personal value",
        "people.person.created_at": "when the record came about, no personal value",
        "people.tie": "statistics count where; a division and days without a name are nobody's",
        "people.noticeseen": "proof that the person was told (art. 17), kept three years; holds no personal value",
        "people.withheld": "says that the data are only stored; holds a number only",
        "kernel.contribution.subject": "figures of past days count her; a number without a person behind it",
        "kernel.message.person_id": "a number without a person behind it",
        "kernel.message.kind": "which kind of message was sent, kept with the proof of delivery",
        "kernel.message.channels": "kept with the proof of delivery",
        "kernel.message.created_at": "kept with the proof of delivery",
        "kernel.message.read_at": "kept with the proof of delivery",
        "kernel.delivery": "append-only proof that something was delivered; holds no personal value",
        "kernel.journalentry": "the chain must stay verifiable: numbers, verbs and times, no personal value",
        "kernel.personkey": "its secret is destroyed; the number and the time stay, so that nothing is sealed again",
    },
    opens={
        "people.identity.number": open_number,
        "people.contact.value": open_contact,
        "kernel.message.text": lambda message: "\n".join(filter(None, message.words)),
    },
)  # fmt: skip


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Nothing of the talent base must stay by itself; what rests on it says so (registry, accounts)."""
    return []


def withhold(person_ids: Sequence[int], *, subject: Any, basis: str, by: Actor) -> None:
    """Only store the data of these records from now on. A step of the decision, which has asked."""
    rows = [
        Withheld.objects.get_or_create(person_id=person_id, defaults={"basis": basis})[0]
        for person_id in person_ids
    ]
    journal.write("people.person.withhold", by=by, subject=subject, about_person_id=subject.pk, rows=rows)


def release(person_ids: Sequence[int], *, subject: Any, by: Actor) -> None:
    """Use the data of these records again. A step of the decision, which has asked."""
    rows = list(Withheld.objects.filter(person_id__in=person_ids))
    Withheld.objects.filter(person_id__in=person_ids).delete()
    if rows:
        journal.write("people.person.release", by=by, subject=subject, about_person_id=subject.pk, gone=rows)
