"""A supervision notice from the figures to the closing: signed by another, a task for who is named, signed for, closed."""

import pytest

from shegong.ground.documents import actions as documents
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.http import today
from shegong.kernel.refusal import Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions import Word
from shegong.steering.oversight.models import Circular

from .conftest import BAICHENG, YANBIAN, photo


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.fixture
def issued(a_circular, coordinator, leader):
    row = actions.send_to_sign(a_circular(), by=coordinator.actor, on=today())
    documents.sign(row.document, by=leader.actor, on=today())
    return actions.issue_circular(row, by=coordinator.actor, on=today())


def test_a_draft_ranks_the_units_and_proposes_whom_to_praise_and_name(a_circular):
    rows = {one.region_code: one for one in a_circular().rows.all()}
    assert (rows[YANBIAN].rank, rows[YANBIAN].value, rows[YANBIAN].planned, rows[YANBIAN].mark) == (
        1,
        110,
        100,
        "praised",
    )
    assert (rows[BAICHENG].rank, rows[BAICHENG].mark) == (2, "named")
    assert "12.0%" in rows[BAICHENG].reason
    assert "88" in rows[BAICHENG].required


def test_the_author_says_otherwise(a_circular, coordinator):
    row = a_circular()
    words = {YANBIAN: Word(), BAICHENG: Word("named", "连续两季落后", "一个月内补齐")}
    row = actions.edit_circular(
        row, title=row.title, text="", due_on=row.due_on, words=words, by=coordinator.actor, on=today()
    )
    assert sorted(row.rows.values_list("mark", "reason")) == [("", ""), ("named", "连续两季落后")]


def test_naming_without_a_reason_is_refused(a_circular, coordinator):
    row = a_circular()
    with pytest.raises(Refused) as refused:
        actions.edit_circular(
            row,
            title="",
            text="",
            due_on=today(),
            words={BAICHENG: Word("named")},
            by=coordinator.actor,
            on=today(),
        )
    assert codes(refused) == {"circular_title", "circular_due", "mark_reason", "mark_required"}


@pytest.mark.clause("N12")
def test_nothing_is_issued_before_somebody_else_has_signed(a_circular, coordinator):
    row = actions.send_to_sign(a_circular(), by=coordinator.actor, on=today())
    assert (row.state, row.document.kind, row.document.state) == ("signing", "circular", "drafted")
    assert row.snapshot.table("ranking")
    with pytest.raises(Refused) as refused:
        actions.issue_circular(row, by=coordinator.actor, on=today())
    assert codes(refused) == {"not_signed"}
    with pytest.raises(Refused):
        documents.sign(row.document, by=coordinator.actor, on=today())


@pytest.mark.clause("N12")
def test_a_notice_goes_from_its_issue_to_its_closing(issued, coordinator, baicheng):
    assert issued.document.is_issued
    assert issued.document.number
    named = issued.rows.get(mark="named")
    task = named.task
    assert (task.state, task.responsible.name, task.due_on) == ("assigned", "白城市民政局", issued.due_on)
    actions.sign_for(named, by=baicheng.actor, on=today())
    task.refresh_from_db()
    addressee = issued.document.addressees.get(organization=named.body)
    assert (task.state, addressee.acknowledged_on) == ("accepted", today())
    with pytest.raises(Refused) as refused:
        actions.close_circular(issued, by=coordinator.actor, on=today())
    assert codes(refused) == {"rectification_open"}
    tasks.reply(task, text="已补招八十八人", papers=[("名册.jpg", photo())], by=baicheng.actor, on=today())
    tasks.close(Task.objects.get(pk=task.pk), note="核实属实", by=coordinator.actor, on=today())
    assert actions.close_circular(issued, by=coordinator.actor, on=today()).state == "closed"


def test_the_text_of_the_document_is_official_chinese(issued):
    body = issued.document.body
    assert "截至2012年12月31日" in body
    assert "| 1 | 延边州 | 110 | 100 | 110.0% |" in body
    assert "白城市：" in body


def test_units_read_what_is_issued_and_nothing_before(a_circular, coordinator, baicheng):
    a_circular()
    assert not Circular.objects.visible_to(baicheng.actor, "oversight.read").exists()


def test_what_is_taken_back_is_frozen_anew(a_circular, coordinator):
    row = actions.send_to_sign(a_circular(), by=coordinator.actor, on=today())
    row = actions.take_back_circular(row, reason="数字有误", by=coordinator.actor, on=today())
    assert (row.state, row.document) == ("drafted", None)
    again = actions.send_to_sign(row, by=coordinator.actor, on=today())
    assert again.snapshot.version == 2


def test_one_notice_a_figure_and_period(a_circular):
    a_circular()
    with pytest.raises(Refused) as refused:
        a_circular()
    assert codes(refused) == {"circular_twice"}


def test_a_unit_that_is_not_named_signs_for_the_document_alone(issued, yanbian):
    row = issued.rows.get(region=YANBIAN)
    assert actions.sign_for(row, by=yanbian.actor, on=today()).task is None
