"""What is looked at before a workbook is opened: form, packing, size, macros, links, entities, depth (pure).

Everything here reads in pieces and never keeps a part of the file in memory. It runs in the reading process, whose
memory and time are bounded on top of that.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from shegong.kernel.sheets import limits
from shegong.kernel.sheets.limits import unfit

PIECE = 1 << 16
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "sheet_pdf"),
    (b"\x89PNG", "sheet_picture"),
    (b"\xff\xd8\xff", "sheet_picture"),
    (b"GIF8", "sheet_picture"),
    (b"II*\0", "sheet_picture"),
    (b"MM\0*", "sheet_picture"),
    (b"PK\x05\x06", "sheet_broken"),
    (b"Rar!", "sheet_unknown"),
    (b"7z\xbc\xaf", "sheet_unknown"),
    (b"\x1f\x8b", "sheet_unknown"),
    (b"{\\rtf", "sheet_unknown"),
)
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_NUMBER = {name: re.compile(rb"\b" + name + rb'="(\d{1,7})"') for name in (b"r", b"min", b"max")}


@dataclass
class Seen:
    """What the look before the reading found out about one sheet's part."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    error_cells: int = 0
    rows: int = 0
    # First row, first column, last row, last column, from 0; only where the reader of cells does not tell.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    # Whether an open document has merged or hidden rows or columns at all.
    is_shaped: bool = False


def form_of(file: IO[bytes]) -> str:
    """`xlsx`, `ods`, `ole` or `text` by the content, whatever the name says; refuses everything else."""
    size = file.seek(0, 2)
    if size > limits.FILE:
        unfit("sheet_too_large", size=-(-size // limits.MIB), limit=limits.FILE // limits.MIB)
    file.seek(0)
    head = file.read(PIECE)
    if not head.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        unfit("sheet_empty_file")
    form = next((form for magic, form in _MAGIC if head.startswith(magic)), "")
    if form.startswith("sheet_"):
        unfit(form)
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":  # a text may begin with these letters
        unfit("sheet_picture")
    return form or _text_form(head)


def _text_form(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith(b"<"):
        unfit("sheet_web_page")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\0" in head and not _is_wide_text(head):
        unfit("sheet_unknown")
    return "text"


def _is_wide_text(head: bytes) -> bool:
    """UTF-16 without its mark: separators and line ends have a zero byte beside them, always on the same side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return (even == 0) != (odd == 0) and (b"\n\0" in head or b"\0\n" in head)


def check_packed(file: IO[bytes]) -> tuple[str, dict[str, Seen]]:
    """The form of a packed workbook (`xlsx` or `ods`) and what was seen of each sheet's part; refuses hostile ones."""
    try:
        with zipfile.ZipFile(file) as packed:
            entries = _checked_entries(packed, file)
            form = _packed_form(packed, {entry.filename for entry in entries})
            return form, {entry.filename: _scan(packed, entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise limits.Unfit("sheet_broken") from error
    except RuntimeError as error:  # what zipfile raises for an entry with a password
        raise limits.Unfit("sheet_password") from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "_lzma", "bz2"):
            raise limits.Unfit("sheet_broken") from error
        raise


def _checked_entries(packed: zipfile.ZipFile, file: IO[bytes]) -> list[zipfile.ZipInfo]:
    entries = packed.infolist()
    if len(entries) > limits.PARTS:
        unfit("sheet_bomb")
    names = Counter(entry.filename.casefold() for entry in entries)
    if any(count > 1 for count in names.values()) or any(map(_is_strange, names)):
        unfit("sheet_names")
    for entry in entries:
        if entry.flag_bits & 1:
            unfit("sheet_password")
        packed_size = max(entry.compress_size, 1)
        if entry.file_size > limits.PART or (
            entry.file_size > limits.RATIO_FROM and entry.file_size / packed_size > limits.RATIO
        ):
            unfit("sheet_bomb")
    if sum(entry.file_size for entry in entries) > limits.ALL_PARTS or _overlap(entries):
        unfit("sheet_bomb")
    return [entry for entry in entries if not entry.is_dir()]


def _is_strange(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name or len(name) > 250


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Parts that share packed bytes: how a bomb hides its size from every other measure."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + 30 + entry.compress_size
    return False


def _packed_form(packed: zipfile.ZipFile, names: set[str]) -> str:
    if "mimetype" in names and "content.xml" in names:
        if packed.read("mimetype")[:200].strip() != b"application/vnd.oasis.opendocument.spreadsheet":
            unfit("sheet_unknown")
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            unfit("sheet_macros")
        return "ods"
    lower = {name.casefold().replace("\\", "/") for name in names}
    if "[content_types].xml" not in lower or not any(name.startswith("xl/") for name in lower):
        unfit("sheet_unknown")
    if "xl/workbook.bin" in lower:
        unfit("sheet_binary")
    if any("vbaproject" in name or name.startswith(("xl/macrosheets/", "xl/activex/")) for name in lower):
        unfit("sheet_macros")
    if any(name.startswith(("xl/externallinks/", "xl/connections", "xl/querytables/")) for name in lower):
        unfit("sheet_links")
    return "xlsx"


def _pieces(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's content, cut behind a `>` so that no tag is split; refuses more than its header promised."""
    total, rest = 0, b""
    with packed.open(entry) as part:
        while piece := part.read(PIECE):
            total += len(piece)
            if total > entry.file_size:
                unfit("sheet_bomb")
            piece = rest + piece
            cut = piece.rfind(b">") + 1
            rest = piece[cut:]
            if len(rest) > limits.MIB:
                cut, rest = len(piece), b""
            yield piece[:cut]
    yield rest


def _scan(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Seen:
    """Go through a part once: no entities, no depth, no second packed file, not more rows than anyone has."""
    name, seen, depth = entry.filename.casefold(), Seen(), 0
    is_xml = name.endswith((".xml", ".rels", ".vml"))
    is_sheet = "/worksheets/" in name.replace("\\", "/") and is_xml
    with packed.open(entry) as part:
        _check_start(part.read(4096), is_xml, name)
    for piece in _pieces(packed, entry):
        if not is_xml:
            continue
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            unfit("sheet_entities")
        depth += piece.count(b"<") - 2 * piece.count(b"</") - piece.count(b"/>")
        depth -= piece.count(b"<!") + piece.count(b"<?")
        if depth > limits.DEPTH:
            unfit("sheet_nested")
        if name == "[content_types].xml" and b"macroEnabled" in piece:
            unfit("sheet_macros")
        if name == "meta-inf/manifest.xml" and b"encryption-data" in piece:
            unfit("sheet_password")
        if name == "content.xml" and (b"-rows-spanned=" in piece or b"table:visibility=" in piece):
            seen.is_shaped = True
        if is_sheet:
            _look_at_rows(piece, seen, entry.filename)
    return seen


def _check_start(start: bytes, is_xml: bool, name: str) -> None:
    if start.startswith(b"PK\x03\x04"):
        unfit("sheet_nested")
    # XML in UTF-16, which no spreadsheet program writes, would hide its entities from a search.
    if (
        is_xml
        and start
        and (not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") or b"\0" in start)
    ):
        unfit("sheet_broken")


def _look_at_rows(piece: bytes, seen: Seen, name: str) -> None:
    seen.rows += piece.count(b"<row") + piece.count(b":row")
    if seen.rows > limits.ROWS:
        unfit("sheet_rows", sheet=name.rpartition("/")[2], limit=limits.ROWS)
    seen.error_cells += piece.count(b't="e"')
    if b'hidden="' not in piece:
        return
    for tag in _ROW.finditer(piece):
        number = _NUMBER[b"r"].search(tag[1])
        if number and _HIDDEN.search(tag[1]):
            seen.hidden_rows.append(int(number[1]))
    for tag in _COLUMN.finditer(piece):
        first, last = _NUMBER[b"min"].search(tag[1]), _NUMBER[b"max"].search(tag[1])
        if first and last and _HIDDEN.search(tag[1]):
            seen.hidden_columns += range(int(first[1]), min(int(last[1]), limits.COLUMNS) + 1)
