"""A value that belongs to one subject, as a certificate's number does, and stands in an earlier part of the file too."""

from collections.abc import Sequence

from shegong.ground.intake.models import BatchRow
from shegong.kernel.copying import among
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Layout, Row
from shegong.kernel.sheets.steps import RowKind
from shegong.kernel.sheets.store import keys_of, others_of
from shegong.kernel.text import N_


def tell_elsewhere(batch_id: int, layout: Layout, part: int, rows: Sequence[Row]) -> list[int | None]:
    """Find the value of the layout's `once` column at rows about somebody else in earlier parts, and say so at the later
    row; the keyed hashes to store with the rows. Within a part the layout's own check compares."""
    others = others_of(batch_id, layout, rows)
    wanted = {other for other in others if other is not None}
    if not wanted or not part:
        return others
    earlier = BatchRow.objects.filter(batch=batch_id, part__lt=part, other__in=among(wanted)).exclude(
        kind=RowKind.PASSED
    )
    found: dict[int, list[tuple[int | None, int]]] = {}
    for other, key, number in earlier.order_by("place").values_list("other", "key", "number"):
        found.setdefault(other, []).append((key, number))
    if not found:
        return others
    for row, other, mine in zip(rows, others, keys_of(batch_id, layout, rows), strict=True):
        held = found.get(other or 0, [])
        first = next((number for key, number in held if key != mine), None)
        if first is not None:
            say_elsewhere(row, layout, first)
    return others


def say_elsewhere(row: Row, layout: Layout, first: int) -> None:
    """Name the earlier row that has the value of the layout's `once` column for somebody else."""
    message = N_(
        "Row %(row)s of the file, about somebody else, has the same %(title)s. Compare both with the paper."
    )
    params = {"row": first, "title": layout.by_key[layout.once].title}
    row.find(layout.once, Obstacle("value_elsewhere", message, params=params))
