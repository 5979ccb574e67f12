"""Verification of the journal: the chain of hashes, the checkpoints kept outside, and the rows it sealed."""

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from shegong.kernel.journal import GENESIS, SALTED, JournalEntry, digest_sql, hash_of, plain_digest_sql

Tell = Callable[[int], None]
TOLD = 5000  # entries, or rows, between two words


@dataclass(frozen=True)
class Finding:
    """Something that the journal does not explain. `kind`: chain, gap, tail, row_changed, row_missing, row_unknown."""

    kind: str
    where: str
    text: str


def _tell_nobody(read: int) -> None:
    """Progress that nobody waits for."""


def verify(tell: Tell = _tell_nobody) -> Iterator[Finding]:
    """Every deviation found, reading the whole chain in one snapshot; nothing when all is as it was written.

    `tell` hears now and then how many entries are read.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sealed: dict[str, str | None] = {}
        marks = (
            read_checkpoints()
        )  # before the first query: of what was noted later this snapshot knows nothing
        heads = {cast(int, mark["seq"]): "" for mark in marks}
        last = yield from _chain(sealed, heads, tell)
        yield from _checkpoints(marks, heads)
        for model in journalled_models():
            yield from _rows(model, sealed, lambda: tell(last))


def journalled_models() -> list[type[Model]]:
    """Models whose rows are sealed by the journal: those that declare `journalled` columns."""
    return [model for model in apps.get_models() if getattr(model, "journalled", None)]


def _chain(
    sealed: dict[str, str | None], heads: dict[int, str], tell: Tell = _tell_nobody
) -> Generator[Finding, None, int]:
    """Fills `sealed` with the last digest of each row, and those of `heads` that are asked for; returns the last number."""
    previous, expected = GENESIS, 1
    for entry in JournalEntry.objects.order_by("seq").iterator(chunk_size=2000):
        if entry.seq != expected:
            yield Finding("gap", f"entry {expected}", f"entries {expected} to {entry.seq - 1} are missing")
        if bytes(entry.previous) != previous or hash_of(entry, previous) != bytes(entry.hash):
            yield Finding("chain", f"entry {entry.seq}", "the entry was changed, moved or inserted later")
        previous, expected = bytes(entry.hash), entry.seq + 1
        if entry.seq in heads:
            heads[entry.seq] = previous.hex()
        sealed.update(entry.rows)
        if entry.seq % TOLD == 0:
            tell(entry.seq)
    return expected - 1


def _checkpoints(marks: list[dict[str, object]], heads: dict[int, str]) -> Iterator[Finding]:
    for mark in marks:
        if heads.get(cast(int, mark["seq"]), "") != mark["hash"]:
            yield Finding(
                "tail",
                f"entry {mark['seq']}",
                f"differs from the checkpoint of {mark['at']} kept outside the database",
            )


def _rows(
    model: type[Model], sealed: dict[str, str | None], alive: Callable[[], None] = lambda: None
) -> Iterator[Finding]:
    table = model._meta.db_table
    expected = {key: value for key, value in sealed.items() if key.startswith(f"{table}:") and value}
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


def checkpoint_file() -> Path:
    """Where heads are noted, outside the database."""
    return settings.SHEGONG_HOME / f"checkpoints-{connection.settings_dict['NAME']}.jsonl"


def checkpoint() -> dict[str, object]:
    """Note the chain's head outside the database; returns {seq, hash, at}."""
    head = JournalEntry.objects.order_by("-seq").first()
    mark = {
        "seq": head.seq if head else 0,
        "hash": bytes(head.hash).hex() if head else GENESIS.hex(),
        "at": timezone.now().isoformat(timespec="seconds"),
    }
    if head:
        path = checkpoint_file()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("a") as file:
            file.write(json.dumps(mark) + "\n")
    return mark


def read_checkpoints() -> list[dict[str, object]]:
    """All noted heads, oldest first."""
    path = checkpoint_file()
    return [json.loads(line) for line in path.read_text().splitlines() if line] if path.exists() else []
