"""What the database spends on the leaders' page as it is served: the whole request, of the province, a prefecture, a county.

    DATABASE_URL=postgresql://…/bench .venv/bin/python -m shegong cube recount --repair   # once, after bench/world.py N 2013-12-31
    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/cube_served.py [rounds]

Session, user, grants, menu, figures, curves, forecasts, attention list: every statement of the request, on days of the
plan, each page once a round and all pages in turn. `database` is what the process waited for the database, `server_cpu`
what the database's own process computed meanwhile (no other work of the machine is in it), both in ms; the floor is as many
statements that ask nothing. Writes officers into the scratch database.
"""

import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import measure

measure.start()
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from shegong.kernel import prepared  # noqa: E402
from shegong.kernel.prepared import fetch  # noqa: E402

UNITS = {"province": "", "prefecture": "222400/", "county": "222401/", "county below the mean": "220881/"}
DAYS = ("2011-06-17", "2011-12-31", "2012-05-09", "2012-12-31", "2013-03-20", "2013-10-02", "2013-12-31")


@contextmanager
def waiting() -> Iterator[list[float]]:
    """Seconds of each statement of this connection."""
    spent: list[float] = []

    def timed(execute: Callable, *given: object) -> object:
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent.append(time.perf_counter() - began)

    asked = prepared._asked
    prepared._asked = lambda *given: timed(asked, *given)
    try:
        with connection.execute_wrapper(timed):
            yield spent
    finally:
        prepared._asked = asked


def reader() -> Client:
    """A browser in which a leader of the province is signed in."""
    import list_http

    list_http.ROLE = {**list_http.ROLE, "leader": "leader"}
    list_http.UNITS = {**list_http.UNITS, "leader": (220000000, 1)}
    client = Client()
    client.cookies["session"] = list_http.session_of("leader")
    return client


def main() -> None:
    """Each page on each day, in turn."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 8
    client, n = reader(), measure.population()
    found: dict[str, list[tuple[int, float, float, float]]] = defaultdict(list)
    worst: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    order = [(unit, day) for unit in UNITS for day in DAYS]
    with waiting() as spent:
        for go in range(rounds + 1):
            random.Random(go).shuffle(order)
            for unit, day in order:
                spent.clear()
                began, computed = time.perf_counter(), measure.busy()
                answer = client.get(f"/cockpit/plan/{UNITS[unit]}?asof={day}")
                whole, computed = time.perf_counter() - began, measure.busy() - computed
                if answer.status_code != 200:
                    sys.exit(f"{unit} {day}: {answer.status_code} {answer.headers.get('Location', '')}")
                if go:  # the first goes to make plans and fill caches
                    found[unit].append((len(spent), sum(spent), computed, whole))
                    worst[unit][day].append(computed)
    for unit, rows in found.items():
        count = round(statistics.median(row[0] for row in rows))
        floor = measure.alternate(
            {"floor": lambda count=count: [fetch("SELECT 1") for _ in range(count)]}, 10
        )
        day, cpu = max(
            ((day, statistics.median(each)) for day, each in worst[unit].items()), key=lambda one: one[1]
        )
        measure.report(
            f"leaders' page of a {unit}, whole request", statements=count, unit="ms", n=n,
            ours=measure.median_ms([row[1] for row in rows]), floor=measure.median_ms(floor["floor"]),
            quiet=measure.quiet_ms([row[1] for row in rows]), server_cpu=measure.median_ms([row[2] for row in rows]),
            server_cpu_worst_day=round(cpu * 1000, 2), worst_day=day, page=measure.median_ms([row[3] for row in rows]),
        )  # fmt: skip


if __name__ == "__main__":
    main()
