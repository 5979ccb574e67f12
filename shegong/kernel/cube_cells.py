"""Cells: sums of contributions, so that a figure reads some thousand rows however many people it counts.

Nobody waits for them: a change only adds contributions, and whoever asks adds what the cells do not hold yet. `fold`
brings the cells up to date, by a job each minute and at once after many changes. Contributions are numbered in the order
in which they become visible (`cube_changes.hold`), so one number says how far the cells reach.
"""

from django.db import connection, transaction

from shegong.kernel import walls_acting
from shegong.kernel.cube_measures import Measure, measures
from shegong.kernel.cube_tables import CODES, DAY, MONTH, YEAR, CubeFold

WHY = "sums count everybody"
MANY = 5000  # contributions at once
KEY = "measure, grain, span, starts, region_code, c1, c2, c3, c4"
# Contributions are read once; then by grain: days, months of the days, years of the months. Sums of whole numbers that
# fit are many times faster than what PostgreSQL makes of them by itself.
FINEST = """
finest AS MATERIALIZED (
    SELECT region_code, "on" AS starts, c1, c2, c3, c4, sum(amount)::int AS amount FROM kernel_contribution
    WHERE measure = {number} AND {which} GROUP BY 1, 2, 3, 4, 5, 6
)"""
SPANS = """
{name} AS MATERIALIZED (
    SELECT region_code, {starts} AS starts, {codes}, sum(amount)::int AS amount FROM {source} GROUP BY region_code, 2 {group}
)"""
ROWS = """
SELECT {number} AS measure, {grain} AS grain, {span} AS span, starts, region_code, c1, c2, c3, c4, amount
FROM {name} WHERE amount <> 0"""
# They are written in the order of the index that keeps them.
MOVE = """
INSERT INTO kernel_cell ({key}, amount) SELECT {key}, amount FROM ({cells}) c ORDER BY {key}
ON CONFLICT ({key}) DO UPDATE SET amount = kernel_cell.amount + excluded.amount
"""


def cells_sql(one: Measure, which: str) -> str:
    """The cells of all grains over the contributions of a condition, as a statement."""
    made, rows = [FINEST.format(number=one.number, which=which)], []
    for grain in one.grains:
        kept = [code for n, code in enumerate(CODES) if grain >> n & 1]
        codes = ", ".join(code if code in kept else f"0::smallint AS {code}" for code in CODES)
        group = "".join(f", {code}" for code in kept)
        source = "finest"
        for span, unit in ((DAY, ""), (MONTH, "month"), (YEAR, "year")):
            starts = f"date_trunc('{unit}', starts)::date" if unit else "starts"
            name = f"s{grain}_{span}"
            made.append(SPANS.format(name=name, starts=starts, codes=codes, group=group, source=source))
            rows.append(ROWS.format(number=one.number, grain=grain, span=span, name=name))
            source = name
    return f"WITH {','.join(made)} {' UNION ALL '.join(rows)}"


def roomy() -> None:
    """Until the end of the transaction: sort and group in memory, for statements over everybody."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")


def fold() -> int:
    """Bring all cells up to the newest contribution; how many contributions that were. One at a time."""
    with transaction.atomic(), walls_acting.lifted(WHY):
        start = folded_to(lock=True)
        end, numbers = _newer(start)
        if end == start:
            return 0
        if end - start > MANY:
            roomy()
        for one in measures().values():
            if one.number in numbers:
                move(one, f"id > {start} AND id <= {end}")
        CubeFold.objects.filter(pk=1).update(folded_to=end)
        return sum(numbers.values())


def folded_to(*, lock: bool = False) -> int:
    """Up to which contribution the cells reach; with `lock` nobody else moves them until the end of the transaction."""
    rows = CubeFold.objects.all()
    if lock:
        CubeFold.objects.get_or_create(pk=1)
        rows = rows.select_for_update()
    found = rows.filter(pk=1).first()
    return found.folded_to if found else 0


def _newer(start: int) -> tuple[int, dict[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, count(*), max(id) FROM kernel_contribution WHERE id > %s GROUP BY 1", [start]
        )
        rows = cursor.fetchall()
    return max((end for *_, end in rows), default=start), {number: count for number, count, _ in rows}


def move(one: Measure, which: str) -> None:
    """Add to the cells what contributions of a condition say."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE.format(key=KEY, cells=cells_sql(one, which)))


def build(one: Measure) -> None:
    """Make the cells of a measure anew."""
    with transaction.atomic(), walls_acting.lifted(WHY):
        roomy()
        end = folded_to(lock=True)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM kernel_cell WHERE measure = %s", [one.number])
        move(one, f"id <= {end}")
