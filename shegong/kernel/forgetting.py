"""What a context does with its rows when a person asks for a copy of her data, or when they are erased.

Each context with personal rows offers in its `actions/forgetting.py`: `FORGETS`, what becomes of each of its tables,
and `holds`, what the law wants kept and until when. The context on top gathers them, from the highest to the lowest,
in one transaction (steering/privacy). Which columns are personal stands in the inventory and nowhere else:
tests/architecture/test_forgetting.py compares the two.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.inventory import inventory

Find = Callable[[Sequence[int]], QuerySet[Any]]
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Forgets:
    """`deleted`: tables whose rows go. `blanked`: table → column → what stands there afterwards (a value, or a function
    of the row). `kept`: table or table.column (as the inventory names it) → why it names nobody any more or must stay.
    `early`: those of `deleted` that go as soon as the data are only stored. `finds`: the rows of a table that has no
    path to the person. `opens`: sealed column → how its owner reads it. `adds`: what a copy holds beside the columns."""

    deleted: tuple[type[Model], ...] = ()
    blanked: Mapping[type[Model], Mapping[str, Any]] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    early: frozenset[type[Model]] = frozenset()
    finds: Mapping[type[Model], Find] = field(default_factory=dict)
    opens: Mapping[str, Read] = field(default_factory=dict)
    adds: Mapping[type[Model], Mapping[str, Read]] = field(default_factory=dict)

    @property
    def tables(self) -> set[type[Model]]:
        """Every table that something happens to."""
        return {*self.deleted, *self.blanked}


@dataclass(frozen=True)
class Hold:
    """Something that must stay. `message` is an English source string, `basis` the article, `until` its last day (None:
    open, it ends by an event)."""

    kind: str
    message: str
    basis: str
    until: date | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


def rows_about(
    model: type[Model], person_ids: Sequence[int], finds: Mapping[type[Model], Find]
) -> QuerySet[Any]:
    """The rows of a table about these records of one human: as a context finds them, else by the inventory's path."""
    if model in finds:
        return finds[model](person_ids)
    table = inventory().tables[model._meta.label_lower]
    rows = model._base_manager.all()
    return rows.filter(**{f"{table.about}__in": person_ids}) if table.about else rows.none()


@dataclass(frozen=True)
class Gone:
    """How many rows of a table went, or lost what they said."""

    table: str
    deleted: int = 0
    blanked: int = 0


def forget(
    forgets: Forgets,
    person_ids: Sequence[int],
    *,
    finds: Mapping[type[Model], Find],
    verb: str,
    subject: Model,
    by: Actor,
    early: bool = False,
) -> list[Gone]:
    """Delete and blank the rows of these records as `forgets` says; one journal entry with all that are sealed.

    `early`: only what goes as soon as the data are restricted. The caller holds the person and has asked.
    """
    gone: list[Model] = []
    counts: list[Gone] = []
    for model in forgets.deleted:
        if not early or model in forgets.early:
            rows = _deleted(model, rows_about(model, person_ids, finds))
            gone += rows if hasattr(model, "journalled") else []
            counts.append(Gone(model._meta.label_lower, deleted=len(rows)))
    changed: list[Model] = []
    for model, blanks in {} if early else forgets.blanked.items():  # type: ignore[attr-defined]
        rows = _blanked(model, blanks, rows_about(model, person_ids, finds))
        changed += rows if hasattr(model, "journalled") else []
        counts.append(Gone(model._meta.label_lower, blanked=len(rows)))
    counts = [one for one in counts if one.deleted or one.blanked]
    if counts:
        journal.write(verb, by=by, subject=subject, about_person_id=subject.pk, rows=changed, gone=gone,
                      facts={"tables": {one.table: one.deleted or one.blanked for one in counts}})  # fmt: skip
    return counts


def _deleted(model: type[Model], found: QuerySet[Any]) -> list[Any]:
    rows = list(found)
    model._base_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return rows


def _blanked(model: type[Model], blanks: Mapping[str, Any], found: QuerySet[Any]) -> list[Any]:
    changed = []
    for row in found:
        values = {name: blank(row) if callable(blank) else blank for name, blank in blanks.items()}
        if all(_same(getattr(row, name), value) for name, value in values.items()):
            continue
        if (
            getattr(model, "journal_salt", None) == "salt"
        ):  # what the journal's digests committed to is gone too
            values["salt"] = uuid.uuid4()
        model._base_manager.filter(pk=row.pk).update(**values)
        changed.append(row)
    return changed


def _same(one: Any, other: Any) -> bool:
    return bytes(one) == bytes(other) if isinstance(one, memoryview | bytes) else one == other
