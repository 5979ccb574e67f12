"""Web processes that follow one another on one socket: nobody is refused, what was begun is finished.

With SHEGONG_LONG=seconds the restart under load goes on for so long; bench/rolling.py does it with the whole product.
"""

import http.client
import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from shegong.config.house import supervisor as house
from shegong.config.house.supervisor import Service, Supervisor

TESTS = Path(__file__).resolve().parents[1]
LONG = float(os.environ.get("SHEGONG_LONG", "3"))


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """A supervised web server over the slow site that has just been started: (supervisor, its socket)."""
    monkeypatch.setenv("PYTHONPATH", f"{TESTS}:{TESTS.parent}")
    monkeypatch.setattr("signal.signal", lambda *_: None)  # this process keeps its own answers to signals
    line = socket.create_server(("127.0.0.1", 0), backlog=128)
    command = [sys.executable, "-P", "-m", "shegong.config.house.web_server", "--descriptor", str(line.fileno()),
               "--workers", "2", "--application", "fixtures.slow_site:application"]  # fmt: skip
    service = Service("web server", command, run=tmp_path / "run", descriptors=(line.fileno(),), announces=2)
    keeper = Supervisor([service])
    yield keeper, line
    keeper.stop()
    line.close()


@pytest.fixture
def site(begun):
    """The same at work: (supervisor, port)."""
    keeper, line = begun
    keeper.start()
    wait_for(keeper.services[0].is_up)
    return keeper, line.getsockname()[1]


def wait_for(found) -> None:
    """Wait until it is so, 30 seconds at most."""
    deadline = time.monotonic() + 30
    while not found() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found()


def ask(port: int, path: str = "/") -> tuple[int, int]:
    """Status, and the process that answered."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, int(answer.read())
    finally:
        line.close()


def test_replacing_every_process_under_load_refuses_nobody(site):
    """A connection that an old process accepted in the moment of its end may close before a byte of an answer: then the
    question is asked again, as browsers and proxies do (docs/operations.md). More than that is a refused request."""
    keeper, port = site
    stop, failures, seen, again = threading.Event(), [], [], []

    def asked() -> tuple[int, int]:
        try:
            return ask(port)
        except http.client.RemoteDisconnected:
            again.append(1)
            return ask(port)

    def client() -> None:
        while not stop.is_set():
            try:
                status, process = asked()
                seen.append(process)
                if status != 200:
                    failures.append(status)
            except (OSError, http.client.HTTPException, ValueError) as problem:
                failures.append(repr(problem))

    threads = [threading.Thread(target=client) for _ in range(4)]
    [thread.start() for thread in threads]
    ends, replaced = time.monotonic() + LONG, 0
    try:
        while not replaced or time.monotonic() < ends:
            assert keeper.replace()
            replaced += 1
    finally:
        stop.set()
        [thread.join() for thread in threads]
    assert failures == [] and len(again) <= 2 * replaced
    assert len(seen) > 20 and len(set(seen)) >= 2 + 2 * replaced - 1, "old and new processes answered"


def test_what_is_in_hand_is_finished_when_the_server_is_told_to_stop(site):
    keeper, port = site
    found = []
    slow = [threading.Thread(target=lambda: found.append(ask(port, "/slow")[0])) for _ in range(3)]
    [thread.start() for thread in slow]
    time.sleep(0.4)
    began = time.monotonic()
    keeper.stop()
    [thread.join() for thread in slow]
    assert found == [200, 200, 200]
    assert time.monotonic() - began < 20


def test_a_server_that_is_still_starting_stops_at_once(begun, monkeypatch):
    """Nothing is in hand yet; granian's workers would not hear of it until the server kills them after 20 seconds."""
    keeper, _line = begun
    monkeypatch.setenv("SLOW_SITE_LOADS", "30")
    keeper.start()
    wait_for(lambda: len(list(keeper.services[0].folder.glob("loading-*"))) == 2)
    began = time.monotonic()
    keeper.stop()
    assert time.monotonic() - began < 10


def test_a_new_version_that_does_not_come_up_leaves_the_old_one_at_work(site, monkeypatch, capsys):
    keeper, port = site
    old = keeper.services[0].child.pid
    monkeypatch.setattr(house, "UP_SECONDS", 5)
    monkeypatch.setenv("SLOW_SITE_IS_BROKEN", "1")
    assert keeper.replace() is False
    assert "the old one goes on" in capsys.readouterr().err
    assert keeper.services[0].child.pid == old
    assert ask(port)[0] == 200


def test_a_process_that_is_killed_loses_nobody_who_waits_in_line(site):
    keeper, port = site
    keeper.services[0].signal(9)
    keeper.services[0].child.wait()
    found = []
    waiting = [threading.Thread(target=lambda: found.append(ask(port)[0])) for _ in range(5)]
    [thread.start() for thread in waiting]
    assert keeper.revive(keeper.services[0])
    [thread.join() for thread in waiting]
    assert found == [200] * 5
