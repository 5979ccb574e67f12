"""One workbook from its file to checked rows: the entry that everything above uses (pure).

    with read_workbook(path, layout, today=today) as reading:
        reading.total, reading.remarks, reading.sheets
        for rows in reading.chunks():
            ...

`read_workbook` raises `Refused` for a file that is not read: hostile, damaged, without the headers, or with two
columns for one thing. What it yields is complete: a row that clashes with another row of the file says so at once, on
both. Memory holds one chunk of rows and eight bytes and a place for each subject.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from typing import Any

from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets import remarks as said
from shegong.kernel.sheets.cell_text import as_text
from shegong.kernel.sheets.endings import Role, Roles
from shegong.kernel.sheets.headers import Header, Names, find, letter
from shegong.kernel.sheets.layout import Cell, Finding, Layout, Offer, Row, Weight
from shegong.kernel.sheets.reading import Numbered, Sheet, Spool
from shegong.kernel.sheets.remarks import Remark
from shegong.kernel.sheets.rows import MergedCells, RowReader
from shegong.kernel.text import N_

_MANY = 1 << 128
# The offers of a clash within the file: which of the rows is taken in.
KEEP, LEAVE = "keep", "leave"
_OFFERS = (
    Offer(KEEP, N_("Take this row")),
    Offer(LEAVE, N_("Leave this row out")),
)


@dataclass
class Part:
    """A sheet that is read: its header, the rows that hold no subject, and how many do."""

    sheet: Sheet
    header: Header
    left_out: dict[int, Role]
    rows: int = 0

    def letter(self, column: str) -> str:
        """The spreadsheet's letter of a column of the layout, '' when the sheet has it not."""
        place = self.header.places.get(column)
        return "" if place is None else letter(place)


class Reading:
    """A workbook being read; see the module."""

    def __init__(self, path: str | Path, layout: Layout, today: date):
        self.layout, self.today = layout, today
        self.sheets: list[Part] = []
        self.remarks: list[Remark] = []
        self.total = 0
        self._contents = 0
        self._names = Names(layout)
        self._first: dict[int, int] = {}
        self._doubled: dict[int, list[int]] = defaultdict(list)
        self._parts: dict[int, Part] = {}
        self._spool = Spool(path)
        try:
            self._survey()
        except BaseException:
            self._spool.close()
            raise

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def _survey(self) -> None:
        """Go through the file: headers, rows that hold no subject, rows of one subject; put the others by."""
        unknown: list[tuple[Sheet, Header, list[Numbered]]] = []
        order, survey, is_first = -1, None, False
        for sheet, rows in self._spool.first_time():
            if not rows:
                order, survey, is_first = order + 1, None, True
                continue
            if is_first:  # a header stands at the top, or the sheet is something else
                is_first = False
                header = find(rows, sheet, self._names)
                if not header.is_recognised(self.layout) or header.missing(self.layout) or header.doubled:
                    unknown.append((sheet, header, rows[:8]))
                    continue
                part = self._parts[order] = Part(sheet, header, {})
                self.sheets.append(part)
                survey = _Survey(self, part, order)
            if survey and (put_by := survey.seen(rows)):
                self._spool.keep(put_by)
        self.total = sum(part.rows for part in self.sheets)
        if not self.sheets:
            raise Refused(said.no_header(self.layout, unknown))
        if not self.total:
            raise Refused(said.no_rows(self.sheets[0].sheet.name))
        self.remarks = said.of_file(self.layout, self.sheets, [(sheet, found) for sheet, found, _ in unknown])

    @property
    def contents(self) -> str:
        """A digest of all rows by what their cells say, in whatever order the rows and the columns stand: equal for the
        same rows saved by another program. Hash it with a key where it is stored: short files can be guessed."""
        return f"{self.total} {self._contents % _MANY:032x}"

    def chunks(self, size: int = 0) -> Iterator[list[Row]]:
        """The rows that hold a subject, checked cell by cell, in the file's order."""
        size, held = size or self.layout.chunk, list[Row]()
        readers: dict[int, RowReader] = {}
        for order, numbers, cells, sound in self._spool.again():
            if order not in readers:
                readers[order] = _reader(self.layout, self._parts[order], self.today)
            readers[order].remember(sound)
            held += map(readers[order].read, numbers, cells)
            if self._doubled:
                self._say_doubles(order, held[-len(numbers) :])
            while len(held) >= size:
                yield held[:size]
                held = held[size:]
        if held:
            yield held

    def texts(self, size: int) -> Iterator[list[tuple[int, str, dict[str, str]]]]:
        """The same rows as nobody has read them: number, sheet, and the cells as text, to be read and checked later."""
        held = list[tuple[int, str, dict[str, str]]]()
        readers = {order: _reader(self.layout, part, self.today) for order, part in self._parts.items()}
        for order, numbers, cells, _sound in self._spool.again():
            reader, sheet = readers[order], self._parts[order].sheet.name
            held += [(number, sheet, reader.texts(raw)) for number, raw in zip(numbers, cells, strict=True)]
            while len(held) >= size:
                yield held[:size]
                held = held[size:]
        if held:
            yield held

    def rows(self) -> Iterator[Row]:
        """The same, one by one."""
        for chunk in self.chunks():
            yield from chunk

    def _say_doubles(self, order: int, rows: list[Row]) -> None:
        """Name at each of these rows the others with its subject."""
        for row in rows:
            place = order << 24 | row.number
            others = [
                (self._parts[other >> 24].sheet.name, other & 0xFFFFFF)
                for other in self._doubled.get(place, ())
                if other != place
            ]
            if others:
                row.findings.append(_clash(row, others))

    def note_subject(self, subject: int, order: int, number: int) -> None:
        """Remember who stands where, as one number, and both places when somebody stands twice."""
        place = order << 24 | number
        first = self._first.setdefault(subject, place)
        if first != place:
            group = self._doubled.setdefault(first, [first])
            group.append(place)
            self._doubled[place] = group


def _reader(layout: Layout, part: Part, today: date) -> RowReader:
    """Reads what the survey put by: the cells stand in the order of the layout's columns."""
    there = part.header.places
    places = {column.key: place for place, column in enumerate(layout.columns) if column.key in there}
    return RowReader(layout, places, today, part.sheet)


class _Survey:
    """The first walk over a sheet."""

    def __init__(self, reading: Reading, part: Part, order: int):
        self.reading, self.part, self.order = reading, part, order
        self.merged = MergedCells(part.sheet, part.header)
        self.roles = Roles(reading.layout, part.header, reading._names)
        self.reader = _reader(reading.layout, part, reading.today)
        self.after = part.header.rows[-1]
        there = part.header.places
        self.wide = max(there.values()) + 1
        # Columns that are not there are read from an empty cell behind the row.
        self.cells_of = itemgetter(*(there.get(c.key, self.wide) for c in reading.layout.columns), self.wide)
        subject = [at for key in reading.layout.one_per if (at := self.reader.by_key.get(key))]
        self.whose = [(at.key, at.place, not (at.learns or part.sheet.untyped)) for at in subject]
        self.is_named = bool(subject) and len(subject) == len(reading.layout.one_per)

    def seen(self, rows: list[Numbered]) -> tuple[Any, ...] | None:
        """Sort the rows out. What is to be put by of them: the sheet's order, the numbers of the rows that hold a
        subject, their cells in the order of the layout, and what sound cells of their subjects mean; None for none."""
        numbers: list[int] = []
        kept: list[Sequence[Cell]] = []
        sound: dict[str, dict[str, str]] = {key: {} for key, _place, is_kept in self.whose if is_kept}
        wide, end = self.wide, [""]
        for number, raw in self.merged.fill(rows):
            if number <= self.after:
                continue
            role = self.roles.of(raw)
            if role is not None:
                self.part.left_out[number] = role
                continue
            short = wide - len(raw)
            cells = self.cells_of(raw[:wide] + end if short <= 0 else raw + end * (short + 1))
            numbers.append(number)
            kept.append(cells)
            self._note(number, cells, sound)
        self.part.rows += len(numbers)
        self.reading._contents += sum(map(_digest, kept))
        return (self.order, numbers, kept, sound) if numbers else None

    def _note(self, number: int, cells: Sequence[Cell], sound: dict[str, dict[str, str]]) -> None:
        """Whom the row is about, if that can be read."""
        values = []
        for key, place, is_kept in self.whose:
            value, found = self.reader.answer(key, cells)
            values.append(value)
            if is_kept and not found and type(value) is str and type(cells[place]) is str:
                sound[key][cells[place]] = value
        if self.is_named and None not in values:
            self.reading.note_subject(hash(tuple(values)), self.order, number)


def _digest(cells: Sequence[Cell]) -> int:
    """What the cells of a row say, as a number; empty cells and columns that no layout knows say nothing."""
    text = "\x1e".join([cell if type(cell) is str else as_text(cell) for cell in cells])
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def _clash(row: Row, others: list[tuple[str, int]]) -> Finding:
    shown = [f"{sheet} {number}" if sheet != row.sheet else str(number) for sheet, number in others[:5]]
    message = N_("The same subject stands in row %(rows)s. Choose which of the rows is taken in.")
    params = {"rows": "、".join(shown), "places": others[:20]}
    return Finding("", Obstacle("row_doubled", message, params=params), Weight.CHOICE, _OFFERS)


def read_workbook(path: str | Path, layout: Layout, *, today: date) -> Reading:
    """Open a workbook (xlsx, xls, et, ods, csv) as a layout; use as a context manager. Raises `Refused`."""
    return Reading(path, layout, today)
