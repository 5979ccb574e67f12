"""The officer's list (region subtree + level + status, first page of 50) against a ping of the same connection.

Three calls take turns. `ours` is `asked(...).slice`, what a page of the register really runs to find its 51 keys: the
filters read, the statement looked up, sent prepared, the keys as Python values; the ORM has written the statement once
before. `floor` is `SELECT 1`, prepared, through the same `kernel.prepared.fetch`. `whole` adds the second prepared
statement, the 50 rows with names, numbers and employers. Nothing is measured that production does not run; the page’s
count is a third statement: `count`, `count_10000` where the list is longer than the count goes. Reach: 3 pings, flat in N.
"""

import measure

measure.start()
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from officers import UNITS, asked, officer  # noqa: E402

from shegong.kernel.prepared import fetch  # noqa: E402

QUERY = "level=social_worker&status=valid"


def generic() -> bool:
    """Whether the database settled on one plan for the statements of the list: then it plans no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(generic_plans > custom_plans) FROM pg_prepared_statements WHERE statement LIKE '%UNION ALL%'"
        )
        return cursor.fetchone()[0]


def main() -> None:
    """One line for each size of reach."""
    day = timezone.localdate()
    for unit in UNITS:
        actor = officer(unit, day)
        calls = {
            "ours": lambda actor=actor: asked(actor, day, QUERY).slice,
            "floor": lambda: fetch("SELECT 1"),
            "whole": lambda actor=actor: asked(actor, day, QUERY).rows,
            "count": lambda actor=actor: asked(actor, day, QUERY).count,
        }
        times = measure.alternate(calls, rounds=300)
        ms = {name: measure.median_ms(taken) for name, taken in times.items()}
        measure.report(
            f"officer's list, {unit}", ours=ms["ours"], floor=ms["floor"], unit="ms", n=measure.population(),
            reach="<= 3 x ping, flat in N", rows=len(calls["ours"]().keys), whole_ms=ms["whole"],
            quiet_ms=measure.quiet_ms(times["ours"]), floor_quiet_ms=measure.quiet_ms(times["floor"]),
            count_ms=ms["count"], counted=calls["count"](), one_plan=generic(),
        )  # fmt: skip


if __name__ == "__main__":
    main()
