"""What the house is owed when something around it dies: a clear answer, nothing lost, and no restart afterwards (D39)."""

import contextlib
import time
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

SECONDS = 3


@pytest.fixture
def database_gone(world):
    """`with database_gone():` nobody can connect, and whoever was connected is cut off; but for this test's own look."""
    ((mine,),) = world.rows("SELECT pg_backend_pid()")
    url = urlunsplit(urlsplit(world.environment["DATABASE_URL"])._replace(path="/postgres"))
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")

    @contextlib.contextmanager
    def gone():
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(allow.format(sql.Identifier(world.name), sql.SQL("false")))
            try:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                    [world.name, mine],
                )
                yield
            finally:
                admin.execute(allow.format(sql.Identifier(world.name), sql.SQL("true")))

    return gone


def test_a_database_that_goes_away_and_comes_back_costs_no_restart(world, visitor, database_gone):
    nobody, officer = visitor(), visitor("yanji")
    ((serial,),) = world.rows("SELECT serial FROM registry_card ORDER BY id LIMIT 1")
    pages = [(nobody, f"/v/{serial}"), (officer, "/office/people/")]
    assert [who.get(page).status for who, page in pages] == [200, 200]
    with database_gone():
        ends, answers = time.monotonic() + SECONDS, []
        while time.monotonic() < ends:
            answers += [who.get(page).status for who, page in pages]
            assert nobody.get("/healthz").status == 200
            ready = nobody.get("/readyz")
            assert ready.status == 503 and '"database"' in ready.text
        assert set(answers) == {503}, "neither an answer without knowledge nor a fault of the program's own"
    assert [who.get(page).status for who, page in pages] == [200, 200], "the very next question"
    assert nobody.get("/readyz").status == 200
