"""An inspection from its plan to its closing: team, recusal, published draw, every point looked at, rectification."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.drawing import drawn
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.inspections import PLANNED
from shegong.steering.oversight.models import Finding, InspectedBody, Inspection
from shegong.steering.oversight.web.inspection_forms import candidates_of

from .conftest import BAICHENG, JILIN, photo

SEED = "双色球2026131期 06 11 14 22 27 33"


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.fixture
def planned(world, coordinator):
    return actions.plan_inspection(
        subplan=world.subplan, region_code=JILIN, title="持证台账督查", starts_on=today(), ends_on=today() + timedelta(days=5),
        points=[("T4.1", "证书原件与登记一致"), ("T4.2.a", "登记材料齐全")], by=coordinator.actor, on=today(),
    )  # fmt: skip


@pytest.fixture
def team(planned, coordinator, leader):
    actions.name_inspector(planned, coordinator.person, leads=True, by=coordinator.actor, on=today())
    actions.name_inspector(planned, leader.person, by=coordinator.actor, on=today())
    return planned


def draw(row, by, sample=6, seed=SEED):
    return actions.draw_bodies(
        row, candidates=candidates_of(row), sample=sample, seed=seed, by=by.actor, on=today()
    )


def test_a_point_names_a_clause_of_the_plan(world, coordinator):
    with pytest.raises(Refused) as refused:
        actions.plan_inspection(
            subplan=world.subplan, region_code=JILIN, title="督查", starts_on=today(), ends_on=today(),
            points=[("Z9", "x")], by=coordinator.actor, on=today(),
        )  # fmt: skip
    assert codes(refused) == {"inspection_clause"}


def test_the_offices_of_all_units_can_be_drawn_and_once_only(team, coordinator):
    assert len(candidates_of(team)) == 6
    found = draw(team, coordinator, sample=3)
    assert (len(found), all(one.drawn for one in found)) == (3, True)
    with pytest.raises(Refused) as refused:
        draw(Inspection.objects.get(), coordinator, sample=3, seed="another seed")
    assert codes(refused) == {"drawn_already"}


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


def test_bodies_are_drawn_by_the_head_that_was_signed_after_the_plan(team, coordinator, settings):
    settings.CHECKPOINTS = ["/outside/one", "/outside/two"]

    def sign(size, root):
        return Checkpoint.objects.create(
            size=size, algorithm="sha256", root=root * 32, chain=b"", at=timezone.now(), origin="example/one", kid="k", alg="EdDSA",
            signature=b"",
        )  # fmt: skip

    seq = JournalEntry.objects.get(subject_kind="oversight.inspection", subject_id=team.pk, verb=PLANNED).seq
    sign(seq - 1, b"\x01")
    with pytest.raises(Refused) as refused:
        draw(team, coordinator, sample=3)
    assert codes(refused) == {"no_lot_yet"}
    at, sent = f"/office/inspections/{team.pk}/", {"step": "draw", "draw-sample": "3"}
    early = coordinator.browser.post(at, sent)
    assert early.status_code == 422 and "抽取结果尚未产生" in early.content.decode()
    sign(seq, b"\x02")
    sign(seq + 1, b"\x03")
    assert coordinator.browser.post(at, sent).status_code == 302
    made = InspectedBody.objects.order_by("pk")
    keys = [str(body.pk) for body in candidates_of(team)]
    assert Inspection.objects.get().seed == "02" * 32
    assert [str(one.organization_id) for one in made] == drawn(keys, 3, "02" * 32)
