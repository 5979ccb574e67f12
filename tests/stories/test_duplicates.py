"""Tale: one woman stands on record twice; an officer compares and proposes, a colleague merges, both part them again."""

from datetime import date

import pytest
from fixtures.screens import follow, look_at
from stdnum.cn.ric import calc_check_digit

from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.steering.dossier import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("T4.2.b")]
YANBIAN, YANJI = 222400000, 222401000
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}


@pytest.fixture
def doubled(offices):
    """The same woman twice: of the number the first digits differ, and the phone is the same."""
    found = []
    for place in ("990101", "990110"):
        body = f"{place}19880818112"
        person = people.create_person(by=SYSTEM, on=today())
        people.state_name(person, name="金美玉", by=SYSTEM, on=today())
        people.state_identity(
            person, kind="resident", number=body + calc_check_digit(body + "0"), by=SYSTEM, on=today()
        )
        people.state_contact(person, kind="phone", value="13900000011", verified=False, by=SYSTEM, on=today())
        people.tie(person, kind="residence", region_code=YANJI, origin="people.person", origin_id=person.pk,
                   start=date(2020, 1, 1), by=SYSTEM, on=today())  # fmt: skip
        found.append(person)
    actions.find_duplicates.func()
    return found


def test_a_pair_is_compared_proposed_merged_and_parted(open_page, make_clerk, doubled):
    lin = open_page(DESKTOP, make_clerk("lin", YANBIAN, name="林清"))
    lin.goto("/office/duplicates/")
    look_at(lin, "list")
    follow(lin, "text=金美玉 / 金美玉")
    assert "姓名和出生日期相同" in lin.inner_text("main") and "可以合并" in lin.inner_text("main")
    look_at(lin, "found")
    lin.check("text=是同一人，保留档案A")
    lin.fill("[name=reason]", "电话核实为同一人，第二个号码前六位录错")
    lin.click("#form button.btn")
    lin.wait_for_selector("text=待他人审批")
    look_at(lin, "proposed")

    cui = open_page(PHONE, make_clerk("cui", YANBIAN, name="崔明"))
    cui.goto("/office/duplicates/")
    cui.wait_for_selector("text=金美玉 / 金美玉")
    look_at(cui, "phone_list")
    cui.click("text=金美玉 / 金美玉")
    cui.wait_for_selector("text=审批意见")
    look_at(cui, "phone")
    cui.check("text=是同一人，立即合并")
    cui.click("#form button.btn")
    cui.wait_for_selector("text=合并时转移的信息")
    look_at(cui, "merged")
    assert Person.objects.get(pk=doubled[1].pk).merged_into_id == doubled[0].pk

    cui.fill("[name=reason]", "是双胞胎姐妹，两个人")
    follow(cui, "#form button.btn")
    lin.reload()
    lin.check("text=拆分两份档案")
    look_at(lin, "parting")
    lin.click("#form button.btn")
    lin.wait_for_selector("text=确认为两人")
    assert Person.objects.get(pk=doubled[1].pk).merged_into_id is None


def test_an_officer_reports_a_second_record_from_a_persons_card(open_page, make_clerk, doubled):
    page = open_page(DESKTOP, make_clerk("lin", YANBIAN, name="林清"))
    page.goto(f"/office/people/{doubled[0].token}/")
    look_at(page, "card")
    page.click("text=报告此人的重复档案")
    page.fill("#form [name=q]", "金美")
    follow(page, "#form button.btn")
    look_at(page, "pair")
    page.click("button[name=other]")
    page.wait_for_selector("text=经办人认为二者是同一人")
