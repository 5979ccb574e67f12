"""Two records of one human become one: what a context moves, what it leaves, and how it is put back.

Each context with a foreign key to a person declares `HOLDS` (every such column, moved or kept, with the reason) and
offers `parts`, `clashes` and `move_person` in its actions. Only the context on top calls them, from the ground up, in
one transaction; tests/architecture/test_moving.py compares the models with the declarations.

Append-only and frozen rows stay and are read through the record that was merged. Of what a human can have only once,
the row of the kept record stands and the other stays where it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet

from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_


@dataclass(frozen=True)
class Holds:
    """`moved`: table → the column that says whose it is. `kept`: `table.column` → why it stays."""

    moved: dict[type[Model], str]
    kept: dict[str, str] = field(default_factory=dict)


class What(StrEnum):
    """What was done to a row."""

    MOVED = "moved"
    CLOSED = "closed"  # no longer stood by: the kept record says otherwise of the same days
    FILLED = "filled"  # a blank of the kept record took the value of the other
    SHUT = "shut"  # an account that no longer signs in


@dataclass(frozen=True)
class Part:
    """Rows of one table: which move, which stay; `title` names them for people (English source string)."""

    model: type[Model]
    title: str
    column: str = "person_id"
    moves: tuple[int, ...] = ()
    stays: tuple[int, ...] = ()
    what: What = What.MOVED


@dataclass(frozen=True)
class Change:
    """One row that a merge changed: of `model` (its label), from the record `before` to the record `after`."""

    model: str
    pk: int
    column: str
    what: str
    before: int
    after: int
    digest: str = ""

    @property
    def table(self) -> type[Model]:
        """The model class."""
        return apps.get_model(self.model)


def of_both(
    rows: QuerySet[Any], from_id: int, to_id: int, key: Callable[[Any], object]
) -> tuple[list[int], list[int]]:
    """(moves, stays): rows of the one record, and those among them that the other has with the same `key`."""
    taken = {key(row) for row in rows.filter(person=to_id)}
    moves: list[int] = []
    stays: list[int] = []
    for row in rows.filter(person=from_id).order_by("pk"):
        (stays if key(row) in taken else moves).append(row.pk)
        taken.add(key(row))
    return moves, stays


def of_days(rows: QuerySet[Any], from_id: int, to_id: int) -> tuple[list[int], list[int]]:
    """(moves, stays): a row stays when the other record has one that shares days with it."""
    moves: list[int] = []
    stays: list[int] = []
    for row in rows.filter(person=from_id).order_by("pk"):
        shared = rows.filter(person=to_id, during__overlap=row.during).exists()
        (stays if shared else moves).append(row.pk)
    return moves, stays


def part(model: type[Model], title: str, split: tuple[Sequence[int], Sequence[int]]) -> Part:
    """A part from (moves, stays)."""
    return Part(model, title, moves=tuple(split[0]), stays=tuple(split[1]))


def require_merged(from_: Any, to: Any) -> None:
    """Refuse unless the register says that `from_` became `to`: nothing moves between two people."""
    if from_.merged_into_id != to.pk:
        raise Refused(Obstacle("not_merged", N_("These are two people; nothing moves between them.")))


def move(
    parts: Iterable[Part], from_: Model, to: Model, *, verb: str, by: Actor, also: Sequence[Change] = ()
) -> list[Change]:
    """Give the rows of `parts` to `to`; one journal entry with all that are sealed. `also`: what the caller changed."""
    changes = list(also)
    for one in parts:
        rows = one.model._base_manager.filter(pk__in=one.moves, **{one.column: from_.pk})
        rows.update(**{one.column: to.pk})
        changes += [
            Change(one.model._meta.label_lower, pk, one.column, What.MOVED, from_.pk, to.pk)
            for pk in one.moves
        ]
    if changes:
        journal.write(verb, by=by, subject=from_, about_person_id=to.pk, rows=sealed_rows(changes),
                      facts={"into": to.pk, "rows": len(changes)})  # fmt: skip
    return changes


def sealed_rows(changes: Iterable[Change]) -> list[Model]:
    """The changed rows whose table the journal seals."""
    found: list[Model] = []
    for model, pks in grouped(changes).items():
        if getattr(model, "journalled", None):
            found += list(model._base_manager.filter(pk__in=pks))
    return found


def grouped(changes: Iterable[Change]) -> dict[type[Model], list[int]]:
    """Row numbers by table."""
    found: dict[type[Model], list[int]] = {}
    for change in changes:
        found.setdefault(change.table, []).append(change.pk)
    return found


def with_digests(changes: Iterable[Change]) -> list[Change]:
    """The same with the fingerprint of each row as it is now: a later look tells whether it was touched."""
    changes = list(changes)
    found = _fingerprints(changes)
    return [replace(change, digest=found.get((change.model, change.pk), "")) for change in changes]


def _written(model: type[Model]) -> str:
    """The row without what changes when nobody touches it: ciphertexts under another key, and its salt."""
    passed_over = [column for column, _ in getattr(model, "sealed", ())]
    if getattr(model, "journal_salt", None) == "salt":
        passed_over.append("salt")
    names = ", ".join(f"'{name}'" for name in passed_over)
    return f"(to_jsonb(t) - ARRAY[{names}])" if names else "t"


def _fingerprints(changes: Iterable[Change]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    with connection.cursor() as cursor:
        for model, pks in grouped(changes).items():
            table, pk = model._meta.db_table, model._meta.pk.column
            query = f'SELECT t.{pk}, md5({_written(model)}::text) FROM "{table}" t WHERE t.{pk} = ANY(%s)'  # noqa: S608  names from models
            cursor.execute(query, [pks])
            found.update({(model._meta.label_lower, key): digest for key, digest in cursor.fetchall()})
    return found


def touched(changes: Sequence[Change]) -> list[Change]:
    """Those whose row is no longer as the merge left it, or to which somebody has added something of the kept record.

    A filled blank is not among them: `put_back` empties it only while it still holds what was filled in.
    """
    changes = [change for change in changes if change.what != What.FILLED]
    now = _fingerprints(changes)
    grown = {
        (model._meta.label_lower, pk)
        for model, pks in grouped(changes).items()
        for pk in _grown(model, pks, changes)
    }
    return [c for c in changes if now.get((c.model, c.pk)) != c.digest or (c.model, c.pk) in grown]


def _grown(model: type[Model], pks: list[int], changes: Sequence[Change]) -> set[int]:
    """Rows that something new hangs on: a row of the kept record, made since, that did not come with the merge."""
    found: set[int] = set()
    if not any(f.attname == "person_id" for f in model._meta.concrete_fields):
        return found  # a record merged earlier: everything of its own hangs on it
    came = {(c.model, c.pk) for c in changes}
    for relation in model._meta.related_objects:
        child = relation.related_model
        if any(f.attname == "person_id" for f in child._meta.concrete_fields):
            name = relation.field.attname
            rows = child._base_manager.filter(person_id=changes[0].after, **{f"{name}__in": pks})
            found |= {
                row[1]
                for row in rows.values_list("pk", name)
                if (child._meta.label_lower, row[0]) not in came
            }
    return found


def put_back(
    changes: Iterable[Change], from_: Model, to: Model, *, verb: str, by: Actor, also: Sequence[Model] = ()
) -> None:
    """Give moved rows back to the record they came from; `also` are sealed rows that the caller put back itself."""
    changes = [change for change in changes if change.what == What.MOVED]
    for change in changes:
        rows = change.table._base_manager.filter(pk=change.pk, **{change.column: change.after})
        rows.update(**{change.column: change.before})
    journal.write(verb, by=by, subject=from_, about_person_id=to.pk, rows=[*sealed_rows(changes), *also],
                  facts={"out_of": to.pk, "rows": len(changes)})  # fmt: skip
