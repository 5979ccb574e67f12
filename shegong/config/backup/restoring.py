"""A backup put back: into an empty database in one transaction, with proof that it is what was backed up.

Data that live are never written over: the restored database is made beside them under another name, checked, and takes
the old one's name only then; the old one stays under a name that says when it was replaced.
"""

import json
import os
import secrets
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.conf import settings
from psycopg import sql

from shegong.config.backup import programs
from shegong.config.backup.envelope import BackupKey, Broken, opened, read_keys
from shegong.config.backup.manifest import DATABASE, FILES, Manifest, check_parts, read, sealed_path
from shegong.config.backup.parts import STORED
from shegong.config.house.account import HouseError
from shegong.config.house.embedded import CHECKOUT


@dataclass
class Restored:
    """What came of it: figures by step, and what is wrong in plain words."""

    manifest: Manifest
    seconds: dict[str, float] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    files: int = 0
    kept_as: str = ""

    @property
    def faults(self) -> list[str]:
        """Why this is no sound restore; empty when it is."""
        found = self.found
        faults = []
        if differ := found["rows"]["differ"]:
            faults.append(f"rows differ from the manifest in {', '.join(sorted(differ)[:5])}")
        if unknown := found["migrations"]["unknown"]:
            return [*faults, f"this program is older than the backup: it does not know {unknown[0]}"]
        if count := found["audit"]["deviations"]:
            faults.append(f"audit verify finds {count} deviations")
        if closed := found["sealed"]["closed"]:
            faults.append(f"the keys of this house do not open it: {closed[0]}")
        if self.files != self.manifest.stored_files:
            faults.append(f"{self.files} stored files instead of {self.manifest.stored_files}")
        return faults

    @property
    def loss(self) -> dict[str, Any]:
        """What the checkpoints outside know beyond the backup."""
        return dict(self.found.get("audit", {}).get("loss") or {})


def opened_backup(folder: Path, home: Path) -> tuple[Manifest, list[BackupKey]]:
    """The manifest, after every part was found whole."""
    keys = read_keys(home / "keys")
    if not keys:
        raise Broken(f"there is no backup key in {home / 'keys'}: put the keys' own backup back first")
    manifest = read(folder, keys)
    check_parts(folder, manifest)
    return manifest, keys


# -- the place to restore into ---------------------------------------------------------------------------------------


def filled_tables(url: str) -> list[str]:
    """Tables that hold rows."""
    with programs.connect(url) as connection:
        names = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 2"
        ).fetchall()
        held = []
        for schema, table in names:
            query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(schema, table))
            if connection.execute(query).fetchone() == (True,):
                held.append(table)
        return held


def empty(url: str) -> None:
    """Remove tables without rows, so that the backup's own can be made."""
    with programs.connect(url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def make_database(url: str, name: str) -> str:
    """A new database on the same server; its address."""
    with administration(url) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return programs.with_database(url, name)


def drop_database(url: str, name: str) -> None:
    """Remove a scratch database, whoever still looks at it."""
    with administration(url) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def administration(url: str) -> psycopg.Connection:
    """A connection from which databases are made and named: to the server's own, else to the one in hand."""
    try:
        return psycopg.connect(programs.with_database(url, "postgres"), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)


def exists(url: str) -> bool:
    """Whether the database is there."""
    with administration(url) as connection:
        name = programs.database_of(url)
        return (
            connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
        )


def take_name(url: str, fresh: str) -> str:
    """Give the checked database the name of the old one; the old one's new name. Refuses while anybody is connected."""
    name = programs.database_of(url)
    kept = f"{name}_before_{datetime.now(UTC):%Y%m%d_%H%M%S}"
    with administration(url) as connection:
        refuse_company(connection, name)
        with connection.transaction():  # at every moment there is one database of that name
            for old, new in ((name, kept), (fresh, name)):
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
                )
    return kept


def refuse_company(connection: psycopg.Connection, name: str) -> None:
    """Nobody's work is cut off: web server and worker are stopped first."""
    others = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
    ).fetchone()
    if others and others[0]:
        raise HouseError(f"{others[0]} connections use {name}. Stop web server and worker first.")


# -- putting back ----------------------------------------------------------------------------------------------------


def put_back(folder: Path, url: str, home: Path, manifest: Manifest, keys: list[BackupKey]) -> None:
    """The dump into an empty database, in one transaction: killed in the middle, the database is as empty as before."""
    server = programs.tried_server(url)
    command = [
        str(programs.program("pg_restore", max(server, manifest.server_version))),
        *(
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-acl",
            "--no-comments",
            "--no-password",
        ),
        f"--dbname={programs.database_of(url)}",
    ]
    environment = programs.environment(url) | {"PGOPTIONS": "-c statement_timeout=0 -c lock_timeout=60000"}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        complaint: list[bytes] = []
        reader = threading.Thread(target=lambda: complaint.append(child.stderr.read()))
        reader.start()
        try:
            feed(child.stdin, opened(sealed_path(folder, DATABASE), keys, DATABASE))
        except BaseException:
            child.kill()
            raise
        finally:
            reader.join()
    if child.returncode:
        raise Broken(f"pg_restore: {programs.last_words(complaint[0])}")


def feed(target: IO[bytes], pieces: Iterator[bytes]) -> None:
    """Hand pieces over; when the reader has gone its own words say why."""
    try:
        for piece in pieces:
            target.write(piece)
        target.close()
    except BrokenPipeError:
        pass


class Stream:
    """Pieces as a file that tarfile reads forward."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Nothing is read yet."""
        self.pieces, self.rest = pieces, b""

    def read(self, size: int) -> bytes:
        """As many bytes as are asked for, fewer at the end."""
        while len(self.rest) < size and (piece := next(self.pieces, b"")):
            self.rest += piece
        given, self.rest = self.rest[:size], self.rest[size:]
        return given


def unpack(folder: Path, home: Path, keys: list[BackupKey]) -> int:
    """Stored files into a house: each whole or not at all, none that is there already touched; how many it has now."""
    count = 0
    stream = cast(IO[bytes], Stream(opened(sealed_path(folder, FILES), keys, FILES)))
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            parts = Path(member.name).parts
            if member.isfile() and parts[0] in STORED and ".." not in parts:
                _place(archive.extractfile(member), home / member.name)
                count += 1
    return count


def _place(content: IO[bytes], path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(1024 * 1024):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def inspected(
    url: str, home: Path, house: Path, manifest: Manifest, *, accept: bool = False, reason: str = ""
) -> dict[str, Any]:
    """Every check, made by the product itself in a process of its own on the restored database.

    Its house is the one that the files were restored into, so that a drill touches none of the files that live; keys,
    checkpoints and the ledger of erasures are those of `home`.
    """
    asked = {
        "tables": manifest.tables, "journal": manifest.journal, "source": manifest.database,
        "ledger": str(home / f"erasures-{manifest.database}.jsonl"), "accept": accept, "reason": reason,
    }  # fmt: skip
    environment = os.environ | {
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "SHEGONG_HOME": str(house),
        "SHEGONG_KEYS": settings.SHEGONG_KEYS or f"file:{home / 'keys'}",
        **{
            f"SHEGONG_KEYS_{ring.upper()}": said or f"file:{home / f'keys-{ring}'}"
            for ring, said in settings.KEYS_APART.items()
        },
        "SHEGONG_SIGNING_KEYS": settings.SIGNING_KEYS or str(home / "keys"),
        "SHEGONG_CHECKPOINTS": ",".join(settings.CHECKPOINTS),
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "shegong.config.backup"],
        input=json.dumps(asked), env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Broken(f"the checks did not run: {(done.stderr.strip().splitlines() or ['no words'])[-1]}")
    return dict(json.loads(done.stdout))


def restore(
    folder: Path, url: str, *, home: Path, files_to: Path, accept: bool = False, reason: str = ""
) -> Restored:
    """Restore into an empty database and check it. The keys are those of `home`; files go to `files_to`."""
    clock = time.monotonic()
    manifest, keys = opened_backup(folder, home)
    result = Restored(manifest)
    result.seconds["read"], clock = _lap(clock)
    result.files = unpack(folder, files_to, keys)
    result.seconds["files"], clock = _lap(clock)
    put_back(folder, url, home, manifest, keys)
    result.seconds["database"], clock = _lap(clock)
    result.found = inspected(url, home, files_to, manifest, accept=accept, reason=reason)
    result.seconds["checks"], clock = _lap(clock)
    return result


def _lap(since: float) -> tuple[float, float]:
    now = time.monotonic()
    return round(now - since, 2), now
