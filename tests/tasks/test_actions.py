"""The life of a task from draft to closing, and what is refused on the way."""


import pytest

from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task, TaskEvent
from shegong.kernel.refusal import Refused

from .conftest import DAY, photo

PROOF = [("预算批复.jpg", photo())]


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.mark.clause("M1.c", "N12")
def test_a_task_goes_from_draft_to_closing_with_proof(assigned, world):
    task = assigned()
    task = tasks.acknowledge(task, by=world.clerk, on=DAY)
    assert (task.state, task.accepted_on) == ("accepted", DAY)
    row = tasks.reply(task, text="已列入预算，批复见附件", papers=PROOF, by=world.clerk, on=DAY)
    task.refresh_from_db()
    assert (task.state, row.folder.items.count()) == ("replied", 1)
    task = tasks.close(task, note="属实", by=world.officer, on=DAY)
    assert (task.state, task.closed_on) == ("closed", DAY)
    told = list(TaskEvent.objects.filter(task=task).order_by("id").values_list("name", flat=True))
    assert told == ["assign", "acknowledge", "reply", "close"]


def test_a_task_cannot_be_closed_without_proof(assigned, world):
    task = assigned()
    tasks.reply(task, text="已办理完毕", by=world.clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        tasks.close(Task.objects.get(), by=world.officer, on=DAY)
    assert codes(refused) == {"no_proof"}
