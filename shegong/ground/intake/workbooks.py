"""A workbook opened for one layout: what was recognised, and its rows one after another."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from shegong.kernel.sheets.layout import Layout, Row
from shegong.kernel.sheets.rows import read_again
from shegong.kernel.sheets.store import Kept, obstacle_entry
from shegong.kernel.sheets.workbook import Reading, read_workbook


@contextmanager
def opened(content: bytes, layout: Layout, on: date) -> Iterator[Reading]:
    """A workbook given as bytes, opened. Raises `Refused` when it cannot be read."""
    with _laid_out(content) as path, read_workbook(path, layout, today=on) as reading:
        yield reading


def recognised(reading: Reading) -> dict[str, Any]:
    """What the preview says about the file: sheets, header rows, columns with their letters, remarks."""
    first = reading.sheets[0]
    return {
        "sheets": [part.sheet.name for part in reading.sheets],
        "header_rows": len(first.header.rows),
        "columns": [
            {"key": key, "letter": first.letter(key), "title": "".join(first.header.texts.get(place, "").split())}
            for key, place in sorted(first.header.places.items(), key=lambda item: item[1])
        ],
        "remarks": [obstacle_entry(remark.obstacle) for remark in reading.remarks],
    }  # fmt: skip


def reread(layout: Layout, kept: Kept, on: date) -> Row:
    """A stored row read anew."""
    return read_again(layout, kept.cells, number=kept.number, sheet=kept.sheet, today=on)


@contextmanager
def _laid_out(content: bytes) -> Iterator[str]:
    """A path under which the reading process finds the bytes. They lie in memory where the system can do that: what
    was sealed does not lie open on a disk, even if this process is killed."""
    if not hasattr(os, "memfd_create"):
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            yield file.name
        return
    place = os.memfd_create("workbook")
    try:
        with os.fdopen(os.dup(place), "wb") as file:
            file.write(content)
        yield f"/proc/{os.getpid()}/fd/{place}"
    finally:
        os.close(place)
