"""Verification of the journal: the chain of hashes, the checkpoints kept outside, and the rows it sealed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from shegong.kernel.journal import GENESIS, JournalEntry, digest_sql, hash_of


@dataclass(frozen=True)
class Finding:
    """Something that the journal does not explain. `kind`: chain, gap, tail, row_changed, row_missing, row_unknown."""

    kind: str
    where: str
    text: str


def verify() -> Iterator[Finding]:
    """Every deviation found, reading the whole chain in one snapshot; nothing when all is as it was written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sealed: dict[str, str | None] = {}
        heads: dict[int, str] = {}
        yield from _chain(sealed, heads)
        yield from _checkpoints(heads)
        for model in journalled_models():
            yield from _rows(model, sealed)


def journalled_models() -> list[type[Model]]:
    """Models whose rows are sealed by the journal: those that declare `journalled` columns."""
    return [model for model in apps.get_models() if getattr(model, "journalled", None)]


def _chain(sealed: dict[str, str | None], heads: dict[int, str]) -> Iterator[Finding]:
    previous, expected = GENESIS, 1
    for entry in JournalEntry.objects.order_by("seq").iterator(chunk_size=2000):
        if entry.seq != expected:
            yield Finding("gap", f"entry {expected}", f"entries {expected} to {entry.seq - 1} are missing")
        if bytes(entry.previous) != previous or hash_of(entry, previous) != bytes(entry.hash):
            yield Finding("chain", f"entry {entry.seq}", "the entry was changed, moved or inserted later")
        previous, expected = bytes(entry.hash), entry.seq + 1
        heads[entry.seq] = previous.hex()
        sealed.update(entry.rows)


def _checkpoints(heads: dict[int, str]) -> Iterator[Finding]:
    for mark in read_checkpoints():
        if heads.get(cast(int, mark["seq"]), "") != mark["hash"]:
            yield Finding(
                "tail",
                f"entry {mark['seq']}",
                f"differs from the checkpoint of {mark['at']} kept outside the database",
            )


def _rows(model: type[Model], sealed: dict[str, str | None]) -> Iterator[Finding]:
    table = model._meta.db_table
    expected = {key: value for key, value in sealed.items() if key.startswith(f"{table}:") and value}
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {model._meta.pk.column}, {digest_sql(model)} FROM "{table}"')  # noqa: S608  names from models
        while chunk := cursor.fetchmany(5000):
            for pk, digest in chunk:
                key = f"{table}:{pk}"
                known = expected.pop(key, None)
                if known is None:
                    yield Finding("row_unknown", key, "a row that no journal entry explains")
                elif known != digest:
                    yield Finding("row_changed", key, "the row was changed behind the application's back")
    for key in expected:
        yield Finding("row_missing", key, "the row was removed behind the application's back")


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
