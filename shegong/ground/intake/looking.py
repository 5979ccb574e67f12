"""A workbook checked without a trace: what the preview would say, for whoever asks from the shell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shegong.ground.intake.actions.elsewhere import value_elsewhere
from shegong.ground.intake.workbooks import opened, recognised
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Layout, Row, Taking


@dataclass
class Looked:
    """What was found: rows in all, good ones (those that add nothing included), and what blocks the others."""

    rows: int = 0
    good: int = 0
    same: int = 0
    titles: dict[str, str] = field(default_factory=dict)
    errors: list[tuple[int, Finding]] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """Rows that would stay out."""
        return self.rows - self.good


def look(content: bytes, layout: Layout, taking: Taking) -> Looked:
    """Read and check a workbook; nothing is stored. Raises `Refused` when it cannot be read at all."""
    found, elsewhere = Looked(), _Elsewhere(layout)
    with opened(content, layout, taking.on) as reading:
        found.titles = {column["key"]: column["title"] for column in recognised(reading)["columns"]}
        for rows in reading.chunks():
            if readable := [row for row in rows if row.is_good]:
                layout.check(readable, taking)
            elsewhere.tell(rows)
            found.rows += len(rows)
            found.good += sum(row.is_good for row in rows)
            found.same += sum(row.is_good and row.outcome == "same" for row in rows)
            found.errors += [(row.number, one) for row in rows for one in row.findings if one.blocks]
    return found


class _Elsewhere:
    """What a batch asks of its rows (`actions.elsewhere`): a value that stands in an earlier part for somebody else."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self.first: dict[
            int, tuple[int, int]
        ] = {}  # the value → whose it is and in which row; hashes, to hold many

    def tell(self, rows: Sequence[Row]) -> None:
        """Say it at these rows, then remember them."""
        once = self.layout.once
        said = [(row, row.values[once]) for row in rows if once and row.values.get(once) is not None]
        for row, value in said:
            whose, number = self.first.get(hash(value), (self._subject(row), 0))
            if whose != self._subject(row):
                row.findings.append(value_elsewhere(self.layout, number))
        for row, value in said:
            self.first.setdefault(hash(value), (self._subject(row), row.number))

    def _subject(self, row: Row) -> int:
        return hash(tuple(row.values.get(name) for name in self.layout.one_per))


def errors_of(found: Looked, words: Callable[[Obstacle], str]) -> list[dict[str, Any]]:
    """The errors as `{row, column, code, message}`: the column as the file calls it, the message by `words`."""
    return [
        {"row": number, "column": found.titles.get(one.column, one.column), "code": one.obstacle.code,
         "message": words(one.obstacle)}
        for number, one in found.errors
    ]  # fmt: skip
