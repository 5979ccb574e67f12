"""What speaks against a step of a task, and how late it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.ground.tasks.rules import (
    RUNNING,
    WORKFLOW,
    Marks,
    State,
    close_obstacles,
    draft_obstacles,
    extension_obstacles,
    reply_obstacles,
)

DAY = date(2013, 3, 4)
AROUND = Marks(DAY, DAY + timedelta(days=7), {level: DAY - timedelta(days=14) for level in (1, 2, 3)})


def codes(found):
    return {obstacle.code for obstacle in found}


def drafted(**given):
    usual = {
        "kind": "supervise", "title": "列入预算", "detail": "", "issuer_id": 1, "responsible_id": 2, "helper_ids": [3],
        "due_on": DAY, "on": DAY,
    }  # fmt: skip
    return codes(draft_obstacles(**{**usual, **given}))


def test_a_task_needs_two_bodies_a_title_a_kind_and_a_day_ahead():
    assert drafted() == set()
    assert drafted(responsible_id=1) == {"task_own"}
    assert drafted(helper_ids=[2]) == drafted(helper_ids=[1]) == {"task_helper"}
    assert drafted(title="办") == {"task_title"} and drafted(kind="wish") == {"task_kind"}
    assert drafted(due_on=None) == {"task_due"} and drafted(due_on=DAY - timedelta(days=1)) == {
        "task_due_past"
    }
    assert drafted(detail="办" * 4001) == {"task_text_long"}


def test_a_reply_says_something_and_waits_for_nobody():
    assert codes(reply_obstacles(text="已办理完毕", papers=0, is_waiting=False)) == set()
    assert codes(reply_obstacles(text=" ", papers=21, is_waiting=True)) == {
        "reply_waits",
        "reply_text",
        "reply_papers",
    }


def test_who_replied_does_not_close_and_nothing_closes_without_proof():
    assert codes(close_obstacles(closer_id=1, repliers={2}, has_proof=True)) == set()
    assert codes(close_obstacles(closer_id=2, repliers={2}, has_proof=False)) == {"no_proof", "four_eyes"}


def test_more_time_is_later_than_the_deadline_and_not_without_end():
    usual = {"due_on": DAY, "on": DAY, "has_open": False, "granted": 0, "most": 2}
    assert codes(extension_obstacles(until=DAY + timedelta(days=1), **usual)) == set()
    assert codes(extension_obstacles(until=DAY, **usual)) == {"extension_day"}
    worst = usual | {"has_open": True, "granted": 2}
    assert codes(extension_obstacles(until=None, **worst)) == {
        "extension_waits",
        "extension_most",
        "extension_day",
    }


@pytest.mark.clause("N12")
@given(
    state=st.sampled_from(list(State)), shift=st.integers(-40, 40), level=st.sampled_from([0, 1, 2, 3, None])
)
def test_colours_follow_the_day_and_only_while_the_responsible_body_has_to_act(state, shift, level):
    due = DAY + timedelta(days=shift)
    colour = AROUND.colour(state, due, level)
    if state not in RUNNING:
        assert colour == ""
    else:
        wanted = "red" if shift <= -14 else "yellow" if shift < 0 else "blue" if shift <= 7 else ""
        assert colour == wanted


def test_nothing_leads_out_of_a_settled_or_withdrawn_task():
    assert WORKFLOW.steps_from(State.CLOSED) == WORKFLOW.steps_from(State.WITHDRAWN) == []
    assert {step.name for step in WORKFLOW.steps_from(State.REPLIED)} == {"send_back", "close"}
