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
from fixtures.second_wall import standing
from playwright.sync_api import Browser, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser library keeps an event loop running


@pytest.fixture(autouse=True, scope="session")
def flush_past_append_only_guards():
    """Between transactional tests all tables are emptied; the guards must not stop that, and only that."""
    original = DatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        # The queue's tables are not Django's, so its flush leaves them out.
        queue = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers CASCADE;"
        guarded = [
            "SET session_replication_role = replica;",
            *sql_list,
            queue,
            "SET session_replication_role = origin;",
        ]
        return original(self, guarded)

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = original


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Copy the migrated database that bin/test made, where it did."""
    if template := os.environ.get("SHEGONG_TEST_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


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
