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
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path

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
        """Go through the file once: headers, rows that hold no subject, rows of one subject."""
        unknown: list[tuple[Sheet, Header, list[Numbered]]] = []
        order, walk, is_first = -1, None, False
        for sheet, rows in self._spool.first_time():
            if not rows:
                order, walk, is_first = order + 1, None, True
                continue
            if is_first:  # a header stands at the top, or the sheet is something else
                is_first = False
                header = find(rows, sheet, self._names)
                if not header.is_recognised(self.layout) or header.missing(self.layout) or header.doubled:
                    unknown.append((sheet, header, rows[:8]))
                    continue
                part = self._parts[order] = Part(sheet, header, {})
                self.sheets.append(part)
                walk = _Survey(self, part, order)
            if walk:
                walk.see(rows)
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
        size, held, order, walk = size or self.layout.chunk, [], -1, None
        for _, rows in self._spool.again():
            if not rows:
                order += 1
                part = self._parts.get(order)
                walk = _Walk(self, part, order) if part else None
            elif walk:
                held += walk.rows(rows)
                while len(held) >= size:
                    yield held[:size]
                    held = held[size:]
        if held:
            yield held

    def rows(self) -> Iterator[Row]:
        """The same, one by one."""
        for chunk in self.chunks():
            yield from chunk

    def place_of(self, order: int, number: int) -> int:
        """A row of a sheet as one number, to keep many."""
        return order << 24 | number

    def clashes(self, place: int) -> list[tuple[str, int]]:
        """The other rows of the file with the subject of the row at this place: sheet and row number."""
        return [
            (self._parts[other >> 24].sheet.name, other & 0xFFFFFF)
            for other in self._doubled.get(place, ())
            if other != place
        ]

    def note_subject(self, subject: int, place: int) -> None:
        """Remember who stands where, and both places when somebody stands twice."""
        first = self._first.setdefault(subject, place)
        if first != place:
            group = self._doubled.setdefault(first, [first])
            group.append(place)
            self._doubled[place] = group


class _Survey:
    """The first walk over a sheet."""

    def __init__(self, reading: Reading, part: Part, order: int):
        self.reading, self.part, self.order = reading, part, order
        self.merged = MergedCells(part.sheet, part.header)
        self.roles = Roles(reading.layout, part.header, reading._names)
        self.reader = RowReader(reading.layout, part.header.places, reading.today, part.sheet)
        self.after = part.header.rows[-1]
        places = part.header.places
        self.places = [(f"{c.key}\x1f", places[c.key]) for c in reading.layout.columns if c.key in places]

    def see(self, rows: list[Numbered]) -> None:
        """Sort the rows out and remember whom they name."""
        for number, raw in self.merged.fill(rows):
            if number <= self.after:
                continue
            role = self.roles.of(raw)
            if role is not None:
                self.part.left_out[number] = role
                continue
            self.part.rows += 1
            self.reading._contents += self._digest(raw)
            values = tuple(self.reader.value(key, raw) for key in self.reading.layout.one_per)
            if values and None not in values:
                self.reading.note_subject(hash(values), self.reading.place_of(self.order, number))

    def _digest(self, raw: list[Cell]) -> int:
        """What the cells of a row say, as a number; empty cells and columns that no layout knows say nothing."""
        wide = len(raw)
        said = [
            key + (cell if type(cell) is str else as_text(cell))
            for key, place in self.places
            if place < wide and (cell := raw[place]) not in ("", None)
        ]
        return int.from_bytes(blake2b("\x1e".join(said).encode(), digest_size=16).digest(), "big")


class _Walk:
    """The second walk: rows become `Row`s."""

    def __init__(self, reading: Reading, part: Part, order: int):
        self.reading, self.part, self.order = reading, part, order
        self.merged = MergedCells(part.sheet, part.header)
        self.reader = RowReader(reading.layout, part.header.places, reading.today, part.sheet)
        self.after = part.header.rows[-1]

    def rows(self, rows: list[Numbered]) -> list[Row]:
        """The rows that hold a subject."""
        read, left_out, doubled = self.reader.read, self.part.left_out, self.reading._doubled
        found = []
        for number, raw in self.merged.fill(rows):
            if number <= self.after or number in left_out:
                continue
            row = read(number, raw)
            place = self.reading.place_of(self.order, number)
            if place in doubled:
                self._clash(row, place)
            found.append(row)
        return found

    def _clash(self, row: Row, place: int) -> None:
        others = self.reading.clashes(place)
        shown = [f"{sheet} {number}" if sheet != row.sheet else str(number) for sheet, number in others[:5]]
        message = N_("The same subject stands in row %(rows)s. Choose which of the rows is taken in.")
        params = {"rows": "、".join(shown), "places": others[:20]}
        row.findings.append(
            Finding("", Obstacle("row_doubled", message, params=params), Weight.CHOICE, _OFFERS)
        )


def read_workbook(path: str | Path, layout: Layout, *, today: date) -> Reading:
    """Open a workbook (xlsx, xls, et, ods, csv) as a layout; use as a context manager. Raises `Refused`."""
    return Reading(path, layout, today)
