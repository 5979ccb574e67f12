"""Pages of workbooks: upload, progress, preview, decisions, files, lists; for whom, and what they say."""

import io
from dataclasses import replace

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.sheets import layout as layouts

ROWS = (
    ["A1", "张三", "员级"],
    ["A2", "#", ""],
    ["A3", "李四", "中级"],
    ["A4", "王五", ""],
    ["A4", "王五", "员级"],
)


def text_of(answer):
    return answer.content.decode()


def upload(client, content, name="名册.xlsx"):
    return client.post(reverse("intake:upload", args=["test"]), {"file": SimpleUploadedFile(name, content)})


def test_a_file_goes_up_and_its_batch_opens(visit, make_book):
    client = visit()
    answer = upload(client, make_book(*ROWS))
    batch = Batch.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("intake:batch", args=[batch.number])
    shown = client.get(answer.url)
    assert "等待读取" in text_of(shown) and "hx-get" in text_of(shown)
    assert shown.headers["Refresh"]  # without scripts the page loads anew by itself


def test_the_meter_asks_the_page_to_load_anew_when_the_work_is_done(visit, bring):
    batch = bring(*ROWS)
    answer = visit().get(reverse("intake:progress", args=[batch.number]))
    assert answer.headers["HX-Refresh"] == "true" and "hx-get" not in text_of(answer)


def test_the_preview_shows_figures_cells_what_is_wrong_and_what_to_adopt(visit, bring):
    page = text_of(visit().get(reverse("intake:batch", args=[bring(*ROWS).number])))
    assert "5 行" in page and "只入库正确的 1 行" in page and "下载待修改的工作簿（4 行）" in page
    assert "“#” means nothing here." in page and "采用：社会工作师" in page
    assert "用第 6 行" in page and "用第 7 行" in page
    assert "A2****" in page


def test_personal_cells_are_masked_in_the_preview_and_in_doubles(visit, bring):
    batch = bring(["秘密一二三", "张三", ""], ["秘密一二三", "李四", ""])
    for show in ("problems", "all", "clash"):
        assert "秘密一二三" not in text_of(
            visit().get(reverse("intake:batch", args=[batch.number]), {"show": show})
        )


def test_adopting_and_choosing_by_the_buttons_comes_back_to_where_one_was(visit, bring):
    batch, client = bring(*ROWS), visit()
    where = reverse("intake:choose", args=[batch.number]) + "?show=bad"
    answer = client.post(where, {"adopt": "2:level:0"})
    assert answer.status_code == 302 and answer.url.endswith("?show=bad")
    client.post(where, {"row": "4"})
    batch.refresh_from_db()
    assert (batch.good, batch.bad, batch.clash, batch.passed) == (3, 1, 0, 1)


def test_a_made_up_choice_is_refused_with_a_sentence(visit, bring):
    batch, client = bring(*ROWS), visit()
    for typed in (
        {"adopt": "x"},
        {"adopt": "0:level:0"},
        {"adopt": "99:level:0"},
        {"row": "0"},
        {"row": "9" * 30},
    ):
        assert client.post(reverse("intake:choose", args=[batch.number]), typed).status_code == 422, typed


def test_accepting_leads_to_a_receipt_with_number_counts_and_hash(visit, bring):
    batch, client = bring(*ROWS), visit()
    client.post(reverse("intake:accept", args=[batch.number]), {"version": batch.version})
    actions.work(batch_id=batch.pk)
    page = text_of(client.get(reverse("intake:batch", args=[batch.number])))
    assert batch.number in page and batch.sha256 in page and "已入库" in page and "撤销这一批" in page
    receipt = client.get(reverse("intake:receipt", args=[batch.number]))
    assert receipt.content.startswith(b"%PDF")


def test_who_looked_before_a_colleague_chose_accepts_nothing(visit, bring, clerk):
    batch, client = bring(*ROWS), visit()
    seen = batch.version
    actions.choose_row(batch, place=3, by=clerk, on=today())
    assert client.post(reverse("intake:accept", args=[batch.number]), {"version": seen}).status_code == 409
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_the_same_file_again_is_told_with_a_link_to_the_earlier_batch(visit, make_book):
    client, content = visit(), make_book(*ROWS)
    upload(client, content)
    answer = upload(client, content)
    batch = Batch.objects.get()
    assert answer.status_code == 422
    assert reverse("intake:batch", args=[batch.number]) in text_of(answer)


def test_what_is_no_workbook_is_told_beside_the_field(visit):
    answer = upload(visit(), b"%PDF-1.4", "a.xlsx")
    assert answer.status_code == 422 and "PDF" in text_of(answer)
    assert upload(visit(), b"").status_code == 422


def test_the_returned_workbook_holds_the_failed_rows_and_goes_back_in(visit, bring):
    batch, client = bring(*ROWS), visit()
    answer = client.get(reverse("intake:returned", args=[batch.number]))
    again = bring(content=answer.content)
    assert (again.total, again.bad, again.clash) == (4, 2, 2)
    assert JournalEntry.objects.filter(verb="intake.batch.returned", facts__rows=4).exists()


def test_a_mended_returned_workbook_is_taken_in_and_the_others_stay(visit, bring, clerk, world_of):
    batch = bring(["A1", "张三", ""], ["A2", "#", "员级"])
    actions.accept(batch, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    content = visit().get(reverse("intake:returned", args=[batch.number])).content
    rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    place = next(at for row in rows for at, cell in enumerate(row) if cell == "#")
    head = next(row for row in rows if "姓名" in row)
    mended = [
        [("李四" if at == place else cell) for at, cell in enumerate(row)]
        for row in rows[rows.index(head) + 1 :]
    ]
    again = bring(content=world_of.book(*mended, head=head))
    assert (again.total, again.good) == (1, 1)


def test_the_template_reads_back_as_an_empty_form(visit, bring, clerk):
    content = visit().get(reverse("intake:template", args=["test"])).content
    batch = actions.receive("test", file_name="模板.xlsx", content=content, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "unreadable" and batch.refusal["code"] == "sheet_no_rows"


def test_only_who_uploaded_it_and_the_auditor_get_the_original(visit, bring, make_book, world_of):
    content = make_book(*ROWS)
    batch = bring(content=content)
    own = reverse("intake:original", args=[batch.number])
    assert visit().get(own).content == content
    colleague = world_of.officer(user=3, person=3)
    assert visit(colleague).get(own).status_code == 422
    auditor = world_of.officer(user=4, person=4, permissions=("intake.audit",))
    audited = reverse("intake:audited_original", args=[batch.number])
    assert visit(auditor).get(audited).content == content
    assert visit(auditor).get(reverse("intake:batch", args=[batch.number])).status_code == 403
    assert JournalEntry.objects.filter(verb="intake.batch.original").count() == 2


def test_the_county_beside_finds_no_such_batch(visit, bring, world_of):
    batch = bring(*ROWS)
    neighbour = visit(world_of.officer(code=world_of.TUMEN, user=2, person=2))
    for name in ("batch", "progress", "returned", "original", "receipt", "undo"):
        assert neighbour.get(reverse(f"intake:{name}", args=[batch.number])).status_code == 404, name
    for name in ("accept", "drop", "choose", "again"):
        assert neighbour.post(reverse(f"intake:{name}", args=[batch.number])).status_code == 404, name


def test_undo_asks_why_and_takes_it_back(visit, bring, clerk):
    batch, client = bring(["A1", "张三", ""]), visit()
    actions.accept(batch, by=clerk, on=today())
    actions.work(batch_id=batch.pk)
    where = reverse("intake:undo", args=[batch.number])
    batch.refresh_from_db()
    assert client.post(where, {"reason": "", "version": batch.version}).status_code == 422
    assert client.post(where, {"reason": "传错文件", "version": batch.version}).status_code == 302
    actions.work(batch_id=batch.pk)
    page = text_of(client.get(reverse("intake:batch", args=[batch.number])))
    assert "已撤销" in page and "传错文件" in page


def test_batches_are_a_list_with_filters_and_export(visit, bring):
    batch, client = bring(*ROWS), visit()
    page = text_of(client.get(reverse("intake:batches"), {"state": "checked"}))
    assert batch.number in page and "名册.xlsx" in page
    assert batch.number not in text_of(client.get(reverse("intake:batches"), {"state": "taken"}))
    assert client.get(reverse("intake:batches_file", args=["csv"])).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(visit, bring, clerk, language):
    batch, client = bring(*ROWS), visit()
    names = [("home", []), ("upload", ["test"]), ("batch", [batch.number]), ("batches", [])]
    for name, args in names:
        page = text_of(client.get(reverse(f"intake:{name}", args=args), {"lang": language}))
        assert ("Workbooks" in page) == (language == "en"), name


def test_whoever_may_look_but_not_act_is_refused_with_a_sentence(
    visit, bring, world_of, monkeypatch, test_layout
):
    batch = bring(*ROWS)
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, permission="people.edit"))
    above = visit(world_of.officer(user=5, person=5))
    assert above.get(reverse("intake:batch", args=[batch.number])).status_code == 200
    for name in ("accept", "drop", "choose", "again"):
        assert above.post(reverse(f"intake:{name}", args=[batch.number])).status_code == 422, name
    for name in ("undo", "returned"):
        assert above.get(reverse(f"intake:{name}", args=[batch.number])).status_code in (302, 422), name
    assert above.get(reverse("intake:upload", args=["test"])).status_code == 422


def test_what_a_stopped_taking_left_out_is_not_shown_as_taken_in(visit, bring, clerk, monkeypatch):
    batch = bring(["A1", "张三", ""], ["A2", "李四", ""])
    actions.accept(batch, by=clerk, on=today())
    with monkeypatch.context() as gone:
        gone.setattr("shegong.kernel.access._actor_sources", [lambda user, day: None])
        actions.work(batch_id=batch.pk)
    page = text_of(visit().get(reverse("intake:batch", args=[batch.number]) + "?show=good"))
    assert "正确但未入库" in page and "?show=taken" not in page
    assert page.count("未入库</") >= 2  # each row says so
