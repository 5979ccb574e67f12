"""The product as it is served: its own database with the demo world in it, the real web server, visitors with cookies.

The world is made once and copied for each test process (`CREATE DATABASE … TEMPLATE`). With `--reuse-db` it outlives
the run, as the test database does.
"""

import contextlib
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import psycopg
import pyotp
import pytest
from fixtures.served_world import HOUSE, environment, order, server, shared_by, shegong, template

KEPT = (
    "secrets",
    "keys",
    "keys-vault",
    "keys-conduct",
    "keys-evidence",
    "evidence",
    "files",
    "demo.json",
    "static",
)
# Not part of what the register says: sessions and their devices, counters, the queue's own bookkeeping.
UNSTABLE = {"django_session", "accounts_signin", "kernel_throttle", "django_migrations"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(world: SimpleNamespace) -> Iterator[None]:
    """The web server of the product."""
    command = [Path(sys.executable).parent / "granian", "--interface", "wsgi", "shegong.config.wsgi:application",
               "--host", "127.0.0.1", "--port", str(world.port), "--workers", "1", "--log-level", "warning"]  # fmt: skip
    with (world.home / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=HOUSE, env=world.environment, stdout=log, stderr=log)
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{world.url}/readyz", timeout=2):
                    break
                time.sleep(0.1)
            else:
                raise AssertionError((world.home / "server.log").read_text()[-2000:])
            yield
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def copied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, mark: str = ""
) -> Iterator[SimpleNamespace]:
    """A copy of the demo world: `url`, `accounts`, `objects`, `rows(sql)`, `digests()`, `shegong(*words)`. Nothing serves it."""
    worker, shared = os.environ.get("PYTEST_XDIST_WORKER", ""), shared_by(tmp_path_factory)
    origin, kept = template(request.config, shared)
    name, home, port = f"{origin}_{worker or 'one'}{mark}", tmp_path_factory.mktemp("home"), free_port()
    order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    with (shared / "world.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        order("CREATE DATABASE {} TEMPLATE {}", name, origin)
    for part in filter(lambda part: (kept / part).exists(), KEPT):
        copy = shutil.copytree if (kept / part).is_dir() else shutil.copy
        copy(kept / part, home / part)
    place = SimpleNamespace(name=name, home=home, port=port, url=f"http://127.0.0.1:{port}")
    place.environment = environment(name, home, port)
    place.shegong = lambda *words: shegong(place, *words)
    contents = json.loads((home / "demo.json").read_text())
    place.objects = contents["objects"]
    place.accounts = {account["username"]: account for account in contents["accounts"]}
    with psycopg.connect(server().format(name), autocommit=True) as connection:
        place.rows = reader(connection)
        place.digests = lambda: digests(place.rows)
        yield place
    order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def world(request, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """The demo world being served."""
    with copied(request, tmp_path_factory) as place, serving(place):
        yield place


@pytest.fixture
def quiet_world(request, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """A demo world of a test's own, which it serves itself."""
    with copied(request, tmp_path_factory, mark="_quiet") as place:
        yield place


def reader(connection: psycopg.Connection) -> Callable[..., list[tuple]]:
    """`rows(sql, *values)`: what a statement finds; [] for one that finds nothing."""

    def rows(statement: str, *values: object) -> list[tuple]:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    return rows


def digests(rows: Callable[..., list[tuple]]) -> dict[str, str]:
    """One digest a table, over all its rows."""
    tables = rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    names = [t for (t,) in tables if t not in UNSTABLE and not t.startswith("procrastinate_")]
    statement = "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM \"{}\" t"
    return {name: rows(statement.format(name))[0][0] for name in names}


class Unmoved(urllib.request.HTTPRedirectHandler):
    """Redirects are answers to look at, not to follow."""

    def redirect_request(self, *args: object) -> None:
        return None


class Inputs(HTMLParser):
    """What a page's forms carry along unseen: the CSRF token and the one-time key."""

    def __init__(self, page: str):
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


class Visitor:
    """Somebody with a cookie jar at one address of the network."""

    def __init__(self, url: str, address: str = "192.0.2.1"):
        self.url, self.address, self.jar = url, address, CookieJar()
        self.door = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), Unmoved())

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> SimpleNamespace:
        """One request, one answer: status, headers, body, text, path."""
        sent = {"X-Forwarded-For": self.address} | {k.replace("_", "-"): v for k, v in headers.items()}
        request = urllib.request.Request(self.url + path, body, sent, method=method)
        try:
            got = self.door.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            got = refused
        with got:
            content = got.read()
        kind = got.headers.get_content_type()
        text = content.decode(errors="replace") if kind.startswith("text/") or kind.endswith("json") else ""
        return SimpleNamespace(
            path=path, status=got.status, headers=got.headers, kind=kind, body=content, text=text
        )

    def get(self, path: str, **headers: str) -> SimpleNamespace:
        return self.ask("GET", path, **headers)

    def post(
        self, path: str, typed: dict[str, object] | None = None, *, form: str = "", **headers: str
    ) -> SimpleNamespace:
        """Send what was typed with the hidden fields of the page `form` (by default the same address)."""
        hidden = Inputs(self.get(form or path).text).found
        sent = urlencode(
            {k: v for k, v in hidden.items() if k in ("csrfmiddlewaretoken", "_once", "version", "next")}
            | (typed or {}),
            doseq=True,
        )
        return self.ask(
            "POST",
            path,
            sent.encode(),
            Origin=self.url,
            Content_Type="application/x-www-form-urlencoded",
            **headers,
        )

    def sign_in(self, account: dict[str, str]) -> "Visitor":
        """Password, then the code of the authenticator app where there is one."""
        went = self.post("/account/login/", {"name": account["username"], "password": account["password"]})
        assert went.status == 302, went.text
        if account["totp_secret"]:
            code = pyotp.TOTP(account["totp_secret"]).now()
            went = self.post("/account/login/code/", {"code": code})
            assert went.status == 302, went.text
        return self

    def cookies(self) -> list[dict[str, str]]:
        """For a browser that goes on as the same person."""
        return [{"name": c.name, "value": str(c.value), "url": self.url} for c in self.jar]


@pytest.fixture(scope="session")
def visitor(world) -> Callable[..., Visitor]:
    """`visitor()` is nobody yet, `visitor("yanji")` is signed in, the same one each time; `address=` places them."""
    known: dict[str, Visitor] = {}

    def come(username: str = "", *, address: str = "192.0.2.1", again: bool = False) -> Visitor:
        if not username:
            return Visitor(world.url, address)
        if username not in known or again:
            known[username] = Visitor(world.url, address).sign_in(world.accounts[username])
        return known[username]

    return come
