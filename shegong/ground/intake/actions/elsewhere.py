"""A value that belongs to one subject, as a certificate's number does, and stands in an earlier part of the file too."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from shegong.ground.intake.models import Batch, BatchPart, BatchRow
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Layout, layout_of
from shegong.kernel.sheets.store import Kept, repack, rows_in, seen_and_rows
from shegong.kernel.text import N_

CODE = "value_elsewhere"
# Rows with a value that several rows have, and rows that were told so; those the clerk passed over say nothing.
_SHARED = """
WITH shared AS MATERIALIZED (
  SELECT other FROM kernel_batchrow WHERE batch_id = %s AND other IS NOT NULL AND kind <> 'passed'
  GROUP BY other HAVING min(part) < max(part))
SELECT place, part, number, key, other, kind = 'passed', %s = ANY(codes) FROM kernel_batchrow
WHERE batch_id = %s AND (other IN (SELECT other FROM shared) OR %s = ANY(codes)) ORDER BY place
"""


class _Row(NamedTuple):
    place: int
    part: int
    number: int
    key: int | None
    other: int | None
    is_passed: bool
    is_told: bool


def tell_elsewhere(batch: Batch) -> None:
    """At each row that has the value of the layout's `once` column for somebody else than an earlier part says so, at no
    other row. Within a part the layout's own check compares. Part of the caller's transaction."""
    layout = layout_of(batch.layout)
    if layout is None or not layout.once:
        return
    wrong: dict[int, dict[int, int | None]] = {}
    for row, first in _firsts(batch.pk):
        if (first is not None) != row.is_told:
            wrong.setdefault(row.part, {})[row.place] = first
    for part in BatchPart.objects.filter(batch=batch, number__in=wrong):
        _tell(part, wrong[part.number], layout)


def _firsts(batch_id: int) -> Iterator[tuple[_Row, int | None]]:
    """Each row in question with the number of the row that was first with its value, None where that is no fault."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [batch_id, CODE, batch_id, CODE])
        rows = [_Row(*row) for row in cursor.fetchall()]
    first: dict[int | None, list[_Row]] = {}  # by value: the first row, and the first one about somebody else
    for row in rows:
        if row.is_passed:
            yield row, None
            continue
        seen = first.setdefault(row.other, [])
        before = next((one for one in seen if one.key != row.key), None)
        yield row, before.number if before and before.part < row.part and row.other is not None else None
        if not seen or (len(seen) == 1 and before):
            seen.append(row)


def _tell(part: BatchPart, wrong: dict[int, int | None], layout: Layout) -> None:
    seen, kept = seen_and_rows(part)
    changed = [one for one in kept if one.place in wrong]
    for one in changed:
        first = wrong[one.place]
        one.findings = [found for found in one.findings if found.obstacle.code != CODE]
        if first is not None:
            one.findings.append(value_elsewhere(layout, first))
    repack(part, kept, seen)
    _mark(part, changed)


def _mark(part: BatchPart, changed: list[Kept]) -> None:
    rows = {row.place: row for row in rows_in(part.batch_id, changed)}
    for one in changed:
        row = rows[one.place]
        row.kind, row.codes, row.mendable = str(one.kind), one.codes, one.is_mendable
    BatchRow.objects.bulk_update(
        [rows[one.place] for one in changed], ["kind", "codes", "mendable"], batch_size=500
    )


def value_elsewhere(layout: Layout, first: int) -> Finding:
    """Names the earlier row that has the value of the layout's `once` column for somebody else."""
    message = N_(
        "Row %(row)s of the file, about somebody else, has the same %(title)s. Compare both with the paper."
    )
    params = {"row": first, "title": layout.by_key[layout.once].title}
    return Finding(layout.once, Obstacle(CODE, message, params=params))
