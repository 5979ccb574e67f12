"""The database cuts off what takes too long: 503 in the reader's language, nothing half done; a lost connection is had anew."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path

from shegong.config import urls as house
from shegong.ground.accounts.models import User
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page
from shegong.kernel.numbering import Sequence

ROOT = Path(__file__).resolve().parents[2]
SAID = {
    "zh-hans": "处理时间过长，已经停止，没有作任何改动。",
    "en": "This took too long and was stopped. Nothing was changed.",
}


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


@page(PUBLIC, methods=("GET", "POST"))
def slow(request):
    """Changes something, then asks what takes longer than it may."""
    Sequence.objects.create(name="half")
    ask("SET LOCAL statement_timeout = '50ms'")
    ask("SELECT pg_sleep(20)")
    return HttpResponse("done")


class Line:
    """How often the connection still breaks."""

    left = 0
    when = "within"


def end_connection():
    ask("SELECT pg_terminate_backend(pg_backend_pid())")


@page(PUBLIC, methods=("GET", "POST"))
def cut(request):
    """Changes something; the server ends the connection before or while that is kept."""
    if request.method == "POST":
        Sequence.objects.create(name=f"kept {Sequence.objects.count()}")
    if Line.left:
        Line.left -= 1
        if Line.when == "within":
            end_connection()
        else:
            transaction.on_commit(end_connection)
    return HttpResponse(f"read {ask('SELECT 1')[0]}")


module = ModuleType("timeout_routes")
module.urlpatterns = [path("t/slow/", slow), path("t/cut/", cut), *house.urlpatterns]
module.handler500 = house.handler500
module.handler403 = house.handler403


@pytest.fixture
def browser(client, settings):
    settings.ROOT_URLCONF = module
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("language", SAID)
def test_what_takes_too_long_is_stopped_and_answered_503_with_nothing_half_done(browser, language):
    answer = browser.post(f"/t/slow/?lang={language}")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert SAID[language] in answer.content.decode()
    assert not Sequence.objects.filter(name="half").exists()


@pytest.mark.django_db
def test_also_while_it_is_looked_up_who_asks(browser, monkeypatch):
    browser.force_login(User.objects.create_user("slow", "slow-Pass-2026"))

    def lookup(*_args, **_more):
        ask("SET LOCAL statement_timeout = '50ms'")
        ask("SELECT pg_sleep(20)")

    monkeypatch.setattr("shegong.ground.accounts.middleware.actor_for", lookup)
    with transaction.atomic():
        answer = browser.get("/")
        transaction.set_rollback(True)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_requests_are_cut_off_after_five_seconds_jobs_and_commands_after_ten_minutes(db):
    shown = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
    assert ask(shown) == ("10min", "3s", "1min")
    program = f"import shegong.config.wsgi; from django.db import connection as c; print(c.cursor().execute({shown!r}).fetchone())"
    web = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert web.stdout.strip() == "('5s', '3s', '10s')"


@pytest.mark.django_db(transaction=True)
class TestLostConnections:
    """The server restarts, or another one takes over."""

    def test_a_page_that_reads_is_asked_again(self, browser):
        Line.left, Line.when = 1, "within"
        assert browser.get("/t/cut/").content == b"read 1"

    def test_a_change_that_was_not_kept_is_made_again_once(self, browser):
        Line.left, Line.when = 1, "within"
        assert browser.post("/t/cut/").content == b"read 1"
        assert Sequence.objects.count() == 1

    def test_a_change_that_was_kept_though_the_connection_went_is_not_made_twice(self, browser):
        Line.left, Line.when = 1, "kept"
        assert browser.post("/t/cut/", {"_once": "0123456789abcdef"}).content == b"read 1"
        assert (Line.left, Sequence.objects.count()) == (0, 1)

    def test_without_a_key_it_is_not_tried_again_for_it_may_have_been_kept(self, browser):
        Line.left, Line.when = 1, "kept"
        assert browser.post("/t/cut/").status_code == 503
        assert Sequence.objects.count() == 1

    def test_a_database_that_stays_away_is_503(self, browser):
        Line.left, Line.when = 9, "within"
        answer = browser.post("/t/cut/")
        assert (answer.status_code, answer["Retry-After"], Line.left) == (503, "5", 6)
        Line.left = 0
        assert Sequence.objects.count() == 0
