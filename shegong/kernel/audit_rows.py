"""Every row that the journal seals, as it stands now; and every sealed value, opened at its own place."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from shegong.kernel import person_keys
from shegong.kernel.audit_findings import TOLD, Finding
from shegong.kernel.journal import SALTED, digest_sql, plain_digest_sql
from shegong.kernel.sealed_columns import derived_from, sealed_models
from shegong.kernel.sealing import Forgotten, KeyFault, SealError, keyring, owner_of
from shegong.kernel.search_keys import is_hash_of

Alive = Callable[[], None]


def journalled_models() -> list[type[Model]]:
    """Models whose rows are sealed by the journal: those that declare `journalled` columns."""
    return [model for model in apps.get_models() if getattr(model, "journalled", None)]


def by_table(sealed: Mapping[str, str | None]) -> dict[str, dict[str, str]]:
    """The digests that should stand, table by table."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, digest in sealed.items():
        if digest:
            found[key.partition(":")[0]][key] = digest
    return found


def rows(model: type[Model], expected: dict[str, str], alive: Alive) -> Iterator[Finding]:
    """Rows of `model` that are not as their last entry has them; empties `expected`."""
    table = model._meta.db_table
    with connection.chunked_cursor() as cursor:  # a table of millions never stands in memory as a whole
        cursor.execute(f'SELECT {model._meta.pk.column}, {_digests(model)} FROM "{table}"')  # noqa: S608  names from models
        while chunk := cursor.fetchmany(TOLD):
            alive()
            for pk, salted, plain in chunk:
                key = f"{table}:{pk}"
                known = expected.pop(key, None)
                digest = salted if plain is None or (known or "").startswith(SALTED) else plain
                if known is None:
                    yield Finding("row_unknown", key, "a row that no journal entry explains")
                elif known != digest:
                    yield Finding("row_changed", key, "the row was changed behind the application's back")
    for key in expected:
        yield Finding("row_missing", key, "the row was removed behind the application's back")


def _digests(model: type[Model]) -> str:
    """The digest of now, and that of entries from before the rows had a salt."""
    return f"{digest_sql(model)}, {plain_digest_sql(model) if hasattr(model, 'journal_salt') else 'NULL'}"


def sealed_values(alive: Alive) -> Iterator[Finding]:
    """Every sealed value opens where it stands, and what was computed from it is so."""
    for model in sealed_models():
        for column, row in model.sealed:  # type: ignore[attr-defined]
            yield from _Envelopes(model, column, row).findings(alive)


class _Envelopes:
    """One sealed column of one model."""

    def __init__(self, model: type[Model], column: str, row: str) -> None:
        self.table, self.column, self.derived = model._meta.db_table, column, derived_from(model, column)
        self.names = [model._meta.pk.column, row, column]
        for one in self.derived:
            self.names += [name for name in (one.column, *one.reads) if name not in self.names]
        self.ring = keyring()

    def findings(self, alive: Alive) -> Iterator[Finding]:
        """What does not open, or does not belong to what was opened."""
        columns = ", ".join(f'"{name}"' for name in self.names)
        with connection.chunked_cursor() as cursor:
            cursor.execute(f'SELECT {columns} FROM "{self.table}"')  # noqa: S608  names from models
            while chunk := cursor.fetchmany(TOLD):
                alive()
                owners = {owner_of(row[2]) for row in chunk if row[2]} - {None}
                with person_keys.fetched(owners):
                    try:
                        for row in chunk:
                            yield from self._problems(row)
                    except KeyFault as error:  # a ring that is kept apart may be away
                        yield Finding("sealed", self.table, f"{self.column} cannot be opened: {error}")
                        return

    def _problems(self, row: tuple[Any, ...]) -> Iterator[Finding]:
        if not row[2]:
            return  # wiped, or none was given
        where = f"{self.table}:{row[0]}"
        try:
            found = self.ring.open(bytes(row[2]), (self.table, self.column, str(row[1])))
        except Forgotten:
            return  # erased for good: nobody can say more
        except SealError:
            text = f"{self.column} was changed, or moved here from another row"
            yield Finding("sealed", where, text)
            return
        values = dict(zip(self.names, row, strict=True))
        for one in self.derived:
            there = values[one.column]
            made = one.made(found.decode(), *(values[name] for name in one.reads))
            if not is_hash_of(bytes(there) if isinstance(there, memoryview) else there, made):
                yield Finding("index", where, f"{one.column} does not belong to the sealed {self.column}")
