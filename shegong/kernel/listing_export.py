"""Rows as a file: exactly the filtered rows and the visible columns, as xlsx, csv or json.

No cell can start a formula: text that begins like one is written as a string with the quote sign that Excel and WPS
keep for it (xlsx), or behind an apostrophe (csv). Identity and certificate numbers stay text (in csv by a tab behind them), days are
real dates.
Rows stream from the database in chunks and are written one by one, so memory is flat. Every file says in its first
lines what it is and who took it when, under a number by which it can be traced.
"""

import csv
import hashlib
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Protocol

from django.utils.translation import gettext

from shegong.kernel import listing_xlsx
from shegong.kernel.listing import Column
from shegong.kernel.listing_xlsx import FORMULA as FORMULA
from shegong.kernel.listing_xlsx import starts_formula as starts_formula
from shegong.kernel.typed_numbers import whole_number

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
MARK = "DC-"
DIGITS = re.compile(r"0\d+|\d{12,}", re.ASCII)  # more than eleven are shown as a power of ten


class Rows(Protocol):
    """What is exported: visible columns, and every row in order."""

    columns: list[Column]

    def every_row(self) -> Iterable[Any]: ...


@dataclass(frozen=True)
class Mark:
    """What an export says about itself: what it is, as of when, filtered how, taken by whom and when, its number."""

    title: str
    as_of: date
    filters: str
    by: str
    at: datetime
    number: int = 0
    reason: str = ""

    @property
    def code(self) -> str:
        """The number as it is printed: DC-000123."""
        return mark_code(self.number) if self.number else ""

    def lines(self) -> list[str]:
        """The first rows of a sheet."""
        lines = [
            self.title,
            gettext("As of %(day)s") % {"day": self.as_of.isoformat()},
            gettext("Filters: %(filters)s") % {"filters": self.filters or gettext("none")},
            " · ".join(filter(None, (self.taken, self.trace))),
        ]
        return [" ".join(line.split()) for line in lines]

    @property
    def taken(self) -> str:
        """By whom and when."""
        values = {"who": self.by, "when": self.at.strftime("%Y-%m-%d %H:%M")}
        return gettext("Exported by %(who)s on %(when)s") % values

    @property
    def trace(self) -> str:
        """The number of the file, and why it was taken where that was asked."""
        number = gettext("File number %(code)s") % {"code": self.code} if self.number else ""
        reason = gettext("Reason: %(reason)s") % {"reason": " ".join(self.reason.split())}
        return f"{number} · {reason}" if self.reason else number


def mark_code(number: int) -> str:
    """The number of an export as it is printed in the file."""
    return f"{MARK}{number:06d}"


def read_mark(text: str) -> int | None:
    """The number behind DC-000123, typed in any case with or without its letters; None when it is none."""
    digits = text.strip().upper().removeprefix(MARK.rstrip("-")).lstrip("-－— ")
    return whole_number(digits, digits=17)


def harmless(text: str) -> str:
    """The text as a csv cell that no spreadsheet runs, nor takes for a number: of 18 digits it would show 2.20102E+17 and
    forget the last three, of 0433 the first. A tab behind such digits keeps them; workbooks that come in lose it again."""
    if starts_formula(text):
        return f"'{text}"
    return f"{text}\t" if DIGITS.fullmatch(text) else text


Told = Callable[[int], None]  # hears now and then how many rows are written


@dataclass(frozen=True)
class Written:
    """A file at its beginning: how many rows it has, its SHA-256 in hex and its length in bytes."""

    file: IO[bytes]
    rows: int
    sha256: str
    size: int


def file_of(rows: Rows, form: str, mark: Mark, told: Told = lambda count: None) -> Written:
    """A temporary file with the rows; who gets it closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response that sends it
    counted = _counted(rows.every_row(), told)
    count = {"xlsx": _xlsx, "csv": _csv, "json": _json}[form](rows.columns, counted, mark, file)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return Written(file, count, digest, size)


def _counted(rows: Iterable[Any], told: Told) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % 2000 == 0:
            told(number)


def cell_of(column: Column) -> Callable[[Any], Any]:
    """How a row's cell is read: what people read, for days and numbers the value itself."""
    value, words = column.value, column.words
    if words is None or column.kind == "date":
        return value
    spoken: dict[Any, str] = {}  # few values, said for each row: translated once

    def said(row: Any) -> Any:
        held = value(row)
        if held is None or held == "":
            return ""
        if held not in spoken:
            if len(spoken) > 1000:
                spoken.clear()
            spoken[held] = str(words(held))
        return spoken[held]

    return said


def _xlsx(columns: list[Column], rows: Iterable[Any], mark: Mark, file: IO[bytes]) -> int:
    heads = [(str(column.title), column.kind) for column in columns]
    footer = " · ".join(filter(None, (mark.code, mark.taken)))
    book = listing_xlsx.Book(mark.title, mark.lines(), heads, mark.by, mark.at, footer)
    cells = [cell_of(column) for column in columns]
    return listing_xlsx.write(book, ([cell(row) for cell in cells] for row in rows), file)


def _csv(columns: list[Column], rows: Iterable[Any], mark: Mark, file: IO[bytes]) -> int:
    """The same lines as the sheet. The byte order mark tells Excel and WPS that this is no GBK."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerows([harmless(line)] for line in mark.lines())
    writer.writerow([])
    writer.writerow([harmless(str(column.title)) for column in columns])
    cells, count = [cell_of(column) for column in columns], 0
    for row in rows:
        writer.writerow([_csv_cell(cell(row)) for cell in cells])
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return harmless(value.isoformat() if isinstance(value, date) else str(value))


def _json(columns: list[Column], rows: Iterable[Any], mark: Mark, file: IO[bytes]) -> int:
    head = {
        "title": mark.title, "as_of": mark.as_of.isoformat(), "filters": mark.filters,
        "exported_by": mark.by, "exported_at": mark.at.isoformat(), "number": mark.code,
        "columns": {column.name: str(column.title) for column in columns},
    }  # fmt: skip
    file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    count = 0
    for row in rows:
        cells = {c.name: c.value(row) for c in columns}
        file.write((b",\n" if count else b"\n") + json.dumps(cells, ensure_ascii=False, default=str).encode())
        count += 1
    file.write(f'\n], "count": {count}}}\n'.encode())
    return count
