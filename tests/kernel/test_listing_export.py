"""Files of a list: the rows and columns shown, real dates, texts that stay texts, and nothing that runs."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from shegong.kernel.listing import Column
from shegong.kernel.listing_export import FORMULA, Mark, file_of, harmless, starts_formula

MARK = Mark(
    "Register", date(2026, 11, 23), "Level: Senior", "崔明哲", datetime(2026, 11, 23, 14, 20, tzinfo=UTC)
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
ASKED = SimpleNamespace(columns=COLUMNS, every_row=lambda: iter(ROWS))


def made(form: str) -> bytes:
    with override("zh-hans"):
        return _made(form)


def _made(form: str) -> bytes:
    file, count = file_of(ASKED, form, MARK)
    assert count == len(ROWS)
    return file.read()


def test_a_workbook_says_what_it_is_and_keeps_types():
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made("xlsx"))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[:4]] == [
        "Register", "截至 2026-11-23", "筛选：Level: Senior", "崔明哲 于 2026-11-23 14:20 导出",
    ]  # fmt: skip
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


@pytest.mark.parametrize("text", ["金美玉", "JL2010-1", "a=b", "1-2", ""])
def test_harmless_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_no_cell_of_a_csv_starts_like_a_formula():
    content = made("csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0][1] == "'=Number"
    assert len(rows) == 1 + len(ROWS)
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    assert rows[1] == ["金美玉", "990101198503010018", "2024-02-29", "0", "Senior social worker", ""]


def test_json_carries_codes_and_its_own_count():
    found = json.loads(made("json"))
    assert found["count"] == len(found["rows"]) == len(ROWS)
    assert found["rows"][0] == {
        "name": "金美玉", "number": "990101198503010018", "on": "2024-02-29", "days": 0, "level": "senior", "none": None,
    }  # fmt: skip
