"""The journal: who did what to what, when, why; append-only, each entry carrying the hash of the one before.

Every action writes its entry in its own transaction, so a change without an entry cannot commit. Rows of models that
declare `journalled` columns are sealed with it: the entry keeps a digest of each changed row, and `verify` finds a row
that was changed, added or removed behind the application's back. Facts hold codes, states and field names, never
personal values: a journal must survive the erasure of a person.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.db import connection, models
from django.db.models import Model

from shegong.kernel import at_shell
from shegong.kernel.access import Actor, Authority
from shegong.kernel.copying import Keyed
from shegong.kernel.walls_rows import Open

LOCK = 0x5348_4547  # one advisory lock gives the chain its order
GENESIS = b"\0" * 32
SALTED = "s:"  # begins a digest that commits to a salt too
_waiting: ContextVar[list["Line"] | None] = ContextVar("waiting", default=None)
_behind: ContextVar[list[Callable[[], None]] | None] = ContextVar("behind", default=None)


class JournalEntry(models.Model):
    """One change, or one recorded reading of a sealed value."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.TextField()
    person_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    role = models.TextField(blank=True)
    organization_id = models.BigIntegerField(null=True)
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    about_person_id = models.BigIntegerField(null=True)
    region_code = models.IntegerField(null=True)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)
    request_id = models.TextField(blank=True)
    previous = models.BinaryField()
    hash = models.BinaryField()
    wall = Open("Codes and digests, no personal values; the chain is one for all and is verified whole.")

    class Meta:
        app_label = "kernel"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "seq"], name="journal_subject"),
            models.Index(fields=["about_person_id", "seq"], name="journal_about"),
            models.Index(fields=["region_code", "seq"], name="journal_region"),
            BrinIndex(
                fields=["at"], name="journal_at", autosummarize=True
            ),  # days of millions of entries, in pages
        ]


@dataclass
class Line:
    """What an action says; `rows` are the journalled rows it changed, `gone` those it deleted (`Keyed`: many of a model)."""

    verb: str
    subject: Model
    about_person_id: int | None = None
    region_code: int | None = None
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[Model | Keyed] = ()
    gone: Sequence[Model | Keyed] = ()
    authority: Authority | None = None


HASHED = (
    "seq", "at", "verb", "person_id", "user_id", "role", "organization_id", "subject_kind", "subject_id",
    "about_person_id", "region_code", "reason", "facts", "rows", "request_id",
)  # fmt: skip


def algorithm() -> str:
    """The hash of the crypto profile: SHA-256, or SM3 under `sm`."""
    return "sm3" if settings.SHEGONG_CRYPTO == "sm" else "sha256"


def canonical(entry: JournalEntry) -> str:
    """The entry as it is hashed: JSON with sorted keys, without spaces, time in UTC to the microsecond."""
    values = {name: getattr(entry, name) for name in HASHED}
    values["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(entry: JournalEntry, previous: bytes) -> bytes:
    """Hash over the hash before it and the entry's canonical JSON."""
    return hashlib.new(algorithm(), previous + canonical(entry).encode()).digest()


_milestones: list[tuple[int, Callable[[], None]]] = []
_followers: list[Callable[[Sequence["Line"]], None]] = []


def every(entries: int, call: Callable[[], None]) -> None:
    """Have `call` run in the transaction that writes each so many-th entry; set once at start-up."""
    _milestones.append((entries, call))


def follow(call: Callable[[Sequence["Line"]], None]) -> None:
    """Have `call` see the lines of every entry in its transaction, under the chain's lock; set once at start-up."""
    _followers.append(call)


def write(verb: str, *, by: Actor, subject: Model, **details: Any) -> JournalEntry:
    """Append one entry inside the caller's transaction; see `Line` for the details."""
    written = write_all([Line(verb, subject, **details)], by=by)
    return written[0] if written else None  # type: ignore[return-value]  # only inside `together`


@contextmanager
def together(by: Actor, *, at_once: int = 0) -> Iterator[None]:
    """Entries that the actions inside write for `by` are appended together at the end: many actions over many rows keep
    the chain's lock no longer than one. Inside, `write` has no entry to answer with. Where lines name thousands of rows,
    `at_once` of them are in memory as entries at a time."""
    lines: list[Line] = []
    calls: list[Callable[[], None]] = []
    outer, outside = _waiting.set(lines), _behind.set(calls)
    try:
        yield
    finally:
        _waiting.reset(outer)
        _behind.reset(outside)
    size = at_once or max(len(lines), 1)
    for start in range(0, len(lines), size):
        write_all(lines[start : start + size], by=by)
    for call in calls:
        behind(call)


def behind(call: Callable[[], None]) -> None:
    """Do what needs the chain's lock, too: at once, or inside `together` behind its entries."""
    calls = _behind.get()
    if calls is None:
        call()
    else:
        calls.append(call)


def write_all(lines: Sequence[Line], *, by: Actor) -> list[JournalEntry]:
    """Append several entries in order. Takes the chain's lock until commit, so call it last in an action."""
    if not connection.in_atomic_block:
        raise RuntimeError("the journal is written inside the action's transaction")
    waiting = _waiting.get()
    if waiting is not None:
        waiting.extend(lines)
        return []
    if not lines:
        return []
    digests = _digests([row for line in lines for row in line.rows])
    seq, previous, now = _head()
    before, entries = seq, []
    for line in lines:
        seq += 1
        entry = _entry(line, by, seq, now, digests)
        entry.previous, entry.hash = previous, hash_of(entry, previous)
        previous = entry.hash
        entries.append(entry)
    for step, call in _milestones:
        if seq // step > before // step:
            call()
    for seen in _followers:
        seen(lines)
    return JournalEntry.objects.bulk_create(entries, batch_size=2000)


def _head() -> tuple[int, bytes, datetime]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A statement of its own: its snapshot must be taken after the lock was won.
        cursor.execute(
            "SELECT (SELECT seq FROM kernel_journalentry ORDER BY seq DESC LIMIT 1),"
            " (SELECT hash FROM kernel_journalentry ORDER BY seq DESC LIMIT 1), clock_timestamp()"
        )
        seq, last, now = cursor.fetchone()
    return seq or 0, bytes(last) if last else GENESIS, now


def _entry(line: Line, by: Actor, seq: int, now: datetime, digests: dict[str, str]) -> JournalEntry:
    subject, authority = line.subject, line.authority
    if authority is None and line.region_code and len(by.authorities) == 1:
        authority = by.authorities[0]
    rows: dict[str, str | None] = {key: digests[key] for row in line.rows for key in _row_keys(row)}
    rows.update(dict.fromkeys(chain.from_iterable(map(_row_keys, line.gone))))
    about = line.about_person_id if line.about_person_id is not None else getattr(subject, "person_id", None)
    region = line.region_code if line.region_code is not None else getattr(subject, "region_code", None)
    return JournalEntry(
        seq=seq, at=now, verb=line.verb, person_id=by.person_id, user_id=by.user_id,
        role="system" if by.is_system else (authority.role if authority else ""),
        organization_id=authority.organization_id if authority else None,
        subject_kind=subject._meta.label_lower, subject_id=subject.pk,
        about_person_id=about, region_code=region, reason=line.reason, facts=line.facts, rows=rows,
        request_id=by.request_id or at_shell.origin(),
    )  # fmt: skip


def row_key(row: Model) -> str:
    """`table:id`, the name of a row in an entry."""
    return f"{row._meta.db_table}:{row.pk}"


def _row_keys(row: Model | Keyed) -> list[str]:
    if not isinstance(row, Keyed):
        return [row_key(row)]
    table = row.model._meta.db_table
    return [f"{table}:{key}" for key in row.keys]


class Salted(models.Model):
    """Mixin: a random number that the digests of the row commit to. When the row is gone, or `salt` was renewed and the
    columns emptied, nobody can guess from the journal what they held, however few names and birthdays there are."""

    salt = models.UUIDField(null=True, editable=False, db_default=RandomUUID())
    journal_salt = "salt"

    class Meta:
        abstract = True


def digest_sql(model: type[Model]) -> str:
    """SQL for the digest of a row of `model` over its `journalled` columns, and its `journal_salt` where it has one."""
    salt, plain = getattr(model, "journal_salt", None), plain_digest_sql(model)
    if salt is None:
        return plain
    columns = (*model.journalled, salt)  # type: ignore[attr-defined]
    return f"CASE WHEN \"{salt}\" IS NULL THEN {plain} ELSE '{SALTED}' || {_digest(columns)} END"


def plain_digest_sql(model: type[Model]) -> str:
    """The digest without salt: of models that have none, and in entries that are older than the salt of their row."""
    return _digest(model.journalled)  # type: ignore[attr-defined]


def _digest(names: Sequence[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"encode(sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8')), 'hex')"


def _array(ids: set[Any]) -> Any:
    """Keys as one parameter; numbers as text, for thousands of them are slow to pack one by one."""
    return "{" + ",".join(map(str, ids)) + "}" if all(type(key) is int for key in ids) else list(ids)


def _digests(rows: Iterable[Model | Keyed]) -> dict[str, str]:
    wanted: dict[type[Model], set[Any]] = {}
    for row in rows:
        model, ids = (row.model, row.keys) if isinstance(row, Keyed) else (type(row), (row.pk,))
        wanted.setdefault(model, set()).update(ids)
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for model, keys in wanted.items():
            table = model._meta.db_table
            pk = model._meta.pk.column
            query = f'SELECT {pk}, {digest_sql(model)} FROM "{table}" WHERE {pk} = ANY(%s)'  # noqa: S608  names from models
            cursor.execute(query, [_array(keys)])
            found.update({f"{table}:{key}": digest for key, digest in cursor.fetchall()})
    return found
