"""An inspection from its plan to its closing: team, recusal, published draw, every point looked at, rectification."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.drawing import drawn
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.inspections import PLANNED
from shegong.steering.oversight.models import Finding, InspectedBody, Inspection
from shegong.steering.oversight.rules.inspection import list_hash

from .conftest import BAICHENG, DAAN, JILIN, TUMEN, photo

SEED = "双色球2026131期 06 11 14 22 27 33"


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.fixture
def plan(world, coordinator):
    """An inspection planned by the coordinator, with or without a draw announced."""

    def make(sample=None):
        return actions.plan_inspection(
            subplan=world.subplan, region_code=JILIN, title="持证台账督查", starts_on=today(), ends_on=today() + timedelta(days=5),
            points=[("T4.1", "证书原件与登记一致"), ("T4.2.a", "登记材料齐全")], sample=sample, by=coordinator.actor, on=today(),
        )  # fmt: skip

    return make


@pytest.fixture
def planned(plan):
    return plan()


@pytest.fixture
def team(planned, coordinator, leader):
    return with_team(planned, coordinator, leader)


def with_team(row, coordinator, leader):
    actions.name_inspector(row, coordinator.person, leads=True, by=coordinator.actor, on=today())
    actions.name_inspector(row, leader.person, by=coordinator.actor, on=today())
    return row


def draw(row, by, seed=SEED):
    return actions.draw_bodies(row, seed=seed, by=by.actor, on=today())


def listed(row):
    return sorted(row.candidates.values_list("organization_id", flat=True))


def test_a_point_names_a_clause_of_the_plan(world, coordinator):
    with pytest.raises(Refused) as refused:
        actions.plan_inspection(
            subplan=world.subplan, region_code=JILIN, title="督查", starts_on=today(), ends_on=today(),
            points=[("Z9", "x")], by=coordinator.actor, on=today(),
        )  # fmt: skip
    assert codes(refused) == {"inspection_clause"}


def test_the_offices_of_all_units_can_be_drawn_and_once_only(plan, coordinator):
    row = plan(sample=3)
    assert row.candidates.count() == 6
    found = draw(row, coordinator)
    assert (len(found), all(one.drawn for one in found)) == (3, True)
    with pytest.raises(Refused) as refused:
        draw(Inspection.objects.get(), coordinator, seed="another seed")
    assert codes(refused) == {"drawn_already"}


@pytest.mark.clause("N12")
def test_the_draw_uses_the_list_of_the_plan_whatever_became_of_the_duties_since(plan, coordinator, world):
    row = plan(sample=6)
    before, lost = listed(row), world.offices[TUMEN]
    Duty.objects.filter(organization=lost).update(during=days(date(2000, 1, 1), today()))
    other = Organization.objects.create(
        kind="government_department", level=3, region_code=DAAN, name="大安市委社会工作部"
    )
    Duty.objects.filter(region=DAAN).update(organization=other)
    found = draw(Inspection.objects.get(), coordinator)
    assert sorted(one.organization_id for one in found) == before == listed(row)
    assert lost.pk in before and other.pk not in before
    page = coordinator.browser.get(f"/office/inspections/{row.pk}/").content.decode()
    assert list_hash(before) in page and lost.name in page and other.name not in page.split("选定单位")[0]
    assert listed(plan(sample=1)) != before, "the control: a plan of now lists who answers now"


@pytest.mark.parametrize("sql", ["DELETE FROM", "UPDATE"])
def test_nobody_changes_the_list_of_a_draw_not_even_by_sql(plan, sql):
    row = plan(sample=2)
    change = "" if sql == "DELETE FROM" else "SET organization_id = organization_id + 1"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{sql} oversight_candidate {change}")
    assert row.candidates.count() == 6


def test_the_list_is_in_the_entry_of_the_journal_that_announces_the_draw(plan):
    row = plan(sample=2)
    entry = JournalEntry.objects.get(subject_kind="oversight.inspection", subject_id=row.pk, verb=PLANNED)
    told = [key for key in entry.rows if "candidate" in key]
    assert len(told) == row.candidates.count() == 6


def test_without_a_number_no_draw_is_announced_and_none_takes_place(planned, coordinator):
    assert not planned.candidates.exists()
    with pytest.raises(Refused) as refused:
        draw(planned, coordinator)
    assert codes(refused) == {"no_draw_announced"}
    page = coordinator.browser.get(f"/office/inspections/{planned.pk}/").content.decode()
    assert "没有确定随机抽取，请说明理由选定单位。" in page and "公开种子" not in page


def test_more_bodies_than_are_listed_cannot_be_announced(plan):
    with pytest.raises(Refused) as refused:
        plan(sample=7)
    assert codes(refused) == {"sample_size"}


def test_an_announced_draw_cannot_be_passed_over(plan, coordinator, leader, world):
    row = with_team(plan(sample=1), coordinator, leader)
    actions.choose_body(row, world.offices[BAICHENG], reason="进度最慢", by=coordinator.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.begin_inspection(row, by=coordinator.actor, on=today())
    assert codes(refused) == {"undrawn"}
    draw(row, coordinator)
    assert actions.begin_inspection(row, by=coordinator.actor, on=today()).state == "running"


def test_nobody_inspects_his_own_office(planned, coordinator, baicheng, world):
    actions.name_inspector(planned, baicheng.person, by=coordinator.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.choose_body(
            planned, world.offices[BAICHENG], reason="进度最慢", by=coordinator.actor, on=today()
        )
    assert codes(refused) == {"recusal"}


def test_a_chosen_body_needs_its_reason(planned, coordinator, world):
    with pytest.raises(Refused) as refused:
        actions.choose_body(planned, world.offices[BAICHENG], reason="", by=coordinator.actor, on=today())
    assert codes(refused) == {"reason_short"}


@pytest.mark.clause("N12")
def test_an_inspection_from_its_beginning_to_its_closing(team, coordinator, leader, baicheng, world):
    body = actions.choose_body(
        team, world.offices[BAICHENG], reason="进度最慢", by=coordinator.actor, on=today()
    )
    row = actions.begin_inspection(Inspection.objects.get(), by=coordinator.actor, on=today())
    assert Inspection.objects.visible_to(baicheng.actor, "oversight.read").count() == 1
    first, second = row.points.order_by("position")
    body.refresh_from_db()
    actions.check_points(body, verdicts={first.pk: ("met", "")}, by=leader.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.report_inspection(row, conclusion="总体较好", by=coordinator.actor, on=today())
    assert codes(refused) == {"points_open"}
    with pytest.raises(Refused) as refused:
        actions.check_points(body, verdicts={second.pk: ("not_met", "")}, by=leader.actor, on=today())
    assert codes(refused) == {"verdict_note"}
    actions.check_points(body, verdicts={second.pk: ("not_met", "缺三份")}, by=leader.actor, on=today())
    finding = actions.add_finding(
        body, text="三份登记材料缺失", clause="T4.2.a", papers=[("现场.jpg", photo())],
        due_on=today() + timedelta(days=10), by=coordinator.actor, on=today(),
    )  # fmt: skip
    row = actions.report_inspection(row, conclusion="总体较好", by=coordinator.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.close_inspection(row, by=coordinator.actor, on=today())
    assert codes(refused) == {"rectification_open"}
    tasks.reply(
        finding.task, text="三份材料已补齐", papers=[("补.jpg", photo())], by=baicheng.actor, on=today()
    )
    tasks.close(Task.objects.get(), note="属实", by=coordinator.actor, on=today())
    assert actions.close_inspection(row, by=coordinator.actor, on=today()).state == "closed"


def test_only_the_team_writes_down_what_it_saw(team, coordinator, baicheng, world):
    body = actions.choose_body(
        team, world.offices[BAICHENG], reason="进度最慢", by=coordinator.actor, on=today()
    )
    actions.begin_inspection(Inspection.objects.get(), by=coordinator.actor, on=today())
    body.inspection.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.add_finding(body, text="没有问题可记", by=baicheng.actor, on=today())
    assert codes(refused) == {"not_allowed"}
    assert not Finding.objects.exists()


def test_an_inspector_of_another_body_records_what_has_to_be_put_right(team, coordinator, yanbian, world):
    actions.name_inspector(team, yanbian.person, by=coordinator.actor, on=today())
    body = actions.choose_body(
        team, world.offices[BAICHENG], reason="进度最慢", by=coordinator.actor, on=today()
    )
    actions.begin_inspection(team, by=coordinator.actor, on=today())
    body.inspection.refresh_from_db()
    due = today() + timedelta(days=10)
    row = actions.add_finding(body, text="三份登记材料缺失", due_on=due, by=yanbian.actor, on=today())
    task = Task.objects.get()
    assert (row.finder_id, row.task_id, task.issuer_id) == (yanbian.person.pk, task.pk, team.issuer_id)
    assert (task.state, task.responsible_id) == ("assigned", world.offices[BAICHENG].pk)


def test_bodies_are_drawn_by_the_head_that_was_signed_after_the_plan(plan, coordinator, settings):
    team = plan(sample=3)
    settings.CHECKPOINTS = ["/outside/one", "/outside/two"]

    def sign(size, root):
        return Checkpoint.objects.create(
            size=size, algorithm="sha256", root=root * 32, chain=b"", at=timezone.now(), origin="example/one", kid="k", alg="EdDSA",
            signature=b"",
        )  # fmt: skip

    seq = JournalEntry.objects.get(subject_kind="oversight.inspection", subject_id=team.pk, verb=PLANNED).seq
    sign(seq - 1, b"\x01")
    with pytest.raises(Refused) as refused:
        draw(team, coordinator)
    assert codes(refused) == {"no_lot_yet"}
    at, sent = f"/office/inspections/{team.pk}/", {"step": "draw"}
    early = coordinator.browser.post(at, sent)
    assert early.status_code == 422 and "抽取结果尚未产生" in early.content.decode()
    sign(seq, b"\x02")
    sign(seq + 1, b"\x03")
    assert coordinator.browser.post(at, sent).status_code == 302
    made = InspectedBody.objects.order_by("pk")
    keys = [str(one) for one in listed(team)]
    assert Inspection.objects.get().seed == "02" * 32
    assert [str(one.organization_id) for one in made] == drawn(keys, 3, "02" * 32)
