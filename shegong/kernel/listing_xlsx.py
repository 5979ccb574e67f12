"""A workbook written as a stream: one pass over the rows, one row in memory, several times faster than a library.

Cells are inline strings, numbers and dates; there is no way to write a formula. What Excel refuses never gets in: signs
that XML lacks, names of sheets that repeat or are longer than 31 signs, more rows than a sheet holds (the next sheet
takes them), longer texts than a cell holds, numbers of more than 15 digits (they are written as text).
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import IO, Any

MOST_ROWS = 1_048_576
LONGEST_TEXT, LONGEST_NAME, LONGEST_FOOTER = 32_767, 31, 255
# Signs that make Excel, WPS or LibreOffice read a cell as a formula; the full-width ones are folded on some systems.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BLANKS = " \u3000\u00a0\u200b\ufeff"
WIDTHS = {"text": 22, "date": 12, "number": 10, "code": 24}
PLAIN, TEXT, QUOTED, DAY, BOLD, BOLD_QUOTED, MOMENT = range(7)  # styles, in the order of _STYLES
_EPOCH = date(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900; earlier days are written as text
_UNWANTED = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
_SPECIAL = re.compile('[&<>"\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x')
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Book:
    """What a workbook is besides its rows: lines above the table, heads with their kinds, who made it and when."""

    title: str
    lines: Sequence[str]
    heads: Sequence[tuple[str, str]]  # title and kind (listing.Column) of each column
    author: str
    at: datetime
    footer: str = ""
    most_rows: int = MOST_ROWS

    def sheet_name(self, number: int) -> str:
        """Unique, at most 31 signs, none that Excel forbids."""
        name = "".join(c for c in clean(self.title) if c not in "[]:*?/\\'\n\t").strip() or "1"
        tail = f" {number}" if number > 1 else ""
        return name[: LONGEST_NAME - len(tail)] + tail


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula, leading blanks left aside."""
    return text.startswith(FORMULA) or (text[:1] in BLANKS and text.lstrip(BLANKS).startswith(FORMULA))


def clean(text: str) -> str:
    """The text without signs that no XML holds."""
    return _UNWANTED.sub("", text)


def escaped(text: str) -> str:
    """The text for XML: cut to what a cell holds, without signs that XML lacks, nothing that Excel would decode."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    if not _SPECIAL.search(text):
        return text
    text = _CODED.sub("_x005F_", _UNWANTED.sub("", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@lru_cache(maxsize=20_000)
def _text(text: str) -> str:
    """A text cell after its address; the same regions and employers come again and again."""
    style = QUOTED if starts_formula(text) else TEXT
    return f'" t="inlineStr" s="{style}"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'


@lru_cache(maxsize=20_000)
def _day(day: date) -> str:
    if day < _FIRST_DAY:
        return _text(day.isoformat())
    return f'" s="{DAY}"><v>{(day - _EPOCH).days}</v></c>'


def _moment(at: datetime) -> str:
    if at.date() < _FIRST_DAY:
        return _text(at.isoformat(" ", "minutes"))
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return f'" s="{MOMENT}"><v>{(at.date() - _EPOCH).days + seconds / 86400:.6f}</v></c>'


def _number(value: float) -> str:
    if abs(value) < 10**15:  # NaN and infinity are not
        return f'"><v>{value!r}</v></c>'
    return _text(str(value))


def _cell(value: Any) -> str:
    """What stands after the address of the cell."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return _text(str(value))


def letters(number: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def write(book: Book, rows: Iterable[Sequence[Any]], file: IO[bytes]) -> int:
    """Write the workbook; how many rows it got."""
    names = [letters(n) for n in range(len(book.heads))]
    count, sheets, left = 0, 0, iter(rows)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for path, content in _first_parts(book):
            package.writestr(path, content)
        following: list[Sequence[Any]] = []
        while following or not sheets:
            sheets += 1
            with package.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                count += _sheet(book, names, chain(following, left), sheet)
            following = list(islice(left, 1))  # of a sheet that is full; otherwise there is none
        for path, content in _last_parts(book, sheets):
            package.writestr(path, content)
    return count


def _sheet(book: Book, names: list[str], rows: Iterable[Sequence[Any]], sheet: IO[bytes]) -> int:
    """One sheet, until it is full; how many rows it got."""
    sheet.write(_beginning(book, names).encode())
    at = top = len(book.lines) + 2
    lines: list[str] = []
    for row in rows:
        at += 1
        cells = [f'<c r="{name}{at}{_cell(value)}' for name, value in zip(names, row, strict=True)
                 if value is not None and value != ""]  # fmt: skip
        lines.append(f'<row r="{at}">{"".join(cells)}</row>')
        if len(lines) == 500:
            sheet.write("".join(lines).encode())
            lines.clear()
        if at == book.most_rows:
            break
    sheet.write(("".join(lines) + _ending(book)).encode())
    return at - top


def _beginning(book: Book, names: list[str]) -> str:
    top = len(book.lines) + 2
    widths = "".join(f'<col min="{n}" max="{n}" width="{WIDTHS[kind]}" customWidth="1"/>'
                     for n, (_, kind) in enumerate(book.heads, 1))  # fmt: skip
    rows = "".join(
        f'<row r="{n}">{_bold("A", n, line, n == 1)}</row>' for n, line in enumerate(book.lines, 1) if line
    )
    heads = "".join(_bold(name, top, title, True) for name, (title, _) in zip(names, book.heads, strict=True))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView '
        f'workbookViewId="0"><pane xSplit="1" ySplit="{top}" topLeftCell="B{top + 1}" activePane="bottomRight" '
        f'state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols>'
        f'<sheetData>{rows}<row r="{top}">{heads}</row>'
    )


def _bold(name: str, row: int, text: str, is_bold: bool) -> str:
    quoted = starts_formula(text)
    style = (BOLD_QUOTED if quoted else BOLD) if is_bold else (QUOTED if quoted else TEXT)
    return f'<c r="{name}{row}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'


def _ending(book: Book) -> str:
    footer = escaped(book.footer[: (LONGEST_FOOTER - 30) // 2].replace("&", "&&"))
    return (
        '</sheetData><pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>&amp;L{footer}</oddHeader><oddFooter>&amp;L{footer}&amp;R&amp;P / &amp;N</oddFooter>"
        "</headerFooter></worksheet>"
    )


_XF = '<xf numFmtId="{0}" fontId="{1}" fillId="0" borderId="0" xfId="0"{2}/>'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="2">'
    '<font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7">'
    + _XF.format(0, 0, "")
    + _XF.format(49, 0, ' applyNumberFormat="1"')
    + _XF.format(49, 0, ' quotePrefix="1" applyNumberFormat="1"')
    + _XF.format(164, 0, ' applyNumberFormat="1"')
    + _XF.format(49, 1, ' applyNumberFormat="1" applyFont="1"')
    + _XF.format(49, 1, ' quotePrefix="1" applyNumberFormat="1" applyFont="1"')
    + _XF.format(165, 0, ' applyNumberFormat="1"')
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _first_parts(book: Book) -> Iterator[tuple[str, str]]:
    """Parts that do not depend on how many sheets there will be: a part without an entry of its own is a sheet."""
    kinds = {"/xl/workbook.xml": f"{_TYPE}.sheet.main+xml", "/xl/styles.xml": f"{_TYPE}.styles+xml",
             "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml"}  # fmt: skip
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
            + "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
            + "</Types>"
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
            "</Relationships>"
        ),
    )
    made = f"{book.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    yield (
        "docProps/core.xml",
        (
            f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escaped(book.title)}</dc:title><dc:subject>{escaped(book.footer)}</dc:subject>"
            f"<dc:creator>{escaped(book.author)}</dc:creator><dc:description>{escaped(' · '.join(book.lines))}</dc:description>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created></cp:coreProperties>'
        ),
    )
    yield "xl/styles.xml", _STYLES


def _last_parts(book: Book, sheets: int) -> Iterator[tuple[str, str]]:
    numbers, top = range(1, sheets + 1), len(book.lines) + 2
    names = [escaped(book.sheet_name(n)) for n in numbers]
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">\'{name}\'!${top}:${top}</definedName>'
        for n, name in enumerate(names)
    )
    listed = "".join(f'<sheet name="{names[n - 1]}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    yield (
        "xl/workbook.xml",
        (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><bookViews><workbookView/></bookViews><sheets>{listed}</sheets>'
            f"<definedNames>{titles}</definedNames></workbook>"
        ),
    )
    parts = [
        f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    ]
    parts.append(f'<Relationship Id="rId{sheets + 1}" Type="{_REL}/styles" Target="styles.xml"/>')
    yield (
        "xl/_rels/workbook.xml.rels",
        (f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(parts)}</Relationships>'),
    )
