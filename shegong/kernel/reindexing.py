# ruff: noqa: S608  names of tables and columns come from models
"""Everything computed from sealed values (blind indexes, masked forms) computed anew: under a new index key or profile.

With a new search key beside the old one the service goes on working: searches look under both (`kernel.search_keys`).
A change of profile needs it stopped. Either may be interrupted; what is right already is passed over. Rows whose digest
the journal keeps are entered there.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model

from shegong.kernel import journal, person_keys
from shegong.kernel.access import SYSTEM
from shegong.kernel.copying import named_rows
from shegong.kernel.key_tables import SealingKey
from shegong.kernel.sealed_columns import Derived, derived_from, sealed_models
from shegong.kernel.sealing import Forgotten, keyring, open_sealed, owner_of

PART = 100  # rows that wait for one transaction
TRIES = 5  # of a part, where others wait for its rows and it for theirs


class Twice(Exception):
    """Two rows have one value under the new key, which the table forbids."""


class Columns(NamedTuple):
    """A sealed column, that of its row id, and what is computed from it."""

    sealed: str
    row: str
    computed: Sequence[Derived]


def others() -> int:
    """How many others work with this database now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def reindex(tell: Callable[[str, int], None] = lambda *_: None) -> int:
    """Compute everything anew; how many rows changed. Raises `SealError` where a value does not open, `Twice` where
    two rows have one value."""
    return sum(_column(model, columns, tell) for model, columns in _searched())


def stale() -> int:
    """How many rows are not as they would be made now. Opens every value."""
    found = 0
    for model, columns in _searched():
        last = None
        while rows := _rows(model, columns, last):
            found += len(_changes(model, columns, rows))
            last = rows[-1][0]
    return found


def _searched() -> Iterator[tuple[type[Model], Columns]]:
    for model in sealed_models():
        for column, row in model.sealed:  # type: ignore[attr-defined]
            computed = derived_from(model, column)
            if computed:
                yield model, Columns(column, row, computed)


def _column(model: type[Model], columns: Columns, tell: Callable[[str, int], None]) -> int:
    last, changed = None, 0
    while True:
        reached, done = _part(model, columns, last)
        if reached is None:
            return changed
        last, changed = reached, changed + done
        tell(f"{model._meta.db_table}.{columns.sealed}", changed)


def _rows(model: type[Model], columns: Columns, last: Any, lock: str = "") -> list[tuple[Any, ...]]:
    table, pk = model._meta.db_table, model._meta.pk.column
    reads = [name for one in columns.computed for name in one.reads]
    wanted = (pk, columns.sealed, columns.row, *(one.column for one in columns.computed), *reads)
    names = ", ".join(f'"{name}"' for name in wanted)
    after, given = (f'WHERE "{pk}" > %s', [last]) if last is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}" {after} ORDER BY "{pk}" LIMIT {PART} {lock}', given)
        return cursor.fetchall()


def _part(model: type[Model], columns: Columns, last: Any) -> tuple[Any, int]:
    """The last row of the next part, None behind the end, and how many of it were changed. Rows are held meanwhile, so
    that nothing is written over what somebody has just stated."""
    for again in range(TRIES):
        try:
            with transaction.atomic():
                found = _rows(model, columns, last, "FOR UPDATE")
                changes = _changes(model, columns, found)
                _write(model, changes)
            return (found[-1][0] if found else None), len(changes)
        except IntegrityError as error:
            raise Twice(
                f"{model._meta.db_table}: two rows have one value; merge or correct them: {_detail(error)}"
            ) from None
        except OperationalError:  # a deadlock: the database chose us
            if again == TRIES - 1:
                raise
    raise AssertionError


def _detail(error: IntegrityError) -> str:
    """Which rule of the table, without the values."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))


def _changes(
    model: type[Model], columns: Columns, found: Sequence[tuple[Any, ...]]
) -> dict[Any, dict[str, Any]]:
    owners = [owner for _, sealed, *_ in found if sealed and (owner := owner_of(bytes(sealed))) is not None]
    with person_keys.fetched(owners):
        return {key: new for key, *rest in found if (new := _anew(model, columns, rest))}


def _write(model: type[Model], changes: dict[Any, dict[str, Any]]) -> None:
    table, pk = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        for key, new in changes.items():
            sets = ", ".join(f'"{name}" = %s' for name in new)
            cursor.execute(f'UPDATE "{table}" SET {sets} WHERE "{pk}" = %s', [*new.values(), key])
    touched = set(getattr(model, "journalled", ())) & {name for new in changes.values() for name in new}
    if touched:
        journal.write("kernel.key.reindex", by=SYSTEM, subject=SealingKey(number=keyring().active),
                      facts={"rows": len(changes)}, rows=named_rows(model, changes))  # fmt: skip


def _anew(model: type[Model], columns: Columns, rest: Sequence[Any]) -> dict[str, Any]:
    """The columns of a row that are not as they would be made now."""
    sealed, row, *others = rest
    computed = columns.computed
    if not sealed:
        return {}  # wiped, or none was given
    given = iter(others[len(computed) :])
    try:
        text = open_sealed(sealed, table=model._meta.db_table, column=columns.sealed, row=row)
    except Forgotten:
        return {}
    new: dict[str, Any] = {}
    for one, held in zip(computed, others, strict=False):
        made = one.made(text, *(next(given) for _ in one.reads))
        if made != (bytes(held) if isinstance(held, memoryview | bytes) else held):
            new[one.column] = bytes(made) if isinstance(made, bytes) else made
    return new
