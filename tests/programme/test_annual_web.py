"""Pages of yearly plans, entered figures, responsibility sheets and local documents, as officers use them, without script."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shegong.ground.documents import actions as documents
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import SYSTEM, actor_of_user
from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.steering.programme import actions
from shegong.steering.programme.models import AnnualPlan, HandValue, Responsibility, SubPlan

JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def text(answer):
    return answer.content.decode()


def units():
    return tree().units(2, date(2013, 12, 31), REPORTING)


@pytest.fixture
def draft(jilin):
    return actions.draft_plan(SubPlan.objects.get(number=6), year=2013, by=SYSTEM, on=today())


def in_force(plan, number="吉民发〔2013〕5号", on=date(2013, 1, 15)):
    """Issued without papers and people: state by state, as the database wants it."""
    rows = AnnualPlan.objects.filter(pk=plan.pk)
    for state in ("reviewed", "submitted", "endorsed"):
        rows.update(state=state)
    rows.update(state="issued", document_number=number, issued_on=on)
    plan.refresh_from_db()
    return plan


@pytest.mark.clause("N10")
def test_the_list_is_empty_then_has_the_draft_and_its_file(officer, jilin):
    browser = officer("subplan_lead", JILIN)
    assert "还没有年度计划" in text(browser.get(reverse("programme:annual_plans")))
    answer = browser.post(
        reverse("programme:annual_new"), {"subplan": SubPlan.objects.get(number=6).pk, "year": "2013"}
    )
    plan = AnnualPlan.objects.get()
    assert answer.headers["Location"] == reverse("programme:annual_plan", args=[plan.pk])
    assert "2013" in browser.get("/office/annual-plans.csv").getvalue().decode("utf-8-sig")
    assert "选聘高校毕业生" in browser.get(f"/office/annual-plans/{plan.pk}.csv").getvalue().decode(
        "utf-8-sig"
    )
    assert "内部审核" in text(browser.get(reverse("programme:annual_plan", args=[plan.pk])))


@pytest.mark.clause("N10")
def test_without_script_a_short_sum_is_422_and_everything_typed_stays(officer, draft):
    browser = officer("subplan_lead", JILIN)
    hires = draft.targets.get(indicator="K-T1")
    address = reverse("programme:annual_split", args=[hires.pk])
    typed = {"total": "1,000", **{f"u{code}": "１００" for code in units()[:-1]}, f"u{units()[-1]}": "60人"}
    answer = browser.post(address, typed)
    page = text(answer)
    assert answer.status_code == 422 and "合计还差 40 人" in page and "还差 40 人" in page
    assert 'value="60人"' in page
    assert browser.post(address, typed | {f"u{units()[-1]}": "x"}).status_code == 422
    assert browser.post(address, typed | {f"u{units()[-1]}": "100"}).status_code == 302
    assert hires.parts.count() == 10
    pasted = text(browser.get(address, {"column": "长春市\t300\n火星市\t5\n合计\t305"}))
    assert 'value="300"' in pasted and "火星市" in pasted
    assert "延边朝鲜族自治州" in browser.get(address.rstrip("/") + ".csv").getvalue().decode("utf-8-sig")


def test_targets_are_set_on_one_page_and_a_split_total_is_refused_beside_its_field(officer, draft):
    browser = officer("subplan_lead", JILIN)
    hires = draft.targets.get(indicator="K-T1")
    actions.split_target(hires, amounts=dict.fromkeys(units(), 100), by=SYSTEM, on=today())
    address = reverse("programme:annual_targets", args=[draft.pk])
    assert "方案规定本年 1000" in text(browser.get(address))
    held = dict(draft.targets.filter(parent=None).values_list("indicator", "amount"))
    answer = browser.post(address, held | {"K-T1": "900"})
    assert answer.status_code == 422 and "已分解的合计是 1000" in text(answer)
    assert browser.post(address, held | {"K-G3": "4000"}).status_code == 302
    assert draft.targets.get(indicator="K-G3").amount == 4000


def test_work_is_added_changed_and_taken_out(officer, draft):
    browser = officer("subplan_lead", JILIN)
    address = reverse("programme:annual_item_new", args=[draft.pk])
    assert "吉林省民政厅" in text(browser.get(address))
    said = {
        "what": "公开招聘",
        "clause": "S2013.b",
        "bodies": "吉林省民政厅\n没有这个厅",
        "due_on": "2013-9-30",
    }
    answer = browser.post(address, said)
    assert answer.status_code == 422 and "没有“没有这个厅”这个单位" in text(answer)
    assert browser.post(address, said | {"bodies": "吉林省民政厅、吉林省财政厅"}).status_code == 302
    item = draft.items.get()
    assert [body.organization.name for body in item.bodies.order_by("position")] == [
        "吉林省民政厅",
        "吉林省财政厅",
    ]
    one = reverse("programme:annual_item", args=[item.pk])
    assert browser.post(one, said | {"bodies": "吉林省财政厅", "what": "集中招聘"}).status_code == 302
    assert browser.post(one, {"drop": "1"}).status_code == 302 and not draft.items.exists()


def test_a_revision_asks_for_its_reason_and_is_compared_with_the_edition_before(officer, draft):
    in_force(draft)
    browser = officer("subplan_lead", JILIN)
    said = {"subplan": draft.subplan_id, "year": "2013", "reason": ""}
    answer = browser.post(reverse("programme:annual_new"), said)
    assert answer.status_code == 422 and "请写修订原因" in text(answer)
    assert (
        browser.post(reverse("programme:annual_new"), said | {"reason": "省级财政预算调整"}).status_code
        == 302
    )
    second = AnnualPlan.objects.get(edition=2)
    actions.set_targets(second, amounts={"K-T1": 900}, by=SYSTEM, on=today())
    page = text(browser.get(reverse("programme:annual_compare", args=[second.pk])))
    assert "省级财政预算调整" in page and "-100" in page
    plans = text(browser.get(reverse("programme:annual_plans")))
    assert "已印发，执行中" in plans and "起草中" in plans


def test_a_unit_reads_the_issued_plan_and_not_the_draft_and_splits_only_its_own(officer, draft):
    hires = draft.targets.get(indicator="K-T1")
    actions.split_target(hires, amounts=dict.fromkeys(units(), 100), by=SYSTEM, on=today())
    browser = officer("plan_officer", YANBIAN)
    assert browser.get(reverse("programme:annual_plan", args=[draft.pk])).status_code == 404
    in_force(draft)
    assert "1,000" in text(browser.get(reverse("programme:annual_plan", args=[draft.pk])))
    mine, other = (draft.targets.get(indicator="K-T1", region=code) for code in (YANBIAN, units()[0]))
    assert "保存分解" in text(browser.get(reverse("programme:annual_split", args=[mine.pk])))
    assert "保存分解" not in text(browser.get(reverse("programme:annual_split", args=[other.pk])))


@pytest.mark.clause("G6", "N6")
def test_a_figure_is_entered_with_its_paper_and_corrected(officer, jilin):
    browser = officer("plan_officer", YANJI)
    assert "还没有填报数" in text(browser.get(reverse("programme:entered")))
    said = {
        "indicator": "K-S2012.3",
        "region": str(YANJI),
        "start": "2012-1-1",
        "end": "2012-3-31",
        "amount": "120",
    }
    answer = browser.post(reverse("programme:entered_new"), said)
    assert answer.status_code == 422 and "附上证明这个数的材料" in text(answer)
    paper = SimpleUploadedFile("一季度.pdf", PDF, "application/pdf")
    answer = browser.post(reverse("programme:entered_new"), said | {"paper": paper})
    value = HandValue.objects.get()
    assert answer.headers["Location"] == reverse("programme:entered_one", args=[value.pk])
    page = text(browser.get(reverse("programme:entered_one", args=[value.pk])))
    assert "一季度.pdf" in page and "120 人" in page
    item = value.folder.items.get()
    assert browser.get(reverse("programme:entered_paper", args=[value.pk, item.pk])).status_code == 200
    wrong = browser.post(
        reverse("programme:entered_correct", args=[value.pk]), {"amount": "110", "reason": ""}
    )
    assert wrong.status_code == 422
    right = {"amount": "110", "reason": "重复计入10人"}
    assert browser.post(reverse("programme:entered_correct", args=[value.pk]), right).status_code == 302
    page = text(browser.get(reverse("programme:entered")))
    assert "110" in page and "重复计入10人" in page
    assert "110" in browser.get("/office/entered.csv").getvalue().decode("utf-8-sig")


@pytest.mark.clause("N5", "N7")
def test_sheets_show_who_is_missing_and_keep_the_phone_out_of_the_list(officer, jilin):
    browser = officer("subplan_lead", JILIN)
    page = text(browser.get(reverse("programme:sheets")))
    assert "吉林省财政厅" in page and "未填" in page
    office = SubPlan.objects.get(number=6).lead(date(2013, 1, 1))
    said = {"leader": "王立", "section": "社会工作处", "contact": "李英爱", "phone": "0431-82731234"}
    address = reverse("programme:sheet", args=[6, office.pk])
    assert browser.post(address, said | {"phone": "110"}).status_code == 422
    assert browser.post(address, said).status_code == 302
    page = text(browser.get(reverse("programme:sheets")))
    assert "王立" in page and "82731234" not in page
    assert address not in text(browser.get(reverse("programme:sheets"), {"missing": "1"}))
    assert Responsibility.objects.get().number == "0431-82731234"


@pytest.mark.clause("N1")
def test_which_unit_has_issued_a_local_document(officer, jilin):
    documents.record_policy(
        number="延州发〔2011〕12号", title="延边州实施意见", issuer_name="延边州委", issued_on=date(2011, 9, 1),
        kind="local_measure", region_code=YANBIAN, by=SYSTEM, on=today(),
    )  # fmt: skip
    browser = officer("plan_officer", YANBIAN)
    page = text(browser.get(reverse("programme:measures")))
    assert "延边州实施意见" in page and "未印发" in page and "应印发 9 个单位，已印发 1 个" in page
    assert "延边州实施意见" not in text(browser.get(reverse("programme:measures"), {"missing": "1"}))


def test_the_coordinator_and_the_author_are_told(officer, draft):
    lead = officer("subplan_lead", JILIN)
    author = lead.session["_auth_user_id"]
    officer("programme_coordinator", JILIN)
    actor = actor_of_user(int(author), today())
    actions.write_note(draft, note="抓落实", by=actor, on=today())
    AnnualPlan.objects.filter(pk=draft.pk).update(state="reviewed", drafter_id=actor.person_id)
    draft.refresh_from_db()
    office = draft.subplan.lead(today())
    sheet = {"leader": "王立", "section": "社会工作处", "contact": "李英爱", "phone": "13800000000"}
    actions.fill_sheet(draft.subplan, office, **sheet, by=SYSTEM, on=today())
    before = Message.objects.count()
    plan = actions.submit_plan(draft, by=SYSTEM, on=today())
    assert Message.objects.count() == before + 1
    actions.send_plan_back(plan, reason="任务数再核实", by=SYSTEM, on=today())
    assert Message.objects.filter(person_id=actor.person_id, kind="programme.plan_sent_back").count() == 1
