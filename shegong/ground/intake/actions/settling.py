"""What only all rows of a file together tell: doubles, a value of two subjects, and the counts of a batch: computed from its rows, set by set."""

from django.db import connection
from django.db.models import Count, Q

from shegong.ground.intake.actions.elsewhere import tell_elsewhere
from shegong.ground.intake.models import Batch, BatchRow
from shegong.kernel.sheets.steps import RowKind

# First everybody is alone again (the clerk may have chosen, or mended a number); then rows that share a subject with
# another one that was not passed over are doubles, unless all of them say what the register says already. They are
# found first: a planner that has not seen the new rows yet would look for them once a row.
_ALONE = """
UPDATE kernel_batchrow SET kind = CASE WHEN outcome = 'same' THEN 'same' ELSE 'good' END
WHERE batch_id = %s AND kind = 'clash'
"""
_DOUBLE = """
WITH doubled AS MATERIALIZED (
  SELECT key FROM kernel_batchrow WHERE batch_id = %s AND key IS NOT NULL AND kind <> 'passed'
  GROUP BY key HAVING count(*) > 1 AND bool_or(kind <> 'same'))
UPDATE kernel_batchrow SET kind = 'clash' FROM doubled
WHERE batch_id = %s AND kind IN ('good', 'same') AND kernel_batchrow.key = doubled.key
"""


def settle(batch: Batch) -> dict[str, int]:
    """Mark the doubles and store the counts, in the caller's transaction; the counts."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [batch.pk])
    tell_elsewhere(batch)
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLE, [batch.pk, batch.pk])
    return count(batch)


def count(batch: Batch) -> dict[str, int]:
    """Store how many rows there are of each kind, in the caller's transaction; the counts."""
    rows = BatchRow.objects.filter(batch=batch)
    kinds = {kind.value: Count("pk", filter=Q(kind=kind.value)) for kind in RowKind}
    found = rows.aggregate(
        total=Count("pk"), fresh=Count("pk", filter=Q(kind="good", outcome="new")),
        mendable=Count("pk", filter=Q(kind="bad", mendable=True)), **kinds,
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(**found)
    batch.refresh_from_db()
    return found
