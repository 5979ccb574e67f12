"""The recount: what the facts say now, cell for cell beside what the cube says.

Each comparison is one statement, so it sees one moment and nobody has to wait for it. Contributions are compared with
the facts subject by subject, for a figure must also open to the right ones; cells with the contributions below them.
"""

import time
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models.functions import Now

from shegong.kernel import walls_acting
from shegong.kernel.copying import chunks
from shegong.kernel.cube_cells import KEY, build, cells_sql, fold, roomy
from shegong.kernel.cube_changes import GROUP, added, facts_sql, hold
from shegong.kernel.cube_measures import Measure, measure, measures
from shegong.kernel.cube_tables import Contribution, CubeMark

WHY = "figures count everybody"
AT_ONCE = 20_000  # subjects put right in one transaction, while others wait to write
CODES = "c1, c2, c3, c4"
SUBJECTS = f"""
SELECT region_code, "on", {CODES}, sum(kept)::bigint, sum(counted)::bigint, array_agg(DISTINCT subject) FROM (
    SELECT {GROUP}, sum(kept)::int AS kept, sum(counted)::int AS counted FROM (
        SELECT {GROUP}, 0 AS kept, amount AS counted FROM ({{facts}}) f
        UNION ALL
        SELECT {GROUP}, amount, 0 FROM kernel_contribution WHERE measure = %s
    ) d GROUP BY {GROUP} HAVING sum(kept) <> sum(counted)
) s GROUP BY region_code, "on", {CODES} ORDER BY region_code, "on", {CODES}
"""  # noqa: S608 - fixed names
FOLDED = "id <= (SELECT coalesce(max(folded_to), 0) FROM kernel_cubefold)"
CELLS = """
SELECT region_code, starts, {codes}, sum(kept)::bigint, sum(counted)::bigint, grain, span FROM (
    SELECT {key}, amount AS kept, 0 AS counted FROM kernel_cell WHERE measure = {number}
    UNION ALL
    SELECT {key}, 0, amount FROM ({cells}) c
) d GROUP BY {key} HAVING sum(kept) <> sum(counted) ORDER BY {key}
"""


@dataclass(frozen=True)
class Difference:
    """Where the cube says `kept` and the facts say `counted`.

    With `subjects` these contribute otherwise than their facts say, in a place on a day; without, a sum (`grain`, and
    `span` 0 a year, 1 a month, 2 a day from `on`) is not that of its contributions.
    """

    measure: str
    region: int
    on: date
    codes: tuple[int, ...]
    kept: int
    counted: int
    subjects: tuple[int, ...] = ()
    grain: int | None = None
    span: int | None = None


def recount(name: str, *, repair: bool = False) -> list[Difference]:
    """Count every subject of a measure again, and say where the cube differs; `repair` puts it right.

    A measure that nobody has counted before, or only by an earlier rule, is counted by `repair`, which is no difference.
    """
    one, began = measure(name), time.monotonic()
    with walls_acting.lifted(WHY):
        by_new_rule = repair and CubeMark.objects.filter(measure=one.number).exclude(rule=one.rule).exists()
        if repair and not Contribution.objects.filter(measure=one.number).exists():
            _fill(one)
        found = _contributions(one)
        if repair and found:
            _put_right(one, {subject for difference in found for subject in difference.subjects})
        cells = _cells(one)
        if repair and cells:
            build(one)
        differences = [] if by_new_rule else found + cells
        _note(one, len(differences), time.monotonic() - began)
    return differences


@transaction.atomic
def _fill(one: Measure) -> None:
    roomy()
    hold()
    added(one, None)
    fold()


@transaction.atomic
def _contributions(one: Measure) -> list[Difference]:
    roomy()
    facts, values = facts_sql(one, None)
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS.format(facts=facts), [*values, one.number])
        return [
            Difference(one.name, region, on, tuple(codes[: len(one.dims)]), kept, counted, tuple(subjects))
            for region, on, *codes, kept, counted, subjects in cursor.fetchall()
        ]


@transaction.atomic
def _cells(one: Measure) -> list[Difference]:
    roomy()
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(key=KEY, codes=CODES, number=one.number, cells=cells_sql(one, FOLDED)))
        return [
            Difference(
                one.name, region, starts, tuple(codes[: len(one.dims)]), kept, counted, (), grain, span
            )
            for region, starts, *codes, kept, counted, grain, span in cursor.fetchall()
        ]


def _put_right(one: Measure, subjects: set[int]) -> None:
    for some in chunks(sorted(subjects), AT_ONCE):
        with transaction.atomic():
            hold()
            added(one, some)
    fold()


def _note(one: Measure, differed: int, seconds: float) -> None:
    values = {
        "name": one.name,
        "rule": one.rule,
        "counted_at": Now(),
        "differed": differed,
        "seconds": seconds,
    }
    CubeMark.objects.update_or_create(measure=one.number, defaults=values)


def never_counted() -> list[str]:
    """Measures that nobody has counted from the ground yet, or not by the rule of today."""
    rules = dict(CubeMark.objects.values_list("measure", "rule"))
    return [one.name for one in measures().values() if rules.get(one.number) != one.rule]
