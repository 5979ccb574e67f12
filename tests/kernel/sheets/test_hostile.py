"""Files that nobody typed: each is refused with its sentence, before it costs time or memory."""

import io
import struct
import time
import zipfile

import pytest
import xlwt

from shegong.kernel.sheets import limits

SHEET1 = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
MIB = limits.MIB


def repeated(piece: bytes, times: int, head: bytes = HEAD):
    return lambda file: (file.write(head), [file.write(piece) for _ in range(times)])


def numbered_rows(count: int, cells: str = ""):
    def write(file):
        file.write(HEAD)
        for start in range(1, count, 1000):
            file.write("".join(f'<row r="{n}">{cells}</row>' for n in range(start, start + 1000)).encode())
        file.write(b"</sheetData></worksheet>")

    return write


HOSTILE = {
    "a part that unpacks to 300 MB": ({SHEET1: repeated(b" " * MIB, 300)}, "sheet_bomb"),
    "many parts that together unpack to too much": (
        {f"xl/x{n}.xml": repeated(bytes(range(256)) * 4096, 90, b"<x>") for n in range(8)}, "sheet_bomb"),
    "three thousand parts": ({f"xl/x{n}.xml": b"<x/>" for n in range(3000)}, "sheet_bomb"),
    "a packed file within": ({"xl/media/a.png": b"PK\x03\x04" + b"x" * 50}, "sheet_nested"),
    "a hundred thousand elements in each other": ({SHEET1: HEAD + b"<a>" * 100_000}, "sheet_nested"),
    "a million empty rows": ({SHEET1: numbered_rows(1_000_000)}, "sheet_rows"),
    "a million rows of styled empty cells": ({SHEET1: numbered_rows(1_000_000, '<c s="1"/>')}, "sheet_rows"),
    "a billion laughs": (
        {SHEET1: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + HEAD[21:]},
        "sheet_entities"),
    "an entity that reads a file": (
        {"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst/>'}, "sheet_entities"),
    "entities hidden in UTF-16": (
        {"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><sst/>'.encode("utf-16-le")}, "sheet_broken"),
    "links to another workbook": ({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, "sheet_links"),
    "a connection to a database": ({"xl/connections.xml": b"<connections/>"}, "sheet_links"),
    "macros": ({"xl/vbaProject.bin": b"\xd0\xcf"}, "sheet_macros"),
    "macros under another name": (
        {"[Content_Types].xml": b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'},
        "sheet_macros"),
    "a macro sheet of 1992": ({"xl/macrosheets/sheet1.xml": b"<xm:macrosheet/>"}, "sheet_macros"),
    "a part that climbs out of its folder": ({"../../etc/cron.d/x": b"x"}, "sheet_names"),
    "a part with an absolute name": ({"/etc/passwd": b"x"}, "sheet_names"),
    "two parts of one name": ({"xl/Workbook.xml": b"<x/>"}, "sheet_names"),
    "a workbook in binary form": ({"xl/workbook.bin": b"x"}, "sheet_binary"),
}  # fmt: skip


# Abuse A11: xlsx bomb; 1.17 MB file -> 211 MB XML: read_only openpyxl 4.7 s / 37 MB RSS, normal mode 3
@pytest.mark.parametrize("what", HOSTILE)
def test_a_packed_file_nobody_typed_is_refused_before_it_is_read(what, parts, refusal, cost):
    changes, code = HOSTILE[what]
    path = parts(changes)
    answer, seconds, memory = cost(path)
    assert answer["refused"] == code
    assert seconds < 8 and memory < 110, (seconds, memory)
    assert list(refusal(path)) == [code]


NOT_WORKBOOKS = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "sheet_picture"),
    "a photo": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "sheet_picture"),
    "a bitmap": (b"BM\x36\x00\x0c\x00" + b"\0" * 60 + b"x", "sheet_picture"),
    "a PDF": (b"%PDF-1.7\n" + b"x" * 100, "sheet_pdf"),
    "a web page": (b"\n <html><table><tr><td>1</td></tr></table></html>", "sheet_web_page"),
    "a web page with a mark": (b"\xef\xbb\xbf<!DOCTYPE html><p>x", "sheet_web_page"),
    "an XML spreadsheet of 2003": (b'<?xml version="1.0"?><Workbook/>', "sheet_web_page"),
    "a program": (b"\x7fELF\x02\x01\x01\0" + b"\0\1\2" * 100, "sheet_unknown"),
    "an archive of another kind": (b"Rar!\x1a\x07\0" + b"x" * 50, "sheet_unknown"),
    "nothing": (b"", "sheet_empty_file"),
    "blanks": (b" \r\n" * 40, "sheet_empty_file"),
    "zeros": (b"\0" * 5000, "sheet_empty_file"),
    "an old file cut off after its head": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, "sheet_broken"),
    "an empty archive": (b"PK\x05\x06" + b"\0" * 18, "sheet_broken"),
    "text in no encoding": ("姓名,身份证号\n".encode() + b"\xff\xff\x80\x80\n", "sheet_encoding"),
}


@pytest.mark.parametrize("what", NOT_WORKBOOKS)
def test_what_only_has_the_name_of_a_workbook_is_called_what_it_is(what, tmp_path, refusal):
    content, code = NOT_WORKBOOKS[what]
    path = tmp_path / "名册.xlsx"
    path.write_bytes(content)
    assert list(refusal(path)) == [code]


def test_a_document_of_another_program_is_no_workbook(tmp_path, refusal):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<w/>")
    assert list(refusal(path)) == ["sheet_unknown"]


def test_a_file_larger_than_any_roster_is_not_even_looked_into(tmp_path, refusal, cost):
    path = tmp_path / "x.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(limits.FILE + 1)
    answer, seconds, memory = cost(path)
    assert answer == {"refused": "sheet_too_large", "params": {"size": 41, "limit": 40}}
    assert seconds < 2 and memory < 60
    assert refusal(path) == {
        "sheet_too_large": "The file has 41 MB; a workbook may have 40 MB. Split it by county or by year."
    }


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_file_that_was_not_sent_completely_is_called_damaged(share, parts, tmp_path, refusal):
    whole = parts({}).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert list(refusal(path)) == ["sheet_broken"]


def test_a_part_whose_bytes_were_changed_is_called_damaged(parts, refusal):
    path = parts({SHEET1: HEAD + b"<row r='1'/>" * 500})
    content = bytearray(path.read_bytes())
    at = content.rindex(b"sheet1.xml", 0, content.rindex(b"PK\x01\x02")) + 30
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert list(refusal(path)) == ["sheet_broken"]


def test_a_part_that_lies_about_its_size_is_not_unpacked_further(parts, refusal, cost):
    path = parts({SHEET1: repeated(b" " * MIB, 200)})
    content = path.read_bytes()
    size = struct.pack("<I", 200 * MIB + len(HEAD))
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, struct.pack("<I", 1000)))
    answer, seconds, memory = cost(path)
    assert answer["refused"] in ("sheet_broken", "sheet_bomb")
    assert seconds < 3 and memory < 60


def test_parts_that_share_their_packed_bytes_are_a_bomb(parts, refusal):
    path = parts({"xl/a.xml": b"<x/>" * 1000})
    with zipfile.ZipFile(path, "a") as packed:
        first = packed.getinfo("xl/a.xml")
        for n in range(50):
            other = zipfile.ZipInfo(f"xl/b{n}.xml")
            other.header_offset, other.CRC = first.header_offset, first.CRC
            other.compress_size, other.file_size = first.compress_size, first.file_size
            other.compress_type = first.compress_type
            packed.filelist.append(other)
            packed.NameToInfo[other.filename] = other
        packed._didModify = True
    assert list(refusal(path)) == ["sheet_bomb"]


def test_two_cells_at_the_ends_of_the_sheet_stop_the_reader_not_the_worker(parts, refusal, cost):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="199999"><c r="XFD199999"><v>1</v></c></row>'
    path = parts({SHEET1: HEAD + rows.encode() + b"</sheetData></worksheet>"})
    answer, seconds, memory = cost(path)
    assert "end" not in answer and "cells" not in answer
    assert seconds < 10 and memory < limits.MEMORY / MIB
    assert list(refusal(path)) == ["sheet_too_heavy"]


def test_a_claim_of_a_million_rows_alone_harms_nobody(parts, read, cost):
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>身份证号</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>县</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>王五</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>990000198503010012</t></is></c><c r="C2" t="inlineStr"><is><t>延吉市</t></is></c></row>'
    )
    head = HEAD.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    path = parts({SHEET1: head + rows.encode() + b"</sheetData></worksheet>"})
    answer, seconds, memory = cost(path)
    assert answer == {"end": True} and seconds < 2 and memory < 60
    assert read(path).values("name") == ["王五"]


# -- old binary workbooks ---------------------------------------------------------------------------------------------


@pytest.fixture
def xls(tmp_path):
    def write(change=lambda content: content, name="x.xls"):
        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("花名册")
        for place, title in enumerate(("姓名", "身份证号", "县")):
            sheet.write(0, place, title)
        for at in range(1, 400):
            for place, text in enumerate(("王五", "990000198503010012", "延吉市")):
                sheet.write(at, place, text)
        file = io.BytesIO()
        book.save(file)
        path = tmp_path / name
        path.write_bytes(change(file.getvalue()))
        return path

    return write


def renamed(content: bytes, new: str) -> bytes:
    """The stream `Workbook` under another name."""
    at = content.index("Workbook".encode("utf-16-le"))
    raw = new.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2)
    return content[:at] + entry + content[at + 66 :]


def with_entry(content: bytes, name: str) -> bytes:
    """A further entry in the directory, in the place of an unused one."""
    at = content.index("Workbook".encode("utf-16-le")) + 128
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2) + b"\1"
    return content[:at] + entry + content[at + 67 :]


def with_record(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


def with_macro_sheet(content: bytes) -> bytes:
    at = content.index(b"\x85\x00") + 4
    return content[: at + 5] + b"\1" + content[at + 6 :]


def with_circle(content: bytes) -> bytes:
    """The chain of the workbook's sectors bites its own tail."""
    table = struct.unpack_from("<I", content, 76)[0]
    at = (table + 1) * 512
    return content[:at] + struct.pack("<4I", 1, 2, 3, 0) + content[at + 16 :]


OLD = {
    "a password on the file": (lambda c: renamed(c, "EncryptedPackage"), "sheet_password"),
    "a password on the sheets": (lambda c: with_record(c, b"\xc1\0\2\0", b"\x2f\0\2\0"), "sheet_password"),
    "macros": (lambda c: with_entry(c, "_VBA_PROJECT_CUR"), "sheet_macros"),
    "a macro sheet": (with_macro_sheet, "sheet_macros"),
    "a letter of a text program": (lambda c: renamed(c, "WordDocument"), "sheet_unknown"),
    "a chain in a circle": (with_circle, "sheet_broken"),
    "half of itself": (lambda c: c[: len(c) // 2], "sheet_broken"),
    "sectors of an impossible size": (lambda c: c[:30] + b"\x1f\0" + c[32:], "sheet_broken"),
}


@pytest.mark.parametrize("what", OLD)
def test_an_old_workbook_with_something_in_it_is_refused(what, xls, refusal, cost):
    change, code = OLD[what]
    path = xls(change)
    answer, seconds, memory = cost(path)
    assert answer.get("refused") == code
    assert seconds < 3 and memory < 80
    assert list(refusal(path)) == [code]


def test_the_old_workbook_itself_is_read(xls, read):
    assert read(xls()).total == 399


# -- OpenDocument -----------------------------------------------------------------------------------------------------


def ods(path, content, **more):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", more.pop("manifest", "<manifest/>"))
        packed.writestr("content.xml", content)
        for name, text in more.items():
            packed.writestr(name.replace("__", "/"), text)
    return path


@pytest.mark.parametrize(
    ("rows", "columns", "code"), [(1_000_000, 16_000, "sheet_broken"), (20_000, 600, "sheet_too_heavy")]
)
def test_repeated_cells_of_an_open_document_stop_the_reader_not_the_worker(
    rows, columns, code, tmp_path, refusal, cost
):
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="ROWS">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="COLUMNS"><text:p>姓名</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    content = content.replace("ROWS", str(rows)).replace("COLUMNS", str(columns))
    path = ods(tmp_path / "x.ods", content)
    started = time.monotonic()
    answer, seconds, memory = cost(path)
    assert "end" not in answer
    assert seconds < 15 and memory < limits.MEMORY / MIB and time.monotonic() - started < 60
    assert list(refusal(path)) == [code]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Basic__Standard__Module1.xml": "<x/>"}, "sheet_macros"),
        ({"manifest": "<manifest:encryption-data/>"}, "sheet_password"),
    ],
)
def test_an_open_document_with_macros_or_a_password_is_refused(more, code, tmp_path, refusal):
    assert list(refusal(ods(tmp_path / "x.ods", "<x/>", **more))) == [code]


# -- text -------------------------------------------------------------------------------------------------------------


def test_text_of_a_million_lines_is_refused_in_little_memory(tmp_path, refusal, cost):
    path = tmp_path / "x.csv"
    path.write_text("姓名,身份证号,县\n" + "王五,1,延吉\n" * 1_000_000, encoding="utf-8")
    answer, seconds, memory = cost(path)
    assert answer["refused"] == "sheet_rows" and seconds < 8 and memory < 80
    assert list(refusal(path)) == ["sheet_rows"]


def test_a_cell_that_never_ends_is_refused(tmp_path, refusal, cost):
    path = tmp_path / "x.csv"
    path.write_text('姓名,县\n"' + "x" * 20_000_000, encoding="utf-8")
    answer, seconds, memory = cost(path)
    assert answer["refused"] == "sheet_broken" and seconds < 5 and memory < 120


def test_a_reader_that_hangs_is_ended_by_the_clock(parts, refusal, monkeypatch):
    monkeypatch.setattr(limits, "CLOCK", 0.001)
    started = time.monotonic()
    assert list(refusal(parts({}))) == ["sheet_too_heavy"]
    assert time.monotonic() - started < 5
