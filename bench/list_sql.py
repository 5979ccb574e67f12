"""The officer's list (region subtree + level + status, first page of 50) against a ping of the same connection.

`ours` is the statement that finds the page's keys, as the list sends it; `whole_ms` adds the ORM that writes it and the
second query that loads the 50 rows with names, numbers and employers. Reach: 3 pings at most, flat in N.
"""

import json

import measure

measure.start()
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from officers import UNITS, asked, officer  # noqa: E402

QUERY = "level=social_worker&status=valid"


def planned(cursor, statement: str) -> dict[str, float]:
    """What the database itself says of the statement: milliseconds of planning and of execution, best of 20."""
    found = []
    for _ in range(20):
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement}")
        plan = cursor.fetchone()[0]
        plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]
        found.append((plan["Planning Time"], plan["Execution Time"]))
    return {"plan_ms": min(p for p, _ in found), "execute_ms": min(e for _, e in found)}


def main() -> None:
    """One line for each size of reach."""
    day = timezone.localdate()
    cursor = connection.cursor()
    for unit in UNITS:
        actor = officer(unit, day)
        with CaptureQueriesContext(connection) as sent:
            page = asked(actor, day, QUERY).slice
        statement = sent.captured_queries[-1]["sql"]
        calls = {
            "ours": lambda statement=statement: (cursor.execute(statement), cursor.fetchall()),
            "floor": lambda: (cursor.execute("SELECT 1"), cursor.fetchall()),
            "whole": lambda actor=actor: asked(actor, day, QUERY).rows,
        }
        times = measure.alternate(calls, rounds=300)
        ours, floor, whole = (measure.median_ms(times[name]) for name in ("ours", "floor", "whole"))
        measure.report(
            f"officer's list, {unit}", ours=ours, floor=floor, unit="ms", n=measure.population(),
            reach="<= 3 x ping, flat in N", rows=len(page.keys), whole_ms=whole,
            quiet_ms=measure.quiet_ms(times["ours"]), floor_quiet_ms=measure.quiet_ms(times["floor"]),
            **planned(cursor, statement),
        )  # fmt: skip


if __name__ == "__main__":
    main()
