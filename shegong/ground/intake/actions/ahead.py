"""The next part is opened and read while the database is busy with the one before."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from shegong.ground.intake.models import BatchPart
from shegong.ground.intake.workbooks import reread
from shegong.kernel.refusal import Refused
from shegong.kernel.sealing import SealError
from shegong.kernel.sheets.layout import Layout, Row
from shegong.kernel.sheets.steps import RowKind
from shegong.kernel.sheets.store import Kept, seen_and_rows


@dataclass
class Opened:
    """A part's content with its rows read as far as there was time; `kept` and `rows` by place."""

    content: bytes
    seen: str = ""
    kept: dict[int, Kept] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)


class Ahead:
    """Opens parts, the next one beforehand. What was read beforehand counts only while the part is still the same."""

    def __init__(self, layout: Layout, on: date):
        self.layout, self.on = layout, on
        self._next: Opened | None = None

    def open(self, part: BatchPart) -> Opened:
        """The part, opened; rows that were not read beforehand are not in `rows`."""
        found, self._next = self._next, None
        if found is None or found.content != bytes(part.content) or not found.kept:
            found = self._opened(part)
        return found

    def read(self, opened: Opened, places: list[int], *, stands: bool) -> dict[int, Row]:
        """The rows at these places, by place; `stands`: what their check left ready still holds."""
        found = opened.rows if stands else {}
        return {place: found.get(place) or self._read(opened.kept[place], stands) for place in places}

    def work(self, part_id: int | None) -> Iterator[None]:
        """Steps that read the part: two a row. Asks the database for it before the first step."""
        part = BatchPart.objects.filter(pk=part_id).first() if part_id else None
        return self._steps(part) if part is not None else iter(())

    def _steps(self, part: BatchPart) -> Iterator[None]:
        try:
            opened = self._next = self._opened(part)
        except SealError:  # said when it is this part's turn
            return
        yield
        for place, kept in opened.kept.items():
            if kept.kind is RowKind.GOOD:
                row = self._read(kept)
                yield
                self._prepare(row)
                opened.rows[place] = row
                yield

    def _opened(self, part: BatchPart) -> Opened:
        seen, kept = seen_and_rows(part)
        return Opened(bytes(part.content), seen, {one.place: one for one in kept})

    def _read(self, kept: Kept, stands: bool = True) -> Row:
        """Beforehand, what was left ready is taken to hold: mostly it does."""
        ready, revive = kept.ready if stands else None, self.layout.revive
        if ready is not None and revive is not None and (values := revive(ready)) is not None:
            return Row(kept.number, kept.sheet, kept.cells, values, ready=ready)
        row = reread(self.layout, kept, self.on)
        row.ready = ready
        return row

    def _prepare(self, row: Row) -> None:
        if self.layout.prepare is not None and row.is_good:
            with suppress(Refused):  # said when it is this row's turn
                self.layout.prepare(row, self.on)
