"""The recount: what the facts say now, cell for cell beside what the cube says."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from shegong.kernel import walls_acting
from shegong.kernel.cube_changes import added, facts_sql, hold
from shegong.kernel.cube_measures import measure

WHY = "figures count everybody"
CELL = 'region_code, "on", c1, c2, c3, c4'
COMPARE = f"""
SELECT {CELL}, sum(kept)::bigint, sum(counted)::bigint FROM (
    SELECT {CELL}, 0 AS kept, amount AS counted FROM ({{facts}}) f
    UNION ALL
    SELECT {CELL}, amount, 0 FROM kernel_contribution WHERE measure = %s
) d GROUP BY {CELL} HAVING sum(kept) <> sum(counted) ORDER BY {CELL}
"""  # noqa: S608 - fixed names


@dataclass(frozen=True)
class Difference:
    """A cell in which the cube says `kept` and the facts say `counted`."""

    measure: str
    region: int
    on: date
    codes: tuple[int, ...]
    kept: int
    counted: int


@transaction.atomic
def recount(name: str, *, repair: bool = False) -> list[Difference]:
    """Count every subject of a measure again, and say in which cells the cube differs; `repair` puts it right."""
    one = measure(name)
    hold()
    with walls_acting.lifted(WHY):
        facts, values = facts_sql(one, None)
        with connection.cursor() as cursor:
            cursor.execute(COMPARE.format(facts=facts), [*values, one.number])
            found = [
                Difference(name, region, on, tuple(codes[: len(one.dims)]), kept, counted)
                for region, on, *codes, kept, counted in cursor.fetchall()
            ]
        if repair:
            added(one, None)
    return found
