"""The life of a task from draft to closing, and what is refused on the way."""

from datetime import date, timedelta

import pytest
from django.db import Error, IntegrityError, transaction

from shegong.ground.accounts import actions as accounts
from shegong.ground.people.models import Person
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.actions.reminding import remind_all
from shegong.ground.tasks.models import Task, TaskEvent, TaskReply, late_q, marks
from shegong.kernel.access import SYSTEM
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

from .conftest import ASSIGN, DAY, DUE, READ, REPLY, YANBIAN, actor_of, photo

PROOF = [("预算批复.jpg", photo())]
LATE, LONG_LATE = date(2013, 4, 3), date(2013, 4, 25)


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
    tasks.reply(assigned(), text="已办理完毕", by=world.clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        tasks.close(Task.objects.get(), by=world.officer, on=DAY)
    assert codes(refused) == {"no_proof"}


def test_proof_of_an_earlier_reply_does_not_count_for_a_later_one(assigned, world):
    task = assigned()
    tasks.reply(task, text="已办理一半", papers=PROOF, by=world.clerk, on=DAY)
    task = tasks.send_back(Task.objects.get(), reason="材料不全", by=world.officer, on=DAY)
    assert task.state == "returned"
    tasks.reply(task, text="已办理完毕", by=world.clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        tasks.close(Task.objects.get(), by=world.officer, on=DAY)
    assert codes(refused) == {"no_proof"}


@pytest.mark.clause("M1.c")
def test_whoever_replied_does_not_close_even_for_the_issuer(assigned, world):
    both = actor_of(world.office, READ, ASSIGN, REPLY, reaches=True)
    clerk = type(both)(user_id=both.user_id, person_id=both.person_id, authorities=world.clerk.authorities)
    tasks.reply(assigned(), text="已办理完毕", papers=PROOF, by=clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        tasks.close(Task.objects.get(), by=both, on=DAY)
    assert codes(refused) == {"four_eyes"}
    with pytest.raises(IntegrityError, match="task_four_eyes"), transaction.atomic():
        Task.objects.update(closed_by=both.person_id)
    assert tasks.close(Task.objects.get(), by=world.colleague, on=DAY).state == "closed"


def test_each_step_belongs_to_its_body(draft, assigned, world):
    task = assigned()
    for other in (world.officer, world.teacher, world.stranger):
        for step in (lambda by: tasks.acknowledge(task, by=by, on=DAY),
                     lambda by: tasks.reply(task, text="已办理完毕", by=by, on=DAY),
                     lambda by: tasks.ask_time(task, until=DUE + timedelta(days=9), reason="等待批复", by=by, on=DAY)):  # fmt: skip
            with pytest.raises(Refused) as refused:
                step(other)
            assert codes(refused) == {"not_allowed"}
    for step in (lambda: tasks.withdraw(task, reason="不再需要", by=world.clerk, on=DAY),
                 lambda: draft(by=world.clerk), lambda: draft(by=world.stranger)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            step()
        assert codes(refused) == {"not_allowed"}


def test_a_machine_drafts_once(draft):
    assert draft(origin="oversight.circular:1:222400000") == draft(
        origin="oversight.circular:1:222400000", title="别的事项"
    )
    assert draft() != draft()
    assert Task.objects.count() == 3


def test_each_sees_the_tasks_of_the_place_and_of_the_own_body(assigned, world):
    assigned(helpers=[world.school])
    for actor in (world.officer, world.clerk, world.teacher):
        assert Task.objects.visible_to(actor, READ).count() == 1
    assert not Task.objects.visible_to(world.stranger, READ).exists()
    assert not Task.objects.visible_to(world.clerk, ASSIGN).exists()


@pytest.mark.clause("N7")
def test_a_reply_counts_once_every_helping_body_has_co_signed(assigned, world):
    task = assigned(helpers=[world.school])
    tasks.reply(task, text="已列入预算", papers=PROOF, by=world.clerk, on=DAY)
    task.refresh_from_db()
    assert task.state == "accepted"
    for refusing, by in ((tasks.reply, world.clerk), (tasks.close, world.officer)):
        with pytest.raises(Refused):
            refusing(task, by=by, on=DAY, **({"text": "再写一次"} if refusing is tasks.reply else {}))
    with pytest.raises(Refused):
        tasks.sign_reply(task, by=world.stranger, on=DAY)
    tasks.object_reply(task, reason="缺少教育部分", by=world.teacher, on=DAY)
    tasks.reply(task, text="已补充教育部分", papers=PROOF, by=world.clerk, on=DAY)
    assert tasks.sign_reply(task, text="同意", by=world.teacher, on=DAY).state == "replied"
    signer = Task.objects.get()
    with pytest.raises(Refused):  # nothing waits any more
        tasks.sign_reply(signer, by=world.teacher, on=DAY)
    assert tasks.close(signer, by=world.officer, on=DAY).state == "closed"


def test_more_time_is_asked_with_a_reason_and_granted_by_another(assigned, world):
    task = assigned()
    tasks.acknowledge(task, by=world.clerk, on=DAY)
    later = DUE + timedelta(days=14)
    with pytest.raises(Refused) as refused:
        tasks.ask_time(task, until=DUE, reason="", by=world.clerk, on=DAY)
    assert codes(refused) == {"extension_day", "reason_short"}
    tasks.ask_time(task, until=later, reason="等待人大批复", by=world.clerk, on=DAY)
    with pytest.raises(Refused):
        tasks.grant_time(task, by=world.clerk, on=DAY)
    task = tasks.grant_time(task, by=world.officer, on=DAY)
    assert (task.due_on, task.first_due_on) == (later, DUE)
    tasks.ask_time(task, until=later + timedelta(days=7), reason="等待人大批复", by=world.clerk, on=DAY)
    assert tasks.refuse_time(task, reason="已延期一次", by=world.officer, on=DAY).due_on == later
    with pytest.raises(Refused):
        tasks.grant_time(task, by=world.officer, on=DAY)


@pytest.mark.clause("N12")
def test_the_day_makes_a_task_blue_yellow_and_red_in_lists_as_on_its_page(assigned):
    task = assigned()
    for day, colour in (
        (DAY, ""),
        (date(2013, 3, 25), "blue"),
        (DUE, "blue"),
        (LATE, "yellow"),
        (LONG_LATE, "red"),
    ):
        assert task.colour(day) == colour
        for one in ("blue", "yellow", "red"):
            assert Task.objects.filter(late_q(one, marks(day))).exists() == (one == colour)
    assert not Task.objects.overdue(DUE).exists() and Task.objects.overdue(LATE).exists()


@pytest.mark.clause("N12")
def test_who_is_late_is_told_once_a_colour_and_long_lateness_goes_one_level_up(assigned, world):
    found = {}
    for actor, role, body in (
        (world.clerk, "department_clerk", world.finance), (world.officer, "plan_officer", world.office),
        (world.colleague, "leader", world.office),
    ):  # fmt: skip
        person = Person.objects.get(pk=actor.person_id)
        accounts.create_user(person, username=role, password="correct horse 9", by=SYSTEM, on=DAY)
        others = tuple(Person.objects.exclude(pk=person.pk).order_by("pk")[:2])
        accounts.found_grant(
            person,
            role=role,
            organization=body,
            region_code=YANBIAN,
            witnesses=others,
            start=DAY,
            by=SYSTEM,
            on=DAY,
        )
        found[role] = person.pk
    task = assigned()
    Message.objects.all().delete()
    told = []
    for day in (DAY, DUE, DUE, LATE, LATE, LONG_LATE, LONG_LATE):
        count = remind_all(day)
        told.append(
            (count, {role for role, pk in found.items() if Message.objects.filter(person_id=pk).exists()})
        )
        Message.objects.all().delete()
    nobody, liaison, all_of_them = (0, set()), (1, {"department_clerk"}), {"department_clerk", "plan_officer"}
    assert told == [
        nobody, liaison, nobody, (1, all_of_them), nobody, (1, all_of_them | {"leader"}), nobody,
    ]  # fmt: skip
    assert task.events.filter(name="escalate").count() == 1


def test_a_parent_stays_open_while_a_part_of_it_is(assigned, world):
    task = assigned()
    part = assigned(parent=task, responsible=world.school)
    tasks.reply(task, text="已办理完毕", papers=PROOF, by=world.clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        tasks.close(Task.objects.get(pk=task.pk), by=world.officer, on=DAY)
    assert codes(refused) == {"task_children"}
    tasks.withdraw(part, reason="并入主事项", by=world.officer, on=DAY)
    assert tasks.close(Task.objects.get(pk=task.pk), by=world.officer, on=DAY).state == "closed"


def test_who_looked_at_an_older_version_is_told_so(assigned, world):
    task = assigned()
    seen = task.version
    tasks.acknowledge(task, by=world.clerk, on=DAY)
    with pytest.raises(Stale):
        tasks.reply(task, text="已办理完毕", by=world.clerk, on=DAY, seen=seen)


def test_the_database_keeps_the_steps_and_what_was_said(assigned, world):
    task = assigned()
    row = tasks.reply(task, text="已办理完毕", papers=PROOF, by=world.clerk, on=DAY)
    for change in (lambda: Task.objects.update(state="drafted"), lambda: TaskReply.objects.filter(pk=row.pk).update(text="别的"),
                   lambda: TaskEvent.objects.all().delete()):  # fmt: skip
        with (
            pytest.raises(Error, match=r"illegal step|append-only"),
            transaction.atomic(),
        ):
            change()


@pytest.mark.django_db(transaction=True)
def test_every_change_is_in_the_journal(assigned, world, deviations):
    task = assigned(helpers=[world.school])
    tasks.ask_time(task, until=DUE + timedelta(days=7), reason="等待批复", by=world.clerk, on=DAY)
    tasks.grant_time(Task.objects.get(), by=world.officer, on=DAY)
    tasks.reply(Task.objects.get(), text="已办理完毕", papers=PROOF, by=world.clerk, on=DAY)
    tasks.sign_reply(Task.objects.get(), by=world.teacher, on=DAY)
    tasks.send_back(Task.objects.get(), reason="材料不全", by=world.officer, on=DAY)
    remind_all(LONG_LATE)
    assert deviations() == []
