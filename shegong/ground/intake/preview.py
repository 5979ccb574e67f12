"""What the preview shows of a batch: figures, one page of rows with their cells, what is wrong and how to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Func, QuerySet

from shegong.ground.intake.models import Batch, BatchPart, BatchRow
from shegong.kernel.http import obstacle_text
from shegong.kernel.sheets.layout import Column, Finding, Layout, Weight
from shegong.kernel.sheets.steps import FAILED, BatchState, RowKind
from shegong.kernel.sheets.store import Kept, obstacle_from, rows_of

PAGE = 25
LEAST_COLUMNS = 5
UNSURE = "(0)"  # the reading's mark on a month that may have lost a zero (kernel.sheets.rows.kept_text)
PROBLEMS = "problems"
NOTED = "noted"
STANDING = (RowKind.GOOD, RowKind.TAKEN, RowKind.SAME)
SHOWN: dict[str, tuple[RowKind, ...]] = {
    PROBLEMS: FAILED,
    "bad": (RowKind.BAD, RowKind.LATE),
    "clash": (RowKind.CLASH, RowKind.PASSED),
    "good": (RowKind.GOOD,),
    "taken": (RowKind.TAKEN,),
    "same": (RowKind.SAME,),
    NOTED: STANDING,
    "all": tuple(RowKind),
}


def refusal_text(batch: Batch) -> str:
    """Why it was unreadable, stopped or kept; "" for none."""
    return obstacle_text(obstacle_from(batch.refusal)) if batch.refusal else ""


@dataclass(frozen=True)
class Cell:
    """One cell of the table: what it shows and what is the matter with it: must, choice, double, note or nothing."""

    text: str
    matter: str = ""
    address: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    place: int
    number: int
    sheet: str
    kind: str
    outcome: str
    cells: list[Cell]


@dataclass(frozen=True)
class Note:
    """One entry of the list: where, what, how to write it, and what may be adopted."""

    place: int
    address: str
    column: str
    title: str
    hint: str
    finding: Finding


@dataclass(frozen=True)
class Double:
    """Rows of the file about one subject, with the cells in which they differ (title, one text a row)."""

    rows: list[Kept]
    kinds: dict[int, str]
    differing: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Preview:
    """One page of a batch as asked for: `show` a key of SHOWN, `code` of a finding or "", rows after `after`."""

    batch: Batch
    layout: Layout
    show: str = PROBLEMS
    code: str = ""
    after: int = -1

    @property
    def chosen(self) -> QuerySet[Any]:
        """The rows that the filter lets through."""
        rows = BatchRow.objects.filter(batch=self.batch, kind__in=[str(k) for k in SHOWN[self.show]])
        if self.show == NOTED:
            rows = rows.exclude(codes=[])
        return rows.filter(codes__contains=[self.code]) if self.code else rows

    @cached_property
    def noted(self) -> int:
        """How many rows are not held back, and have something to say all the same."""
        rows = BatchRow.objects.filter(batch=self.batch, kind__in=[str(k) for k in STANDING])
        return int(rows.exclude(codes=[]).count())

    @cached_property
    def total(self) -> int:
        """How many these are."""
        return int(self.chosen.count())

    @cached_property
    def page(self) -> list[BatchRow]:
        """The rows of this page and perhaps one more, which says that there is a next page."""
        return list(self.chosen.filter(place__gt=self.after).order_by("place")[: PAGE + 1])

    @property
    def next_after(self) -> int | None:
        """Where the next page begins, None on the last."""
        return self.page[PAGE - 1].place if len(self.page) > PAGE else None

    @cached_property
    def first(self) -> int:
        """Number of the page's first row among those chosen; 0 for none."""
        return int(self.chosen.filter(place__lte=self.after).count()) + 1 if self.page else 0

    @cached_property
    def kept(self) -> dict[int, Kept]:
        """The page's rows and those they clash with, opened, by place."""
        wanted = {row.place: row.part for row in [*self.page[:PAGE], *self.doubles_of_page]}
        return opened_rows(self.batch, wanted)

    @cached_property
    def doubles_of_page(self) -> list[BatchRow]:
        """All rows about the subjects of this page's doubles."""
        kinds = (RowKind.CLASH, RowKind.PASSED)
        keys = [row.key for row in self.page[:PAGE] if row.kind in kinds and row.key is not None]
        found = BatchRow.objects.filter(batch=self.batch, key__in=keys).order_by("place") if keys else []
        return list(found)

    @cached_property
    def columns(self) -> list[tuple[str, str, Column]]:
        """Letter, title in the file and column of what is shown: what names a row, and what has findings here."""
        by_key = self.layout.by_key
        found = {one.column for row in self.page[:PAGE] for one in self.kept[row.place].findings}
        there = [
            (c["letter"], c["title"], by_key[c["key"]])
            for c in self.batch.reading.get("columns", [])
            if c["key"] in by_key
        ]
        naming = {*self.layout.one_per, *[c.key for _l, _t, c in there if c.required][:3]}
        wanted = [one for one in there if one[2].key in found | naming]
        others = [one for one in there if one not in wanted]
        least = wanted + others[: max(0, LEAST_COLUMNS - len(wanted))]
        return [one for one in there if one in least]

    @cached_property
    def lines(self) -> list[Line]:
        """The table."""
        return [self._line(row, self.kept[row.place]) for row in self.page[:PAGE]]

    def _line(self, row: BatchRow, kept: Kept) -> Line:
        cells = [self._cell(row, kept, letter, column) for letter, _title, column in self.columns]
        return Line(row.place, row.number, kept.sheet, row.kind, row.outcome, cells)

    def _cell(self, row: BatchRow, kept: Kept, letter: str, column: Column) -> Cell:
        weights = {found.weight for found in kept.findings if found.column == column.key}
        matter = next((str(w) for w in (Weight.MUST, Weight.CHOICE, Weight.NOTE) if w in weights), "")
        if not matter and row.kind in (RowKind.CLASH, RowKind.PASSED) and column.key in self.layout.one_per:
            matter = "double"
        return Cell(
            shown(column, kept),
            matter,
            f"{letter}{row.number}",
            column.kind.number_format == "@" and column.kind.personal,
        )

    @cached_property
    def notes(self) -> list[Note]:
        """What is wrong in the rows of this page, row by row, the gravest first; then what is only worth knowing."""
        order = {Weight.MUST: 0, Weight.CHOICE: 1, Weight.NOTE: 2}
        notes = [
            self._note(row, found)
            for row in self.page[:PAGE]
            for found in sorted(self.kept[row.place].findings, key=lambda one: order[one.weight])
        ]
        return sorted(notes, key=lambda note: not note.finding.blocks)

    def _note(self, row: BatchRow, found: Finding) -> Note:
        letter, title = next(
            ((one[0], one[1]) for one in self.columns if one[2].key == found.column), ("", "")
        )
        column = self.layout.by_key.get(found.column)
        title = title or (column.title if column else "")
        hint = column.hint if column and found.weight is Weight.MUST else ""
        return Note(row.place, f"{letter}{row.number}", found.column, title, hint, found)

    @cached_property
    def doubles(self) -> list[Double]:
        """The doubles of this page, a group each."""
        groups: dict[int, list[BatchRow]] = {}
        for row in self.doubles_of_page:
            groups.setdefault(row.key, []).append(row)
        return [self._double(rows) for rows in groups.values() if len(rows) > 1]

    def _double(self, rows: Sequence[BatchRow]) -> Double:
        kept = [self.kept[row.place] for row in rows]
        differing = []
        for entry in self.batch.reading.get("columns", []):
            column = self.layout.by_key.get(entry["key"])
            if column and len({one.cells.get(column.key, "") for one in kept}) > 1:
                differing.append((entry["title"], [shown(column, one) for one in kept]))
        return Double(kept, {row.place: row.kind for row in rows}, differing)

    @cached_property
    def codes(self) -> list[tuple[str, int]]:
        """Codes of findings among the rows to mend, with how many rows have them, most first."""
        rows = BatchRow.objects.filter(batch=self.batch, kind__in=[str(k) for k in FAILED])
        named = (
            rows.annotate(found=Func(F("codes"), function="unnest")).values("found").annotate(n=Count("pk"))
        )
        return [(one["found"], one["n"]) for one in named.order_by("-n", "found")]


def shown(column: Column, kept: Kept) -> str:
    """A cell as a preview may show it: personal ones masked."""
    text = kept.cells.get(column.key, "").removesuffix(UNSURE)
    return column.kind.mask(text) if text and column.kind.personal else text


def opened_rows(batch: Batch, parts_by_place: dict[int, int]) -> dict[int, Kept]:
    """Stored rows by their places; each part they lie in is opened once."""
    parts = BatchPart.objects.filter(batch=batch, number__in=set(parts_by_place.values()))
    return {one.place: one for part in parts for one in rows_of(part) if one.place in parts_by_place}


def failed_rows(batch: Batch) -> Iterable[Kept]:
    """The rows that go back, in the file's order, a part in memory at a time. Good ones too once the taking is over: it
    was stopped before their turn."""
    kinds = [*FAILED, RowKind.GOOD] if batch.state == BatchState.TAKEN else FAILED
    rows = BatchRow.objects.filter(batch=batch, kind__in=[str(k) for k in kinds])
    places = dict(rows.values_list("place", "part"))
    for part in (
        BatchPart.objects.filter(batch=batch, number__in=set(places.values())).order_by("number").iterator(20)
    ):
        yield from (one for one in rows_of(part) if one.place in places)
