"""The gate: so many at work, so many waiting, the rest told at once; lanes do not keep each other out."""

import io
import threading
import time

import pytest
from django.db import connections

from shegong.config.gate import Gate, Lane, reads_english

PUBLIC = ("/v/", "/verify/")


class Answers:
    """An application whose requests end when they are let go; it counts how many are at work at one time."""

    def __init__(self) -> None:
        self.go, self.at_work, self.most, self.lock = threading.Event(), 0, 0, threading.Lock()

    def __call__(self, environ, start_response):
        with self.lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        if not environ["PATH_INFO"].startswith("/quick"):
            self.go.wait(10)
        with self.lock:
            self.at_work -= 1
        start_response("200 OK", [])
        return [environ["wsgi.input"].read() or b"well"]


@pytest.fixture
def gate(settings):
    settings.LANES = {"public": (1, 1, 5.0), "office": (2, 2, 5.0), "watch": (1, 1, 5.0)}
    return Gate(Answers(), PUBLIC, "/sgrc")


def ask(gate, path="/office/", method="GET", body=b"", **more):
    """Status, headers and text of one request."""
    found = {}
    environ = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "wsgi.input": io.BytesIO(body),
        "QUERY_STRING": "",
        **more,
    }
    content = gate(
        environ, lambda status, headers, *_: found.update(status=int(status[:3]), headers=dict(headers))
    )
    return found["status"], found["headers"], b"".join(content)


def crowd(gate, count, path="/office/"):
    """Requests at one time, each in a thread; answers are added as they come."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(ask(gate, path)[0])) for _ in range(count)]
    [thread.start() for thread in threads]
    return threads, found


def wait_for(condition):
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert condition()


def test_two_work_two_wait_and_the_rest_are_turned_away_at_once(gate):
    threads, found = crowd(gate, 10)
    wait_for(lambda: len(found) == 6)
    assert found == [503] * 6
    gate.application.go.set()
    [thread.join() for thread in threads]
    assert sorted(found) == [200] * 4 + [503] * 6
    assert gate.application.most == 2


def test_a_crowd_in_the_office_keeps_nobody_from_verifying_nor_the_watch_from_asking(gate):
    threads, found = crowd(gate, 8)
    wait_for(lambda: len(found) == 4)
    others = [
        threading.Thread(target=lambda p=path: found.append((p, ask(gate, p)[0])))
        for path in ("/v/x", "/sgrc/verify/", "/readyz")
    ]
    [thread.start() for thread in others]
    wait_for(
        lambda: gate.application.at_work == 4
    )  # both office places, a verification, the watch; one verification waits
    gate.application.go.set()
    [thread.join() for thread in threads + others]
    assert {("/v/x", 200), ("/sgrc/verify/", 200), ("/readyz", 200)} <= set(found)


def test_whoever_waits_too_long_is_told_to_come_back(settings):
    settings.LANES = {"public": (1, 1, 1.0), "office": (1, 5, 0.2), "watch": (1, 1, 1.0)}
    gate = Gate(Answers(), PUBLIC, "")
    threads, _found = crowd(gate, 1)
    wait_for(lambda: gate.application.at_work == 1)
    began = time.monotonic()
    status, headers, text = ask(gate)
    assert status == 503 and 0.2 <= time.monotonic() - began < 2
    assert headers["Retry-After"] == "5" and headers["Cache-Control"] == "no-store"
    assert "访问人数较多" in text.decode()
    gate.application.go.set()
    [thread.join() for thread in threads]
    assert ask(gate)[0] == 200, "its place is free again"


def test_the_refusal_is_in_the_readers_language_and_data_for_programs(settings):
    settings.LANES = {"public": (0, 0, 0.0), "office": (0, 0, 0.0), "watch": (0, 0, 0.0)}
    gate = Gate(Answers(), PUBLIC, "")
    assert "Many people" in ask(gate, HTTP_COOKIE="a=b; django_language=en")[2].decode()
    assert (
        "访问人数较多" in ask(gate, QUERY_STRING="lang=zh-hans", HTTP_COOKIE="django_language=en")[2].decode()
    )
    status, headers, body = ask(gate, "/api/v1/people")
    assert status == 503 and headers["Content-Type"] == "application/json" and b"too_many" in body
    assert ask(gate, method="HEAD")[2] == b""
    assert not reads_english({})


def test_what_is_sent_is_read_before_a_place_is_taken(gate):
    sending = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size=-1):
            sending.wait(5)
            return super().read(size)

    found = []
    slow = [
        threading.Thread(
            target=lambda: found.append(ask(gate, "/quick", "POST", **{"wsgi.input": Slow(b"x")})[0])
        )
        for _ in range(5)
    ]
    [thread.start() for thread in slow]
    time.sleep(0.1)
    assert ask(gate, "/quick")[0] == 200, "those who send slowly hold no place"
    sending.set()
    [thread.join() for thread in slow]
    assert found.count(200) == 5
    assert ask(gate, "/quick", "POST", b"z" * 700_000)[2] == b"z" * 700_000


def test_a_stream_holds_its_place_until_it_ends_or_is_forgotten(settings):
    settings.LANES = {"public": (1, 0, 0.1), "office": (1, 0, 0.1), "watch": (1, 0, 0.1)}

    class Streamed:
        streaming, closed = True, False

        def __iter__(self):
            return iter([b"a", b"b"])

        def close(self):
            self.closed = True

    gate = Gate(lambda environ, start: start("200 OK", []) or Streamed(), PUBLIC, "")
    environ = {"PATH_INFO": "/x", "REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO()}
    stream = gate(environ, lambda *_: None)
    assert list(stream) == [b"a", b"b"]
    assert ask(gate)[0] == 503
    stream.close()
    assert stream.answer.closed
    forgotten = gate(environ, lambda *_: None)
    assert ask(gate)[0] == 503
    del forgotten
    again = gate(environ, lambda *_: None)
    assert b"".join(again) == b"ab"


def test_a_fault_in_the_application_frees_the_place(settings):
    settings.LANES = {"public": (1, 0, 0.1), "office": (1, 0, 0.1), "watch": (1, 0, 0.1)}

    def falls(environ, start_response):
        raise RuntimeError

    gate = Gate(falls, PUBLIC, "")
    for _ in range(3):
        with pytest.raises(RuntimeError):
            ask(gate)


@pytest.mark.django_db(transaction=True)
def test_threads_are_many_and_connections_as_few_as_places(settings):
    lane, seen = Lane("office", 2, 50, 10.0), []

    def work():
        place = lane.enter()
        with place.taken(), connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            seen.append(cursor.fetchone()[0])
        lane.leave(place)

    threads = [threading.Thread(target=work) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(seen) == 20 and len(set(seen)) <= 2
    for place in (lane.enter(), lane.enter()):
        if place.connection is not None:
            place.connection.close()
