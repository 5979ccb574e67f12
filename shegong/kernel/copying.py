"""Many rows at once, for actions that take in a batch: their provenance, keys reserved beforehand, rows sent together."""

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

import psycopg
from django.apps import apps
from django.db import connection, models
from django.db.models import Model
from django.db.models.expressions import RawSQL

from shegong.kernel.search_keys import Digest, spellings
from shegong.kernel.walls_acting import tell_where_asked
from shegong.kernel.walls_rows import Wall, wall_of

T = TypeVar("T")


class Batched(models.Model):
    """Mixin: the batch (`kernel.sheets`) whose workbook brought the row in, where one did. A number, no key: the row
    keeps it when the batch has been forgotten."""

    batch_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


def reserve(model: type[Model], count: int) -> list[int]:
    """Keys for `count` new rows, drawn from the table's own sequence."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            # The sequence is looked up once, not once a key.
            "WITH found AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence)"
            " SELECT nextval(sequence) FROM found, generate_series(1, %s)",
            [f'"{model._meta.db_table}"', model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


_meanwhile: ContextVar[Iterator[Any] | None] = ContextVar("meanwhile", default=None)


@contextmanager
def meanwhile(work: Iterator[Any]) -> Iterator[None]:
    """Inside, a step of `work` is done for each row that goes into a `slow` table: the server is busy with the rows before
    it, and this process would only wait. What is left of the work at the end is left."""
    outer = _meanwhile.set(work)
    try:
        yield
    finally:
        _meanwhile.reset(outer)


def copy_in(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, slow: bool = False
) -> None:
    """Insert `rows`, each in the order of `columns` (names of database columns). Constraints hold as for any insert.

    Columns left out take the database's default, not Django's: name every column that must not be empty. The salt of a
    journalled row is made here: the database's own randomness costs more than the rest of the row.
    """
    if getattr(model, "journal_salt", None) == "salt":
        columns, rows = (*columns, "salt"), ((*row, salt) for row, salt in zip(rows, _salts(), strict=False))
    if isinstance(wall_of(model), Wall):  # of these PostgreSQL takes no COPY
        _insert_in(model, columns, rows)
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        work = _meanwhile.get() if slow else None
        for row in rows:
            copy.write_row(row)
            if work is not None:
                next(work, None)


def _salts() -> Iterator[str]:
    while True:
        random = os.urandom(16 * 500).hex()
        for at in range(0, len(random), 32):
            yield random[at : at + 32]


def seal_ids(count: int) -> Iterator[str]:
    """Names for the places of sealed values: random, as a `uuid` column writes them."""
    random = os.urandom(16 * count).hex()
    for at in range(0, len(random), 32):
        one = random[at : at + 32]
        yield f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"


def _insert_in(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The same as one statement for a thousand rows, each column an array; texts are read by the database."""
    for _none in _inserted(model, columns, rows, ""):
        pass


def insert_new(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, unless: str
) -> list[int]:
    """Insert `rows` as `copy_in` does, but pass over those that are there already; keys of the new ones. `unless`: columns
    and condition of the unique index that says so, in SQL."""
    tail = f'ON CONFLICT {unless} DO NOTHING RETURNING "{model._meta.pk.column}"'
    return list(_inserted(model, columns, rows, tail))


def _inserted(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tail: str
) -> Iterator[int]:
    kinds = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    names = ", ".join(f'"{name}"' for name in columns)
    read = ", ".join(f"u.c{n}::{kinds[name]}" for n, name in enumerate(columns))
    known_as = ", ".join(f"c{n}" for n in range(len(columns)))
    table = model._meta.db_table
    with connection.cursor():  # connected
        tell_where_asked(connection)
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        for some in chunks(rows, 1000):
            arrays = [_array(column) for column in zip(*some, strict=True)]
            given = ", ".join(f"%s::{kind}[]" for kind, _values in arrays)
            statement = (
                f'INSERT INTO "{table}" ({names}) SELECT {read} FROM unnest({given}) AS u({known_as}) {tail}'  # noqa: S608 - names from models
            )
            cursor.execute(statement, [values for _kind, values in arrays])
            if tail:
                yield from (key for (key,) in cursor.fetchall())


def _array(column: Sequence[Any]) -> tuple[str, str]:
    """A column with the type it is sent as, written out: a driver that writes it value by value takes many times longer."""
    found = {type(value) for value in column}
    if Digest in found:
        return _array([bytes(value) if isinstance(value, Digest) else value for value in column])
    some = found - {type(None)}
    if found == {bytes}:
        return "bytea", '{"\\\\x' + '","\\\\x'.join(map(bytes.hex, column)) + '"}'
    if some == {bytes}:
        return "bytea", _joined(
            ['"\\\\x' + value.hex() + '"' if value is not None else None for value in column]
        )
    if some == {int}:
        return "bigint", _joined([str(value) if value is not None else None for value in column])
    if found == {str}:
        return "text", text_array(column)
    told = [
        None if value is None else _quoted(value if type(value) is str else str(value)) for value in column
    ]
    return "text", _joined(told)


def _joined(items: Iterable[str | None]) -> str:
    return "{" + ",".join(["NULL" if item is None else item for item in items]) + "}"


def open_days(start: date | None, end: date | None = None) -> str:
    """The days [start, end) as COPY writes them: many times faster than a range object."""
    return f"[{start or ''},{end or ''})"


def open_since(moment: datetime) -> str:
    """Recorded from `moment` on, as COPY writes it."""
    return f"[{moment.isoformat()},)"


def text_array(items: Sequence[str]) -> str:
    """Texts as an array, as COPY writes it."""
    together = "".join(items)
    if '"' in together or "\\" in together:
        return "{" + ",".join(map(_quoted, items)) + "}"
    return '{"' + '","'.join(items) + '"}' if items else "{}"


def _quoted(item: str) -> str:
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Keyed:
    """Rows of one model of which only the keys are known, eight bytes each: a batch names hundreds of thousands."""

    __slots__ = ("keys", "model")

    def __init__(self, model: type[Model], keys: Iterable[int]):
        self.model, self.keys = model, array("q", keys)


def named_rows(model: type[Model], keys: Iterable[int]) -> list[Any]:
    """Rows of which only the key is known, for a journal entry: it reads the rest itself."""
    return [Keyed(model, keys)]


def batch_named(batch_id: int) -> Model:
    """The batch as the subject of a journal entry, unread."""
    row = apps.get_model("kernel", "Batch")()
    row.pk, row.region_code = batch_id, None
    return row


_ARRAYS = {int: "bigint", str: "text", bytes: "bytea"}


def among(values: Iterable[int | str | bytes]) -> RawSQL:
    """`values` for an `__in`, sent as one array: a thousand values are one parameter, for driver and planner."""
    found = list(values)
    if Digest in set(map(type, found)):
        found = [one for value in found for one in spellings(value)]
    kind = int if not found else bytes if isinstance(found[0], bytes) else type(found[0])
    if kind is int:
        written = "{" + ",".join(map(str, found)) + "}"
    elif kind is bytes:
        written = "{" + ",".join(f'"\\\\x{value.hex()}"' for value in found) + "}"  # type: ignore[union-attr]
    else:
        written = "{" + ",".join(map(_quoted, found)) + "}"  # type: ignore[arg-type]
    return RawSQL(f"SELECT unnest(%s::{_ARRAYS[kind]}[])", [written])  # noqa: S611  the values are a parameter


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
