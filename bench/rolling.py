"""A rolling restart under load: how many requests fail while every process is replaced (reach: none).

`bench/rolling.py [SECONDS] [CLIENTS]`: starts `shegong serve` on the database of DATABASE_URL and asks without pause:
half the clients keep their connection, half open a new one each time. Meanwhile `shegong serve --reload`, again and again.
"""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
PATHS = ("/verify/", "/healthz", "/v/JL2026000001", "/account/login/")
EXPECTED = {200, 404}


class Client(threading.Thread):
    """Asks until told to stop; a request counts as failed when it has no answer, or an answer nobody expects.

    A kept connection that the server has closed before anything of the next request was answered is opened once more,
    as every browser and proxy does for a GET; that is counted apart.
    """

    def __init__(self, port: int, keeps: bool, stop: threading.Event) -> None:
        super().__init__()
        self.port, self.keeps, self.stop = port, keeps, stop
        self.answers: Counter[int] = Counter()
        self.failures: list[str] = []
        self.again, self.slowest, self.times = 0, 0.0, []

    def run(self) -> None:
        line, n = None, 0
        while not self.stop.is_set():
            path, began = PATHS[n % len(PATHS)], time.monotonic()
            n += 1
            is_old = line is not None
            try:
                line, status = self.ask(line, path)
            except (OSError, http.client.HTTPException) as problem:
                line = None
                if not is_old:
                    self.failures.append(f"{type(problem).__name__}: {problem}")
                    continue
                self.again += 1
                try:
                    line, status = self.ask(None, path)
                except (OSError, http.client.HTTPException) as second:
                    self.failures.append(f"again {type(second).__name__}: {second}")
                    line = None
                    continue
            self.answers[status] += 1
            if status not in EXPECTED:
                self.failures.append(f"{status} for {path}")
            self.times.append(time.monotonic() - began)

    def ask(self, line, path):
        """One request; the connection to use for the next one, and the status."""
        line = line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", path, headers={} if self.keeps else {"Connection": "close"})
        answer = line.getresponse()
        answer.read()
        if not self.keeps or answer.getheader("connection", "").lower() == "close":
            line.close()
            return None, answer.status
        return line, answer.status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(port: int, clients: int, work) -> dict:
    """Figures of the clients while `work` is done."""
    stop = threading.Event()
    threads = [Client(port, n % 2 == 0, stop) for n in range(clients)]
    [thread.start() for thread in threads]
    try:
        done = work()
    finally:
        stop.set()
        [thread.join() for thread in threads]
    answers: Counter[int] = sum((thread.answers for thread in threads), Counter())
    failures = [one for thread in threads for one in thread.failures]
    times = [one for thread in threads for one in thread.times]
    return {
        "requests": sum(answers.values()) + sum(not one.startswith(("5", "4")) for one in failures),
        "answers": dict(answers), "failed": len(failures), "kinds": Counter(failures).most_common(5),
        "kept_connections_opened_again": sum(thread.again for thread in threads),
        "median_ms": round(statistics.median(times) * 1000, 1), "slowest_s": round(max(times), 2), "done": done,
    }  # fmt: skip


def started(port: int, workers: int = 2) -> subprocess.Popen:
    """`shegong serve`, up."""
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "shegong", "serve", "--port", str(port), "--workers", str(workers)],
        cwd=HOUSE, env=os.environ | {"PYTHONPATH": str(HOUSE)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in server.stdout:
        if "Stop it with" in line:
            break
    threading.Thread(target=server.stdout.read, daemon=True).start()
    return server


def reload() -> bool:
    """`shegong serve --reload`, to its end."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "shegong", "serve", "--reload"],
        cwd=HOUSE, env=os.environ | {"PYTHONPATH": str(HOUSE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(done.stderr[-500:], file=sys.stderr)
    return done.returncode == 0


def main() -> None:
    """Start, load, replace, say."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    port = free_port()
    server = started(port)

    def replace() -> dict:
        ends, count = time.monotonic() + seconds, 0
        while time.monotonic() < ends:
            if not reload():
                return {"replaced": count, "broken": True}
            count += 1
        return {"replaced": count}

    try:
        print(json.dumps({"name": "rolling restart under load", **load(port, clients, replace)}))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


if __name__ == "__main__":
    main()
