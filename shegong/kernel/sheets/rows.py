"""One row of a sheet becomes a `Row`: cells as text, values, findings (pure)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.cell_text import Answer, as_text
from shegong.kernel.sheets.day_cells import day_of_serial
from shegong.kernel.sheets.headers import Header
from shegong.kernel.sheets.layout import Cell, Column, Finding, Layout, Row
from shegong.kernel.sheets.reading import Numbered, Sheet
from shegong.kernel.text import N_

_MONTH_AS_NUMBER = re.compile(r"(?:19|20)\d\d\.1")
_DAYS = ("day", "month")
_MERGED_CELLS = 400_000


def missing(column: Column) -> Obstacle:
    """The obstacle of a required cell that is empty."""
    return Obstacle("cell_missing", N_("%(title)s is empty. Fill it in."), params={"title": column.title})


# Of each column that many spellings are remembered; where there are more, nearly every row brings a new one.
_REMEMBERED = 4_000
_READERS = 64
_NEW = object()


class _Place:
    """A column of the layout and where it stands. `known` has what sound texts of it mean: counties, levels and days come
    again in every row. Of those about a person only what is known of the rows in hand."""

    __slots__ = ("column", "key", "known", "learns", "nothing", "place", "read", "required")

    def __init__(self, column: Column, place: int):
        self.column, self.key, self.place = column, column.key, place
        self.read: Callable[..., Any] = column.kind.read
        self.required = column.required
        self.learns = not (column.kind.personal or column.kind.name == "name")
        self.nothing: dict[str, Any] = {} if column.required else {"": None}
        self.known = dict(self.nothing)


class RowReader:
    """Reads the rows of one sheet whose columns stand where `places` says."""

    def __init__(self, layout: Layout, places: Mapping[str, int], today: date, sheet: Sheet | None = None):
        self.layout, self.sheet, self.today = layout, sheet or Sheet(""), today
        self.width = max(places.values(), default=-1) + 1
        self.columns = [
            _Place(column, places[column.key]) for column in layout.columns if column.key in places
        ]
        self.by_key = {place.key: place for place in self.columns}
        # The innermost loop of an import: what it needs, without looking it up.
        self._quick = [(at.key, at.place, at.known, at) for at in self.columns]

    def read(self, number: int, raw: Sequence[Cell]) -> Row:
        """The row; columns that the file has not are in neither `cells` nor `values`."""
        if len(raw) < self.width:
            raw = [*raw, *[""] * (self.width - len(raw))]
        row = Row(number, self.sheet.name, {}, {})
        cells, values, is_typed = row.cells, row.values, not self.sheet.untyped
        for key, place, known, at in self._quick:
            cell = raw[place]
            if type(cell) is str and is_typed:
                cells[key] = cell
                if (value := known.get(cell, _NEW)) is not _NEW:
                    values[key] = value
                    continue
            else:
                cell = self._cell(cell, at.column)
                cells[key] = kept_text(cell, at.column)
            values[key] = self._value(row, at, cell)
        return row

    def _value(self, row: Row, at: _Place, cell: Cell) -> Any:
        """What a cell means; its findings go to the row."""
        if cell == "":
            if at.required:
                row.findings.append(Finding(at.key, missing(at.column)))
            return None
        value, found = at.read(cell, today=self.today)
        if found:
            row.findings += [replace(finding, column=at.key) for finding in found]
        elif value is not None:
            if at.learns and type(cell) is str and len(at.known) < _REMEMBERED:
                at.known[cell] = value
        elif at.required:
            row.findings.append(Finding(at.key, missing(at.column)))
        return value

    def texts(self, raw: Sequence[Cell]) -> dict[str, str]:
        """The cells as text by column, to be read again (`read_again`)."""
        if self.sheet.untyped:
            return {
                key: kept_text(self._cell(raw[place], at.column), at.column)
                for key, place, _, at in self._quick
            }
        return {
            key: cell
            if type(cell := raw[place]) is str
            else kept_text(self._cell(cell, at.column), at.column)
            for key, place, _, at in self._quick
        }

    def answer(self, key: str, raw: Sequence[Cell]) -> Answer:
        """What one cell means, and what was found; nothing of a column that is not there."""
        at = self.by_key.get(key)
        if at is None or at.place >= len(raw):
            return None, ()
        cell = self._cell(raw[at.place], at.column)
        return at.read(cell, today=self.today) if cell != "" else (None, ())

    def remember(self, sound: Mapping[str, Mapping[str, str]]) -> None:
        """What texts of the rows that follow mean, by column: they were read before, and nothing was found."""
        for key, known in sound.items():
            at = self.by_key[key]
            at.known.clear()
            at.known.update(at.nothing)
            at.known.update(known)

    def _cell(self, cell: Cell, column: Column) -> Cell:
        if column.kind.name in _DAYS:
            if self.sheet.since_1904 and isinstance(cell, float | int):
                return day_of_serial(cell, since_1904=True) or cell
            if self.sheet.untyped and column.kind.name == "month" and _MONTH_AS_NUMBER.fullmatch(cell):
                return float(cell)  # nobody knows whether a spreadsheet wrote this file, and dropped a zero
        return "" if cell is None else cell


def kept_text(cell: Cell, column: Column) -> str:
    """The cell as text, such that reading the text finds what reading the cell finds."""
    text = as_text(cell)
    is_number = isinstance(cell, float | int) and not isinstance(cell, bool)
    if is_number and column.kind.name == "month" and _MONTH_AS_NUMBER.fullmatch(text):
        return f"{text}(0)"
    return text


def read_again(layout: Layout, cells: Mapping[str, str], *, number: int, sheet: str, today: date) -> Row:
    """A row from its cells as text: what was staged, or what the clerk's choices made of it."""
    row = _reader(layout, tuple(cells), today).read(number, list(cells.values()))
    row.sheet = sheet
    return row


_readers: dict[tuple[int, tuple[str, ...], date], RowReader] = {}


def _reader(layout: Layout, keys: tuple[str, ...], today: date) -> RowReader:
    """The reader of rows with these columns, made once: a batch reads its rows again one by one."""
    found = _readers.get((id(layout), keys, today))
    if found is None or found.layout is not layout:
        if len(_readers) >= _READERS:
            _readers.clear()
        found = RowReader(layout, {key: place for place, key in enumerate(keys)}, today)
        _readers[id(layout), keys, today] = found
    return found


class MergedCells:
    """Fills what merged cells cover below their first row, in the columns that are read: 县 merged over its people."""

    def __init__(self, sheet: Sheet, header: Header):
        self.places: set[int] = set()
        self._tops: dict[int, list[int]] = {}
        self._below: dict[int, list[tuple[int, int]]] = {}
        self._held: dict[tuple[int, int], Cell] = {}
        read, last, left = set(header.places.values()), header.rows[-1], _MERGED_CELLS
        for top, place, bottom, _ in sheet.merged:
            if place not in read or bottom <= top or top < last or bottom - top > left:
                continue
            left -= bottom - top
            self.places.add(place)
            self._tops.setdefault(top + 1, []).append(place)
            for number in range(top + 2, bottom + 2):
                self._below.setdefault(number, []).append((place, top + 1))

    def fill(self, rows: Iterable[Numbered]) -> Iterable[Numbered]:
        """The rows with their covered cells filled."""
        return rows if not self._tops else map(self._fill, rows)

    def _fill(self, numbered: Numbered) -> Numbered:
        number, raw = numbered
        for place in self._tops.get(number, ()):
            if place < len(raw):
                self._held[place, number] = raw[place]
        covered = self._below.get(number)
        if not covered:
            return numbered
        raw = raw + [""] * (max(place for place, _ in covered) + 1 - len(raw))
        for place, top in covered:
            if raw[place] == "":
                raw[place] = self._held.get((place, top), "")
        return number, raw
