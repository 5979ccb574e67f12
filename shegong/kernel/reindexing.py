# ruff: noqa: S608  names of tables and columns come from models
"""Everything computed from sealed values (blind indexes, masked forms) computed anew: under a new index key or profile.

Unlike sealing anew, this needs the service stopped: a search that knows one key does not find what the other made. It
may be interrupted; what is right already is passed over. Rows whose digest the journal keeps are entered there.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from shegong.kernel import journal, person_keys
from shegong.kernel.access import SYSTEM
from shegong.kernel.copying import named_rows
from shegong.kernel.key_tables import SealingKey
from shegong.kernel.sealed_columns import Derived, derived_from, sealed_models
from shegong.kernel.sealing import Forgotten, keyring, open_sealed, owner_of

PART = 500


def others() -> int:
    """How many others work with this database now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def reindex(tell: Callable[[str, int], None] = lambda *_: None) -> int:
    """Compute everything anew; how many rows changed. Raises `SealError` where a value does not open."""
    total = 0
    for model in sealed_models():
        for column, row in model.sealed:  # type: ignore[attr-defined]
            computed = derived_from(model, column)
            if computed:
                total += _column(model, column, row, computed, tell)
    return total


def _column(
    model: type[Model], column: str, row: str, computed: Sequence[Derived], tell: Callable[[str, int], None]
) -> int:
    table, pk = model._meta.db_table, model._meta.pk.column
    reads = [name for one in computed for name in one.reads]
    names = ", ".join(f'"{name}"' for name in (pk, column, row, *(one.column for one in computed), *reads))
    last, changed = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'SELECT {names} FROM "{table}" WHERE "{pk}" > %s ORDER BY "{pk}" LIMIT {PART}', [last]
            )
            found = cursor.fetchall()
            if not found:
                return changed
            changed += _part(model, column, computed, found)
        last = found[-1][0]
        tell(f"{table}.{column}", changed)


def _part(
    model: type[Model], column: str, computed: Sequence[Derived], found: Sequence[tuple[Any, ...]]
) -> int:
    owners = [owner for _, sealed, *_ in found if (owner := owner_of(bytes(sealed))) is not None]
    with person_keys.fetched(owners):
        changes = {key: new for key, *rest in found if (new := _anew(model, column, computed, rest))}
    table, pk = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        for key, new in changes.items():
            sets = ", ".join(f'"{name}" = %s' for name in new)
            cursor.execute(f'UPDATE "{table}" SET {sets} WHERE "{pk}" = %s', [*new.values(), key])
    touched = set(getattr(model, "journalled", ())) & {name for new in changes.values() for name in new}
    if touched:
        journal.write("kernel.key.reindex", by=SYSTEM, subject=SealingKey(number=keyring().active),
                      facts={"rows": len(changes)}, rows=named_rows(model, changes))  # fmt: skip
    return len(changes)


def _anew(
    model: type[Model], column: str, computed: Sequence[Derived], rest: Sequence[Any]
) -> dict[str, Any]:
    """The columns of a row that are not as they would be made now."""
    sealed, row, *others = rest
    given = iter(others[len(computed) :])
    try:
        text = open_sealed(sealed, table=model._meta.db_table, column=column, row=row)
    except Forgotten:
        return {}
    new: dict[str, Any] = {}
    for one, held in zip(computed, others, strict=False):
        made = one.made(text, *(next(given) for _ in one.reads))
        if made != (bytes(held) if isinstance(held, memoryview | bytes) else held):
            new[one.column] = made
    return new
