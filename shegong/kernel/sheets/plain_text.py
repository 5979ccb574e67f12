"""Text files as workbooks: csv in the encodings and with the separators that spreadsheet programs write (pure)."""

import codecs
import csv
import re
from collections.abc import Iterator
from typing import IO

from shegong.kernel.sheets import limits
from shegong.kernel.sheets.limits import unfit

_SEPARATORS = (",", "\t", ";")
_PIECE = 1 << 20
# How people keep a number from turning into 2.2E+17 in a csv: ="222401…", or a tab behind it, as in our own exports.
_KEPT = re.compile(r'^="(.*)"$', re.DOTALL)
_AFTER_DIGITS = re.compile(r"(?<=\d)\t(?=[,;]|$)", re.MULTILINE)


def encoding_of(file: IO[bytes]) -> str:
    """The encoding in which the whole file can be read: by its mark, else UTF-8, else GB 18030 (GBK within it)."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return "utf-16-be" if even > odd else "utf-16-le"
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    unfit("sheet_encoding")


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def separator_of(head: str) -> str:
    """The separator that splits the first lines most evenly; a comma when none occurs."""
    lines = [line for line in _AFTER_DIGITS.sub("", _without_quoted(head)).splitlines()[:40] if line.strip()]
    return max(_SEPARATORS, key=lambda sign: sum(min(line.count(sign), 60) for line in lines))


def _without_quoted(head: str) -> str:
    return re.sub(r'"[^"]*"', "", head)


def rows_of(path: str) -> Iterator[list[str]]:
    """The rows, blank ones as empty lists so that they count; refuses what is no text or has too many rows."""
    with open(path, "rb") as file:
        encoding = encoding_of(file)
    csv.field_size_limit(limits.TEXT * 4)
    try:
        with open(path, encoding=encoding, newline="") as lines:
            separator = separator_of(lines.read(8192))
            lines.seek(0)
            for count, row in enumerate(csv.reader(lines, delimiter=separator)):
                if count >= limits.ROWS:
                    unfit("sheet_rows", sheet="csv", limit=limits.ROWS)
                yield [_kept(cell) for cell in row[: limits.COLUMNS]]
    except UnicodeError as error:
        raise limits.Unfit("sheet_encoding") from error
    except csv.Error as error:
        raise limits.Unfit("sheet_broken") from error


def _kept(cell: str) -> str:
    if cell[:1] == "=":
        found = _KEPT.match(cell)
        return found[1] if found else cell
    return cell
