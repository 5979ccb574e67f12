"""One backup: database and stored files as of one moment, sealed, proven, and named only when it is whole."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
from django.conf import settings
from psycopg import sql

from shegong.config.backup import programs
from shegong.config.backup.envelope import Broken, ensure_key, opened, read_keys
from shegong.config.backup.keys import rings_apart
from shegong.config.backup.manifest import DATABASE, FILES, Manifest, Part, check_parts, sealed_path
from shegong.config.backup.parts import dump, policy_hash, store
from shegong.config.house.account import HouseError
from shegong.config.parts_list import own_version

LEAST_DUMP = 10_000  # bytes; the schema alone takes more


@dataclass(frozen=True)
class Moment:
    """What the database held when the backup began."""

    snapshot: str
    at: str
    server: int
    migrations: list[str]
    journal: dict[str, Any]


def make(into: Path, url: str, *, home: Path) -> tuple[Path, Manifest]:
    """Make a backup in a folder of its own below `into`; its path and manifest. Raises `Broken` or `HouseError`."""
    refuse_beside_keys(into, home)
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(into):
        draft = into / f".making-{os.getpid()}"
        sweep(into)
        draft.mkdir(mode=0o700)
        try:
            made = _make(draft, url, home)
            target = into / made.name
            draft.rename(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        remember_names(into)
    return target, made


def refuse_beside_keys(into: Path, home: Path) -> None:
    """A backup never lies where its keys lie: whoever takes one away would have both."""
    target = into.resolve()
    signing = [Path(settings.SIGNING_KEYS)] if settings.SIGNING_KEYS else []
    for keys in (home / "keys", *signing, *rings_apart().values()):
        place = keys.resolve()
        if place == target or place in target.parents or target in place.parents:
            raise HouseError(
                f"{into} holds the keys too; a backup lies apart from them. Choose another folder."
            )


@contextlib.contextmanager
def only_one(into: Path) -> Iterator[None]:
    """One backup at a time in one folder."""
    with (into / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HouseError(f"Another backup is being made in {into}.") from None
        yield


def sweep(into: Path) -> None:
    """Remove what an earlier backup left when it was killed; the lock says that nobody works on it."""
    for left in into.glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)


def remember_names(folder: Path) -> None:
    """Make a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(draft: Path, url: str, home: Path) -> Manifest:
    began, key = time.monotonic(), ensure_key(home / "keys")
    with programs.connect(url) as connection:
        moment = _moment(connection)
        dumped = dump(draft, url, moment.snapshot, moment.server, home)
        tables = row_counts(connection)
    refuse_empty(tables, dumped)
    stored, files = store(draft, home)
    manifest = Manifest(
        at=moment.at,
        seconds=round(time.monotonic() - began, 2),
        database=programs.database_of(url),
        server_version=moment.server,
        product_version=own_version(),
        profile=settings.SHEGONG_CRYPTO,
        policy_sha256=policy_hash(),
        migrations=moment.migrations,
        tables=tables,
        journal=moment.journal,
        stored_files=files,
        parts={DATABASE: dumped, FILES: stored},
        key=key.id,
    )
    manifest.write(draft, key)
    read_back(draft, manifest, home)
    return manifest


def _moment(connection: psycopg.Connection) -> Moment:
    """Open the transaction whose snapshot dump and counts share."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    taken = connection.execute("SELECT pg_export_snapshot(), clock_timestamp()").fetchone()
    return Moment(
        snapshot=str(taken[0]),
        at=taken[1].isoformat(timespec="microseconds"),
        server=connection.info.server_version // 10000,
        migrations=applied(connection),
        journal=journal_head(connection),
    )


def has_table(connection: psycopg.Connection, name: str) -> bool:
    """Whether a table of the product is there."""
    found = connection.execute("SELECT to_regclass(%s)", [f"public.{name}"]).fetchone()
    return found is not None and found[0] is not None


def applied(connection: psycopg.Connection) -> list[str]:
    """Migrations the database has, as app.name."""
    if not has_table(connection, "django_migrations"):
        return []
    return [
        f"{app}.{name}"
        for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    ]


def journal_head(connection: psycopg.Connection) -> dict[str, Any]:
    """Number, hash and time of the journal's last entry; number 0 when there is none."""
    if has_table(connection, "kernel_journalentry"):
        head = connection.execute(
            "SELECT seq, hash, at FROM kernel_journalentry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        if head:
            return {"seq": head[0], "hash": bytes(head[1]).hex(), "at": head[2].isoformat()}
    return {"seq": 0, "hash": "", "at": None}


def row_counts(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of every table that is not the server's own."""
    found = connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2"
    ).fetchall()
    counts = {}
    for schema, table in found:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        name = table if schema == "public" else f"{schema}.{table}"
        counts[name] = cast(tuple[int], connection.execute(query).fetchone())[0]
    return counts


def refuse_empty(tables: dict[str, int], dumped: Part) -> None:
    """A backup of nothing is an error, not a success that is noticed on the worst day."""
    if not tables or not sum(tables.values()):
        raise Broken("the database holds nothing: no tables or no rows. Is DATABASE_URL the right one?")
    if dumped.plain_bytes < LEAST_DUMP:
        raise Broken(f"pg_dump wrote only {dumped.plain_bytes} bytes")


def read_back(draft: Path, manifest: Manifest, home: Path) -> None:
    """Open all that was written, from the disk: every chunk, and every table's data in the dump's own list."""
    check_parts(draft, manifest)
    keys = read_keys(home / "keys")
    for _piece in opened(sealed_path(draft, FILES), keys, FILES):
        pass
    listed = contents(draft, manifest, home)
    missing = [name for name, rows in manifest.tables.items() if rows and name not in listed]
    if missing:
        raise Broken(f"the dump lacks the rows of {', '.join(missing[:5])}")


def contents(draft: Path, manifest: Manifest, home: Path) -> set[str]:
    """Tables whose rows the dump holds, as pg_restore reads it."""
    command = [str(programs.program("pg_restore", manifest.server_version)), "--list"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        said: list[bytes] = []
        reader = threading.Thread(target=lambda: said.append(child.stdout.read()))
        reader.start()
        feeding = True
        for piece in opened(sealed_path(draft, DATABASE), read_keys(home / "keys"), DATABASE):
            try:
                if feeding:
                    child.stdin.write(piece)
            except BrokenPipeError:  # it has read its list; the rest is opened for its tags alone
                feeding = False
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        complaint = child.stderr.read()
        reader.join()
    if child.returncode:
        raise Broken(f"pg_restore cannot read the dump: {programs.last_words(complaint)}")
    found = set()
    for line in said[0].decode().splitlines():
        if " TABLE DATA " in line:
            schema, table = line.partition(" TABLE DATA ")[2].split(" ")[:2]
            found.add(table if schema == "public" else f"{schema}.{table}")
    return found
