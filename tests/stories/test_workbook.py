"""Tale of the workbook: a county clerk takes a dirty roster in, mends what came back, and undoes it."""

import io

import pytest
import python_calamine
import xlsxwriter
from fixtures.screens import follow, width
from stdnum.cn.ric import calc_check_digit

from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.ground.people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
YANJI = 222401000
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
HEAD = ["序号", "县（市、区）", "姓  名", "性别", "身份证号码"]


def number_of(order, born="19850301"):
    body = f"990101{born}{order:03d}"
    return body + calc_check_digit(body + "0")


def book(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("花名册")
        sheet.write_row(0, 0, ["延吉市社会工作者花名册"])
        for at, row in enumerate([HEAD, *rows], 1):
            sheet.write_row(at, 0, row)
        sheet.write_row(len(rows) + 2, 0, ["合计", f"{len(rows)} 人"])
    return out.getvalue()


def rows():
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    return [
        [1, "延吉", "金 美玉", "男", number_of(1)],
        [2, "延吉市", "孙立波", "男", number_of(3).translate(wide)],
        [3, "延边州延吉市", "方秋月", "男", number_of(5)],
        [4, "延吉市", "赵雪", "男", 2.20102e17],
        [5, "延吉市", "朴正男", "男", number_of(7)],
        [6, "延吉市", "朴正南", "男", number_of(7)],
    ]


def upload(page, content, name="花名册 最终版2（改）.xlsx"):
    page.set_input_files(
        "[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.click("text=上传并检查")
    page.wait_for_url("**/office/intake/batches/**")
    return worked(page)


def worked(page, word="导入预览"):
    """What the worker does; the page follows by itself to the one whose heading has this word."""
    page.wait_for_selector(".work")
    batch = Batch.objects.get(number=page.url.rstrip("/").rpartition("/")[2])
    actions.work(batch_id=batch.pk)
    page.wait_for_selector(f"h1:has-text('{word}')")
    return batch


@pytest.mark.clause("T4.2.b")
def test_a_clerk_takes_a_dirty_roster_in_and_out_again(open_page, make_clerk):
    page = open_page(DESKTOP, make_clerk("yanji", YANJI, name="王海"))
    before = Person.objects.count()
    page.goto("/office/")
    page.click(".side >> text=表格导入")
    page.click(".kinds >> text=上传")
    batch = upload(page, book(rows()))
    told = page.inner_text("main")
    assert "6 行" in told and "还没有写入任何数据" in told
    assert "科学记数" in told and "同一对象" in told
    assert number_of(7) not in page.content()
    page.click("button:has-text('采用：')")
    page.wait_for_selector("text=采用：", state="detached")
    follow(page, "text=用第 7 行")
    batch.refresh_from_db()
    assert (batch.total, batch.good, batch.bad, batch.clash, batch.passed) == (6, 4, 1, 0, 1)
    page.click("text=只入库正确的 4 行")
    worked(page, "已入库")
    assert Person.objects.count() == before + 4

    with page.expect_download() as came:
        page.click("text=下载待修改的工作簿")
    failed = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(came.value.path().read_bytes()))
    sheet = failed.get_sheet_by_index(0).to_python()
    assert any("赵雪" in row for row in sheet) and not any("方秋月" in row for row in sheet)

    page.goto("/office/intake/layouts/roster/")
    again = upload(page, book([[4, "延吉市", "赵雪", "男", number_of(9)]]))
    assert again.number != batch.number
    page.click("text=入库 1 行")
    worked(page, "已入库")
    assert Person.objects.count() == before + 5
    follow(page, "text=撤销这一批 >> nth=0")
    page.fill("[name=reason]", "县里又报来一份")
    page.click("main button.danger")
    page.wait_for_url("**/office/intake/batches/**")
    worked(page, "已撤销")
    again.refresh_from_db()
    assert again.state == "undone"


def test_the_same_file_again_leads_to_its_batch(open_page, make_clerk):
    page = open_page(DESKTOP, make_clerk("yanji", YANJI))
    page.goto("/office/intake/layouts/roster/")
    content = book(rows())
    batch = upload(page, content)
    page.goto("/office/intake/layouts/roster/")
    page.set_input_files(
        "[name=file]", {"name": "再来.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.click("text=上传并检查")
    page.wait_for_selector(".errsum")
    page.click(f".box a:has-text('{batch.number}')")
    page.wait_for_url(f"**/{batch.number}/")


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page, make_clerk):
    page = open_page(PHONE, make_clerk("yanji", YANJI))
    for address in ("/office/intake/", "/office/intake/layouts/roster/"):
        page.goto(address)
        assert width(page) == 375
    upload(page, book(rows()))
    assert width(page) == 375
    page.goto("/office/intake/batches/")
    assert width(page) == 375
