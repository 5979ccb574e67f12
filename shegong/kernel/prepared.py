"""Statements that the database plans once for a connection: for the few questions that are asked all the time.

Django binds values in the client, so every query is parsed and planned anew, which costs more than many a short answer.
Only statements whose text is the same for all who ask belong here: a connection keeps a hundred. Values that the plan
needs to see (a day, a status, a partial index's condition) stand in the text, those that differ from asker to asker
are given: see `planned`.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet, Value
from psycopg import sql
from psycopg.types.numeric import Int8

from shegong.kernel.walls_acting import tell_where_asked

Row = tuple[Any, ...]


class Given(Value):
    """A value named now and handed in with each question."""

    def __init__(self, name: str, output_field: Any = None):
        super().__init__(name, output_field=output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


def planned(rows: QuerySet[Any]) -> str:
    """The query as text for `fetch`: its `Given` values named, all others written out."""
    text, values = rows.query.sql_with_params()
    connection.ensure_connection()
    said = [f"%({v.value})s" if isinstance(v, Given) else _written(v) for v in values]
    return text.replace("%%", "%%%%") % tuple(said)


def _written(value: Any) -> str:
    return sql.Literal(value).as_string(connection.connection).replace("%", "%%")


def rows(found: QuerySet[Any]) -> list[Row]:
    """The rows of a `values_list`, by a plan that the connection keeps: its text must be the same whatever is asked, so lists of
    values are given by `copying.among`. For the questions of the busiest pages alone."""
    text, values = found.query.sql_with_params()
    names = [f"p{n}" for n in range(len(values))]
    return fetch(text % tuple(f"%({name})s" for name in names), dict(zip(names, values, strict=True)))


def fetch(statement: str, values: Mapping[str, Any] | None = None, *, keep: bool = True) -> list[Row]:
    """All rows of a prepared read, in one round trip. `keep` false: its text is of few askers, the plan is not kept.

    It goes past the health check of every request, which costs as much as a short question: a connection that died in
    the meantime is opened again, once, for a read changes nothing.
    """
    # One type for all whole numbers: a statement is prepared for each combination of types.
    given = {k: Int8(v) if type(v) is int else v for k, v in (values or {}).items()}
    try:
        return _asked(statement, given, keep)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
    return _asked(statement, given, keep)


def _asked(statement: str, given: dict[str, Any], keep: bool) -> list[Row]:
    began = time.monotonic()
    connection.ensure_connection()
    tell_where_asked(connection)
    raw = connection.connection
    with connection.wrap_database_errors, plans_kept(raw), psycopg.Cursor(raw) as cursor:
        found = cursor.execute(statement, given, prepare=keep).fetchall()
    if connection.queries_logged:
        _log(raw, statement, given, time.monotonic() - began)
    return found


@contextmanager
def plans_kept(raw: Any) -> Iterator[None]:
    """Inside, what is to be prepared on this connection is. Not outside: the driver would count every statement by its
    text, and Django's have their values in them; a hundred of a batch are tens of megabytes."""
    outer, raw.prepare_threshold = raw.prepare_threshold, 0
    try:
        yield
    finally:
        raw.prepare_threshold = outer


def _log(raw: Any, statement: str, given: dict[str, Any], seconds: float) -> None:
    """In Django's own list of queries, as it would have sent it, for tests that count or explain them."""
    text = psycopg.ClientCursor(raw).mogrify(statement, given)
    connection.queries_log.append({"sql": text, "time": f"{seconds:.3f}"})
