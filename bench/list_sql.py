"""The officer's list (region subtree + level + status, first page of 50) against a ping of the same connection.

`ours` is the prepared statement that finds the page's 51 keys, sent by `kernel.prepared.fetch` as the list sends it, rows
read. `floor` is `SELECT 1` by Django's cursor, `prepared_ping` the same by `fetch`. `slice` is `asked(...).slice`: the same
statement with all Python of the list around it (the ORM has written it once before); `whole` adds the second statement,
the 50 rows with names, numbers and employers; `count` is the third. Production runs exactly these. Reach: 3 pings, flat in N.
"""

import measure

measure.start()
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from officers import UNITS, asked, officer  # noqa: E402

from shegong.kernel import listing_prepared  # noqa: E402
from shegong.kernel.prepared import fetch  # noqa: E402

QUERY = "level=social_worker&status=valid"


def generic() -> bool:
    """Whether the database settled on one plan for the statements of the list: then it plans no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(generic_plans > custom_plans) FROM pg_prepared_statements WHERE statement LIKE '%UNION ALL%'"
        )
        return cursor.fetchone()[0]


def sent(actor, day):
    """The statement and the values that the list sends."""
    kept = []
    found, listing_prepared.fetch = listing_prepared.fetch, lambda *what: kept.append(what) or []
    try:
        asked(actor, day, QUERY).slice  # noqa: B018 - for what it sends
    finally:
        listing_prepared.fetch = found
    return kept[0]


def main() -> None:
    """One line for each size of reach."""
    day, cursor = timezone.localdate(), connection.cursor()
    for unit in UNITS:
        actor = officer(unit, day)
        question = sent(actor, day)
        calls = {
            "ours": lambda question=question: fetch(*question),
            "floor": lambda: (cursor.execute("SELECT 1"), cursor.fetchall()),
            "prepared_ping": lambda: fetch("SELECT 1"),
            "slice": lambda actor=actor: asked(actor, day, QUERY).slice,
        }
        longer = {
            "whole": lambda actor=actor: asked(actor, day, QUERY).rows,
            "count": lambda actor=actor: asked(actor, day, QUERY).count,
        }
        # Apart: after ten thousand rows were counted, the next small question finds the processor's caches cold.
        times = measure.alternate(calls, rounds=300) | measure.alternate(longer, rounds=100)
        ms = {name: measure.median_ms(taken) for name, taken in times.items()}
        measure.report(
            f"officer's list, {unit}", ours=ms["ours"], floor=ms["floor"], unit="ms", n=measure.population(),
            reach="<= 3 x ping, flat in N", rows=len(calls["ours"]()), prepared_ping_ms=ms["prepared_ping"],
            slice_ms=ms["slice"], whole_ms=ms["whole"],
            quiet_ms=measure.quiet_ms(times["ours"]), floor_quiet_ms=measure.quiet_ms(times["floor"]),
            count_ms=ms["count"], counted=longer["count"](), one_plan=generic(),
        )  # fmt: skip


if __name__ == "__main__":
    main()
