"""The workbook that goes back: the failed rows as they came, each with what is wrong; mended, it is taken in again."""

import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext

from shegong.ground.intake.models import Batch, BatchRow
from shegong.kernel.http import obstacle_text
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Layout, Row
from shegong.kernel.sheets.steps import RowKind
from shegong.kernel.sheets.store import Kept
from shegong.kernel.sheets.writing import write_returned
from shegong.kernel.text import N_


def returned_workbook(batch: Batch, layout: Layout, rows: Iterable[Kept]) -> bytes:
    """The rows as an xlsx in the reader's language."""
    file = io.BytesIO()
    write_returned(file, layout, _as_rows(rows, doubles_of(batch)), say=obstacle_text, words=gettext)
    return file.getvalue()


def doubles_of(batch: Batch) -> dict[int, list[int]]:
    """For the place of each double of a batch the row numbers of the others about its subject."""
    groups: dict[int, list[tuple[int, int]]] = {}
    rows = BatchRow.objects.filter(batch=batch, kind=RowKind.CLASH).values_list("key", "place", "number")
    for key, place, number in rows:
        groups.setdefault(key, []).append((place, number))
    return {
        place: [number for other, number in group if other != place] for group in groups.values() for place, _ in group
    }  # fmt: skip


def _as_rows(rows: Iterable[Kept], doubles: dict[int, list[int]]) -> Iterator[Row]:
    for kept in rows:
        found = list(kept.findings)
        if kept.place in doubles:
            found.append(Finding("", _doubled(doubles[kept.place])))
        yield Row(kept.number, kept.sheet, kept.cells, {}, found)


def _doubled(numbers: list[int]) -> Obstacle:
    message = N_("Row %(rows)s of the file is about the same subject. Delete the row that does not hold.")
    return Obstacle("row_doubled", message, params={"rows": "、".join(map(str, numbers[:5])) or "—"})
