"""Many people at once, from a workbook: the same facts under the same rules as one by one, set by set.

A workbook adds what is not known yet. It replaces nothing: who calls this has shown every difference to a clerk.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from shegong.ground.people.actions.editors import made, require_editors
from shegong.ground.people.actions.forms import (
    Forms,
    Name,
    Number,
    Phone,
    name_forms,
    number_forms,
    phone_forms,
)
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Tie, new_token
from shegong.ground.people.rules import (
    Permission,
    identity_taken,
    particulars_obstacles,
    tie_obstacles,
)
from shegong.kernel import journal, person_keys
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.copying import (
    batch_named,
    copy_in,
    named_rows,
    open_days,
    open_since,
    reserve,
    seal_ids,
)
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sealing import keyring
from shegong.kernel.text import N_

PARTICULARS = ("ethnicity", "political_status")
Secrets = dict[int, bytes]  # by person


class Entrant(NamedTuple):
    """One human as a row states her. With `person_id` she is known, and only what is blank is filled; without, she is
    new and needs number and name. `region_code` is where she lives, for people without a workplace."""

    number: str = ""
    name: str = ""
    ethnicity: str = ""
    political_status: str = ""
    phone: str = ""
    region_code: int | None = None
    person_id: int | None = None
    forms: Forms | None = None  # made ahead; else they are made when they are needed

    def number_forms(self, on: date) -> Number:
        return (self.forms and self.forms.number) or number_forms(self.number, on)

    def name_forms(self) -> Name:
        return (self.forms and self.forms.name) or name_forms(self.name)

    def phone_forms(self) -> Phone:
        return (self.forms and self.forms.phone) or phone_forms(self.phone)


class StatedTie(NamedTuple):
    """Where a person belongs from `start` on, by the row `origin_id` of the table `origin`."""

    person_id: int
    kind: str
    region_code: int
    origin: str
    origin_id: int
    start: date


@answers("T4.2.b")
@transaction.atomic(savepoint=False)
def take_in(
    entrants: Sequence[Entrant], *, batch_id: int, by: Actor, on: date, source: str = "import"
) -> list[int]:
    """Add new people with number, name, particulars, phone and place; fill the blanks of known ones. Their keys in order.

    Refuses what `state_identity`, `state_name`, `state_particulars` and `state_contact` refuse, known people out of
    reach, and a number that somebody holds already. One journal entry; each row carries `batch_id`.
    """
    require(by, Permission.EDIT)
    require_editors([e.person_id for e in entrants if e.person_id], by)
    for ethnicity, political_status in {(e.ethnicity, e.political_status) for e in entrants}:
        refuse_if(particulars_obstacles(ethnicity=ethnicity, political_status=political_status))
    new = [e for e in entrants if e.person_id is None]
    reserved = reserve(Person, len(new))
    keys, owned = iter(reserved), person_keys.issue(reserved)
    made(reserved, by)
    placed = [(e.person_id or next(keys), e) for e in entrants]
    fresh = [(key, e) for key, e in placed if e.person_id is None]
    rows: list[Any] = _insert(fresh, owned, batch_id, by, on, source)
    filled = _fill([(k, e) for k, e in placed if e.person_id])
    rows += named_rows(Person, map(int, filled))
    phones = _insert_phones(placed, owned, batch_id, on)
    facts = {"new": len(new), "filled": filled, "phones": phones, "source": source}
    note("people.batch.take", batch_id, by, facts, rows)
    return [key for key, _ in placed]


def note(
    verb: str, batch_id: int, by: Actor, facts: dict[str, Any], rows: Sequence[Any] = (), **more: Any
) -> None:
    """One entry about a batch for many rows, in the name of the office that may edit."""
    journal.write(verb, by=by, subject=batch_named(batch_id), facts=facts, rows=rows, **office_of(by), **more)


def office_of(by: Actor) -> dict[str, Any]:
    """Authority and region that an entry of a batch carries."""
    authority = next(iter(by.with_permission(Permission.EDIT)), None)
    return {"authority": authority, "region_code": authority.region_code if authority else None}


# -- new people ------------------------------------------------------------------------------------------------------


def _insert(
    placed: Sequence[tuple[int, Entrant]], owned: Secrets, batch_id: int, by: Actor, on: date, source: str
) -> list[Any]:
    """The rows of new people; everything that the journal seals is returned."""
    if not placed:
        return []
    now = timezone.now()
    stated = [(key, e, e.number_forms(on)) for key, e in placed]
    copy_in(
        Person,
        ("id", "token", "sex", "born_on", "ethnicity", "political_status", "source", "version", "created_at", "batch_id"),
        ((key, new_token(), n.stated.sex or "0", n.stated.born_on, e.ethnicity, e.political_status, source, 0, now, batch_id)
         for key, e, n in stated),
    )  # fmt: skip
    since = open_since(now)
    rows: list[Any] = named_rows(Person, [key for key, _ in placed])
    rows += _insert_identities(stated, owned, batch_id, source)
    rows += _insert_names(placed, batch_id, source, since)
    lived = [
        StatedTie(key, "residence", e.region_code, "people.person", key, on)
        for key, e in placed
        if e.region_code
    ]
    return rows + _insert_ties(lived, batch_id, by, since)


def _insert_identities(
    stated: Sequence[tuple[int, Entrant, Number]], owned: Secrets, batch_id: int, source: str
) -> list[Identity]:
    keys, seal_one = reserve(Identity, len(stated)), keyring().sealer("people_identity", "number")
    each = zip(keys, seal_ids(len(stated)), stated, strict=True)
    try:
        copy_in(
            Identity,
            ("id", "person_id", "kind", "seal_id", "number", "index", "last4_index", "masked", "source", "batch_id"),
            ((key, person, n.stated.kind, row, seal_one(n.stated.number.encode(), row, (person, owned[person])), n.blind,
              n.last4, n.masked, source, batch_id) for key, row, (person, _, n) in each),
        )  # fmt: skip
    except IntegrityError as error:  # somebody stated one of them meanwhile
        raise Refused(identity_taken()) from error
    return named_rows(Identity, keys)


def _insert_names(
    placed: Sequence[tuple[int, Entrant]], batch_id: int, source: str, since: str
) -> list[PersonName]:
    keys = reserve(PersonName, len(placed))
    copy_in(
        PersonName,
        ("id", "person_id", "name", "canonical", "pinyin", "grams", "during", "recorded", "source", "batch_id"),
        ((key, person, n.name, n.canonical, n.pinyin, n.grams, open_days(None), since, source, batch_id)
         for key, (person, n) in zip(keys, ((key, e.name_forms()) for key, e in placed), strict=True)),
        slow=True,
    )  # fmt: skip
    return named_rows(PersonName, keys)


# -- places ----------------------------------------------------------------------------------------------------------


@transaction.atomic(savepoint=False)
def tie_all(ties: Sequence[StatedTie], *, batch_id: int, by: Actor, on: date) -> None:
    """Tie people to regions without end, where they have no tie of that kind yet.

    Refuses regions out of reach, unknown kinds, and a second tie of a kind: a batch ends none.
    """
    require(by, Permission.EDIT)
    require_editors([t.person_id for t in ties], by)
    if ties:
        rows = _insert_ties(ties, batch_id, by, open_since(timezone.now()))
        note("people.batch.tie", batch_id, by, {"new": len(ties), "origin": ties[0].origin}, rows)


def _insert_ties(ties: Sequence[StatedTie], batch_id: int, by: Actor, since: str) -> list[Tie]:
    _require_places({t.region_code for t in ties}, by)
    for kind, start in {(t.kind, t.start) for t in ties}:
        refuse_if(tie_obstacles(kind, start, None, ()))
    keys = reserve(Tie, len(ties))
    try:
        copy_in(
            Tie,
            ("id", "person_id", "kind", "region_code", "origin", "origin_id", "during", "recorded", "batch_id"),
            ((key, t.person_id, t.kind, t.region_code, t.origin, t.origin_id, open_days(t.start), since, batch_id)
             for key, t in zip(keys, ties, strict=True)),
            slow=True,
        )  # fmt: skip
    except IntegrityError as error:
        raise Refused(tied_already()) from error
    return named_rows(Tie, keys)


def _require_places(codes: Collection[int], by: Actor) -> None:
    reach = by.reach(Permission.EDIT)
    outside = next((code for code in codes if not any(code in one for one in reach)), None)
    if outside is not None:
        require(by, Permission.EDIT, outside)


def tied_already() -> Obstacle:
    """Somebody tied one of them meanwhile; nothing was written."""
    return Obstacle(
        "tie_overlap", N_("Somebody entered a place for one of these people meanwhile. Check again.")
    )


# -- what is blank ---------------------------------------------------------------------------------------------------


def _fill(placed: Sequence[tuple[int, Entrant]]) -> dict[str, list[Any]]:
    """Fill blank particulars of known people; key (as JSON has it) → [version from then on, fields]."""
    given = {key: {f: getattr(e, f) for f in PARTICULARS if getattr(e, f)} for key, e in placed}
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=given).order_by("pk")
    blanks = [(f, given[p.pk][f], p) for p in held for f in given[p.pk] if not getattr(p, f)]
    filled: dict[str, list[Any]] = {}
    for (name, value), group in groupby(sorted(blanks, key=lambda b: b[:2]), key=lambda b: b[:2]):
        people = [p for _, _, p in group]
        Person.objects.filter(pk__in=[p.pk for p in people]).update(**{name: value})
        for p in people:
            filled.setdefault(str(p.pk), [p.version + 1, []])[1].append(name)
    Person.objects.filter(pk__in=filled).update(version=F("version") + 1)
    return filled


def _insert_phones(placed: Sequence[tuple[int, Entrant]], owned: Secrets, batch_id: int, on: date) -> int:
    """Phones of people who have none; nobody has proven to hold them."""
    known = [key for key, e in placed if e.phone and e.person_id]
    have = set(Contact.objects.filter(person__in=known, kind="phone", during__upper_inf=True)
               .values_list("person_id", flat=True)) if known else set()  # fmt: skip
    stated = [(key, e.phone_forms()) for key, e in placed if e.phone and key not in have]
    owned = owned | person_keys.secrets_for(key for key, _ in stated if key not in owned)
    rows = list(_phones(stated, owned, batch_id, on))
    columns = ("id", "person_id", "kind", "seal_id", "value", "index", "masked", "during", "batch_id")
    copy_in(
        Contact, columns, ((key, *row) for key, row in zip(reserve(Contact, len(rows)), rows, strict=True))
    )
    return len(rows)


def _phones(
    phones: Sequence[tuple[int, Phone]], owned: Secrets, batch_id: int, on: date
) -> Iterator[tuple[Any, ...]]:
    since, seal_one = open_days(on), keyring().sealer("people_contact", "value")
    for (person, phone), row in zip(phones, seal_ids(len(phones)), strict=True):
        sealed = seal_one(phone.value.encode(), row, (person, owned[person]))
        yield person, "phone", row, sealed, phone.blind, phone.masked, since, batch_id
