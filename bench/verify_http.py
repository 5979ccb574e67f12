"""Public verification over HTTP against a view with one raw SQL row, both on one granian worker, rounds in turn.

Reach: at least 0.7 of the requests a second of the raw row; 99 of 100 answers within 4 times the median.
"""

import random
import socket
import statistics
import subprocess
import sys
import threading
import time

import measure

measure.start()
from django.db import connection  # noqa: E402

PORT, CONNECTIONS, ROUNDS, SECONDS = 8799, 2, 12, 2.0


def serials(count: int) -> list[str]:
    """Cards of the world, at random."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT serial FROM registry_card TABLESAMPLE SYSTEM (20) LIMIT %s", [count])
        found = [serial for (serial,) in cursor.fetchall()]
    random.Random(7).shuffle(found)
    return found


def load(prefix: str, sample: list[str], seconds: float) -> list[float]:
    """Seconds of each answer while CONNECTIONS clients ask as fast as they are answered."""
    taken: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    ends = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=client, args=(prefix, sample[n::CONNECTIONS], ends, taken[n]))
        for n in range(CONNECTIONS)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return [one for part in taken for one in part]


def client(prefix: str, sample: list[str], ends: float, taken: list[float]) -> None:
    """One connection kept alive; every answer must be 200 with its whole body."""
    with socket.create_connection(("127.0.0.1", PORT)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        n = 0
        while (began := time.perf_counter()) < ends:
            line.sendall(
                f"GET {prefix}{sample[n % len(sample)]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
            got = line.recv(65536)
            head, _, body = got.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(head.decode())
            _, _, length = head.lower().partition(b"content-length: ")
            while not (len(body) >= int(length.split(b"\r\n")[0]) if length else body.endswith(b"0\r\n\r\n")):
                body += line.recv(65536)
            taken.append(time.perf_counter() - began)
            n += 1


def wait() -> None:
    """Until the server listens."""
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", PORT)).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not start")


def main() -> None:
    """Start the server, measure, say."""
    flags = [
        "--interface",
        "wsgi",
        "--port",
        str(PORT),
        "--workers",
        "1",
        "--blocking-threads",
        "2",
        "--http",
        "1",
        "--no-ws",
        "--log-level",
        "error",
    ]
    server = subprocess.Popen([sys.executable, "-m", "granian", *flags, "serving:application"], cwd=measure.HOUSE / "bench")  # fmt: skip
    try:
        wait()
        sample = serials(5000)
        paths = {"ours": "/v/", "floor": "/floor/", "floor2": "/floor2/"}
        for prefix in paths.values():
            load(prefix, sample, 1.5)
        rates: dict[str, list[float]] = {name: [] for name in paths}
        times: dict[str, list[float]] = {name: [] for name in paths}
        for _ in range(ROUNDS):
            for name, prefix in paths.items():
                found = load(prefix, sample, SECONDS)
                rates[name].append(len(found) / SECONDS)
                times[name] += found
    finally:
        server.terminate()
        server.wait(20)
    rate = {name: round(statistics.median(found)) for name, found in rates.items()}
    spread, base = (statistics.quantiles(times[name], n=100) for name in ("ours", "floor"))
    measure.report(
        "verification by QR over HTTP", ours=rate["ours"], floor=rate["floor"], unit="answers/s, 1 worker", better="more",
        n=measure.population(), reach=">= 0.7; p99 <= 4 x median", floor_prepared=rate["floor2"],
        ratio_prepared=round(rate["ours"] / rate["floor2"], 3), median_ms=round(spread[49] * 1000, 2),
        p99_ms=round(spread[98] * 1000, 2), p99_over_median=round(spread[98] / spread[49], 2), floor_p99_over_median=round(base[98] / base[49], 2),
    )  # fmt: skip


if __name__ == "__main__":
    main()
