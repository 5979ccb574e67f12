"""What every benchmark shares: the database it runs in, alternating rounds, one JSON line."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")


def start() -> None:
    """Django with the database of DATABASE_URL."""
    import django

    django.setup()


def population() -> int:
    """N: how many people the database holds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        return cursor.fetchone()[0]


def timed(call: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def busy() -> float:
    """Seconds that the server's process of this connection has computed, where it runs on this machine: what a statement
    takes when nobody else computes. Else 0."""
    from django.db import connection

    connection.ensure_connection()
    try:
        pid = connection.connection.info.backend_pid
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def alternate(calls: dict[str, Callable[[], object]], rounds: int, warm: int = 10) -> dict[str, list[float]]:
    """Seconds of each call in each round; the calls take turns, so that noise of the machine falls on all alike."""
    for call in calls.values():
        for _ in range(warm):
            call()
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(timed(call))
    return found


def median_ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def quiet_ms(seconds: list[float]) -> float:
    """The tenth percentile: what it takes when the machine has nothing else to do."""
    return round(statistics.quantiles(seconds, n=10)[0] * 1000, 3)


def report(
    name: str, *, ours: float, floor: float, unit: str, n: int, better: str = "less", **more: object
) -> None:
    """One JSON line; `ratio` is ours over the floor."""
    command = "bench/" + " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    line = {"name": name, "n": n, "ours": ours, "floor": floor, "ratio": round(ours / floor, 3), "unit": unit}
    print(json.dumps(line | {"better": better} | more | {"command": command}, ensure_ascii=False), flush=True)
