"""A person's own secret: what is sealed about her opens with the master key and this secret together, never with one.

Erasure destroys the secret. From then on nothing that was ever sealed about her opens, in whatever copy it lies, while
the journal stays as it was written. The table keeps the number of the person with the time of the erasure, so that
nothing is sealed about her again and opening says why it fails (`Forgotten`).

A restored backup would bring destroyed secrets back. Therefore every erasure is also noted in a file outside the
database, beside the checkpoints: the person's number and the time, nothing else. `replay_erasures` after a restore.
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

SECRET = 32  # bytes
_fetched: ContextVar[dict[int, bytes | None] | None] = ContextVar("secrets fetched together", default=None)


class SealError(Exception):
    """A sealed value that does not open here: damaged, moved from another place, or its key is missing."""


class Forgotten(SealError):
    """The person was erased: what was sealed about her cannot be opened by anybody, and nothing is sealed any more."""


# -- sealing ---------------------------------------------------------------------------------------------------------


def issue(person_ids: Iterable[int]) -> dict[int, bytes]:
    """Secrets of people who are new in this transaction; many as fast as one."""
    keys = list(person_ids)
    random = secrets.token_bytes(SECRET * len(keys))
    made = {key: random[i * SECRET : (i + 1) * SECRET] for i, key in enumerate(keys)}
    if made:
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy("COPY kernel_personkey (person_id, secret) FROM STDIN") as copy,
        ):
            for row in made.items():
                copy.write_row(row)
    return made


def secrets_for(person_ids: Iterable[int]) -> dict[int, bytes]:
    """Secrets to seal with, made where there is none yet. Raises `Forgotten` for an erased person.

    Read from the database each time: a secret of a transaction that was rolled back must seal nothing.
    """
    wanted = set(person_ids)
    found = _read(wanted)
    missing = wanted - set(found)
    if missing:
        random = [(key, secrets.token_bytes(SECRET)) for key in sorted(missing)]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO kernel_personkey (person_id, secret) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                random,
            )
        found |= _read(missing)
    return {key: _living(key, secret) for key, secret in found.items()}


def secret_for(person_id: int) -> bytes:
    """`secrets_for` one person."""
    return secrets_for([person_id])[person_id]


# -- opening ---------------------------------------------------------------------------------------------------------


def secret_of(person_id: int) -> bytes:
    """The secret to open with. Raises `Forgotten`, and `SealError` when the table has lost it."""
    fetched = _fetched.get()
    if fetched is None or person_id not in fetched:
        found = _read([person_id])
        if fetched is not None:
            fetched.update(found)
    else:
        found = fetched
    if person_id not in found:
        raise SealError(f"the secret of person {person_id} is missing: restore kernel_personkey")
    return _living(person_id, found[person_id])


def secret_held(person_id: int) -> bytes:
    """The secret of a person who may have none yet, inside `fetched`: for sealing anew what was sealed before secrets."""
    held = _fetched.get() or {}
    return _living(person_id, held[person_id]) if person_id in held else secret_for(person_id)


@contextmanager
def fetched(person_ids: Iterable[int] = ()) -> Iterator[None]:
    """Inside, each secret is read at most once, those of `person_ids` in one query: for lists and long runs."""
    token = _fetched.set(_read(set(person_ids)))
    try:
        yield
    finally:
        _fetched.reset(token)


def _living(person_id: int, secret: bytes | None) -> bytes:
    if secret is None:
        raise Forgotten(f"person {person_id} was erased")
    return secret


def _read(person_ids: Iterable[int]) -> dict[int, bytes | None]:
    keys = list(person_ids)
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, secret FROM kernel_personkey WHERE person_id = ANY(%s)", [keys])
        return {key: None if secret is None else bytes(secret) for key, secret in cursor.fetchall()}


# -- erasure ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Erasure:
    """One line of the ledger outside the database."""

    person_id: int
    at: datetime


def destroy(person_id: int) -> None:
    """Destroy the secret inside the caller's transaction; noted outside the database once that has committed.

    Everything ever sealed about the person is unreadable from then on. Call it for each record merged into hers too.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a secret is destroyed inside the transaction of the erasure")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_personkey AS k (person_id, destroyed_at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (person_id) DO UPDATE SET secret = NULL,"
            " destroyed_at = COALESCE(k.destroyed_at, EXCLUDED.destroyed_at) RETURNING destroyed_at",
            [person_id],
        )
        (at,) = cursor.fetchone()
    held = _fetched.get()
    if held is not None:
        held[person_id] = None
    transaction.on_commit(lambda: _note([Erasure(person_id, at)]))


def withdraw(person_ids: Iterable[int]) -> None:
    """Remove the secrets of people whose records are removed as if they had never been: a batch taken back."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_personkey WHERE person_id = ANY(%s)", [list(person_ids)])


def ledger() -> Path:
    """The file of all erasures of this database, beside the checkpoints."""
    return Path(settings.SHEGONG_HOME) / f"erasures-{connection.settings_dict['NAME']}.jsonl"


def erased_since(moment: datetime | None = None, path: Path | None = None) -> list[Erasure]:
    """What the ledger (or the ledger at `path`) has noted after `moment`, oldest first; without `moment`, everything."""
    file = path or ledger()
    lines = file.read_text().splitlines() if file.exists() else []
    noted = [_line(line) for line in lines if line.endswith("}")]  # a power cut may have left half a line
    return [one for one in noted if moment is None or one.at > moment]


def _line(text: str) -> Erasure:
    found: Mapping[str, str] = json.loads(text)
    return Erasure(int(found["person"]), datetime.fromisoformat(found["at"]))


def note_erasures() -> int:
    """Note what was committed but not noted, because the process died in between; how many. Run it with checkpoints."""
    noted = {(one.person_id, one.at) for one in erased_since()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, destroyed_at FROM kernel_personkey WHERE destroyed_at IS NOT NULL ORDER BY 2"
        )
        missing = [
            one
            for one in (Erasure(*row) for row in cursor.fetchall())
            if (one.person_id, one.at) not in noted
        ]
    _note(missing)
    return len(missing)


def _note(erasures: list[Erasure]) -> None:
    if not erasures:
        return
    path = ledger()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = "".join(
        json.dumps({"person": one.person_id, "at": one.at.astimezone(UTC).isoformat()}) + "\n"
        for one in erasures
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(("\n" if _is_torn(path) else "") + text)
        file.flush()
        os.fsync(file.fileno())


def _is_torn(path: Path) -> bool:
    """True when the last line was cut off in a power cut."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"


def replay_erasures(path: Path | None = None) -> list[int]:
    """After a restore: destroy again what the ledger says was destroyed; the numbers of those people, whose other data
    the caller erases again. Keys made after an erasure belong to somebody else, whom the restored sequence gave the
    same number: they stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        return [one.person_id for one in erased_since(path=path) if _destroyed_again(cursor, one)]


def _destroyed_again(cursor: object, one: Erasure) -> bool:
    cursor.execute(  # type: ignore[attr-defined]
        "UPDATE kernel_personkey SET secret = NULL, destroyed_at = %s"
        " WHERE person_id = %s AND destroyed_at IS NULL AND made_at < %s",
        [one.at, one.person_id, one.at],
    )
    return bool(cursor.rowcount)  # type: ignore[attr-defined]
