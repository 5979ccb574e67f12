"""Logs: one line an event, with its request, without the person, and nobody outside can write a line of his own."""

import json
import logging
import sys

import pytest
from django.test import RequestFactory

from shegong.kernel import logs
from shegong.kernel.access import Actor

EVIL = 'x\n{"level":"info","event":"forged"}\r\u2028\u202e\x1b[31m\x00'


def record(
    message: str, *args: object, name: str = "shegong", exc: bool = False, **extra: object
) -> logging.LogRecord:
    one = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, sys.exc_info() if exc else None)
    one.__dict__.update(extra)
    return one


@pytest.fixture
def request_in_hand():
    request = RequestFactory().get("/office/people/990101199003071240/?q=王小明")
    request.request_id, request.actor = "abc123", Actor(user_id=7, person_id=8)
    mark = logs.begin(request)
    yield request
    logs.end(mark)


def test_a_line_of_json_says_when_what_and_for_which_request(request_in_hand):
    said = json.loads(logs.JsonLines().format(record("done %s", "well", facts={"ms": 3})))
    assert said["event"] == "done well" and said["level"] == "error" and said["ms"] == 3
    assert said["request_id"] == "abc123" and said["user"] == 7
    assert said["at"].endswith("+00:00")


@pytest.mark.parametrize("form", [logs.JsonLines(), logs.PlainLines()])
def test_text_from_outside_never_begins_a_line_nor_turns_one(form):
    try:
        raise ValueError(EVIL)
    except ValueError:
        line = form.format(record("said %s", EVIL, exc=True, facts={"host": EVIL}))
    rows = line.split("\n")
    assert all(row.startswith("    ") for row in rows[1:])
    for sign in ("\r", "\u2028", "\u202e", "\x1b", "\x00"):
        assert sign not in line
    if isinstance(form, logs.JsonLines):
        assert len(rows) == 1 and json.loads(line)["level"] == "error"


def test_values_that_the_database_repeats_and_addresses_of_pages_stay_out():
    try:
        raise RuntimeError(
            "duplicate key value violates unique constraint\nDETAIL:  Key (number)=(990101199003071240)"
        )
    except RuntimeError:
        line = logs.JsonLines().format(
            record(
                "%s: %s", "Internal Server Error", "/v/990101199003071240", name="django.request", exc=True
            )
        )
    assert "990101199003071240" not in line
    assert json.loads(line)["event"] == "Internal Server Error"
    assert "duplicate key" in line


@pytest.mark.django_db
def test_each_request_has_one_line_without_its_address_and_a_fault_has_its_id(client, caplog):
    with caplog.at_level(logging.INFO, logger="shegong.access"):
        answer = client.get("/verify/?name=王小明&no=JL2026000001")
        client.get("/healthz")
        client.get("/nowhere/990101199003071240/")
    lines = [one for one in caplog.records if one.name == "shegong.access"]
    assert [one.facts["route"] for one in lines] == ["lookup:verify", "none"]
    text = "".join(logs.JsonLines().format(one) for one in lines)
    assert "王小明" not in text and "JL2026000001" not in text and "990101" not in text
    assert len(answer["X-Request-Id"]) == 16


@pytest.mark.django_db
def test_a_fault_shows_its_id_and_the_log_has_the_same(client, caplog, monkeypatch):
    from shegong.config import web

    def fall(*_given, **_more):
        raise RuntimeError("a fault")

    monkeypatch.setattr(web.health, "facts", fall)
    client.raise_request_exception = False
    answer = client.get("/readyz")
    assert answer.status_code == 500
    number = answer["X-Request-Id"]
    assert number in answer.content.decode() and "a fault" not in answer.content.decode()
    faults = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert {one.name for one in faults} == {"django.request", "shegong.access"}
