"""The old binary workbook (.xls, WPS's .et): what is looked at before it is opened (pure).

An OLE file is a small file system of sectors; the workbook is one stream of records in it. Only what decides whether
the file is read at all, and which rows and columns are hidden, is looked at here.
"""

import struct
from collections.abc import Iterator

from shegong.kernel.sheets import limits
from shegong.kernel.sheets.guards import Seen
from shegong.kernel.sheets.limits import unfit

_FREE = 0xFFFFFFFA  # this and above mark the end of a chain
_BOF, _FILEPASS, _BOUNDSHEET, _SUPBOOK, _ROW, _COLUMNS, _DATES = (
    0x0809,
    0x2F,
    0x85,
    0x01AE,
    0x0208,
    0x7D,
    0x22,
)
_MACRO_SHEETS = (1, 6)


class Storage:
    """The streams of an OLE file, by name; refuses chains that run in circles or out of the file."""

    def __init__(self, content: bytes):
        self.content = content
        try:
            self._open()
        except (struct.error, IndexError) as error:
            raise limits.Unfit("sheet_broken") from error

    def _open(self) -> None:
        self.size = 1 << struct.unpack_from("<H", self.content, 30)[0]
        if self.size not in (512, 4096):
            unfit("sheet_broken")
        directory, _, self.cutoff, small = struct.unpack_from("<IIII", self.content, 48)
        self.table: list[int] = []
        for sector in self._table_sectors():
            self.table += struct.unpack(f"<{self.size // 4}I", self._sector(sector))
        self.small_table = self._numbers(small)
        self.entries = {}
        folder = self._chain(directory)
        for at in range(0, len(folder) - 127, 128):
            length = struct.unpack_from("<H", folder, at + 64)[0]
            name = folder[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            self.entries[name] = struct.unpack_from("<II", folder, at + 116)
            if folder[at + 66] == 5:
                self.root = self.entries[name]

    def _sector(self, number: int) -> bytes:
        found = self.content[(number + 1) * self.size : (number + 2) * self.size]
        return found.ljust(self.size, b"\0") if found else unfit("sheet_broken")

    def _table_sectors(self) -> list[int]:
        """Where the table of chains lies: 109 places in the header, more in sectors of their own."""
        found = list(struct.unpack_from("<109I", self.content, 76))
        sector = struct.unpack_from("<I", self.content, 68)[0]
        for _ in range(len(self.content) // self.size):
            if sector >= _FREE:
                break
            more = struct.unpack(f"<{self.size // 4}I", self._sector(sector))
            found += more[:-1]
            sector = more[-1]
        return [sector for sector in found if sector < _FREE]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        content = self._chain(sector)
        return struct.unpack(f"<{len(content) // 4}I", content)

    def _chain(self, sector: int) -> bytes:
        parts = []
        while sector < _FREE:
            parts.append(self._sector(sector))
            if len(parts) > len(self.table):
                unfit("sheet_broken")
            sector = self.table[sector]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        """The content of a stream, or b''."""
        if name not in self.entries:
            return b""
        start, size = self.entries[name]
        if size >= self.cutoff:
            return self._chain(start)[:size]
        small = self._chain(self.root[0])
        parts: list[bytes] = []
        while start < _FREE and len(parts) <= len(self.small_table):
            parts.append(small[start * 64 : start * 64 + 64])
            start = self.small_table[start]
        return b"".join(parts)[:size]


def check_old(content: bytes) -> tuple[bool, list[Seen]]:
    """Whether an old workbook counts its days from 1904, and what was seen of each sheet, in their order; refuses
    hostile and unreadable ones."""
    storage = Storage(content)
    names = {name.casefold() for name in storage.entries}
    if "encryptedpackage" in names or "encryptioninfo" in names:
        unfit("sheet_password")
    if "_vba_project_cur" in names or "_vba_project" in names:
        unfit("sheet_macros")
    stream = storage.stream("Workbook") or storage.stream("Book")
    if not stream:
        unfit("sheet_unknown")
    return _look(stream)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of each record."""
    at, end, unpack = 0, len(stream) - 4, struct.Struct("<HH").unpack_from
    while at <= end:
        kind, length = unpack(stream, at)
        yield kind, at + 4, length
        at += 4 + length


def _look(stream: bytes) -> tuple[bool, list[Seen]]:
    """Walk the records: the book's own part first, then one part a sheet, each begun by a BOF."""
    sheets: dict[int, Seen] = {}
    order: list[int] = []
    since_1904 = False
    now = Seen()
    try:
        for kind, at, length in _records(stream):
            if kind == _BOF:
                now = sheets.setdefault(at - 4, Seen())
            elif kind == _FILEPASS:
                unfit("sheet_password")
            elif kind == _BOUNDSHEET:
                order.append(struct.unpack_from("<I", stream, at)[0])
                if stream[at + 5] in _MACRO_SHEETS:
                    unfit("sheet_macros")
            elif kind == _SUPBOOK and _is_outside(stream, at, length):
                unfit("sheet_links")
            elif kind == _DATES:
                since_1904 = stream[at] == 1
            elif kind == _ROW:
                _look_at_row(stream, at, now)
            elif kind == _COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<5H", stream, at)
                if flags & 1:
                    now.hidden_columns += range(first + 1, min(last, 255) + 2)
    except (struct.error, IndexError) as error:
        raise limits.Unfit("sheet_broken") from error
    return since_1904, [sheets.get(at, Seen()) for at in order]


def _is_outside(stream: bytes, at: int, length: int) -> bool:
    """Whether a SUPBOOK names another file; 0x0401 stands for the book itself, 0x3A01 for built-in functions."""
    return length > 4 and struct.unpack_from("<H", stream, at + 2)[0] not in (0x0401, 0x3A01)


def _look_at_row(stream: bytes, at: int, seen: Seen) -> None:
    number, flags = struct.unpack_from("<H", stream, at)[0], stream[at + 12]
    seen.rows += 1
    if flags & 0x20:
        seen.hidden_rows.append(number + 1)
