"""The health pages tell the truth: each part is broken in turn, the page says so, and it mends without a restart."""

import json
import os
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from shegong.config.settings import secret_file
from shegong.kernel import health, health_checks
from shegong.kernel.sealing import ensure_keys

READY = {"stopping", "database", "clock", "migrations", "keys", "disk"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.SHEGONG_HOME = tmp_path
    ensure_keys(tmp_path / "keys")
    return tmp_path


def fact(name: str) -> health.Fact:
    return next(one for one in health.facts() if one.name == name)


def broken(client) -> list[str]:
    answer = client.get("/readyz")
    assert answer.status_code == (503 if answer.json()["broken"] else 200)
    return answer.json()["broken"]


@contextmanager
def dead_port():
    """The database's address leads nowhere for a while."""
    right = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["PORT"] = right


@pytest.mark.django_db
def test_a_house_that_is_well_says_so_and_nothing_else(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json().keys() == {"ready", "broken", "clock_skew_seconds"}
    assert {known.name for known in health._known.values() if known.ready} == READY


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_makes_it_unready_and_one_that_is_back_ready_again(client):
    assert broken(client) == []
    with dead_port():
        assert set(broken(client)) == {"database", "clock", "migrations"}
        assert client.get("/healthz").status_code == 200
        refused = client.get("/v/JL2026000001")
        assert refused.status_code == 503, "a page without its database is no fault of the program"
    assert broken(client) == []
    assert client.get("/v/JL2026000001").status_code == 404


@pytest.mark.django_db
def test_clocks_that_differ_make_it_unready(client):
    for step in (timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=3)):
        with time_machine.travel(datetime.now(UTC) + step, tick=True):
            assert broken(client) == ["clock"]
    assert broken(client) == []


@pytest.mark.django_db
def test_a_schema_that_is_behind_makes_it_unready_and_one_ahead_does_not(client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '9999_of_tomorrow', now())"
        )
        assert broken(client) == []
        cursor.execute(
            "UPDATE django_migrations SET name = 'gone' WHERE app = 'kernel' AND name = '0002_initial'"
        )
        assert broken(client) == ["migrations"]


@pytest.mark.django_db
def test_keys_that_cannot_be_read_make_it_unready(client, home):
    key = home / "keys" / "seal-0001.key"
    content = key.read_text()
    key.unlink()
    assert broken(client) == ["keys"]
    key.write_text(content)
    key.chmod(0o644)
    assert broken(client) == ["keys"]
    key.chmod(0o600)
    assert broken(client) == []
    os.utime(key, (1, 1))
    assert fact("keys").state == health.WARN


@pytest.mark.django_db
def test_keys_of_complaints_that_are_away_are_told_and_the_rest_goes_on(client, home, settings):
    assert fact("keys_apart").state == health.OFF
    settings.PRODUCTION = True
    assert fact("keys_apart").state == health.BAD  # production makes none by itself
    for ring in settings.KEYS_APART:
        ensure_keys(home / f"keys-{ring}")
    assert fact("keys_apart").state == health.OK
    os.utime(home / "keys-evidence" / "seal-0001.key", (1, 1))
    assert (fact("keys_apart").state, fact("keys_apart").params["ring"]) == (health.WARN, "evidence")
    (home / "keys-vault" / "seal-0001.key").unlink()
    assert fact("keys_apart").params == {"rings": "vault"} and broken(client) == []


@pytest.mark.django_db
def test_a_full_disk_makes_it_unready_and_a_nearly_full_one_is_told(client, monkeypatch):
    monkeypatch.setattr(health_checks, "DISK_LOW", 2**62)
    assert broken(client) == [] and fact("disk").state == health.WARN
    monkeypatch.setattr(health_checks, "DISK_FULL", 2**62)
    assert broken(client) == ["disk"]


@pytest.mark.django_db
def test_a_server_that_was_told_to_stop_is_unready_at_once(client, tmp_path, monkeypatch):
    monkeypatch.setenv("SHEGONG_RUN", str(tmp_path))
    assert broken(client) == []
    (tmp_path / "stopping").touch()
    assert broken(client) == ["stopping"]


@pytest.mark.django_db
def test_worker_queue_and_outbox_are_told():
    def job(queue: str, minutes: int, attempts: int = 0) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at, attempts)"
                " VALUES (%s, 'x', 'todo', clock_timestamp() - %s * interval '1 minute', %s)", [queue, minutes, attempts],
            )  # fmt: skip

    def beat(seconds: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')",
                [seconds],
            )

    assert fact("worker").state == health.BAD
    beat(3)
    assert fact("worker").state == health.OK
    beat(300)
    assert fact("worker").state == health.BAD and fact("worker").figure >= 300

    assert fact("queue").state == fact("outbox").state == health.OK
    job("default", 10)
    assert fact("queue").state == health.WARN and fact("outbox").state == health.OK
    job("default", 90)
    assert fact("queue").state == health.BAD and 90 * 60 <= fact("queue").figure < 91 * 60
    job("messages", 10)
    assert fact("outbox").state == health.WARN
    job("messages", 0, attempts=2)
    assert fact("outbox").params["failing"] == 1


@pytest.mark.django_db
def test_a_journal_without_a_fresh_checkpoint_outside_is_told(settings):
    settings.CHECKPOINTS, settings.PRODUCTION = [], True
    assert fact("checkpoint").state in (health.BAD, health.WARN)


def test_a_dead_scanner_is_told_and_a_mended_one_too(settings):
    for command, state in (
        ("true", health.OK),
        ("false", health.BAD),
        ("no-such-program", health.BAD),
        ("", health.OFF),
    ):
        settings.SCAN_COMMAND = command
        assert health_checks.scanner().state == state, command


def test_a_dead_mail_server_is_told_and_a_mended_one_too(settings):
    settings.SMTP, settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1:1", "127.0.0.1", 1
    assert health_checks.mail().state == health.WARN
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]

        def greet():
            line, _address = server.accept()
            with line:
                line.sendall(b"220 here\r\n")

        greeting = threading.Thread(target=greet)
        greeting.start()
        assert health_checks.mail().state == health.OK
        greeting.join()


@pytest.mark.django_db
def test_backups_and_drills_are_told_by_their_age(home):
    from shegong.config.backup import facts, record

    def noted(name: str, **more) -> None:
        (home / name).write_text("half a li" if not more else json.dumps(more) + "\nhalf a li")

    assert facts.backup().state == health.OFF and facts.drill().state == health.OFF
    for hours, state in ((1, health.OK), (30, health.WARN), (100, health.BAD)):
        noted(record.BACKUPS, at=(datetime.now(UTC) - timedelta(hours=hours)).isoformat())
        assert facts.backup().state == state
        assert hours * 3600 <= facts.backup().figure < hours * 3600 + 60
    at = datetime.now(UTC).isoformat()
    noted(record.DRILLS, at=at, ok=True, rto_seconds=3)
    assert facts.drill().state == health.OK
    noted(record.DRILLS, at=at, ok=False, rto_seconds=3)
    assert facts.drill().state == health.BAD


@pytest.mark.django_db
def test_everything_is_told_to_this_machine_and_to_who_knows_the_word_and_to_nobody_else(client, settings):
    for page in ("/health/deep", "/metrics"):
        assert client.get(page).status_code in (200, 503)
        assert client.get(page, REMOTE_ADDR="203.0.113.9").status_code == 404
        assert client.get(page, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
        assert (
            client.get(page, headers={"Authorization": "Bearer guess"}, REMOTE_ADDR="203.0.113.9").status_code
            == 404
        )
        word = {"Authorization": f"Bearer {secret_file('monitor')}"}
        assert client.get(page, headers=word, REMOTE_ADDR="203.0.113.9").status_code in (200, 503)
    settings.HTTPS, settings.ALLOWED_HOSTS = True, ["shegong.example"]
    assert client.get("/metrics", headers={"Host": "shegong.example"}).status_code == 404, (
        "a proxy that tells nothing"
    )
    found = (
        {one["name"]: one for one in client.get("/health/deep", headers=word).json()["facts"]}
        if False
        else {}
    )
    assert found == {}


@pytest.mark.django_db
def test_metrics_hold_each_fact_and_each_route_by_name(client):
    client.get("/verify/")
    client.get("/no-such-page/990101199003071240")
    text = client.get("/metrics").content.decode()
    for known in health._known.values():
        assert f'shegong_health{{check="{known.name}"}}' in text
    assert 'route="lookup:verify"' in text and 'route="none"' in text
    assert "990101199003071240" not in text


@pytest.mark.django_db
def test_a_check_that_fails_is_itself_a_bad_sign():
    @health.check("of_a_test", "Of a test", "")
    def of_a_test():
        raise RuntimeError("broken")

    try:
        assert fact("of_a_test").state == health.BAD and fact("of_a_test").params == {
            "problem": "RuntimeError"
        }
    finally:
        del health._known["of_a_test"]


@pytest.mark.django_db
def test_readiness_is_told_within_a_moment(client):
    client.get("/readyz")
    began = time.monotonic()
    client.get("/readyz")
    assert time.monotonic() - began < 2
