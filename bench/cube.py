"""Figures at N people: a page of them, a thousand changed people, a whole recount (kernel/cube*.py).

    DATABASE_URL=postgresql://…/bench .venv/bin/python -m shegong cube recount --repair   # once, after bench/world.py
    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/cube.py page board fold recount

The floor of a page is as many statements that ask nothing; that of a thousand changed people is the same rows written
into a table like that of contributions (with those of this figure in it), without asking what they are. The floor of the recount is numpy: the rows of
people, ties and certificates are read as they lie, counted into the same cells, and compared with the contributions and
cells that are kept. It knows no rule for a second certificate, a second tie or a death, which this world does not have.
numpy is no part of the product: `uv pip install --target DIR numpy` and PYTHONPATH=DIR. Everything is rolled back.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from measure import alternate, busy, median_ms, population, quiet_ms, report, start

start()

from django.db import connection, transaction  # noqa: E402

from shegong.ground.regions.models import tree  # noqa: E402
from shegong.kernel import cube, cube_recount, cube_sums  # noqa: E402
from shegong.kernel.prepared import fetch  # noqa: E402

HOLDERS = "credentials.holders"
PEOPLE = (HOLDERS, "employment.in_post", "registry.registered")
EPOCH = date(2000, 1, 1)


class Back(Exception):
    """Roll back."""


# -- a page ----------------------------------------------------------------------------------------------------------


def _busy_ms(work: Callable[[], object]) -> float:
    work()
    before = busy()
    work()
    return round((busy() - before) * 1000, 2)


def _timed_fetch(spent: list[float], *given: object) -> object:
    """What the cube waits for the database."""
    began = time.perf_counter()
    rows = fetch(*given)
    spent.append(time.perf_counter() - began)
    return rows


def page(day: date) -> list[Callable[[], object]]:
    """What a dashboard asks: every headline figure everywhere and by place (so all units and counties), new holders of
    the year, the line of three years, the holders of a prefecture by level, and of a county."""
    ranges = tree().ranges(222400000, day, "reporting")
    county = tree().ranges(222401000, day, "reporting")
    asked: list[Callable[[], object]] = []
    for name in PEOPLE:
        asked += [lambda n=name: cube.value(n, on=day), lambda n=name: cube.by_place(n, on=day)]
    year = day.replace(month=1, day=1)
    return [
        *asked,
        lambda: cube.by_place("credentials.new_holders", since=year, on=day),
        lambda: cube.series(HOLDERS, since=day - timedelta(days=1095), until=day),
        lambda: cube.table(HOLDERS, on=day, by=["level"], ranges=ranges),
        lambda: cube.table(HOLDERS, on=day, by=["region", "level"]),
        lambda: cube.table(HOLDERS, on=day, by=["level", "sex"]),
        lambda: cube.value(HOLDERS, on=day, ranges=county, codes={"level": 2}),
    ]


def pages(n: int) -> None:
    """Days of the world's last three years, each once, the database's caches as they are."""
    dice = random.Random(7)
    ((newest,),) = fetch("SELECT max(issued_on) FROM credentials_certificate")
    days = [newest - timedelta(days=dice.randrange(1050)) for _ in range(30)]
    parts: dict[str, Callable[[], object]] = {}
    for day in days:
        questions = page(day)
        parts[f"{day}"] = lambda q=questions: [one() for one in q]
        count = len(questions) + 1  # a line of a stock asks twice
    parts["floor"] = lambda: [fetch("SELECT 1") for _ in range(count)]
    busy_ms = [_busy_ms(lambda q=q: [one() for one in q]) for q in map(page, days)]
    spent: list[float] = []
    cube_sums.fetch = lambda *given: _timed_fetch(spent, *given)
    found = alternate(parts, 5, warm=1)
    floor = found.pop("floor")
    inside = [sum(spent[at : at + count]) for at in range(0, len(spent), count)]
    each = [statistics.median(seconds) for seconds in found.values()]
    report(
        "cube: a page of figures",
        server_cpu=round(statistics.median(busy_ms), 2),
        server_cpu_worst=max(busy_ms),
        database=median_ms(inside),
        database_worst_of_20=round(statistics.quantiles(inside, n=20)[-1] * 1000, 2),
        ours=median_ms(each),
        floor=median_ms(floor),
        unit="ms",
        n=n,
        worst=round(max(each) * 1000, 2),
        statements=count,
    )


# -- the leaders' page itself ----------------------------------------------------------------------------------------


def boards(n: int) -> None:
    """Everything that the leaders' page reads of the plan in force, of the province, a prefecture and a county, on a month's
    end and within a month: how many statements, and how long the database takes. Needs the plan loaded (`shegong load
    jilin`) and a world of its days (`bench/world.py N 2013-12-31`); bench/cube_served.py has the whole request."""
    from shegong.kernel import prepared
    from shegong.steering.programme.models.board import Board, headline

    spent: list[float] = []

    def timed(execute, *given):
        began = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent.append(time.perf_counter() - began)

    asked = prepared._asked
    prepared._asked = lambda *given: timed(asked, *given)
    places = {"province": 220000000, "prefecture": 222400000, "county": 222401000}
    days = {"": date(2012, 12, 31), " within a month": date(2013, 10, 27)}
    rounds: dict[str, list[tuple[int, float, float]]] = {name + when: [] for name in places for when in days}
    with connection.execute_wrapper(timed):
        for _ in range(12):
            for name, code, day in [
                (name + when, code, day) for name, code in places.items() for when, day in days.items()
            ]:
                spent.clear()
                began, computed = time.perf_counter(), busy()
                board = Board(code, day, headline(day)[0])
                _ = board.figures, board.points, board.planned, board.outlooks, board.concerns()
                rounds[name].append((len(spent), sum(spent), busy() - computed))
                rounds.setdefault(f"{name} whole", []).append((0, time.perf_counter() - began, 0))
    prepared._asked = asked
    for name in [name + when for name in places for when in days]:
        kept = rounds[name][2:]
        count = max(count for count, *_ in kept)
        floor = alternate({"floor": lambda count=count: [fetch("SELECT 1") for _ in range(count)]}, 10)[
            "floor"
        ]
        report(
            f"cube: leaders' page of a {name}", statements=count, unit="ms", n=n,
            database=median_ms([waited for _, waited, _ in kept]), server_cpu=median_ms([cpu for *_, cpu in kept]),
            ours=median_ms([whole for _, whole, _ in rounds[f"{name} whole"][2:]]), floor=median_ms(floor),
        )  # fmt: skip


# -- a thousand changed people ---------------------------------------------------------------------------------------

CHANGE = """
UPDATE credentials_certificate SET level = CASE level WHEN 'assistant' THEN 'senior' ELSE 'assistant' END
WHERE person_id = ANY (%s)
"""
LIKE = """
INSERT INTO bench_like (measure, rule, subject, region_code, "on", c1, c2, c3, c4, amount)
SELECT measure, rule, subject, region_code, "on", c1, c2, c3, c4, amount
FROM kernel_contribution WHERE id > %s ORDER BY subject
"""


def changed(n: int, rounds: int = 12) -> None:
    """Fold in a thousand people of whom each has another level now; and the question whether they have."""
    dice, ours, floor, again, cpu, rows = random.Random(3), [], [], [], [], 0
    with connection.cursor() as cursor, suppress(Back), transaction.atomic():
        cursor.execute("CREATE TABLE bench_like (LIKE kernel_contribution INCLUDING ALL)")
        number = cube.measure(HOLDERS).number
        cursor.execute(
            "INSERT INTO bench_like SELECT * FROM kernel_contribution WHERE measure = %s", [number]
        )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('bench_like', 'id'), greatest(max(id), 1)) FROM bench_like"
        )
        cursor.execute("ANALYZE bench_like")
        for _ in range(rounds):
            some = dice.sample(range(1, n + 1), 1000)
            cursor.execute(CHANGE, [some])
            cursor.execute("SELECT max(id) FROM kernel_contribution")
            (last,) = cursor.fetchone()
            for times in (ours, again):
                began, computed = time.perf_counter(), busy()
                rows = max(rows, cube.refresh(HOLDERS, some))
                times.append(time.perf_counter() - began)
                if times is ours:
                    cpu.append(busy() - computed)
            began = time.perf_counter()
            cursor.execute(LIKE, [last])
            floor.append(time.perf_counter() - began)
        fold = time.perf_counter()
        folded = cube.fold()
        fold = time.perf_counter() - fold
        raise Back
    report(
        "cube: 1,000 changed people", ours=median_ms(ours), floor=median_ms(floor), unit="ms", n=n, quiet=quiet_ms(ours),
        quiet_floor=quiet_ms(floor), server_cpu=median_ms(cpu), server_cpu_best=round(min(cpu) * 1000, 1), contributions=rows, again=median_ms(again),
        later_into_cells_each_1000=round(fold * 1000 / rounds, 1), folded=folded,
    )  # fmt: skip


# -- the recount -----------------------------------------------------------------------------------------------------


def columns(query: str, names: str):
    """Whole numbers as they come out of COPY, as numpy columns."""
    import numpy

    fields = [("n", ">i2")]
    for name in names.split():
        fields += [(f"_{name}", ">i4"), (name, ">i8")]
    cast = ", ".join(f"({name})::int8" for name in names.split())
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY (SELECT {cast} FROM ({query}) q) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        rows = b"".join(bytes(part) for part in copy)
    found = numpy.frombuffer(rows[19:-2], numpy.dtype(fields))
    return {name: found[name].astype("i8") for name in names.split()}


def read() -> dict:
    """The rows that the count needs, and what is kept."""
    number = cube.measure(HOLDERS).number
    return {
        "people": columns("SELECT id, sex::int, coalesce(extract(year FROM born_on), 0) AS born FROM people_person", "id sex born"),
        "ties": columns("SELECT person_id, region_code FROM people_tie WHERE upper_inf(recorded)", "person_id region_code"),
        "held": columns(
            "SELECT person_id, array_position('{assistant,social_worker,senior}', level) AS level, "
            f"issued_on - DATE '{EPOCH}' AS at FROM credentials_certificate WHERE state = 'verified'", "person_id level at"),
        "kept": columns(
            f"SELECT subject, region_code, \"on\" - DATE '{EPOCH}' AS at, c1, c2, c3, amount FROM kernel_contribution WHERE measure = {number}",
            "subject region_code at c1 c2 c3 amount"),
        "cells": columns(
            f"SELECT grain, span, starts - DATE '{EPOCH}' AS at, region_code, c1, c2, c3, amount FROM kernel_cell WHERE measure = {number}",
            "grain span at region_code c1 c2 c3 amount"),
    }  # fmt: skip


def cells_differ(rows: dict) -> int:
    """Facts, contributions and cells beside each other; how many differ."""
    import numpy as np

    people, ties, held = rows["people"], rows["ties"], rows["held"]
    person = np.argsort(people["id"])[np.searchsorted(np.sort(people["id"]), held["person_id"])]
    tie = np.argsort(ties["person_id"])[np.searchsorted(np.sort(ties["person_id"]), held["person_id"])]
    facts = {"region_code": ties["region_code"][tie], "at": held["at"], "c1": held["level"], "c2": people["sex"][person],
             "c3": people["born"][person]}  # fmt: skip

    def key(at, part, kept=("c1", "c2", "c3")):
        found = (at + 400_000) * 1_000_000 + part["region_code"] // 1000
        for name, size in (("c1", 4), ("c2", 10), ("c3", 150)):
            value = part[name] if name in kept else np.zeros_like(at)
            found = found * size + (value - 1900 * (name == "c3") * (value > 0))
        return found

    mine, theirs = key(facts["at"], facts), key(rows["kept"]["at"], rows["kept"])
    one, other = (
        np.argsort(held["person_id"], kind="stable"),
        np.argsort(rows["kept"]["subject"], kind="stable"),
    )
    differ = int((mine[one] != theirs[other]).sum())
    cells = rows["cells"]
    days = np.datetime64(EPOCH) + facts["at"].astype("m8[D]")
    for grain in cube.measure(HOLDERS).grains:
        kept = [f"c{n + 1}" for n in range(3) if grain >> n & 1]
        for span, unit in enumerate("YMD"):
            at = (days.astype(f"M8[{unit}]").astype("M8[D]") - np.datetime64(EPOCH)).astype("i8")
            keys, counts = np.unique(key(at, facts, kept), return_counts=True)
            stored = (cells["grain"] == grain) & (cells["span"] == span)
            part = {name: column[stored] for name, column in cells.items()}
            theirs = key(part["at"], part, kept)
            order = np.argsort(theirs)
            same = (
                len(keys) == len(theirs)
                and (theirs[order] == keys).all()
                and (part["amount"][order] == counts).all()
            )
            differ += 0 if same else 1
    return differ


def recounts(n: int, rounds: int = 3) -> None:
    """Everything of one measure again: ours, and numpy reading and counting the same, and only counting."""
    found: dict[str, list[float]] = {"ours": [], "read": [], "count": []}
    for _ in range(rounds):
        began = time.perf_counter()
        assert cube_recount.recount(HOLDERS) == []
        found["ours"].append(time.perf_counter() - began)
        began = time.perf_counter()
        rows = read()
        found["read"].append(time.perf_counter() - began)
        began = time.perf_counter()
        assert cells_differ(rows) == 0, "numpy counts otherwise"
        found["count"].append(time.perf_counter() - began)
    ours, reading, count = (statistics.median(found[name]) for name in ("ours", "read", "count"))
    report(
        "cube: recount of the holders", ours=round(ours, 2), floor=round(reading + count, 2), unit="s", n=n,
        numpy_reads=round(reading, 2), numpy_counts=round(count, 2), cells=len(rows["cells"]["at"]), equal=True,
    )  # fmt: skip


WORK = {"page": pages, "board": boards, "fold": changed, "recount": recounts}

if __name__ == "__main__":
    for what in sys.argv[1:] or WORK:
        WORK[what](population())
