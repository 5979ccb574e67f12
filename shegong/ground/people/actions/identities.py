"""Identity documents: one canonical number, sealed, held by one person; full views with a reason."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from shegong.ground.people.actions.persons import hold, require_editor, truthful, turn
from shegong.ground.people.models import CHINESE_NUMBERS, Identity, Person, Tie, identity_index
from shegong.ground.people.rules import (
    IDENTITY_KINDS,
    KIND_OF_NUMBER,
    Permission,
    identity_fixed,
    identity_taken,
    reason_obstacles,
)
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.identity import canonical_identity, canonical_passport
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sealing import blind_index, open_sealed, seal
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

TRIES = 10  # different numbers of one's own in a day


@dataclass(frozen=True)
class Stated:
    """A number in canonical form, and what it says about its holder."""

    kind: str
    number: str
    born_on: date | None = None
    sex: str | None = None

    @property
    def index(self) -> bytes:
        """Blind index; one for all documents of 18 digits."""
        return identity_index(self.number, self.kind)


def read_number(kind: str, number: str, on: date) -> Stated:
    """The number as it is stored. Refuses with the reasons (`kernel.identity`)."""
    if kind not in IDENTITY_KINDS:
        raise Refused(Obstacle("identity_kind", N_("Choose one from the list."), field="kind"))
    if kind in CHINESE_NUMBERS and not (kind == "foreign_resident" and number.strip()[:1].isalpha()):
        read = canonical_identity(number, today=on)
        if isinstance(read, list):
            raise Refused(read)
        return Stated(KIND_OF_NUMBER.get(read.kind, "resident"), read.value, read.born_on, read.sex)
    other = canonical_passport(number)
    if isinstance(other, list):
        raise Refused([replace(obstacle, field="identity_number") for obstacle in other])
    return Stated(kind, other)


@answers("T4.2.b")
@transaction.atomic
def state_identity(
    person: Person,
    *,
    kind: str,
    number: str,
    by: Actor,
    on: date,
    source: str = "self",
    seen: int | None = None,
) -> Identity:
    """State an identity number: canonical, sealed, indexed; date of birth and sex follow from it (GB 11643).

    Restating replaces the person's own number while no office has verified it. Refuses a malformed number, one that
    another person holds (without saying who, or what is registered), and a change of a verified one.
    """
    require_editor(person, by)
    stated = read_number(kind, number, on)
    held = hold(person, seen)
    if by.person_id == held.pk:
        _not_too_often(held, stated)
    with lifted("whether anybody in the province holds this number"):
        holder = Identity.objects.filter(kind=stated.kind, index=stated.index).first()
    if holder is not None:
        if held.pk not in (holder.person_id, holder.person.merged_into_id):
            raise Refused(identity_taken())
        return holder
    identity = _place(held, stated, truthful(held, by, source), by)
    _derive(held, stated)
    turn(held)
    journal.write("people.identity.state", by=by, subject=identity, about_person_id=held.pk,
                  facts={"kind": stated.kind, "source": identity.source}, rows=[identity, held])  # fmt: skip
    return identity


def _not_too_often(person: Person, stated: Stated) -> None:
    """Nobody finds out who is in the register by stating other people's numbers one after another."""
    if Identity.objects.filter(person=person, kind=stated.kind, index=stated.index).exists():
        return
    if not throttle.hit(f"identity:{person.pk}", TRIES, timedelta(days=1)).allowed:
        message = N_("Too many different numbers were entered. Try again tomorrow, or ask the office.")
        raise Refused(Obstacle("identity_tries", message, field="identity_number"))


def _place(person: Person, stated: Stated, source: str, by: Actor) -> Identity:
    """A new row, or the person's earlier unverified number of this kind with the new value."""
    row = Identity.objects.filter(person=person, kind=stated.kind).order_by("-pk").first()
    if row is not None and row.verified_on is not None:
        if by.person_id == person.pk:
            raise Refused(identity_fixed())
        row = None
    row = row or Identity(person=person, kind=stated.kind)
    row.seal_id = uuid.uuid4()
    row.number = seal(
        stated.number, table="people_identity", column="number", row=row.seal_id, person=person.pk
    )
    row.index, row.masked, row.source = stated.index, mask("identity", stated.number), source
    row.last4_index = blind_index("identity_last4", stated.number[-4:])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody else stated it this very moment
        raise Refused(identity_taken()) from error
    return row


def _derive(person: Person, stated: Stated) -> None:
    if stated.born_on:
        person.born_on, person.sex = stated.born_on, stated.sex or "0"
        person.save(update_fields=["born_on", "sex"])


@unguarded("the decision of the case has asked")
@transaction.atomic
def verify_identity(identity: Identity, *, by: Actor, on: date) -> Identity:
    """Note that an office compared the number with the document; from then on only an office changes it.

    Refuses one's own number. The case that calls this has checked the permission over the case.
    """
    if by.person_id is not None and by.person_id == identity.person_id:
        raise Refused(Obstacle("own_case", N_("Nobody verifies what is about himself.")))
    hold(identity.person)
    identity.refresh_from_db()
    if identity.verified_on is None:
        identity.verified_on = on
        identity.save(update_fields=["verified_on"])
        journal.write("people.identity.verify", by=by, subject=identity, rows=[identity])
    return identity


def open_number(identity: Identity) -> str:
    """The sealed number. Only for the person's own copy of her data and for sealed papers; officers use `reveal_identity`."""
    return open_sealed(identity.number, table="people_identity", column="number", row=identity.seal_id)


@transaction.atomic
def reveal_identity(identity: Identity, *, reason: str, by: Actor, on: date) -> str:
    """The full number, with a journal entry that the person can read (谁看过我的信息).

    Refuses without people.reveal over a place the person is tied to, and without a reason of 4 characters.
    """
    seen_at = _tie_within_reach(identity, by)
    refuse_if(reason_obstacles(reason))
    authority = by.authority_for(Permission.REVEAL, seen_at.region_code) if seen_at else None
    journal.write("people.identity.view", by=by, subject=identity, about_person_id=identity.person_id,
                  region_code=seen_at.region_code if seen_at else None, authority=authority,
                  reason=reason.strip(), facts={"kind": identity.kind})  # fmt: skip
    return open_number(identity)


def _tie_within_reach(identity: Identity, by: Actor) -> Tie | None:
    found = Tie.objects.holding().filter(person=identity.person_id).visible_to(by, Permission.REVEAL)
    tie = found.order_by("pk").first()
    if tie is None and not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this person."), clause="T4.2.b"))
    return tie
