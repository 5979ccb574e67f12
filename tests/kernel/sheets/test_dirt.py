"""Rosters as people really send them, in every form in which they send them."""

import zipfile
from datetime import date

import pytest
import xlwt

from shegong.kernel.sheets.plain_text import separator_of
from shegong.kernel.sheets.rows import read_again
from shegong.kernel.sheets.workbook import read_workbook

TITLES = ["县(市、区)", "姓名", "身份证号", "性别"]


@pytest.fixture
def people(identity):
    return [["延吉市", "金美玉", identity(1), "女"], ["安图县", "王小明", identity(2), "男"]]


# -- headers ---------------------------------------------------------------------------------------------------------


def test_titles_and_lines_above_the_header_are_passed_over(xlsx, read, people):
    above = [["延边州社会工作者花名册"], [], ["填报单位：延边州民政局", None, "填报日期：2013年6月30日"]]
    found = read(xlsx([*above, TITLES, *people]))
    assert [row.number for row in found.rows] == [5, 6]
    assert found.values("name") == ["金美玉", "王小明"]
    assert found.remarks == {}


def test_columns_stand_in_any_order_under_any_usual_name(xlsx, read, identity):
    headers = [
        "联系方式\n（手机）",
        "公民身份号码（18位）",
        "＊姓  名",
        "所属县市区",
        "取得证书时间",
        "文化程度",
    ]
    found = read(xlsx([headers, ["13800138000", identity(1), "金美玉", "延吉市", "2012-5-1", "本科"]]))
    assert found.rows[0].is_good
    assert found.rows[0].values == {
        "county": "延吉市", "name": "金美玉", "identity": identity(1), "education": "21", "issued": date(2012, 5, 1),
        "phone": "+8613800138000",
    }  # fmt: skip
    assert found.sheets[0].letter("name") == "C" and found.sheets[0].letter("remark") == ""


def test_a_header_of_two_rows_with_merged_cells_is_one_header(xlsx, read, identity):
    def merge(book, sheet):
        for place, title in enumerate(("序号", "县（市、区）", "姓名", "身份证号")):
            sheet.merge_range(0, place, 1, place, title)
        sheet.merge_range(0, 4, 0, 5, "证书")

    rows = [
        [],
        [None, None, None, None, "级别", "管理号"],
        [1, "延吉市", "金美玉", identity(1), "中级", "2" * 18],
    ]
    found = read(xlsx(rows, touch=merge))
    assert found.sheets[0].header.rows == (1, 2)
    assert found.values("level") == ["social_worker"] and found.values("number") == ["2" * 18]
    assert found.remarks == {}


def test_a_column_merged_over_two_header_rows_hides_no_row_below(xlsx, read, people):
    def merge(book, sheet):
        for place, title in enumerate(TITLES):
            sheet.merge_range(0, place, 1, place, title)

    found = read(xlsx([[], [], *people], touch=merge))
    assert [row.number for row in found.rows] == [3, 4]


def test_what_no_column_takes_is_named_with_its_letter(xlsx, read, people):
    found = read(
        xlsx([[*TITLES, "籍贯", "序号", "体检\n结果"], *[[*row, "吉林", 1, "合格"] for row in people]])
    )
    assert str(found.remarks["columns_ignored"]) == (
        "Columns that this form does not have were left out: E 籍贯、G 体检结果."
    )


def test_a_missing_column_is_named_with_what_stands_there_instead(xlsx, refusal, people):
    found = refusal(xlsx([["县", "姓名", "性别", "年龄"], ["延吉市", "金美玉", "女", 28]]))
    assert found == {
        "header_missing": "Row 1 of the sheet “花名册” has no column 身份证号. It has: 县、姓名、性别、年龄."
    }


def test_a_workbook_of_something_else_is_refused_with_what_it_says(xlsx, refusal):
    rows = [["购买服务项目台账"], ["项目", "预算", "承接方", "联系13800138000"], ["社区矫正", 10, "某中心"]]
    said = refusal(xlsx(rows))["header_missing"]
    assert "县(市、区)、姓名、身份证号" in said and "Row 2" in said and "项目、预算、承接方、…" in said


def test_a_column_that_stands_twice_is_refused_not_guessed(xlsx, refusal, people):
    rows = [["县", "姓名", "身份证号", "姓名"], ["延吉市", "金美玉", "1", "王五"]]
    assert refusal(xlsx(rows)) == {
        "column_doubled": "The column 姓名 stands more than once (B、D) in the sheet “花名册”. Keep one of them."
    }


def test_the_official_title_beats_a_usual_name_and_the_other_column_is_named(xlsx, read, identity):
    found = read(
        xlsx([["县", "姓名", "身份证号", "证件号码"], ["延吉市", "金美玉", identity(1), "护照E123"]])
    )
    assert found.values("identity") == [identity(1)]
    assert "D 证件号码" in str(found.remarks["columns_ignored"])


def test_a_roster_with_headers_only_says_so(xlsx, refusal):
    assert refusal(xlsx([["序号", *TITLES], [], [1], [2]])) == {
        "sheet_no_rows": "The sheet “花名册” has the headers, but no rows below them."
    }
    assert list(refusal(xlsx([]))) == ["sheet_no_cells"]


# -- rows that hold nobody -------------------------------------------------------------------------------------------


def test_totals_signatures_remarks_and_headers_again_are_told_and_left_out(xlsx, read, people):
    first, second = people
    rows = [
        ["序号", *TITLES],
        [1, *first],
        ["小计", None, "1人"],
        ["安图县社会工作者花名册"],
        ["序号", *TITLES],
        [2, *second],
        [3],
        [],
        ["合计", "2人"],
        ["注：本表一式两份，一份报州民政局"],
        ["填表人：王五", None, "审核人：赵六", "联系电话：0433-2512345"],
        ["单位（盖章）"],
        ["2013年6月30日"],
    ]
    found = read(xlsx(rows))
    assert [row.number for row in found.rows] == [2, 6]
    said = {code: obstacle.params["rows"] for code, obstacle in found.remarks.items()}
    assert said == {
        "rows_total": "3、9", "rows_remark": "4、10", "rows_header": "5", "rows_signature": "11–13",
    }  # fmt: skip


def test_a_signature_in_full_columns_is_still_a_signature(xlsx, read, people):
    found = read(xlsx([TITLES, *people, ["制表人：王五", "审核人：赵六", "负责人：孙七", "日期：2013年"]]))
    assert found.total == 2 and found.remarks["rows_signature"].params["rows"] == "4"


def test_a_person_with_much_missing_is_a_row_with_faults_not_a_remark(xlsx, read, people):
    found = read(
        xlsx([TITLES, *people, [None, "李四"], ["合作社", "合计", "1"], ["延吉市", None, None, "男"]])
    )
    assert [row.number for row in found.rows] == [2, 3, 4, 5, 6]
    assert found.codes(2, "identity") == ["cell_missing"] and found.codes(2, "county") == ["cell_missing"]
    assert found.codes(4, "name") == ["cell_missing"]


# -- merged, hidden, broken cells; several sheets --------------------------------------------------------------------


def test_a_county_merged_over_its_people_holds_for_all_of_them(xlsx, read, identity):
    rows = [TITLES, *[[None, "王小明", identity(n), "男"] for n in range(1, 6)]]

    def merge(book, sheet):
        sheet.merge_range(1, 0, 3, 0, "延吉市")
        sheet.merge_range(4, 0, 5, 0, "安图县")

    found = read(xlsx(rows, touch=merge))
    assert found.values("county") == ["延吉市"] * 3 + ["安图县"] * 2
    assert all(row.is_good for row in found.rows)
    assert found.remarks["cells_merged"].params["columns"] == "A 县(市、区)"
    assert [values["county"] for values in found.again] == found.values("county")


def test_hidden_rows_and_columns_are_read_and_told(xlsx, read, people):
    def hide(book, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("D:D", None, None, {"hidden": True})
        sheet.set_column("H:J", None, None, {"hidden": True})

    found = read(xlsx([TITLES, *people], touch=hide))
    assert found.values("sex") == ["2", "1"]
    assert found.remarks["rows_hidden"].params["rows"] == "3"
    assert found.remarks["columns_hidden"].params["columns"] == "D 性别"


def test_every_sheet_that_is_a_roster_is_read_and_the_others_are_named(xlsx, read, identity):
    def more(book, _):
        hidden = book.add_worksheet("安图 & 县")
        for at, row in enumerate([["姓名", "身份证号", "县"], ["王小明", identity(2), "安图县"]]):
            hidden.write_row(at, 0, row)
        hidden.set_row(1, None, None, {"hidden": True})
        hidden.hide()
        book.add_worksheet("说明").write(0, 0, "请按县填写")
        book.add_worksheet("空表")
        book.add_worksheet("缺列").write_row(0, 0, ["姓名", "县", "性别"])

    found = read(xlsx([TITLES, ["延吉市", "金美玉", identity(1), "女"]], touch=more))
    assert [(row.sheet, row.number) for row in found.rows] == [("花名册", 2), ("安图 & 县", 2)]
    assert set(found.remarks) == {"sheet_hidden", "rows_hidden", "sheet_skipped", "sheet_incomplete"}
    assert found.remarks["sheet_skipped"].params["sheet"] == "说明"
    assert "身份证号" in str(found.remarks["sheet_incomplete"])


def test_cells_that_show_an_error_are_empty_and_counted(xlsx, read, people):
    def broken(book, sheet):
        sheet.write_formula(1, 3, "=VLOOKUP(1,2,3)", None, "#N/A")
        sheet.write_formula(2, 3, '="男"', None, "男")

    found = read(xlsx([TITLES, *[row[:3] for row in people]], touch=broken))
    assert found.values("sex") == [None, "1"]
    assert found.remarks["cells_error"].params["count"] == 1


# -- one person in two rows ------------------------------------------------------------------------------------------


def test_two_rows_of_one_person_name_each_other_and_the_clerk_chooses(xlsx, read, identity):
    def more(book, _):
        sheet = book.add_worksheet("补报")
        sheet.write_row(0, 0, TITLES)
        sheet.write_row(1, 0, ["敦化市", "金美玉", f" {identity(1)}", "女"])

    rows = [TITLES, ["延吉市", "金美玉", identity(1), "女"], ["安图县", "王小明", identity(2), "男"],
            ["龙井市", "金美玉", identity(1)[:6] + identity(1)[8:17], "女"]]  # fmt: skip
    found = read(xlsx(rows, touch=more))
    clashing = {(row.sheet, row.number): row for row in found.rows if not row.is_good}
    assert list(clashing) == [("花名册", 2), ("花名册", 4), ("补报", 2)]
    said = [f for f in clashing["花名册", 2].findings if f.blocks]
    assert [(f.obstacle.code, f.weight, f.obstacle.params["rows"]) for f in said] == [
        ("row_doubled", "choice", "4、补报 2")
    ]
    assert [offer.text for offer in said[0].offers] == ["keep", "leave"]
    assert clashing["补报", 2].findings[-1].obstacle.params["places"] == [("花名册", 2), ("花名册", 4)]


def test_rows_whose_number_cannot_be_read_are_nobodys_doubles(xlsx, read):
    rows = [TITLES, *[["延吉市", "金美玉", 2.22426198501010016e17, "女"]] * 3]
    found = read(xlsx(rows))
    assert [found.codes(at, "identity") for at in range(3)] == [["digits_lost"]] * 3
    assert not any(found.codes(at, "") for at in range(3))


# -- forms of files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gbk", "\t"), ("utf-16", "\t"), ("utf-16-le", ";"), ("utf-8", ";")],
)  # fmt: skip
def test_text_is_read_in_every_encoding_and_with_every_separator(encoding, separator, tmp_path, read, people):
    rows = [["花名册"], [], TITLES, *people]
    text = "\r\n".join(
        separator.join(f'"{cell}"' if cell == "王小明" else cell for cell in row) for row in rows
    )
    path = tmp_path / "名册.csv"
    path.write_bytes(text.encode(encoding))
    found = read(path)
    assert found.values("name") == ["金美玉", "王小明"]
    assert [row.number for row in found.rows] == [4, 5]
    assert found.values("sex") == ["2", "1"]


@pytest.mark.parametrize("first", ["BM", "PK", "GIF"])
def test_a_text_that_begins_like_a_picture_is_still_a_text(first, tmp_path, read, identity):
    path = tmp_path / "x.csv"
    path.write_text(f"{first},县,姓名,身份证号\n1,延吉市,金美玉,{identity(1)}\n", encoding="utf-8")
    assert read(path).values("name") == ["金美玉"]


def test_a_header_is_looked_for_at_the_top_only(xlsx, refusal, people):
    lines = [["无关内容", str(n)] for n in range(600)]
    assert list(refusal(xlsx([*lines, TITLES, *people]))) == ["header_missing"]
    assert refusal(xlsx([*lines[:40], TITLES, *people])) == {}


def test_text_files_keep_numbers_that_were_guarded_and_doubt_a_lost_zero(tmp_path, read, identity):
    path = tmp_path / "x.csv"
    lines = [
        "县,姓名,身份证号,出生年月",
        f'延吉市,金美玉,="{identity(1)}",2012.1',
        f'安图县,"王\n小明",{identity(2)},2012.5',
        f"敦化市,李四,\t{identity(3)},2.22426E+17",
    ]
    path.write_text("\n".join(lines), encoding="gb18030")
    found = read(path)
    assert found.values("identity") == [identity(1), identity(2), identity(3)]
    assert found.codes(0, "born") == ["month_zero_lost"]
    assert found.rows[0].cells["born"] == "2012.1(0)"
    assert found.rows[1].values["name"] == "王小明" and found.rows[1].values["born"] == date(2012, 5, 1)
    assert found.codes(2, "born") == ["month_form"]


def test_tabs_behind_digits_do_not_pass_for_separators(tmp_path, read, identity):
    """As in our own csv: the tab keeps a spreadsheet from showing 2.22401E+17."""
    assert separator_of("编号,证号\n" + "220000000001\t,220000000002\t\n" * 3) == ","
    assert separator_of("编号\t证号\n" + "220000000001\t220000000002\n" * 3) == "\t"
    path = tmp_path / "x.csv"
    lines = [
        "身份证号,联系方式,县,姓名",
        *(f"{identity(n)}\t,013800138000\t,延吉市,金美玉" for n in (1, 2, 4)),
    ]
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    assert read(path).values("identity") == [identity(1), identity(2), identity(4)]


def test_the_old_binary_workbook_is_read_with_merged_hidden_and_counted_days(tmp_path, read, identity):
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = True
    sheet = book.add_sheet("花名册")
    for place, title in enumerate([*TITLES, "发证日期", "出生年月"]):
        sheet.write(0, place, title)
    sheet.write_merge(1, 2, 0, 0, "延吉市")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for at in (1, 2):
        for place, cell in enumerate(["金美玉", identity(at), "女"], start=1):
            sheet.write(at, place, cell)
        sheet.write(at, 4, 41030 - 1462)
        sheet.write(at, 5, date(1985, 3, 1), style)
    sheet.row(2).hidden = True
    sheet.col(3).hidden = True
    path = tmp_path / "名册.et"
    book.save(str(path))
    found = read(path)
    assert found.values("county") == ["延吉市", "延吉市"]
    assert found.values("issued") == [date(2012, 5, 1)] * 2
    assert found.values("born") == [date(1985, 3, 1)] * 2
    assert found.remarks["rows_hidden"].params["rows"] == "3"
    assert found.remarks["columns_hidden"].params["columns"] == "D 性别"


def test_days_of_a_workbook_that_counts_from_1904_are_the_days_they_show(xlsx, read, identity):
    rows = [
        [*TITLES, "发证日期", "出生年月"],
        ["延吉市", "金美玉", identity(1), "女", 41030 - 1462, date(1985, 3, 1)],
    ]
    found = read(xlsx(rows, date_1904=True))
    assert found.values("issued") == [date(2012, 5, 1)] and found.values("born") == [date(1985, 3, 1)]
    assert found.rows[0].cells["issued"] == "2012-05-01"


def test_the_number_2012_1_is_kept_so_that_its_doubt_is_not_lost(xlsx, read, identity, roster):
    found = read(xlsx([[*TITLES, "出生年月"], ["延吉市", "金美玉", identity(1), "女", 2012.1]]))
    row = found.rows[0]
    assert found.codes(0, "born") == ["month_zero_lost"]
    again = read_again(roster, row.cells, number=row.number, sheet=row.sheet, today=date(2026, 11, 23))
    assert again == row
    mended = read_again(
        roster, {**row.cells, "born": "2012-10"}, number=2, sheet="", today=date(2026, 11, 23)
    )
    assert mended.is_good and mended.values["born"] == date(2012, 10, 1)


@pytest.fixture
def ods(tmp_path):
    """`ods(inner)`: an open document with this content of its one table."""

    def write(inner):
        names = " ".join(
            f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
            for short in ("office", "table", "text")
        )
        empty = (
            '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
            'table:number-columns-repeated="16384"/></table:table-row>'
        )
        path = tmp_path / "x.ods"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            packed.writestr("META-INF/manifest.xml", "<manifest/>")
            packed.writestr(
                "content.xml",
                f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="花名册">'
                f"{inner}{empty}</table:table></office:spreadsheet></office:body></office:document-content>",
            )
        return path

    return write


def ods_row(cells, row="", first=""):
    texts = [f"<table:table-cell{first if at == 0 else ''} office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
             if text else "<table:covered-table-cell/>" for at, text in enumerate(cells)]  # fmt: skip
    return f"<table:table-row{row}>{''.join(texts)}</table:table-row>"


def test_an_open_document_is_read(ods, read, identity):
    found = read(ods(ods_row(TITLES) + ods_row(["延吉市", "金美玉", identity(1), "女"])))
    assert found.values("name") == ["金美玉"] and found.rows[0].number == 2 and found.remarks == {}


def test_an_open_document_tells_what_is_merged_and_hidden(ods, read, identity):
    span = ' table:number-rows-spanned="2" table:number-columns-spanned="1"'
    columns = '<table:table-column table:number-columns-repeated="3"/><table:table-column table:visibility="collapse"/>'
    rows = [
        ods_row(["花名册", "", "", ""]).replace(
            "<table:table-row>", '<table:table-row table:number-rows-repeated="2">'
        ),
        ods_row(TITLES),
        ods_row(["延吉市", "金美玉", identity(1), "女"], first=span),
        ods_row(["", "王小明", identity(2), "男"], row=' table:visibility="filter"'),
    ]
    found = read(ods(columns + "".join(rows)))
    assert [(row.number, row.values["county"]) for row in found.rows] == [(4, "延吉市"), (5, "延吉市")]
    assert found.remarks["rows_hidden"].params["rows"] == "5"
    assert found.remarks["columns_hidden"].params["columns"] == "D 性别"
    assert found.remarks["cells_merged"].params["columns"] == "A 县(市、区)"


def test_chunks_are_of_the_size_asked_for_and_a_second_walk_finds_the_same(xlsx, roster, identity):
    path = xlsx([TITLES, *[["延吉市", "金美玉", identity(n), "女"] for n in range(700)]])
    with read_workbook(path, roster, today=date(2026, 11, 23)) as reading:
        assert [len(chunk) for chunk in reading.chunks(300)] == [300, 300, 100]
        assert reading.total == 700
        assert [row.number for row in reading.rows()] == list(range(2, 702))
