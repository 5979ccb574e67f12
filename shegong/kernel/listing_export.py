"""A listing as a file: exactly the filtered rows and the visible columns, as xlsx, csv or json.

No cell can start a formula: text that begins like one is written as a string with the quote sign that Excel and WPS
keep for it (xlsx), or behind an apostrophe (csv). Identity and certificate numbers stay text, days are real dates.
Rows stream from the database in chunks and xlsxwriter keeps one row in memory, so memory is flat.
"""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext

from shegong.kernel.listing import Asked, Column

# Signs that make Excel, WPS or LibreOffice read a cell as a formula; the full-width ones are folded on some systems.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
WIDTHS = {"text": 22, "date": 12, "number": 10, "code": 24}


@dataclass(frozen=True)
class Mark:
    """What an export says about itself: what it is, as of when, filtered how, taken by whom and when."""

    title: str
    as_of: date
    filters: str
    by: str
    at: datetime

    def lines(self) -> list[str]:
        """The first rows of a sheet."""
        return [
            self.title,
            gettext("As of %(day)s") % {"day": self.as_of.isoformat()},
            gettext("Filters: %(filters)s") % {"filters": self.filters or gettext("none")},
            gettext("Exported by %(who)s on %(when)s")
            % {"who": self.by, "when": self.at.strftime("%Y-%m-%d %H:%M")},
        ]


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula, leading blanks left aside."""
    return text.startswith(FORMULA) or text.lstrip(" \u3000\u00a0").startswith(FORMULA)


def harmless(text: str) -> str:
    """The text as a csv cell that no spreadsheet runs."""
    return f"'{text}" if starts_formula(text) else text


def file_of(asked: Asked, form: str, mark: Mark) -> tuple[IO[bytes], int]:
    """A temporary file with the rows, at its beginning, and how many there are."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response that sends it
    count = {"xlsx": _xlsx, "csv": _csv, "json": _json}[form](asked, mark, file)
    file.seek(0)
    return file, count


def _cells(columns: list[Column], row: Any) -> Iterator[Any]:
    for column in columns:
        value = column.value(row)
        yield column.text(row) if column.words and column.kind != "date" else value


def _xlsx(asked: Asked, mark: Mark, file: IO[bytes]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(_sheet_name(mark.title))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        text, quoted = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@"})
        quoted.set_quote_prefix()
        for at, column in enumerate(asked.columns):
            sheet.set_column(at, at, WIDTHS[column.kind])
        lines = mark.lines()
        for at, line in enumerate(lines):
            sheet.write_string(at, 0, line, quoted if starts_formula(line) else bold if at == 0 else None)
        top = len(lines) + 1
        for at, column in enumerate(asked.columns):
            sheet.write_string(top, at, str(column.title), bold)
        sheet.freeze_panes(top + 1, 1)
        count = 0
        for row in asked.every_row():
            count += 1
            for at, value in enumerate(_cells(asked.columns, row)):
                _write(sheet, top + count, at, value, day, text, quoted)
    return count


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "1"


def _write(sheet: Any, row: int, column: int, value: Any, day: Any, text: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value), quoted if starts_formula(str(value)) else text)


def _csv(asked: Asked, mark: Mark, file: IO[bytes]) -> int:
    """Header and rows only: whoever reads csv reads it by machine. The byte order mark is for Excel and WPS."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(str(column.title)) for column in asked.columns])
    count = 0
    for row in asked.every_row():
        writer.writerow([_csv_cell(value) for value in _cells(asked.columns, row)])
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    return harmless(value.isoformat() if isinstance(value, date) else str(value))


def _json(asked: Asked, mark: Mark, file: IO[bytes]) -> int:
    head = {
        "title": mark.title, "as_of": mark.as_of.isoformat(), "filters": mark.filters,
        "exported_by": mark.by, "exported_at": mark.at.isoformat(),
        "columns": {column.name: str(column.title) for column in asked.columns},
    }  # fmt: skip
    file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    count = 0
    for row in asked.every_row():
        cells = {c.name: c.value(row) for c in asked.columns}
        file.write((b",\n" if count else b"\n") + json.dumps(cells, ensure_ascii=False, default=str).encode())
        count += 1
    file.write(f'\n], "count": {count}}}\n'.encode())
    return count
