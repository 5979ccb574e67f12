"""Files of a list: the rows and columns shown, real dates, texts that stay texts, and nothing that runs."""

import csv
import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from shegong.kernel import listing_xlsx
from shegong.kernel.listing import Column
from shegong.kernel.listing_export import FORMULA, Mark, file_of, harmless, read_mark, starts_formula

MARK = Mark(
    "Register",
    date(2026, 11, 23),
    "Level: Senior",
    "崔明哲",
    datetime(2026, 11, 23, 14, 20, tzinfo=UTC),
    123,
    "年检",
)
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", "  =1", "\u3000=1"]
ROWS = [
    SimpleNamespace(
        id=n, name=name, number="990101198503010018", on=date(2024, 2, 29), days=n, level="senior"
    )
    for n, name in enumerate(["金美玉", *NASTY])
]
COLUMNS = [
    Column("name", "Name", lambda r: r.name),
    Column("number", "=Number", lambda r: r.number, "code"),
    Column("on", "On", lambda r: r.on, "date"),
    Column("days", "Days", lambda r: r.days, "number"),
    Column("level", "Level", lambda r: r.level, words=lambda v: "Senior social worker"),
    Column("none", "None", lambda r: None, "date"),
]
LINES = [
    "Register", "截至 2026-11-23", "筛选：Level: Senior", "崔明哲 于 2026-11-23 14:20 导出 · 文件编号 DC-000123 · 用途：年检",
]  # fmt: skip
ASKED = SimpleNamespace(columns=COLUMNS, every_row=lambda: iter(ROWS))


def made(form: str) -> bytes:
    with override("zh-hans"):
        return _made(form)


def _made(form: str) -> bytes:
    with file_of(ASKED, form, MARK).file as file:
        content = file.read()
    written = file_of(ASKED, form, MARK)
    assert (written.rows, written.size) == (len(ROWS), len(written.file.read()))
    return content


def test_a_workbook_says_what_it_is_and_keeps_types():
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made("xlsx"))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[:4]] == LINES
    assert sheet[5] == ["Name", "=Number", "On", "Days", "Level", "None"]
    assert sheet[6] == ["金美玉", "990101198503010018", date(2024, 2, 29), 0.0, "Senior social worker", ""]
    assert len(sheet) == 6 + len(ROWS)


def test_no_cell_of_a_workbook_is_a_formula():
    with zipfile.ZipFile(io.BytesIO(made("xlsx"))) as book:
        sheet, styles = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles


@pytest.mark.parametrize("text", NASTY)
def test_every_beginning_that_a_spreadsheet_may_run_is_known(text):
    assert starts_formula(text)
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["金美玉", "JL2010-1", "a=b", "1-2", "", "0", "13800000000", "22010219900307123X"]
)
def test_harmless_text_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["990101198503010018", "0433", "201206220000"])
def test_digits_that_a_spreadsheet_would_shorten_are_kept_by_a_tab(text):
    assert harmless(text) == f"{text}\t"


def test_no_cell_of_a_csv_starts_like_a_formula():
    content = made("csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[:4]] == LINES
    assert rows[5][1] == "'=Number"
    assert len(rows) == 6 + len(ROWS)
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    assert rows[6] == ["金美玉", "990101198503010018\t", "2024-02-29", "0", "Senior social worker", ""]


def test_json_carries_codes_and_its_own_count():
    found = json.loads(made("json"))
    assert found["count"] == len(found["rows"]) == len(ROWS)
    assert found["rows"][0] == {
        "name": "金美玉", "number": "990101198503010018", "on": "2024-02-29", "days": 0, "level": "senior", "none": None,
    }  # fmt: skip


def test_the_file_carries_its_mark_where_it_is_printed_and_in_its_properties():
    with zipfile.ZipFile(io.BytesIO(made("xlsx"))) as book:
        sheet, core = (book.read(name).decode() for name in ("xl/worksheets/sheet1.xml", "docProps/core.xml"))
    assert "<oddFooter>&amp;LDC-000123 · 崔明哲 于 2026-11-23 14:20 导出" in sheet
    assert "<dc:creator>崔明哲</dc:creator>" in core
    assert "DC-000123" in core


@pytest.mark.parametrize("typed", ["DC-000123", "dc-123", " DC000123 ", "123", "DC－000123"])
def test_the_number_is_read_however_it_is_typed(typed):
    assert read_mark(typed) == 123


@pytest.mark.parametrize("typed", ["", "DC-", "x", "DC-1.5", "１２３", "9" * 40])
def test_what_is_no_number_is_none(typed):
    assert read_mark(typed) is None


# ---- what Excel refuses or changes ----

BOOK = listing_xlsx.Book(
    "登记[1]:*?/\\'名册" * 3,
    ["名册"],
    [("值", "text")],
    "崔明哲",
    datetime(2026, 11, 23, tzinfo=UTC),
    "尾&注" * 200,
)


def opened(values, book=BOOK):
    """(sheets as lists of rows below the heads, the package) of a workbook with one column."""
    file = io.BytesIO()
    assert listing_xlsx.write(book, ([value] for value in values), file) == len(values)
    found = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    sheets = {name: found.get_sheet_by_name(name).to_python()[3:] for name in found.sheet_names}
    return sheets, zipfile.ZipFile(file)


def test_every_part_is_well_formed_whatever_the_cells_hold():
    values = ["\x00\x01\x0b<&>\"'", "\ud800", "\ufffe", "_x0041_", "a\nb", "𠮷", "x" * 40_000, "&" * 300]
    sheets, package = opened(values)
    for name in package.namelist():
        ElementTree.fromstring(package.read(name))
    (rows,) = sheets.values()
    read = [row[0] for row in rows]
    assert read[0] == "<&>\"'" and read[4] == "a\nb" and read[5] == "𠮷"
    assert len(read[6]) == 32_767
    assert "_x005F_x0041_" in package.read("xl/worksheets/sheet1.xml").decode()


def test_a_sheet_that_is_full_goes_on_in_the_next_with_another_name():
    sheets, _package = opened([str(n) for n in range(25)], replace(BOOK, most_rows=13))
    assert [len(rows) for rows in sheets.values()] == [10, 10, 5]
    assert [row[0] for rows in sheets.values() for row in rows] == [str(n) for n in range(25)]
    assert len(set(sheets)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in sheets)


def test_a_sheet_that_is_just_full_has_no_empty_one_after_it():
    sheets, _package = opened([str(n) for n in range(20)], replace(BOOK, most_rows=13))
    assert [len(rows) for rows in sheets.values()] == [10, 10]


def test_a_sheet_holds_no_more_rows_than_excel_opens():
    assert BOOK.most_rows == 1_048_576


def test_long_numbers_and_early_days_stay_what_they_are():
    sheets, _ = opened(
        [10**17 + 1, 1.5, float("inf"), date(1900, 1, 1), date(1985, 3, 1), datetime(2026, 1, 2, 13, 30)]  # noqa: DTZ001
    )
    (rows,) = sheets.values()
    assert [row[0] for row in rows] == [
        "100000000000000001", 1.5, "inf", "1900-01-01", date(1985, 3, 1), datetime(2026, 1, 2, 13, 30)  # noqa: DTZ001
    ]  # fmt: skip


def test_the_footer_keeps_to_what_excel_takes():
    _, package = opened(["a"])
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    footer = ElementTree.fromstring(sheet).findtext(".//{*}oddFooter")
    assert len(footer) <= 255


# ---- LibreOffice: opens it, changes nothing, runs nothing ----


def test_libreoffice_opens_it_and_finds_the_same_values(tmp_path):
    office = shutil.which("soffice")
    assert office, "bin/test installs libreoffice-calc-nogui"
    (tmp_path / "a.xlsx").write_bytes(made("xlsx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for kind in (
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,true",
        "xlsx:Calc MS Excel 2007 XML",
    ):
        command = [
            office,
            profile,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(tmp_path / "out"),
            str(tmp_path / "a.xlsx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = list(csv.reader((tmp_path / "out" / "a.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in shown[:4]] == LINES
    assert shown[6][:4] == ["金美玉", "990101198503010018", "2024-02-29", "0"]
    with zipfile.ZipFile(tmp_path / "out" / "a.xlsx") as again:
        assert "<f" not in again.read("xl/worksheets/sheet1.xml").decode().replace("<formatting", "")
    back = CalamineWorkbook.from_path(tmp_path / "out" / "a.xlsx").get_sheet_by_index(0).to_python()
    assert back[6][:4] == ["金美玉", "990101198503010018", date(2024, 2, 29), 0.0]
    assert [row[0] for row in back[7:]] == [row[0] for row in CalamineWorkbook.from_filelike(
        io.BytesIO(made("xlsx"))).get_sheet_by_index(0).to_python()[7:]]  # fmt: skip


def test_libreoffice_keeps_the_digits_of_a_csv(tmp_path):
    (tmp_path / "a.csv").write_bytes(made("csv"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
               "--infilter=CSV:44,34,76,1", "--outdir", str(tmp_path / "out"), str(tmp_path / "a.csv")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = CalamineWorkbook.from_path(tmp_path / "out" / "a.xlsx").get_sheet_by_index(0).to_python()
    assert [str(row[1]).strip() for row in shown[-len(ROWS) :]] == [row.number for row in ROWS]
