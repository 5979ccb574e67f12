"""What every test shares: a real PostgreSQL whose append-only guards step aside only for the flush between tests."""

import os
import shutil
import time
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import get_hashers, get_hashers_by_algorithm
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from fixtures import served_world
from fixtures.second_wall import standing
from playwright.sync_api import Browser, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser library keeps an event loop running


# The queue's tables are not Django's, so its own flush would leave them out.
QUEUE = (
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)


@pytest.fixture(autouse=True, scope="session")
def flush_past_append_only_guards():
    """Between transactional tests the tables that hold anything are emptied; the guards must not stop that, and only
    that. Two hundred tables truncated cost ten times as much as asking which of them hold a row."""
    makes, runs = DatabaseOperations.sql_flush, DatabaseOperations.execute_sql_flush

    def named(self, style, tables, **kwargs):
        return list(tables)

    def emptied(self, tables):
        quoted = [self.quote_name(table) for table in (*tables, *QUEUE)]
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in quoted))
            deletions = [f"DELETE FROM {table};" for (table,) in cursor.fetchall()]
        # As a replica the database fires neither guards nor foreign keys.
        wrapped = [
            "SET session_replication_role = replica;",
            *deletions,
            "SET session_replication_role = origin;",
        ]
        return runs(self, wrapped) if deletions else None

    DatabaseOperations.sql_flush, DatabaseOperations.execute_sql_flush = named, emptied
    yield
    DatabaseOperations.sql_flush, DatabaseOperations.execute_sql_flush = makes, runs


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Copy the migrated database that bin/test made, where it did."""
    if template := os.environ.get("SHEGONG_TEST_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(autouse=True, scope="session")
def served_world_ahead(request, tmp_path_factory):
    """What the served tests visit is being made while others run."""
    served_world.ahead(request, tmp_path_factory)


@pytest.fixture(autouse=True, scope="session")
def no_checkpoints_of_tests():
    """The journal of a test ends with it; a checkpoint of one test would call the next one's journal cut off."""
    django_settings.CHECKPOINTS = []


@pytest.fixture(autouse=True, scope="session")
def quick_passwords():
    """Thousands of accounts are made; in earnest each password takes a tenth of a second and a hundred megabytes."""
    django_settings.PASSWORD_HASHERS = ["fixtures.hashing.QuickArgon2"]
    get_hashers.cache_clear()
    get_hashers_by_algorithm.cache_clear()


@pytest.fixture
def let_in():
    """`let_in(client, user)`: signs a user in as if password and second factor had been given just now."""

    def go(client, user):
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    return go


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, without network habits of its own; one for all, as its library starts once a process."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("SHEGONG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def second_wall(request):
    """SHEGONG_TEST_WALLS=1: every test with an ordinary transaction runs as the product does, under the application's
    role with row security; finds pages that need more than their reader may see. Not in the ordinary suite."""
    marker = request.node.get_closest_marker("django_db")
    names = request.fixturenames
    ordinary = ("db" in names or marker) and not (marker and marker.kwargs.get("transaction"))
    ordinary = ordinary and not {"transactional_db", "live_server", "django_db_blocker"} & set(names)
    if not os.environ.get("SHEGONG_TEST_WALLS") or not ordinary:
        yield
        return
    request.getfixturevalue("db")
    with standing():
        yield
