"""A whole year of a plan leaves a journal that knows every row: nothing changed, added or removed behind it."""

from datetime import date

import pytest

from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.steering.programme import actions
from shegong.steering.programme.models import AnnualPlan, SubPlan

DAY, LATER = date(2013, 1, 10), date(2013, 6, 1)
YANBIAN, YANJI = 222400000, 222401000
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BY = {"by": SYSTEM, "on": DAY}


def shares(total, codes):
    return dict.fromkeys(codes, 0) | {codes[0]: total}


def to_issue(plan, number, day):
    plan = actions.review_plan(plan, **BY)
    plan = actions.endorse_plan(actions.submit_plan(plan, **BY), **BY)
    return actions.issue_plan(plan, number=number, issued_on=day, by=SYSTEM, on=LATER)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("N10", "N5", "N6")
def test_the_audit_of_a_year_finds_nothing(transactional_db, jilin):
    office = Organization.objects.get(name="吉林省民政厅")
    units, counties = (tree().children(code, date(2013, 12, 31), REPORTING) for code in (220000000, YANBIAN))
    plan = actions.draft_plan(SubPlan.objects.get(number=6), year=2013, **BY)
    hires = plan.targets.get(indicator="K-T1")
    actions.split_target(hires, amounts=shares(1000, [YANBIAN, *units]), **BY)
    work = {"what": "组织公开招聘", "clause": "S2013.b", "bodies": [office], "due_on": date(2013, 9, 30)}
    item = actions.add_item(plan, **work, target=plan.targets.get(indicator="K-S2013.2"), **BY)
    actions.change_item(actions.add_item(plan, **work, **BY), **work | {"what": "培训"}, **BY)
    actions.drop_item(actions.add_item(plan, **work, **BY), **BY)
    actions.set_targets(plan, amounts={"K-S2013.2": None, "K-G3": 4000}, **BY)
    item.refresh_from_db()
    assert item.target_id is None
    actions.write_note(plan, note="围绕目标抓落实。", **BY)
    for leader in ("王立", "赵敏"):
        sheet = {"leader": leader, "section": "社会工作处", "contact": "李英爱", "phone": "13800000000"}
        actions.fill_sheet(plan.subplan, office, **sheet, **BY)
    plan = to_issue(
        actions.send_plan_back(actions.review_plan(plan, **BY), reason="指标再核实", **BY), "1号", DAY
    )
    actions.split_target(
        plan.targets.get(indicator="K-T1", region=YANBIAN), amounts=shares(1000, counties), **BY
    )
    second = actions.draft_plan(plan.subplan, year=2013, reason="预算调整", **BY)
    again = second.targets.get(indicator="K-T1", parent=None)
    actions.split_target(
        again, amounts=shares(900, [YANBIAN, *units]), total=900, quarters=(10, 40, 70), **BY
    )
    to_issue(second, "2号", LATER)
    assert AnnualPlan.objects.get(edition=1).ended_on == LATER
    value = actions.enter_value(
        indicator="K-S2013.3", region_code=YANJI, start=date(2013, 1, 1), end=date(2013, 1, 5), amount=10,
        papers=[("a.pdf", PDF)], **BY,
    )  # fmt: skip
    actions.correct_value(value, amount=9, reason="多计一人", **BY)
    assert [str(found) for found in audit.verify() if found.where.startswith("programme_")] == []
