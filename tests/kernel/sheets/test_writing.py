"""The template and the workbook that goes back: both are read as they are, and nothing in them runs."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shegong.kernel.code_lists import codes
from shegong.kernel.sheets.layout import Finding, Row
from shegong.kernel.sheets.rows import read_again
from shegong.kernel.sheets.workbook import read_workbook
from shegong.kernel.sheets.writing import write_returned, write_template

TODAY = date(2026, 11, 23)


@pytest.fixture
def template(roster, tmp_path):
    path = tmp_path / "template.xlsx"
    with path.open("wb") as file:
        write_template(file, roster, words=lambda text: f"[{text}]")
    return path


@pytest.fixture
def returned(roster, tmp_path):
    def write(rows, **words):
        path = tmp_path / "returned.xlsx"
        with path.open("wb") as file:
            write_returned(file, roster, rows, **words)
        return path

    return write


def parts(path):
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}


def test_the_template_as_it_is_holds_nobody(template, refusal):
    assert list(refusal(template)) == ["sheet_no_rows"]


def test_the_template_offers_lists_explains_columns_and_sets_numbers_as_text(template, roster):
    made = parts(template)
    sheet = made["xl/worksheets/sheet1.xml"]
    assert sheet.count("<dataValidation ") == sum(bool(column.kind.options) for column in roster.columns)
    assert f"'选项'!$H$1:$H${len(codes('education'))}" in sheet and '"男,女"' in sheet
    assert "[As on the identity card.]" in made["xl/sharedStrings.xml"]
    assert '<sheet name="填写说明"' in made["xl/workbook.xml"]
    identity = re.search(r'<col min="4" max="4" [^>]*style="(\d+)"', sheet)
    assert identity, "the column of identity numbers has a format of its own"
    formats = re.findall(r'<xf numFmtId="(\d+)"', made["xl/styles.xml"].split("<cellXfs")[1])
    assert formats[int(identity[1])] == "49", "and that is text"


def test_a_template_with_rows_typed_below_the_example_is_read(template, read, roster, identity, tmp_path):
    """What a person does: type below the example, delete nothing."""
    row = ["1", "延吉市", "金美玉", identity(1)]
    cells = "".join(
        f'<c r="{chr(65 + at)}4" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(row)
    )
    path = tmp_path / "filled.xlsx"
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", f'<row r="4">{cells}</row></sheetData>'.encode())
            new.writestr(name, content)
    found = read(path)
    assert found.values("name") == ["金美玉"] and found.rows[0].is_good
    assert set(found.remarks) == {"rows_example"}


DIRTY = [
    ["县", "姓名", "身份证号", "出生年月", "学历", "发证日期", "联系电话", "备注"],
    ["延吉市", "高 宇", 2.22426198501010016e17, 2012.1, "研究生毕业", 41030, "13800138000/13900139000", "=HYPERLINK(1)"],
    ["", "王小明", "990000198503010012", "2012.5", "本科", "2012-5-1", 13800138000, "+86"],
    ["安图县", "李四", "990000198503010012", "", "", "", "", "＝1+1\n-2"],
]  # fmt: skip


def test_what_goes_back_comes_in_again_with_the_same_cells_and_the_same_faults(xlsx, read, returned):
    first = read(xlsx(DIRTY))
    assert not any(row.is_good for row in first.rows)
    again = read(returned(first.rows))
    assert again.remarks == {}
    for old, new in zip(first.rows, again.rows, strict=True):
        assert {key: text for key, text in new.cells.items() if text} == {
            key: text for key, text in old.cells.items() if text
        }
        faults = [
            [(f.column, f.obstacle.code) for f in row.findings if f.blocks and f.column] for row in (old, new)
        ]
        assert faults[0] == faults[1]
        assert {key: value for key, value in new.values.items() if value} == {
            key: value for key, value in old.values.items() if value
        }


def test_what_goes_back_says_where_the_row_stood_what_is_wrong_and_what_to_write(xlsx, read, returned):
    rows = read(xlsx(DIRTY)).rows
    made = parts(returned(rows, say=lambda obstacle: f"<<{obstacle.code}>>"))
    text = made["xl/worksheets/sheet1.xml"].replace("&lt;", "<").replace("&gt;", ">")
    assert "花名册 2" in text and "身份证号：<<digits_lost>>" in text
    assert "出生年月：<<month_zero_lost>>（2012-01 / 2012-10）" in text
    assert "<<row_doubled>>" in text and "keep" not in text
    comments = made["xl/comments1.xml"]
    assert comments.count("<comment ") == sum(
        len({f.column for f in row.findings if f.blocks and f.column}) for row in rows
    )


def test_notes_are_no_faults_and_do_not_go_back(xlsx, read, returned, identity):
    rows = read(
        xlsx([["县", "姓名", "身份证号", "发证日期"], ["延吉市", "高 宇", identity(1)[:17], 41030]])
    ).rows
    text = parts(returned(rows))["xl/worksheets/sheet1.xml"]
    assert "Read as" not in text and "day_serial" not in text and "41030" in text


def test_a_mended_workbook_comes_in(xlsx, read, returned, roster, identity):
    rows = read(xlsx(DIRTY)).rows
    mended = {"county": "延吉市", "identity": identity(5), "born": "2012-10", "education": "本科", "phone": "13800138000"}  # fmt: skip
    rows[0].cells |= mended
    back = read(returned(rows[:1]))
    assert back.rows[0].is_good and back.rows[0].values["born"] == date(2012, 10, 1)


def test_a_workbook_of_no_rows_says_that_nothing_is_left(returned, refusal):
    assert list(refusal(returned([]))) == ["sheet_no_rows"]


def through_office(path, form):
    """The workbook as LibreOffice opens it and saves it in another form."""
    office = shutil.which("soffice")
    assert office, "bin/test installs libreoffice-calc-nogui"
    home = path.parent / "office"
    command = [office, f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", form, "--outdir", str(home), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return home / f"{path.stem}.{form}"


@pytest.mark.parametrize("form", ["xlsx", "ods", "xls"])
def test_what_goes_back_may_be_opened_and_saved_by_an_office_in_between(form, xlsx, read, returned):
    """Every cell comes back as it was typed, in whatever form the office saves."""
    rows = read(xlsx(DIRTY)).rows
    again = read(through_office(returned(rows), form))
    assert [row.cells for row in again.rows] == [row.cells for row in read(returned(rows)).rows]
    assert [row.values for row in again.rows] == [row.values for row in read(returned(rows)).rows]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\u3000=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_can_start_a_formula(text, returned, read):
    path = returned([Row(2, "=表", {"name": text, "remark": text, "county": "x"}, {}, [])])
    made = parts(path)
    for name, content in made.items():
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in content and "<f " not in content
    assert "quotePrefix" in made["xl/styles.xml"]
    assert read(path).rows[0].cells["remark"].strip() == text.strip()


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(st.tuples(ANY, ANY, ANY), min_size=1, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_goes_back_in_a_workbook_that_is_well_formed(roster, rows):
    """Whatever was typed: the file is sound XML and no formula."""
    import xml.etree.ElementTree as tree

    file = io.BytesIO()
    made = [
        read_again(roster, {"name": a, "county": b, "remark": c}, number=at, sheet=a[:5], today=TODAY)
        for at, (a, b, c) in enumerate(rows)
    ]
    write_returned(file, roster, made)
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            if name.endswith(".xml"):
                assert b"<f>" not in packed.read(name)
                tree.fromstring(packed.read(name))


SOUND = st.fixed_dictionaries(
    {
        "county": st.sampled_from(["延吉市", "安图县", "九台市"]),
        "name": st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=5),
        "sex": st.sampled_from([*codes("sex").values(), "男", "女"]),
        "ethnicity": st.sampled_from(list(codes("ethnicity").values())),
        "born": st.dates(date(1940, 1, 1), date(2010, 1, 1)).map(lambda day: f"{day:%Y-%m}"),
        "education": st.sampled_from(list(codes("education").values())),
        "level": st.sampled_from(["助理社会工作师", "社会工作师", "高级社会工作师"]),
        "number": st.integers(10**17, 10**18 - 1).map(str),
        "issued": st.dates(date(2008, 1, 1), date(2026, 1, 1)).map(str),
        "hours": st.integers(0, 500).map(str),
        "works": st.sampled_from(["是", "否"]),
        "phone": st.integers(13000000000, 19999999999).map(str),
        "remark": st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=20),
    }
)


@given(SOUND, st.integers(0, 999))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_sound_row_written_and_read_means_the_same(roster, identity, tmp_path, cells, serial):
    cells = {**cells, "identity": identity(serial)}
    row = read_again(roster, cells, number=7, sheet="花名册", today=TODAY)
    assert row.is_good, row.findings
    path = tmp_path / "sound.xlsx"
    with path.open("wb") as file:
        write_returned(file, roster, [row])
    with read_workbook(path, roster, today=TODAY) as reading:
        (back,) = reading.rows()
    assert back.values == row.values and back.is_good
    assert isinstance(back.values["hours"], int) and not isinstance(back.values["hours"], Decimal)


def test_a_row_found_at_fault_by_the_base_goes_back_with_that_fault(roster, returned, identity):
    from shegong.kernel.refusal import Obstacle

    row = read_again(roster, {"county": "延吉市", "name": "金美玉", "identity": identity(1)}, number=9, sheet="", today=TODAY)  # fmt: skip
    row.findings.append(Finding("", Obstacle("other_person", "This number belongs to somebody else.")))
    text = parts(returned([row]))["xl/worksheets/sheet1.xml"]
    assert "This number belongs to somebody else." in text


def test_two_thousand_failed_rows_take_little_memory(roster, returned, identity):
    import tracemalloc

    def rows():
        for number in range(2_000):
            yield read_again(roster, {"county": "", "name": "金美玉", "identity": "1"}, number=number, sheet="花名册", today=TODAY)  # fmt: skip

    tracemalloc.start()
    returned(rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 1024 * 1024
