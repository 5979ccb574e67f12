"""The supervisor: starts again what falls, gives up on what cannot stand, ends everything in time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shegong.config.house.supervisor import Service, Supervisor
from shegong.config.management.commands.code import one_time_code

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition, seconds: float = 10) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def lives(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def supervised(tmp_path):
    """Start a supervisor in a process of its own over one service; answers (process, path of the service's pid)."""
    started = []

    def start(program: str) -> tuple[subprocess.Popen, Path]:
        pids = tmp_path / "pids"
        noted = (
            f"import os, signal, sys, time\nopen({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\n{program}"
        )
        main = (
            "import sys; from shegong.config.house.supervisor import Service, Supervisor\n"
            f"s = Supervisor([Service('worker', [sys.executable, '-c', {noted!r}])])\n"
            "s.start(); kept = s.watch(); s.stop(); sys.exit(0 if kept else 7)"
        )
        child = subprocess.Popen([sys.executable, "-c", main], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        started.append(child)
        return child, pids

    yield start
    for child in started:
        child.kill()
        child.communicate()


def pids_in(path: Path) -> list[int]:
    """The service's processes so far."""
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_a_service_that_is_killed_is_started_again(supervised):
    child, pids = supervised("time.sleep(60)")
    assert wait_for(lambda: len(pids_in(pids)) == 1)
    os.kill(pids_in(pids)[0], signal.SIGKILL)
    assert wait_for(lambda: len(pids_in(pids)) == 2)
    assert child.poll() is None


def test_a_service_that_ends_at_once_each_time_stops_everything(supervised):
    child, _pids = supervised("sys.exit(3)")
    assert child.wait(20) == 7
    assert "The worker ends at once each time (exit 3)" in child.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_service_finish_what_it_has_in_hand(supervised, tmp_path, number):
    done = tmp_path / "done"
    finish = f"def finish(*_): time.sleep(0.5); open({str(done)!r}, 'w').close(); sys.exit()"
    child, pids = supervised(f"{finish}\nsignal.signal(signal.SIGTERM, finish)\ntime.sleep(60)")
    assert wait_for(lambda: len(pids_in(pids)) == 1)
    time.sleep(0.2)
    child.send_signal(number)
    assert child.wait(25) == 0
    assert done.exists()


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel tells children of a dead parent only on Linux"
)
def test_kill_9_of_the_supervisor_leaves_no_service_behind(supervised):
    child, pids = supervised("time.sleep(60)")
    assert wait_for(lambda: len(pids_in(pids)) == 1)
    child.kill()
    assert wait_for(lambda: not lives(pids_in(pids)[0]))


def test_what_does_not_stop_is_ended(monkeypatch):
    monkeypatch.setattr("shegong.config.house.supervisor.GRACE_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    supervisor = Supervisor([Service("worker", [sys.executable, "-c", deaf])])
    supervisor.start()
    child = supervisor.services[0].child
    time.sleep(0.3)
    supervisor.stop()
    assert child.wait(5) == -signal.SIGKILL


def test_one_time_codes_are_those_of_the_standard():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert one_time_code(secret, 59) == "287082"
    assert one_time_code(secret, 1111111109) == "081804"
