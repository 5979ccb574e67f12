"""A yearly plan from the draft to its revision, the split over the ten units, entered figures, responsibility sheets."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import SYSTEM, Actor, Authority
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.steering.programme import actions
from shegong.steering.programme.models import (
    AnnualPlan,
    SubPlan,
    Target,
    planned_on,
    targets_of,
)

DAY = date(2013, 1, 10)
JILIN, YANBIAN, BAICHENG, YANJI = 220000000, 222400000, 220800000, 222401000
HIRES = "K-T1"


def actor(region, *permissions, body=None, person=None):
    person = person or people.create_person(by=SYSTEM, on=DAY).pk
    authority = Authority(
        role="test", permissions=frozenset(permissions), ranges=tree().ranges(region, DAY, REPORTING), region_code=region,
        organization_id=body.pk if body else None,
    )  # fmt: skip
    return Actor(user_id=person, person_id=person, authorities=(authority,))


@pytest.fixture
def civil_affairs(jilin):
    return Organization.objects.get(name="吉林省民政厅")


@pytest.fixture
def lead(civil_affairs):
    rights = ("programme.read", "programme.plan", "programme.enter", "programme.split")
    return actor(JILIN, *rights, body=civil_affairs)


@pytest.fixture
def coordinator(jilin):
    return actor(JILIN, "programme.read", "programme.endorse")


@pytest.fixture
def subplan(jilin):
    return SubPlan.objects.get(number=6)


@pytest.fixture
def draft(subplan, lead):
    return actions.draft_plan(subplan, year=2013, by=lead, on=DAY)


def units():
    return tree().units(2, date(2013, 12, 31), REPORTING)


def even(total, codes):
    share = dict.fromkeys(codes, total // len(codes))
    return share | {codes[0]: share[codes[0]] + total % len(codes)}


def endorsed(plan, lead, coordinator, civil_affairs):
    """The way to the coordinator's word."""
    work = {"what": "组织公开招聘", "clause": "S2013.b", "due_on": date(2013, 9, 30)}
    actions.add_item(plan, **work, bodies=[civil_affairs], by=lead, on=DAY)
    sheet = {"leader": "王立", "section": "社会工作处", "contact": "李英爱", "phone": "13800000000"}
    actions.fill_sheet(plan.subplan, civil_affairs, **sheet, by=lead, on=DAY)
    plan = actions.submit_plan(actions.review_plan(plan, by=lead, on=DAY), by=lead, on=DAY)
    return actions.endorse_plan(plan, by=coordinator, on=DAY)


def issued(plan, lead, coordinator, civil_affairs, number="吉民发〔2013〕5号", on=DAY):
    """The whole way."""
    plan = endorsed(plan, lead, coordinator, civil_affairs)
    return actions.issue_plan(plan, number=number, issued_on=on, by=coordinator, on=on)


def refusals(call):
    with pytest.raises(Refused) as refused:
        call()
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.mark.clause("N10", "S2013.b")
def test_a_draft_begins_with_what_the_programme_says_and_a_split_forty_short_is_refused(draft, lead):
    hires = draft.targets.get(indicator=HIRES)
    assert (hires.amount, hires.region_code) == (1000, JILIN)
    assert len(units()) == 10
    short = even(960, units())
    with pytest.raises(Refused) as refused:
        actions.split_target(hires, amounts=short, by=lead, on=DAY)
    [obstacle] = refused.value.obstacles
    assert (obstacle.code, obstacle.params["gap"]) == ("split_short", 40)
    assert not hires.parts.exists()
    actions.split_target(hires, amounts=even(1000, units()), by=lead, on=DAY)
    assert sum(hires.parts.values_list("amount", flat=True)) == 1000


def test_a_reason_explains_a_gap_and_an_unknown_unit_or_a_missing_one_is_refused(draft, lead):
    hires = draft.targets.get(indicator=HIRES)
    actions.split_target(hires, amounts=even(960, units()), gap_reason="省级机动40名", by=lead, on=DAY)
    hires.refresh_from_db()
    assert hires.gap_reason == "省级机动40名"
    actions.split_target(hires, amounts=even(1000, units()), gap_reason="省级机动40名", by=lead, on=DAY)
    hires.refresh_from_db()
    assert hires.gap_reason == ""  # nothing to explain any more
    without = {code: 100 for code in units()[:-1]}
    assert refusals(lambda: actions.split_target(hires, amounts=without, by=lead, on=DAY)) == ["split_amount"]


def test_the_database_itself_holds_the_sum_at_commit(draft, lead):
    hires = draft.targets.get(indicator=HIRES)
    actions.split_target(hires, amounts=even(1000, units()), by=lead, on=DAY)
    with pytest.raises(IntegrityError, match="parts make up"), transaction.atomic():
        hires.parts.filter(region=BAICHENG).update(amount=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.clause("N10", "N5")
def test_the_plan_goes_its_way_and_somebody_else_endorses_it(draft, lead, coordinator, civil_affairs):
    assert refusals(lambda: actions.review_plan(draft, by=lead, on=DAY)) == ["plan_no_items"]
    actions.add_item(
        draft,
        what="招聘",
        clause="S2013.b",
        bodies=[civil_affairs],
        due_on=date(2013, 9, 30),
        by=lead,
        on=DAY,
    )
    plan = actions.review_plan(draft, by=lead, on=DAY)
    assert refusals(lambda: actions.submit_plan(plan, by=lead, on=DAY)) == ["plan_no_sheet"]
    actions.fill_sheet(
        plan.subplan,
        civil_affairs,
        leader="王立",
        section="社会工作处",
        contact="李英爱",
        phone="13800000000",
        by=lead,
        on=DAY,
    )
    plan = actions.submit_plan(plan, by=lead, on=DAY)
    author = actor(JILIN, "programme.endorse", person=lead.person_id)
    assert refusals(lambda: actions.endorse_plan(plan, by=author, on=DAY)) == ["plan_four_eyes"]
    assert refusals(lambda: actions.endorse_plan(plan, by=lead, on=DAY)) == ["not_allowed"]
    plan = actions.send_plan_back(plan, reason="指标再核实", by=coordinator, on=DAY)
    assert plan.is_open
    plan = actions.submit_plan(actions.review_plan(plan, by=lead, on=DAY), by=lead, on=DAY)
    plan = actions.endorse_plan(plan, by=coordinator, on=DAY)
    assert refusals(
        lambda: actions.issue_plan(plan, number="", issued_on=date(2014, 1, 1), by=lead, on=DAY)
    ) == ["plan_number", "plan_issued_later"]
    plan = actions.issue_plan(plan, number="吉民发〔2013〕5号", issued_on=DAY, by=lead, on=DAY)
    plan.subplan.refresh_from_db()
    assert plan.subplan.state == "in_progress"
    assert plan.is_in_force
    verbs = JournalEntry.objects.filter(subject_kind="programme.annualplan").values_list("verb", flat=True)
    assert "programme.annual_plan.endorse" in verbs


def test_the_database_refuses_a_step_that_no_plan_has(draft):
    with pytest.raises(IntegrityError, match="illegal step"), transaction.atomic():
        AnnualPlan.objects.filter(pk=draft.pk).update(state="endorsed")


def test_only_the_body_that_leads_the_sub_plan_writes_its_plan(draft, jilin):
    finance = actor(JILIN, "programme.plan", body=Organization.objects.get(name="吉林省财政厅"))
    assert refusals(lambda: actions.set_targets(draft, amounts={HIRES: 5}, by=finance, on=DAY)) == [
        "not_lead"
    ]
    assert refusals(
        lambda: actions.set_targets(draft, amounts={HIRES: 5}, by=actor(YANBIAN, "programme.plan"), on=DAY)
    ) == ["not_allowed"]


@pytest.mark.clause("N10")
def test_a_revision_keeps_the_issued_edition_in_force_until_it_is_issued_itself(
    draft, lead, coordinator, civil_affairs
):
    actions.split_target(draft.targets.get(indicator=HIRES), amounts=even(1000, units()), by=lead, on=DAY)
    first = issued(draft, lead, coordinator, civil_affairs)
    assert refusals(lambda: actions.draft_plan(first.subplan, year=2013, by=lead, on=DAY)) == [
        "plan_revision"
    ]
    second = actions.draft_plan(first.subplan, year=2013, reason="财政预算调整", by=lead, on=date(2013, 6, 1))
    assert (second.edition, second.targets.count(), second.items.count()) == (2, first.targets.count(), 1)
    hires = second.targets.get(indicator=HIRES, parent=None)
    actions.split_target(hires, amounts=even(900, units()), total=900, by=lead, on=date(2013, 6, 1))
    assert targets_of(HIRES, on=date(2013, 6, 2))[JILIN] == 1000
    second = actions.submit_plan(actions.review_plan(second, by=lead, on=DAY), by=lead, on=DAY)
    second = actions.endorse_plan(second, by=coordinator, on=DAY)
    actions.issue_plan(
        second, number="吉民发〔2013〕40号", issued_on=date(2013, 6, 10), by=lead, on=date(2013, 6, 10)
    )
    first.refresh_from_db()
    assert (first.state, first.ended_on) == ("revised", date(2013, 6, 10))
    assert targets_of(HIRES, on=date(2013, 6, 9))[JILIN] == 1000
    assert targets_of(HIRES, on=date(2013, 6, 10))[JILIN] == 900
    assert targets_of(HIRES, on=date(2013, 6, 10))[BAICHENG] == 90


def test_a_unit_splits_its_own_share_over_its_counties_once_the_plan_is_issued(
    draft, lead, coordinator, civil_affairs
):
    actions.split_target(draft.targets.get(indicator=HIRES), amounts=even(1000, units()), by=lead, on=DAY)
    mine = draft.targets.get(indicator=HIRES, region=YANBIAN)
    officer = actor(YANBIAN, "programme.split", "programme.read")
    counties = tree().children(YANBIAN, date(2013, 12, 31), REPORTING)
    assert refusals(lambda: actions.split_target(mine, amounts=even(100, counties), by=officer, on=DAY)) == [
        "split_early"
    ]
    issued(draft, lead, coordinator, civil_affairs)
    mine.refresh_from_db()
    actions.split_target(mine, amounts=even(100, counties), by=officer, on=DAY)
    assert targets_of(HIRES, on=DAY)[YANJI] == even(100, counties)[YANJI]
    elsewhere = draft.targets.get(indicator=HIRES, region=BAICHENG)
    assert refusals(lambda: actions.split_target(elsewhere, amounts={}, by=officer, on=DAY)) == [
        "not_allowed"
    ]
    other = actions.split_target(
        mine, amounts=even(90, counties), gap_reason="州级机动10名", by=officer, on=DAY
    )
    assert len(other) == len(counties)


def test_the_issued_plan_is_the_yardstick_month_by_month_or_by_quarter(
    draft, lead, coordinator, civil_affairs
):
    hires = draft.targets.get(indicator=HIRES)
    actions.split_target(hires, amounts=even(1000, units()), quarters=(10, 30, 60), by=lead, on=DAY)
    assert planned_on(HIRES, BAICHENG, date(2013, 6, 30)) is None  # nothing is in force yet
    issued(draft, lead, coordinator, civil_affairs)
    assert planned_on(HIRES, JILIN, date(2013, 6, 30)) == 300
    assert planned_on(HIRES, BAICHENG, date(2013, 9, 30)) == 60
    assert planned_on(HIRES, BAICHENG, date(2014, 9, 30)) == 100
    assert planned_on("K-S2013.2", JILIN, date(2013, 6, 30), year=2013) == 500


def test_targets_are_set_and_taken_out_and_a_total_follows_its_split(draft, lead):
    actions.set_targets(draft, amounts={"K-G3": 4000, "K-S2013.2": None}, by=lead, on=DAY)
    assert dict(draft.targets.values_list("indicator", "amount"))["K-G3"] == 4000
    assert not draft.targets.filter(indicator="K-S2013.2").exists()
    actions.split_target(draft.targets.get(indicator=HIRES), amounts=even(1000, units()), by=lead, on=DAY)
    assert refusals(lambda: actions.set_targets(draft, amounts={HIRES: 900}, by=lead, on=DAY)) == [
        "target_split"
    ]
    assert refusals(lambda: actions.set_targets(draft, amounts={"K-PROG.1": 5}, by=lead, on=DAY)) == [
        "target_indicator"
    ]
    actions.set_targets(draft, amounts={HIRES: None}, by=lead, on=DAY)
    assert not Target.objects.filter(indicator=HIRES).exists()


@pytest.mark.clause("N10", "N0")
def test_an_endorsed_plan_becomes_a_document_and_is_issued_by_it(draft, lead, coordinator, civil_affairs):
    actions.split_target(draft.targets.get(indicator=HIRES), amounts=even(1000, units()), by=lead, on=DAY)
    plan = endorsed(draft, lead, coordinator, civil_affairs)
    assert refusals(lambda: actions.draft_plan_document(plan, by=lead, on=DAY)) == ["plan_document_body"]
    writer = actor(JILIN, "programme.plan", "documents.draft", body=civil_affairs)
    plan = actions.draft_plan_document(plan, by=writer, on=DAY)
    text = plan.document.body
    assert (
        "选聘高校毕业生：1000 人" in text
        and "| 延边朝鲜族自治州 | 100 |" in text
        and "| 合计 | 1000 |" in text
    )
    assert "牵头单位：吉林省民政厅" in text and "2013年9月30日" in text
    assert plan.document.addressees.filter(role="to").count() == 10
    issue = {"number": "x", "issued_on": DAY, "by": lead, "on": DAY}
    assert refusals(lambda: actions.issue_plan(plan, **issue)) == ["plan_document_open"]
    type(plan.document).objects.filter(pk=plan.document_id).update(state="signed", signed_by=1, signed_on=DAY)
    type(plan.document).objects.filter(pk=plan.document_id).update(
        state="issued", number="吉民发〔2013〕5号", issued_on=DAY
    )
    plan.refresh_from_db()
    assert actions.issue_plan(plan, **issue).document_number == "吉民发〔2013〕5号"
