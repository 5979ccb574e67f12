# ruff: noqa: S608  names of tables and columns come from models
"""Every sealed value under the newest key: in parts while the service works, and again from where it was killed.

Models declare what they seal, `sealed = (("number", "seal_id"),)`: the column, and the attribute that names the row in
the seal; `sealed_about = "person_id"` where the value is about a person. Vaults declare themselves. What is left to do
is read from the values themselves, so nothing has to be remembered between two runs, and a value that somebody changed
meanwhile is left as he wrote it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from shegong.kernel import person_keys, vault
from shegong.kernel.sealed_columns import apart
from shegong.kernel.sealing import Owner, SealError, keyring, owner_of

PART = 100  # values in one transaction
SALTS = 2000  # rows that get a salt in one transaction
HELD = (
    " AND NOT EXISTS (SELECT FROM kernel_personkey k WHERE k.secret IS NULL AND"
    " substring({0} FROM 1 FOR 1) = '\\x02' AND"
    " k.person_id = ('x' || encode(substring({0} FROM 5 FOR 8), 'hex'))::bit(64)::bigint)"
)


@dataclass
class Done:
    """What a part of a run did; `unopened` names values that do not open, which stay as they are."""

    moved: int = 0
    unopened: tuple[str, ...] = ()


class Stock(Protocol):
    """One kind of sealed values."""

    @property
    def name(self) -> str:
        """For people."""

    def keys(self) -> Counter[int]:
        """How many values need which sealing key."""

    def stale(self) -> int:
        """How many values are not under the newest key and the present profile."""

    def reseal(self) -> Iterator[Done]:
        """Seal them with the newest key, part by part."""


@dataclass(frozen=True)
class Column:
    """A sealed column of a table."""

    model: type[Model]
    column: str
    row: str

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.column}"

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table

    @property
    def about(self) -> str | None:
        """The column that says which person the values are about."""
        return getattr(self.model, "sealed_about", None)

    def _where(self) -> str:
        """Rows with a value that somebody could still open."""
        held = HELD.format(f'"{self.column}"') if self.about else ""
        return f'FROM "{self.table}" WHERE octet_length("{self.column}") > 0{held}'

    def keys(self) -> Counter[int]:
        """Counted by the database, without opening anything."""
        number = f'get_byte("{self.column}", 2) * 256 + get_byte("{self.column}", 3)'
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {number}, count(*) {self._where()} GROUP BY 1")
            return Counter(dict(cursor.fetchall()))

    def stale(self) -> int:
        """Values whose envelope begins otherwise than a new one would."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {self._where()} AND {self._old()}", [self._header()])
            return int(cursor.fetchone()[0])

    def _old(self) -> str:
        return f'substring("{self.column}" FROM 1 FOR 4) <> %s'

    @property
    def purpose(self) -> str:
        """Which ring seals it, where its keys are kept apart."""
        return getattr(self.model, "sealed_by", "")

    def _header(self) -> bytes:
        ring = keyring(self.purpose)
        return ring.header if self.about else ring.plain_header

    def reseal(self) -> Iterator[Done]:
        """In the order of the key; whoever changes a row meanwhile wins."""
        pk = self.model._meta.pk.column
        more = ""
        last: list[Any] = []
        while True:
            query = f'SELECT "{pk}", "{self.row}", "{self.about or pk}", "{self.column}" {self._where()} AND {self._old()}'
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f'{query}{more} ORDER BY "{pk}" LIMIT {PART}', [self._header(), *last])
                rows = cursor.fetchall()
                if not rows:
                    return
                done = self._resealed(rows)
            more, last = f' AND "{pk}" > %s', [rows[-1][0]]
            yield done

    def _resealed(self, rows: Sequence[tuple[Any, Any, Any, bytes]]) -> Done:
        values = [
            (key, (self.table, self.column, str(row)), about, bytes(old)) for key, row, about, old in rows
        ]
        owners = {owner for _, _, about, old in values if (owner := self._owner(about, old)) is not None}
        done, changed = Done(), []
        with person_keys.fetched(owners):
            for key, place, about, old in values:
                try:
                    changed.append((again(old, place, self._owner(about, old)), key, old))
                except SealError:
                    done.unopened += (f"{self.name} {key}",)
        done.moved = self._write(changed)
        return done

    def _owner(self, about: int, old: bytes) -> int | None:
        """Whom the envelope names already (a merge moved the row), else whom the row is about."""
        return (owner_of(old) or about) if self.about else None

    def _write(self, changed: Iterable[tuple[bytes, Any, bytes]]) -> int:
        moved = 0
        with connection.cursor() as cursor:
            for change in changed:
                cursor.execute(
                    f'UPDATE "{self.table}" SET "{self.column}" = %s'
                    f' WHERE "{self.model._meta.pk.column}" = %s AND "{self.column}" = %s',
                    change,
                )
                moved += cursor.rowcount
        return moved


@dataclass(frozen=True)
class Files:
    """The files of a vault."""

    vault: vault.Vault

    @property
    def name(self) -> str:
        """The folder's name."""
        return f"files in {self.vault.name}"

    @property
    def purpose(self) -> str:
        """Which ring seals them, where its keys are kept apart."""
        return apart().get(self.vault.table, "")

    def keys(self) -> Counter[int]:
        """By the beginning of each file."""
        return Counter(int.from_bytes(head[2:4], "big") for _, head in self.vault.heads())

    def stale(self) -> int:
        """Files that do not begin as a new one would."""
        return sum(head != keyring(self.purpose).plain_header for _, head in self.vault.heads())

    def reseal(self) -> Iterator[Done]:
        """File by file; one that goes meanwhile stays gone."""
        for sha256, head in self.vault.heads():
            if head != keyring(self.purpose).plain_header:
                try:
                    yield Done(int(self.vault.reseal(sha256)))
                except SealError:
                    yield Done(0, (f"{self.name}: {sha256}",))


def again(envelope: bytes, place: tuple[str, str, str], owner: int | None = None) -> bytes:
    """The same value under the newest key, and with its owner's secret. Raises `SealError`."""
    ring = keyring().of(place[0])
    value = ring.open(envelope, place)
    held: Owner | None = None if owner is None else (owner, person_keys.secret_held(owner))
    return ring.seal(value, place, held)


def stocks() -> list[Stock]:
    """What models and vaults declare."""
    columns = [
        Column(model, column, row)
        for model in apps.get_models()
        for column, row in getattr(model, "sealed", ())
    ]
    return [*columns, *map(Files, vault.VAULTS)]


def reseal(all_stocks: Iterable[Stock], tell: Callable[[str, int, int], None] = lambda *_: None) -> Done:
    """Move everything under the newest key. `tell` hears the stock's name, how many are done, and how many there were."""
    total = Done()
    for stock in all_stocks:
        left, moved = stock.stale(), 0
        tell(stock.name, moved, left)
        for done in stock.reseal() if left else ():
            moved += done.moved
            total.unopened += done.unopened
            tell(stock.name, moved, left)
        total.moved += moved
    return total


def needed(all_stocks: Iterable[Stock], number: int, purpose: str = "") -> dict[str, int]:
    """How many values of which stock still need this key (of a ring that is kept apart, when it is named)."""
    mine = [stock for stock in all_stocks if getattr(stock, "purpose", "") == purpose]
    found = {stock.name: stock.keys()[number] for stock in mine}
    return {name: count for name, count in found.items() if count}


def salt_rows() -> int:
    """Give journalled rows from before the salts one of their own; their digests in the journal hold without it."""
    given = 0
    for model in apps.get_models():
        if getattr(model, "journal_salt", None) == "salt":
            table, pk = model._meta.db_table, model._meta.pk.column
            some = f'SELECT "{pk}" FROM "{table}" WHERE salt IS NULL LIMIT {SALTS} FOR UPDATE SKIP LOCKED'
            with connection.cursor() as cursor:
                while True:
                    cursor.execute(f'UPDATE "{table}" SET salt = gen_random_uuid() WHERE "{pk}" IN ({some})')
                    if not cursor.rowcount:
                        break
                    given += cursor.rowcount
    return given
