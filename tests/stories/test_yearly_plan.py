"""Tale 2: civil affairs writes the plan of 2013, splits 1,000 hires over ten units, is told that 40 are missing, puts it
right; the coordinator endorses, the plan is issued, and Yanbian splits its share over its counties."""

from datetime import date
from types import SimpleNamespace

import pyotp
import pytest
from django.test import Client
from fixtures.jilin import jilin  # noqa: F401  a fixture by its name
from fixtures.screens import follow, look_at

from shegong.ground.accounts import actions as accounts
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.steering.programme.models import AnnualPlan, planned_on, targets_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("N10", "S2013.b"),
]
JILIN, YANBIAN = 220000000, 222400000
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def world(transactional_db, jilin):  # noqa: F811
    """The real Jilin with its plan."""
    return SimpleNamespace()


@pytest.fixture
def make_officer(world, let_in):
    def make(username, role, region, body):
        common = {"by": SYSTEM, "on": today()}
        persons = [people.create_person(**common) for _ in range(3)]
        user = accounts.create_user(persons[0], username=username, password="correct horse 9", **common)
        accounts.set_totp(user, secret=pyotp.random_base32(), **common)
        accounts.found_grant(
            persons[0], role=role, organization=Organization.objects.get(name=body), region_code=region,
            witnesses=tuple(persons[1:]), start=today(), **common,
        )  # fmt: skip
        return SimpleNamespace(user=user, browser=let_in(Client(), user))

    return make


def fill_units(page, amounts):
    for code, amount in amounts.items():
        page.fill(f"[name=u{code}]", str(amount))


def walk(page, step):
    page.click(f"main .acts a:has-text('{step}')")
    if step == "印发":
        page.fill("[name=number]", "吉民发〔2013〕5号")
        page.fill("[name=issued_on]", "2013-1-15")
    follow(page, "#form button.btn")


def test_a_thousand_hires_are_split_forty_are_missing_and_the_plan_is_endorsed(open_page, make_officer):
    ten = tree().units(2, date(2013, 12, 31), REPORTING)
    lead = open_page(DESKTOP, make_officer("minzheng", "subplan_lead", JILIN, "吉林省民政厅"))
    lead.goto("/office/annual-plans/")
    look_at(lead, "1_empty")
    follow(lead, "text=起草年度计划")
    lead.select_option("[name=year]", "2013")
    look_at(lead, "2_new")
    lead.click("#form button.btn")
    lead.wait_for_selector("text=选聘高校毕业生")
    look_at(lead, "3_draft")

    lead.click("main a:has-text('选聘高校毕业生')")
    lead.wait_for_selector("[data-gap]")
    assert "还差 1000 人" in lead.inner_text("[data-gap]")
    fill_units(lead, dict.fromkeys(ten[:-1], 100) | {ten[-1]: 60})
    assert lead.inner_text("[data-gap]") == "还差 40 人"  # seen while typing
    look_at(lead, "4_typing")
    lead.click("text=保存分解")
    lead.wait_for_selector("#errors")
    assert "合计还差 40 人" in lead.inner_text("#errors")
    assert lead.input_value(f"[name=u{ten[-1]}]") == "60"
    look_at(lead, "5_short")
    lead.fill(f"[name=u{ten[-1]}]", "100")
    assert lead.inner_text("[data-gap]") == "合计相符。"
    lead.click("text=保存分解")
    lead.wait_for_selector("text=10 个单位，合计相符")

    follow(lead, "text=添加工作事项")
    lead.fill("[name=what]", "会同人社部门组织公开招聘，9 月底前到岗")
    lead.select_option("[name=clause]", "S2013.b")
    lead.fill("[name=due_on]", "2013-9-30")
    lead.fill("[name=budget]", "省级财政 120 万元")
    look_at(lead, "6_work")
    lead.click("#form button.btn")
    lead.wait_for_selector("text=工作事项已添加")
    plan_address = lead.url
    walk(lead, "内部审核")
    lead.click("main .acts a:has-text('报送审定')")
    lead.click("#form button.btn")
    lead.wait_for_selector("text=本级责任表还没有填")
    look_at(lead, "7_no_sheet")
    lead.goto("/office/responsibility/")
    look_at(lead, "8_sheets")
    follow(lead, "main table a:has-text('吉林省民政厅')")
    for name, text in {
        "leader": "王立",
        "section": "社会工作处",
        "contact": "李英爱",
        "phone": "0431-82731234",
    }.items():
        lead.fill(f"[name={name}]", text)
    look_at(lead, "9_sheet")
    lead.click("#form button.btn")
    lead.wait_for_selector("text=责任表已填好")
    lead.goto(plan_address)
    walk(lead, "报送审定")

    coordinator = open_page(
        PHONE, make_officer("zuzhibu", "programme_coordinator", JILIN, "中共吉林省委组织部")
    )
    coordinator.goto("/office/annual-plans/")
    look_at(coordinator, "10_phone_list")
    coordinator.goto(plan_address)
    look_at(coordinator, "11_phone_plan")
    walk(coordinator, "审定")
    walk(coordinator, "印发")
    coordinator.wait_for_selector("text=已印发，执行中")
    look_at(coordinator, "12_phone_issued")
    lead.reload()
    look_at(lead, "13_issued")

    plan = AnnualPlan.objects.get()
    assert (plan.state, plan.year, plan.document_number) == ("issued", 2013, "吉民发〔2013〕5号")
    assert targets_of("K-T1", year=2013, on=today())[YANBIAN] == 100
    assert planned_on("K-T1", JILIN, date(2013, 6, 30), year=2013) == 500

    office = Organization.objects.get(region_code=YANBIAN, system="civil_affairs").name
    unit = open_page(PHONE, make_officer("yanbian", "plan_officer", YANBIAN, office))
    mine = plan.targets.get(indicator="K-T1", region=YANBIAN)
    unit.goto(f"/office/annual-plans/split/{mine.pk}/?propose=equal")
    assert unit.inner_text("[data-gap]") == "合计相符。"
    look_at(unit, "14_phone_counties")
    unit.click("text=保存分解")
    unit.wait_for_selector("text=分解已保存")
    counties = mine.parts.values_list("amount", flat=True)
    assert (len(counties), sum(counties)) == (8, 100)

    lead.goto(plan_address)
    lead.click("main .acts a:has-text('修订')")
    lead.fill("[name=reason]", "省级财政预算调整，选聘规模压减")
    lead.click("#form button.btn")
    lead.wait_for_selector("text=与上一版对比")
    lead.click("main a:has-text('选聘高校毕业生')")
    lead.fill("[name=total]", "900")
    fill_units(lead, dict.fromkeys(ten, 90))
    lead.click("text=保存分解")
    lead.wait_for_selector("text=与上一版对比")
    lead.click("text=与上一版对比")
    lead.wait_for_selector("text=省级财政预算调整")
    look_at(lead, "15_compare")
    assert targets_of("K-T1", year=2013, on=today())[YANBIAN] == 100  # the issued edition stays in force

    unit.goto("/office/entered/new/")
    unit.select_option("[name=indicator]", "K-S2013.3")
    for name, words in {"start": "2013-1-1", "end": "2013-3-31", "amount": "320"}.items():
        unit.fill(f"[name={name}]", words)
    unit.set_input_files("[name=paper]", {"name": "一季度.pdf", "mimeType": "application/pdf", "buffer": PDF})
    look_at(unit, "16_phone_enter")
    unit.click("#form button.btn")
    unit.wait_for_selector("text=填报成功")
    look_at(unit, "17_phone_entered")
    for name in ("entered", "responsibility", "local-measures"):
        unit.goto(f"/office/{name}/")
        look_at(unit, f"18_phone_{name}")
    lead.goto("/office/entered/")
    look_at(lead, "19_entered")
    lead.goto("/office/local-measures/")
    look_at(lead, "20_measures")
    lead.goto("/office/annual-plans/")
    look_at(lead, "21_plans")
