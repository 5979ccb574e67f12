"""Any walk through a task keeps its promises: closed means replied with proof and closed by another."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task, TaskReply
from shegong.ground.tasks.rules import WORKFLOW
from shegong.kernel.refusal import Refused

from .conftest import DAY, DUE, photo

PROOF = [("a.jpg", photo())]
STEPS = {
    "acknowledge": lambda task, by: tasks.acknowledge(task, by=by, on=DAY),
    "reply": lambda task, by: tasks.reply(task, text="已办理完毕", by=by, on=DAY),
    "prove": lambda task, by: tasks.reply(task, text="已办理完毕", papers=PROOF, by=by, on=DAY),
    "sign": lambda task, by: tasks.sign_reply(task, by=by, on=DAY),
    "object": lambda task, by: tasks.object_reply(task, reason="不同意此回复", by=by, on=DAY),
    "send_back": lambda task, by: tasks.send_back(task, reason="材料不全", by=by, on=DAY),
    "close": lambda task, by: tasks.close(task, by=by, on=DAY),
    "withdraw": lambda task, by: tasks.withdraw(task, reason="不再需要", by=by, on=DAY),
    "ask": lambda task, by: tasks.ask_time(
        task, until=DUE + timedelta(days=30), reason="等待批复", by=by, on=DAY
    ),
    "grant": lambda task, by: tasks.grant_time(task, by=by, on=DAY),
}
WALKS = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(["officer", "clerk", "teacher"])), max_size=9
)


@pytest.mark.clause("M1.c")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=WALKS, has_helper=st.booleans())
def test_no_walk_ends_closed_without_proof_a_co_signature_and_another_pair_of_eyes(
    assigned, world, walk, has_helper
):
    task = assigned(helpers=[world.school] if has_helper else [])
    for name, who in walk:
        before = Task.objects.get(pk=task.pk)
        try:
            STEPS[name](before, getattr(world, who))
        except Refused:
            after = Task.objects.get(pk=task.pk)
            assert (after.state, after.version, after.due_on) == (before.state, before.version, before.due_on)
            continue
        after = Task.objects.get(pk=task.pk)
        moves = WORKFLOW.moves() | {("assigned", "replied")}  # a reply acknowledges by itself
        assert before.state == after.state or (before.state, after.state) in moves
    end = Task.objects.get(pk=task.pk)
    if end.state in ("replied", "closed"):
        latest = TaskReply.objects.latest(end)
        assert not has_helper or latest.agreed == 1
    if end.state == "closed":
        assert TaskReply.objects.with_proof().filter(task=end).exists()
        assert end.closed_by_id not in {row.written_by_id for row in end.replies.all()}
