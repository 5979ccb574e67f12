"""Figures that no register holds, entered with their papers; responsibility sheets."""

from datetime import date

import pytest

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import SYSTEM, Actor, Authority
from shegong.kernel.refusal import Refused
from shegong.steering.programme import actions
from shegong.steering.programme.models import (
    AnnualPlan,
    HandValue,
    Responsibility,
    SubPlan,
    entered_of,
    people_of,
)

DAY = date(2013, 1, 10)
JILIN, YANBIAN, BAICHENG, YANJI = 220000000, 222400000, 220800000, 222401000
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def actor(region, *permissions):
    person = people.create_person(by=SYSTEM, on=DAY).pk
    ranges = tree().ranges(region, DAY, REPORTING)
    authority = Authority(role="test", permissions=frozenset(permissions), ranges=ranges, region_code=region)
    return Actor(user_id=person, person_id=person, authorities=(authority,))


def refusals(call):
    with pytest.raises(Refused) as refused:
        call()
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.mark.clause("G6", "N6")
def test_an_entered_figure_has_a_paper_is_added_up_and_corrected_with_a_reason(jilin):
    officer = actor(YANJI, "programme.enter")
    quarter = {
        "indicator": "K-S2012.3",
        "region_code": YANJI,
        "start": date(2012, 1, 1),
        "end": date(2012, 3, 31),
    }
    said = {**quarter, "amount": 120, "by": officer, "on": DAY}
    assert refusals(lambda: actions.enter_value(**said, papers=[])) == ["entered_paper"]
    value = actions.enter_value(**said, papers=[("一季度.pdf", PDF)])
    later = {**said, "start": date(2012, 4, 1), "end": date(2012, 6, 30), "amount": 80}
    actions.enter_value(**later, papers=[("二季度.pdf", PDF)])
    assert refusals(lambda: actions.enter_value(**said, papers=[("x.pdf", PDF)])) == ["entered_twice"]
    above = actor(YANBIAN, "programme.enter")
    whole = said | {"region_code": YANBIAN, "end": date(2012, 12, 31), "by": above}
    assert refusals(lambda: actions.enter_value(**whole, papers=[("x.pdf", PDF)])) == ["entered_levels"]
    end = date(2012, 12, 31)
    assert entered_of(["K-S2012.3"], end, [YANJI, YANBIAN, JILIN, BAICHENG]) == {
        ("K-S2012.3", YANJI): 200, ("K-S2012.3", YANBIAN): 200, ("K-S2012.3", JILIN): 200,
    }  # fmt: skip
    assert entered_of(["K-S2012.3"], date(2012, 5, 1), [YANJI]) == {("K-S2012.3", YANJI): 120}
    assert refusals(lambda: actions.correct_value(value, amount=110, reason="", by=officer, on=DAY)) == [
        "reason_short"
    ]
    right = actions.correct_value(value, amount=110, reason="重复计入10人", by=officer, on=DAY)
    assert (right.corrects_id, right.folder_id) == (value.pk, value.folder_id)
    assert entered_of(["K-S2012.3"], end, [YANJI]) == {("K-S2012.3", YANJI): 190}
    assert refusals(
        lambda: actions.correct_value(value, amount=1, reason="再改一次", by=officer, on=DAY)
    ) == ["entered_closed"]
    assert HandValue.objects.count() == 3


def test_people_behind_a_figure_are_found_by_number_and_name_and_each_counts_once(jilin):
    officer = actor(YANJI, "programme.enter")
    person = people.create_person(by=SYSTEM, on=DAY)
    people.state_name(person, name="金美玉", by=SYSTEM, on=DAY, source="office")
    people.state_identity(
        person, kind="resident", number="990101198503010014", by=SYSTEM, on=DAY, source="office"
    )
    said = {
        "indicator": "K-S2012.3",
        "region_code": YANJI,
        "by": officer,
        "on": DAY,
        "papers": [("a.pdf", PDF)],
    }
    first = {"start": date(2012, 1, 1), "end": date(2012, 3, 31), "amount": 2}
    wrong = "金美玉 990101198503010014\n李英爱 990101198503010014"
    assert refusals(lambda: actions.enter_value(**said, **first, people=wrong)) == ["entered_unknown"]
    many = "\n".join(["金美玉 990101198503010014"] * 3)
    assert refusals(lambda: actions.enter_value(**said, **first, people=many)) == ["entered_people"]
    actions.enter_value(**said, **first, people="金美玉 990101198503010014")
    actions.enter_value(
        **said, start=date(2012, 4, 1), end=date(2012, 6, 30), amount=1, people="金美玉 990101198503010014"
    )
    assert [row["person_id"] for row in people_of(["K-S2012.3"], date(2012, 12, 31), YANBIAN)] == [person.pk]


@pytest.mark.clause("N5")
def test_a_sheet_is_sealed_dated_and_replaced(jilin):
    subplan, civil_affairs = SubPlan.objects.get(number=6), Organization.objects.get(name="吉林省民政厅")
    lead = actor(JILIN, "programme.plan")
    said = {
        "leader": "王立",
        "section": "社会工作处",
        "contact": "李英爱",
        "phone": "13812345678",
        "by": lead,
    }
    first = actions.fill_sheet(subplan, civil_affairs, **said, on=DAY)
    assert first.number == "13812345678" and b"138" not in bytes(first.phone)
    assert (
        refusals(
            lambda: actions.fill_sheet(
                subplan, civil_affairs, **said | {"leader": " ", "phone": "12"}, on=DAY
            )
        )[0]
        == "sheet_leader"
    )
    second = actions.fill_sheet(subplan, civil_affairs, **said | {"leader": "赵敏"}, on=date(2013, 5, 1))
    assert Responsibility.objects.on(date(2013, 2, 1)).get().pk == first.pk
    third = actions.fill_sheet(subplan, civil_affairs, **said | {"leader": "孙强"}, on=date(2013, 5, 1))
    assert list(Responsibility.objects.on(date(2013, 6, 1))) == [third] and second.pk != third.pk


@pytest.mark.clause("N7", "N10")
def test_work_of_a_plan_in_force_becomes_a_task_of_the_body_that_answers(jilin):
    finance, lead = (Organization.objects.get(name=name) for name in ("吉林省财政厅", "吉林省民政厅"))
    said = {
        "what": "落实省级补助资金",
        "clause": "S2013.b",
        "due_on": date(2013, 6, 30),
        "by": SYSTEM,
        "on": DAY,
    }
    plan = actions.draft_plan(SubPlan.objects.get(number=6), year=2013, by=SYSTEM, on=DAY)
    item = actions.add_item(plan, **said, bodies=[lead, finance])
    own = actions.add_item(plan, **said, bodies=[lead])
    assert refusals(lambda: actions.assign_item(item, by=SYSTEM, on=DAY)) == ["item_early"]
    for state in ("reviewed", "submitted", "endorsed"):
        AnnualPlan.objects.filter(pk=plan.pk).update(state=state)
    AnnualPlan.objects.filter(pk=plan.pk).update(state="issued", document_number="1号", issued_on=DAY)
    item.plan.refresh_from_db()
    own.plan.refresh_from_db()
    task = actions.assign_item(item, by=SYSTEM, on=DAY)
    assert (task.responsible, task.due_on, task.state) == (finance, date(2013, 6, 30), "assigned")
    assert refusals(lambda: actions.assign_item(own, by=SYSTEM, on=DAY)) == ["item_own"]
