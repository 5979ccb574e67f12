"""Reads a workbook in a process of its own and hands its rows on, in memory that does not grow with the file (pure).

Rows come as the spreadsheet counts them. What the reader keeps of them for a second time (the cells that say something)
lies in a nameless temporary file, encrypted with a key that only this process knows: who a roster names does not lie
open on a disk.
"""

import json
import marshal
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shegong.kernel.refusal import Refused
from shegong.kernel.sheets import limits
from shegong.kernel.sheets.layout import Cell

_HOUSE = Path(__file__).resolve().parents[3]
_TOO_MUCH = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGABRT, -signal.SIGSEGV)


@dataclass
class Sheet:
    """One sheet as it was read. Row and column numbers count from 1; `merged` is first row, first column, last row,
    last column, counted from 0. `untyped` sheets (csv) hold text only, whatever was typed."""

    name: str
    is_hidden: bool = False
    untyped: bool = False
    since_1904: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    error_cells: int = 0
    rows: int = 0


Numbered = tuple[int, list[Cell]]


class Spool:
    """The rows of a workbook, read once, and what was kept of them, to be gone through as often as needed; close it
    afterwards."""

    def __init__(self, path: str | Path):
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        self._path = str(path)
        self._key = AESGCM(AESGCM.generate_key(128))
        self._kept = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop the rows."""
        self._file.close()

    def first_time(self) -> Iterator[tuple[Sheet, list[Numbered]]]:
        """Read the workbook: chunks of rows with their sheet (one empty chunk first). Raises `Refused`."""
        yield from _chunks(self._lines_of_child())

    def keep(self, some: Any) -> None:
        """Put something by: plain values, lists and dictionaries. Nobody else can put anything here, so the quickest
        form does."""
        sealed = self._key.encrypt(self._kept.to_bytes(12, "big"), marshal.dumps(some), None)
        self._kept += 1
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)

    def again(self) -> Iterator[Any]:
        """What was put by, in its order."""
        self._file.seek(0)
        for number in range(self._kept):
            sealed = self._file.read(int.from_bytes(self._file.read(4), "big"))
            yield marshal.loads(self._key.decrypt(number.to_bytes(12, "big"), sealed, None))  # noqa: S302  our own

    def _lines_of_child(self) -> Iterator[bytes]:
        command = [sys.executable, "-m", "shegong.kernel.sheets.child", self._path]
        with subprocess.Popen(  # noqa: S603  our own module, on a path of ours
            command, cwd=_HOUSE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            clock = threading.Timer(limits.CLOCK, child.kill)
            clock.start()
            try:
                yield from _lines(child)
            finally:
                clock.cancel()
                with suppress(ProcessLookupError):
                    child.kill()


def _lines(child: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    """What the reading process prints. Raises `Refused` when it refuses, or ends before the end."""
    assert child.stdout is not None
    line = b""
    for line in child.stdout:
        if line.startswith(b'{"refused"'):
            found = json.loads(line)
            raise Refused(limits.refusal(found["refused"], found["params"]))
        yield line
    if not line.startswith(b'{"end"'):
        code = "sheet_too_heavy" if child.wait() in _TOO_MUCH else "sheet_broken"
        raise Refused(limits.refusal(code))


def _chunks(lines: Iterator[bytes]) -> Iterator[tuple[Sheet, list[Numbered]]]:
    sheet, since_1904 = Sheet(""), False
    for line in lines:
        found = json.loads(line)
        if "cells" in found:
            yield sheet, list(zip(found["at"], found["cells"], strict=True))
        elif "sheet" in found:
            sheet = _sheet(found, since_1904)
            yield sheet, []
        else:
            since_1904 = found.get("since_1904", since_1904)


def _sheet(found: dict[str, Any], since_1904: bool) -> Sheet:
    return Sheet(
        found["sheet"],
        found["hidden"],
        found.get("untyped", False),
        since_1904,
        [(a, b, c, d) for a, b, c, d in found.get("merged", [])],
        found.get("hidden_rows", []),
        found.get("hidden_columns", []),
        found.get("error_cells", 0),
        found.get("rows", 0),
    )
