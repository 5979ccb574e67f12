"""Phones, mail addresses and addresses: sealed, found by a blind index, one proven owner each."""

import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from shegong.ground.people.actions.persons import hold, require_editor
from shegong.ground.people.models import Contact, Person, contact_index
from shegong.ground.people.models.derived import masked
from shegong.ground.people.rules import CONTACT_NAMES, address_obstacles, contact_taken
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor
from shegong.kernel.contact import canonical_email, canonical_phone
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sealing import open_sealed, seal
from shegong.kernel.search_keys import is_hash_of
from shegong.kernel.temporal import days
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

PASSED_ON = messages.Template(
    "people.contact.passed_on",
    N_("A phone or mail address left your account"),
    N_(
        "Somebody has just proven to hold %(masked)s, so it belongs to another account now. If it is still yours, prove it "
        "again on your account page, and tell the office."
    ),
)


def read_contact(kind: str, value: str) -> str:
    """The contact in canonical form. Refuses with the reasons; `field` is the kind."""
    if kind not in CONTACT_NAMES:
        raise Refused(Obstacle("contact_kind", N_("Choose one from the list."), field="kind"))
    if kind == "address":
        read: str | list[Obstacle] = address_obstacles(value.strip()) or value.strip()
    else:
        read = canonical_phone(value) if kind == "phone" else canonical_email(value)
    if isinstance(read, list):
        raise Refused(read)
    return read


@transaction.atomic
def state_contact(person: Person, *, kind: str, value: str, verified: bool, by: Actor, on: date) -> Contact:
    """State a phone, mail address or address; it takes the place of the one before from `on` on.

    `verified` says that the person has just proven to hold it (a code was sent there). What somebody else proved
    earlier then passes on from him, and he is told: operators give numbers out again, and a refusal would tell who is
    here. Refuses malformed values, and an office that says so of a phone that another person has proven to hold.
    """
    require_editor(person, by)
    stated = read_contact(kind, value)
    held = hold(person)
    current = Contact.objects.filter(person=held, kind=kind, during__upper_inf=True).first()
    index = contact_index(kind, stated)
    if (
        current is not None
        and is_hash_of(bytes(current.index), index)
        and bool(current.verified_at) >= verified
    ):
        return current
    if current is not None:
        current.during = days(current.during.lower, max(on, current.during.lower))
        current.save(update_fields=["during"])
    if verified and by.person_id == held.pk:
        _pass_on(held, kind, index, by, on)
    row = _insert(held, kind, stated, index, verified, on)
    journal.write("people.contact.state", by=by, subject=row, facts={"kind": kind, "verified": verified})
    return row


def _pass_on(person: Person, kind: str, index: bytes, by: Actor, on: date) -> None:
    """End the contact of whoever proved it before."""
    proven = Contact.objects.filter(
        kind=kind, index=index, verified_at__isnull=False, during__upper_inf=True
    ).exclude(person=person)
    with lifted("a proven address has one owner, wherever the earlier one lives"):
        for row in proven.select_related("person").select_for_update(of=("self",)):
            row.during = days(row.during.lower, max(on, row.during.lower))
            row.save(update_fields=["during"])
            journal.write(
                "people.contact.pass_on",
                by=by,
                subject=row,
                about_person_id=row.person_id,
                facts={"kind": kind},
            )
            messages.send(row.person, PASSED_ON, {"masked": row.masked})


def _insert(person: Person, kind: str, value: str, index: bytes, verified: bool, on: date) -> Contact:
    seal_id = uuid.uuid4()
    sealed = seal(value, table="people_contact", column="value", row=seal_id, person=person.pk)
    row = Contact(person=person, kind=kind, seal_id=seal_id, value=sealed, index=index, masked=masked(kind, value),
                  verified_at=Now() if verified else None, during=days(on))  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(contact_taken(kind)) from error
    row.refresh_from_db(fields=["verified_at"])
    return row


def open_contact(contact: Contact) -> str:
    """The sealed value; for sending messages and for the person's own page."""
    return open_sealed(contact.value, table="people_contact", column="value", row=contact.seal_id)
