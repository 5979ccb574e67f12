"""Hours of continuing education at N people with twenty records each (issue: one million people, twenty million records).

    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/education.py fill          # once, after bench/world.py
    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/education.py page list rule batch race

`page`: the one statement of a person's page under both rules. `list`: the county's list of who is short, its keys. Floor of
both: `SELECT 1`. `rule`: a year's changed rule worked out for everybody; floor: numpy, over all records in memory.
`batch`: 10,000 records through `post_many` with checks, journal and sums; floor: the same rows inserted in bulk into the same
table. `race`: 16 submit one class at once; no hour is counted twice. Nothing but `fill` is kept.
numpy is no part of the product: `uv pip install --target DIR numpy` and PYTHONPATH=DIR.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import partial

from measure import alternate, median_ms, population, quiet_ms, report, start, timed

start()

from django.db import connection, transaction  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.utils import timezone  # noqa: E402

from shegong.duties.registry.actions.counting import recount  # noqa: E402
from shegong.duties.registry.models import HoursStanding, Registration  # noqa: E402
from shegong.duties.registry.models.hours import simulate  # noqa: E402
from shegong.duties.registry.models.spans import READ, hours_read  # noqa: E402
from shegong.duties.registry.web.compliance import COMPLIANCE  # noqa: E402
from shegong.ground.regions.models import tree  # noqa: E402
from shegong.kernel import listing_prepared  # noqa: E402
from shegong.kernel.access import SYSTEM, Actor, Authority  # noqa: E402
from shegong.kernel.copying import insert_new  # noqa: E402
from shegong.kernel.listing import Asked  # noqa: E402
from shegong.kernel.listing_filters import Scene  # noqa: E402
from shegong.kernel.prepared import fetch  # noqa: E402
from shegong.work.education.actions import posting  # noqa: E402
from shegong.work.education.actions.posting import NewEntry  # noqa: E402
from shegong.work.education.models import CreditEntry, in_period, in_year  # noqa: E402
from shegong.work.education.models.policies import rule  # noqa: E402
from shegong.work.education.policy_types import PLAN, HoursRule  # noqa: E402

EACH, BATCH, SUBMITTERS = 20, 10_000, 16
FILL = """
INSERT INTO education_creditentry (person_id, minutes, kind, passed, credit_code, earned_on, source, source_id, title,
                                   region_code)
SELECT p.id, 60 + (p.id * 31 + n * 97) %% 420, CASE WHEN (p.id + n) %% 50 = 0 THEN 'course' ELSE 'class' END,
       (p.id * 7 + n) %% 10 <> 0, '', %s::date - ((p.id * 13 + n * 53) %% 1100)::int, 'bench', p.id * 100 + n, 'bench',
       222401000
  FROM people_person p, generate_series(1, %s) n WHERE p.id BETWEEN %s AND %s
"""


class Back(Exception):
    """Roll back."""


def fill(day: date) -> None:
    """Twenty records each, a hundred thousand a statement; then the sums beside the register."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM people_person")
        first, last = cursor.fetchone()
        for at in range(first, last + 1, 5000):
            cursor.execute(FILL, [day, EACH, at, at + 4999])
        cursor.execute("VACUUM ANALYZE education_creditentry")
        cursor.execute("VACUUM ANALYZE education_yeartotal")
    sums(day)


def sums(day: date) -> None:
    """The sums beside the register, of everybody."""
    began = time.perf_counter()
    recount(None, day)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE registry_hoursstanding")
    print(f"recounted everybody in {time.perf_counter() - began:.1f} s")


def ping() -> object:
    """Nothing asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchall()


def page(day: date) -> None:
    """The one question with everything that both verdicts read of one person; `both_verdicts` works them out too."""
    rows = list(Registration.objects.filter(closed_on=None).order_by("id")[1000:1300])
    turn = iter(range(10**9))

    def ledger() -> object:
        held = rows[next(turn) % len(rows)]
        return fetch(READ, {"person": held.person_id, "registration": held.pk})

    def whole() -> object:
        held = rows[next(turn) % len(rows)]
        facts, period = hours_read(held, day)
        return in_period(facts, period, day), in_year(facts, day.year, day)

    found = alternate({"ours": ledger, "floor": ping, "whole": whole}, rounds=300)
    ms = {name: median_ms(seconds) for name, seconds in found.items()}
    report("hours: one person's page", ours=ms["ours"], floor=ms["floor"], unit="ms", n=population(),
           reach="<= 3 x ping", both_verdicts_ms=ms["whole"], quiet_ms=quiet_ms(found["ours"]),
           floor_quiet_ms=quiet_ms(found["floor"]))  # fmt: skip


def county(day: date) -> Actor:
    """Who reads one county."""
    code = 222401000
    held = Authority(role="first_registrar", permissions=frozenset({"education.read"}),
                     ranges=tree().ranges(code, day, tree="reporting"), region_code=code, level=3)  # fmt: skip
    return Actor(user_id=1, person_id=1, authorities=(held,))


def lists(day: date) -> None:
    """The keys of the first page of a county's people who are short nationally and whose term ends within half a year."""
    for query in ("short=national&expires=6", "short=both", ""):
        asked = partial(
            Asked, COMPLIANCE, QueryDict(query), Scene(county(day), day, str(COMPLIANCE.permission))
        )
        kept: list[tuple[object, ...]] = []
        real = listing_prepared.fetch
        asked().slice  # noqa: B018
        listing_prepared.fetch = lambda *what, k=kept: k.append(what) or []
        try:
            asked().slice  # noqa: B018 - for what it sends
        finally:
            listing_prepared.fetch = real
        found = alternate({"ours": lambda k=kept: fetch(*k[0]), "floor": ping, "whole": lambda a=asked: a().rows}, rounds=200)  # fmt: skip
        ms = {name: median_ms(seconds) for name, seconds in found.items()}
        report(f"hours: a county's list, {query or 'everybody'}", ours=ms["ours"], floor=ms["floor"], unit="ms",
               n=population(), reach="<= 3 x ping", whole_ms=ms["whole"], rows=len(fetch(*kept[0])),
               quiet_ms=quiet_ms(found["ours"]), floor_quiet_ms=quiet_ms(found["floor"]),
               standing=HoursStanding.objects.count())  # fmt: skip


def rules(day: date) -> None:
    """The plan asks for one day more: how many would be short, for everybody."""
    import numpy as np

    plan = rule(PLAN, day)
    more = HoursRule(**{**vars(plan), "required": {k: v + 1 for k, v in plan.required.items()}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, extract(year FROM earned_on)::int, minutes, passed FROM education_creditentry WHERE upper_inf(recorded)")  # fmt: skip
        columns = [np.array(column) for column in zip(*cursor.fetchall(), strict=True)]
        cursor.execute(
            "SELECT person_id, level, admitted_on FROM registry_registration WHERE closed_on IS NULL"
        )
        people, levels, admitted = zip(*cursor.fetchall(), strict=True)
    who, years, minutes, passed = columns
    who, held = who.astype(np.int64), np.array(people)
    first, end = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    whole = (end - first).days
    there = [(end - a).days if first < a < end else whole for a in admitted]
    asked = np.array([more.minutes(level) * n // whole for level, n in zip(levels, there, strict=True)])

    def floor() -> int:
        chosen = (years == day.year) & passed
        sums = np.bincount(who[chosen], weights=minutes[chosen], minlength=int(held.max()) + 1)
        return int((sums[held] < asked).sum())

    found = alternate({"ours": lambda: simulate(day.year, more, day), "floor": floor}, rounds=15, warm=3)
    report("hours: a year's changed rule over all", ours=median_ms(found["ours"]), floor=median_ms(found["floor"]),
           unit="ms", n=population(), records=len(who), reach="<= 5 x numpy", quiet_ms=quiet_ms(found["ours"]), floor_quiet_ms=quiet_ms(found["floor"]), would_be_short=simulate(day.year, more, day)[1],
           numpy_short=floor())  # fmt: skip


def some(day: date, offset: int) -> list[NewEntry]:
    """Ten thousand records of today, half-days with their times."""
    ids = list(Registration.objects.order_by("id").values_list("person_id", flat=True)[:BATCH])
    ten = timezone.now().replace(hour=2, minute=0, second=0, microsecond=0)
    return [
        NewEntry(key, 180, "class", day, f"bench.{offset}", n, (ten, ten + timedelta(hours=3)), title="班", region_code=222401000)
        for n, key in enumerate(ids)
    ]  # fmt: skip


def back(call: Callable[[], object]) -> float:
    """Seconds of a call whose effect is rolled back."""
    taken: list[float] = []
    with suppress(Back), transaction.atomic():
        taken.append(timed(call))
        raise Back
    return taken[0]


def batch(day: date) -> None:
    """Both in turn, rolled back."""
    rows = some(day, 1)
    ours, floor, bare = [], [], []
    for _ in range(7):
        ours.append(back(lambda: posting.post_many(rows, by=SYSTEM, on=day)))
        values = [posting._values(row) for row in rows]
        floor.append(back(lambda v=values: insert_new(CreditEntry, posting._COLUMNS, v, unless=posting.ONCE)))
        bare.append(
            back(lambda: CreditEntry.objects.bulk_create([_plain(row) for row in rows], batch_size=1000))
        )
    report("hours: 10,000 records in one request", ours=median_ms(ours), floor=median_ms(floor), unit="ms", n=population(),
           reach="<= 2 x bulk insert", bulk_create_ms=median_ms(bare),
           against_bulk_create=round(statistics.median(ours) / statistics.median(bare), 2))  # fmt: skip


def _plain(row: NewEntry) -> CreditEntry:
    return CreditEntry(
        person_id=row.person_id, minutes=row.minutes, kind=row.kind, earned_on=row.earned_on, source=row.source,
        source_id=row.source_id, during=row.during, title=row.title, region_code=row.region_code,
    )  # fmt: skip


def race(day: date) -> None:
    """Sixteen send the same class of five hundred at once, for good; their records are reversed afterwards."""
    stamp = int(time.time())
    rows = some(day, stamp)[:500]
    gate, new = threading.Barrier(SUBMITTERS), [0] * SUBMITTERS

    def submit(at: int) -> None:
        gate.wait()
        new[at] = len(posting.post_many(rows, by=SYSTEM, on=day))
        connection.close()

    threads = [threading.Thread(target=submit, args=(at,)) for at in range(SUBMITTERS)]
    began = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    taken = time.perf_counter() - began
    kept = CreditEntry.objects.current().filter(source=f"bench.{stamp}")
    alone = timed(lambda: posting.post_many(rows, by=SYSTEM, on=day))
    report("hours: 16 submitters of one class", ours=round(taken, 2), floor=round(alone * SUBMITTERS, 2), unit="s",
           n=population(), records=kept.count(), entered=sum(new), doubled=kept.count() - len(rows))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE education_creditentry SET recorded = tstzrange(lower(recorded), clock_timestamp())"
                       " WHERE source = %s", [f"bench.{stamp}"])  # fmt: skip


PARTS = {"fill": fill, "sums": sums, "page": page, "list": lists, "rule": rules, "batch": batch, "race": race}

if __name__ == "__main__":
    for name in sys.argv[1:] or ["page", "list", "batch", "race"]:
        PARTS[name](timezone.localdate())
