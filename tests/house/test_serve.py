"""`shegong serve` against a database of one's own: starts whole, refuses clearly, stops in time, loads no demo."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from shegong.config.house.traces import free_port

ROOT = Path(__file__).resolve().parents[2]


def server_url() -> str:
    """Address of the server the tests use."""
    database = settings.DATABASES["default"]
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgresql://{database['USER']}{secret}@{database['HOST']}:{database['PORT']}/postgres"


NAME = f"serve_{os.getpid()}"
ROLE = f"{NAME}_app"
LAST = "accounts_keyorder"  # a table of its own, made by the one migration that is taken back


@pytest.fixture(scope="module")
def database():
    """A database without data and a role for the application, gone after the tests; answers with the owner's address.

    Alone it is empty; where bin/test has made the tables already, it lacks the newest one: the start has to migrate.
    """
    owner = urlunsplit(urlsplit(server_url())._replace(path=f"/{NAME}"))
    with psycopg.connect(server_url(), autocommit=True) as admin:
        made = os.environ.get("SHEGONG_TEST_TEMPLATE")
        admin.execute(f"CREATE DATABASE {NAME} TEMPLATE {made or 'template1'}")
        admin.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'secret'")
        if made:
            with psycopg.connect(owner) as behind:
                behind.execute(f"DROP TABLE {LAST}")
                behind.execute("DELETE FROM django_migrations WHERE app = 'accounts' AND name >= '0007'")
        yield owner
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        admin.execute(f"DROP ROLE {ROLE}")


def application_url(owner: str) -> str:
    """The same database for the application's role."""
    parts = urlsplit(owner)
    return urlunsplit(parts._replace(netloc=f"{ROLE}:secret@{parts.netloc.rpartition('@')[2]}"))


@pytest.fixture
def serve(database, tmp_path):
    """Start `shegong serve` in a house of its own; ends with the test."""
    started = []
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "shegong.py").write_text("raise SystemExit('a file beside the user was imported')")

    def start(*options: str) -> subprocess.Popen:
        environment = os.environ | {
            "DATABASE_URL": application_url(database),
            "DATABASE_OWNER_URL": database,
            "SHEGONG_HOME": str(tmp_path / "house"),
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment["PYTHONPATH"] = str(ROOT)
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "shegong", "serve", *options],
            env=environment, cwd=elsewhere, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        started.append(child)
        return child

    yield start
    for child in started:
        child.terminate()
        child.communicate(timeout=30)


def said_until(child: subprocess.Popen, words: str) -> str:
    """What a process printed up to a line with these words, or to its end."""
    lines = []
    for line in child.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)


def status(port: int, path: str = "/healthz") -> int | None:
    """Status of an answer; None when nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def test_a_start_answers_a_second_start_says_where_and_a_stop_leaves_nothing(serve, database):
    port = free_port()
    first = serve("--port", str(port))
    assert f"Shegong runs: http://127.0.0.1:{port}/" in said_until(first, "Stop it with")
    assert status(port) == 200

    second = serve("--port", str(port))
    complaint, _none = second.communicate(timeout=30)
    assert second.returncode == 1
    assert complaint.count("\n") == 1
    assert f"Shegong already runs here: http://127.0.0.1:{port}/" in complaint

    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM regions_region").fetchone() == (0,), (
            "a demo was loaded"
        )
        assert connection.execute(f"SELECT count(*) FROM {LAST}").fetchone() == (0,), "it was not migrated"
        at_work = connection.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [NAME],
        )
        assert at_work.fetchall() == [(ROLE,)], "web server and worker are not the application's role"

    asked = time.monotonic()
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert time.monotonic() - asked < 25
    assert status(port) is None
    with psycopg.connect(server_url()) as admin:
        left = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [NAME]).fetchone()
    assert left == (0,)


def test_a_taken_port_is_refused_in_one_line_before_anything_is_done(serve):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        child = serve("--port", str(port))
        complaint, _none = child.communicate(timeout=30)
    assert child.returncode == 1
    assert complaint == (
        f"CommandError: Cannot listen on 127.0.0.1:{port} (Address already in use). "
        f"Choose another port: bin/serve --port {port + 1}\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_cannot_be_is_refused_in_one_line(serve, port):
    child = serve("--port", port)
    complaint, _none = child.communicate(timeout=30)
    assert child.returncode == 1
    assert complaint == f"There is no port {port!r}; choose one from 1024 to 65535.\n"


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel tells children of a dead parent only on Linux"
)
def test_after_kill_9_the_port_is_free_again_and_the_next_start_works(serve):
    port = free_port()
    first = serve("--port", str(port))
    said_until(first, "Stop it with")
    first.kill()
    deadline = time.monotonic() + 20
    while status(port) is not None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert "Shegong runs" in said_until(serve("--port", str(port)), "Stop it with")
