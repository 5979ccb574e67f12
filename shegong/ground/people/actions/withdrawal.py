"""A batch is taken back: exactly what it brought goes, nothing else. Who calls this has looked that nobody built on it."""

from array import array
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from shegong.ground.people.actions.editors import require_editors
from shegong.ground.people.actions.intake import PARTICULARS, office_of
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Tie
from shegong.ground.people.rules import Permission
from shegong.kernel import journal, person_keys
from shegong.kernel.access import Actor, require
from shegong.kernel.copying import Keyed, among, batch_named, chunks, named_rows
from shegong.kernel.journal import JournalEntry, Line
from shegong.kernel.refusal import Stale
from shegong.kernel.temporal import close_recorded

A_LINE = 2000  # rows named in one entry
LINES_AT_ONCE = 4  # entries in memory at a time


@transaction.atomic
def withdraw_batch(batch_id: int, *, by: Actor, on: date) -> int:
    """Remove the people whom a batch made, with what it said of them; of known people the ties, phones and particulars it added.

    How many people went. Refuses people out of reach and particulars stated anew since; the database refuses while
    anything refers to one of them.
    """
    require(by, Permission.EDIT)
    people = Person.objects.filter(batch_id=batch_id)
    made = keys_of(people.order_by("pk"))
    for part in chunks(made, A_LINE):
        require_editors(part, by)
    gone: list[Any] = []
    for model in (Identity, PersonName, Tie):
        theirs = model._base_manager.filter(batch_id=batch_id, person__batch_id=batch_id)
        gone += removed(model, theirs)
    phones = Contact.objects.filter(batch_id=batch_id)
    phones._raw_delete(phones.db)
    changed: list[Any] = _closed_ties(batch_id) + _emptied(batch_id)
    gone += removed(Person, people)
    for part in chunks(made, A_LINE):
        person_keys.withdraw(part)
    write_gone("people.batch.withdraw", batch_id, by, gone, changed)
    return len(made)


def keys_of(rows: QuerySet[Any], column: str = "pk") -> "array[int]":
    """A column of many rows, eight bytes each and a part in memory at a time."""
    return array("q", rows.values_list(column, flat=True).iterator(chunk_size=A_LINE))


def removed(model: Any, rows: QuerySet[Any]) -> list[Any]:
    """Delete `rows`, whatever refers to them: that is for the database to refuse. They come back for the journal."""
    gone = Keyed(model, keys_of(rows))
    for part in chunks(gone.keys, A_LINE):
        found = model._base_manager.filter(pk__in=among(part))
        found._raw_delete(found.db)
    return [gone]


def _closed_ties(batch_id: int) -> list[Tie]:
    rows = Tie.objects.current().filter(
        ~Q(person__batch_id=batch_id) | Q(person__batch_id=None), batch_id=batch_id
    )
    keys = keys_of(rows)
    for part in chunks(keys, A_LINE):
        close_recorded(Tie.objects.filter(pk__in=among(part)))
    return named_rows(Tie, keys)


def _emptied(batch_id: int) -> list[Person]:
    """Particulars that the batch filled are blank again."""
    keys: dict[str, list[int]] = {name: [] for name in PARTICULARS}
    filled = filled_by(batch_id)
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=filled).order_by("pk")
    if any(filled[pk][0] != version for pk, version in held.values_list("pk", "version")):
        raise Stale  # somebody stated a particular since it was asked whether anybody had
    for person_id, (_, names) in filled.items():
        for name in names:
            keys[name].append(person_id)
    for name, people in keys.items():
        Person.objects.filter(pk__in=people).update(**{name: ""})
    touched = {person for people in keys.values() for person in people}
    Person.objects.filter(pk__in=touched).update(version=F("version") + 1)
    return named_rows(Person, sorted(touched))


def filled_by(batch_id: int) -> dict[int, list[Any]]:
    """Known people whose blanks a batch filled: key → [their version since, names of the fields]."""
    entries = JournalEntry.objects.filter(
        subject_kind="kernel.batch", subject_id=batch_id, verb="people.batch.take"
    )
    # Only what is filled: the digests of all rows beside it are a hundred megabytes in a large batch.
    filled = entries.values_list("facts__filled", flat=True).iterator(chunk_size=100)
    return {int(key): value for some in filled for key, value in some.items()}


def write_gone(verb: str, batch_id: int, by: Actor, gone: list[Keyed], changed: list[Keyed]) -> None:
    """Entries that name every removed and every changed row, some thousands each."""
    for some in chunks(_lines(verb, batch_id, by, gone, changed), LINES_AT_ONCE):
        journal.write_all(some, by=by)


def _lines(verb: str, batch_id: int, by: Actor, gone: list[Keyed], changed: list[Keyed]) -> Iterator[Line]:
    subject, office = batch_named(batch_id), office_of(by)
    for part in _parted(changed):
        yield Line(verb, subject, facts={"changed": len(part.keys)}, rows=[part], **office)
    for part in _parted(gone):
        yield Line(verb, subject, facts={"gone": len(part.keys)}, gone=[part], **office)


def _parted(rows: list[Keyed]) -> Iterator[Keyed]:
    for one in rows:
        for part in chunks(one.keys, A_LINE):
            yield Keyed(one.model, part)
