"""The reading process: looks at a workbook, reads it and prints its rows, within bounds of memory and time.

Started afresh for each file (`python -m shegong.kernel.sheets.child PATH`), because the worker has threads and a
damaged file may take its reader down with it. It prints one JSON value a line: what is refused, a sheet, rows of the
sheet, the end. It imports neither Django nor a context.
"""

import datetime
import html
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from shegong.kernel.sheets import guards, limits, ole, open_document, plain_text
from shegong.kernel.sheets.guards import Seen
from shegong.kernel.sheets.limits import unfit

CHUNK = 500
MERGED = 20_000
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


def bound() -> None:
    """Give this process its limits; the clock is the parent's."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.PROCESSOR, limits.PROCESSOR + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def emit(value: dict[str, Any]) -> None:
    """Print one line for the parent."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain, check_circular=False) + "\n")


def _plain(value: Any) -> Any:
    """Days and times, for which JSON has no form, as the text that means the same in every kind of cell."""
    if isinstance(value, datetime.timedelta):
        return value.total_seconds() / 86400
    return value.isoformat(" ", "seconds") if isinstance(value, datetime.datetime) else value.isoformat()


def read(path: str) -> None:
    """Print everything in the workbook at `path`."""
    with open(path, "rb") as file:
        form = guards.form_of(file)
        if form == "text":
            return _read_text(path)
        seen: dict[str, Seen] | list[Seen]
        if form == "zip":
            form, by_part = guards.check_packed(file)
            if form == "xlsx":
                seen = _by_name(file, by_part)
            else:
                seen = open_document.look(file) if by_part["content.xml"].is_shaped else {}
        else:
            file.seek(0)
            since_1904, seen = ole.check_old(file.read())
            emit({"since_1904": since_1904})
    _read_book(path, form, seen)


def _by_name(file: Any, parts: dict[str, Seen]) -> dict[str, Seen]:
    """What was seen of each sheet by its name, as the workbook and its relations tie name and part together."""
    with zipfile.ZipFile(file) as packed:
        texts = {
            name.casefold().replace("\\", "/"): packed.read(name).decode("utf-8", "replace")
            for name in packed.namelist()
            if name.casefold().replace("\\", "/") in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        }
    targets = {}
    for tag in _RELATION.finditer(texts.get("xl/_rels/workbook.xml.rels", "")):
        said = dict(_ATTRIBUTE.findall(tag[1]))
        targets[said.get("Id")] = said.get("Target", "").removeprefix("/").removeprefix("xl/")
    found = {}
    for tag in _SHEET.finditer(texts.get("xl/workbook.xml", "")):
        said = dict(_ATTRIBUTE.findall(tag[1]))
        part = targets.get(next((value for name, value in said.items() if name.endswith(":id")), ""), "")
        found[html.unescape(said.get("name", ""))] = parts.get(f"xl/{part}", Seen())
    emit({"since_1904": 'date1904="1"' in texts.get("xl/workbook.xml", "")})
    return found


def _read_text(path: str) -> None:
    emit({"sheet": "csv", "hidden": False, "untyped": True})
    numbered = enumerate(plain_text.rows_of(path), start=1)
    _emit_rows((number, row) for number, row in numbered if any(row))


def _read_book(path: str, form: str, seen: dict[str, Seen] | list[Seen]) -> None:
    import python_calamine as calamine  # noqa: PLC0415  after the limits and the look, and only for books

    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            for index, known in enumerate(book.sheets_metadata):
                if known.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_index(index)
                if isinstance(seen, list):
                    looked = seen[index] if index < len(seen) else Seen()
                else:
                    looked = seen.get(known.name, Seen())
                _emit_sheet(known, sheet, looked, known.visible != calamine.SheetVisibleEnum.Visible)
    except calamine.PasswordError as error:
        raise limits.Unfit("sheet_password") from error
    except calamine.CalamineError as error:
        raise limits.Unfit("sheet_broken") from error


def _emit_sheet(known: Any, sheet: Any, seen: Seen, is_hidden: bool) -> None:
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or []] or seen.merged
    height = sheet.total_height
    if height > limits.ROWS:
        unfit("sheet_rows", sheet=known.name, limit=limits.ROWS)
    emit(
        {
            "sheet": known.name,
            "hidden": is_hidden,
            "rows": height,
            "merged": merged[:MERGED],
            "hidden_rows": seen.hidden_rows,
            "hidden_columns": sorted(set(seen.hidden_columns)),
            "error_cells": seen.error_cells,
        }
    )
    left = [""] * (sheet.start[1] if sheet.start else 0)
    numbered = enumerate(sheet.iter_rows(), start=1)
    wide = limits.COLUMNS - len(left)
    _emit_rows((number, left + row[:wide]) for number, row in numbered if any(row))


def _emit_rows(rows: Iterator[tuple[int, list[Any]]]) -> None:
    numbers: list[int] = []
    cells: list[list[Any]] = []
    for number, row in rows:
        numbers.append(number)
        cells.append(row)
        if len(cells) == CHUNK:
            emit({"at": numbers, "cells": cells})
            numbers, cells = [], []
    if cells:
        emit({"at": numbers, "cells": cells})


def main() -> None:
    """Read the workbook named on the command line; every end is a line of output."""
    bound()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        read(sys.argv[1])
        emit({"end": True})
    except limits.Unfit as error:
        emit({"refused": error.code, "params": error.params})
    except (MemoryError, RecursionError):
        emit({"refused": "sheet_too_heavy", "params": {}})
    except BaseException as error:  # a panic of the reader is no Exception
        print(repr(error), file=sys.stderr)
        code = "sheet_too_heavy" if "capacity" in str(error) else "sheet_broken"
        emit({"refused": code, "params": {}})


if __name__ == "__main__":
    main()
