"""Hypothesis walks a task with a helping body through every order of steps, by both offices, the helper and one in two seats."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.actions import running
from shegong.ground.tasks.models import Extension, ReplySignature, Task, TaskReply
from shegong.kernel.access import Actor

from .conftest import DAY, DUE, photo

pytestmark = pytest.mark.clause("M1.c")
PROOF = [("a.jpg", photo())]
ISSUING = ("officer", "two seats")
WHO = st.sampled_from([*ISSUING, "clerk", "teacher", "stranger"])
RUNNING = ("assigned", "accepted", "returned")
MOST_TIMES = 2


class Carrying(Walking):
    """The office asked, finance answers, education co-signs; the clerk of finance may act for the office too."""

    def __init__(self, task, actors):
        super().__init__()
        self.pk, self.actors = task.pk, actors
        self.state, self.due = "assigned", DUE
        self.waits = self.proven = self.asked = (
            False  # for a co-signature; newest reply has proof; more time is asked for
        )
        self.granted = self.replies = 0

    def left(self):
        rows = (TaskReply, "written_by"), (ReplySignature, "agrees"), (Extension, "is_granted")
        kept = [list(model.objects.order_by("pk").values_list("pk", name)) for model, name in rows]
        return Task.objects.values_list("state", "version", "due_on").get(pk=self.pk), kept

    def _done(self, who, may, act, **details):
        return self.tried(
            may, lambda: act(Task.objects.get(pk=self.pk), **details, by=self.actors[who], on=DAY)
        )

    @rule(who=WHO)
    def acknowledge(self, who):
        if self._done(who, who == "clerk" and self.state == "assigned", tasks.acknowledge):
            self.state = "accepted"

    @rule(who=WHO, proven=st.booleans())
    def reply(self, who, proven):
        may = who == "clerk" and self.state in RUNNING and not self.waits
        if self._done(who, may, tasks.reply, text="已办理完毕", papers=PROOF if proven else ()):
            self.state = "accepted" if self.state == "assigned" else self.state
            self.waits, self.proven, self.replies = True, proven, self.replies + 1

    @rule(who=WHO)
    def sign(self, who):
        if self._done(who, who == "teacher" and self.waits, tasks.sign_reply):
            self.state, self.waits = "replied", False

    @rule(who=WHO)
    def refuse_to_sign(self, who):
        if self._done(who, who == "teacher" and self.waits, tasks.object_reply, reason="不同意此回复"):
            self.waits = False

    @rule(who=WHO)
    def send_back(self, who):
        if self._done(who, who in ISSUING and self.state == "replied", tasks.send_back, reason="材料不全"):
            self.state = "returned"

    @rule(who=WHO)
    def close(self, who):
        if self._done(who, who == "officer" and self.state == "replied" and self.proven, tasks.close):
            self.state = "closed"

    @rule(who=WHO)
    def withdraw(self, who):
        may = who in ISSUING and self.state in ("assigned", "accepted")
        if self._done(who, may, tasks.withdraw, reason="不再需要"):
            self.state, self.waits = "withdrawn", False

    @rule(who=WHO)
    def ask_time(self, who):
        may = who == "clerk" and self.state in RUNNING and not self.asked and self.granted < MOST_TIMES
        until = self.due + timedelta(days=7)
        if self._done(who, may, tasks.ask_time, until=until, reason="等待批复"):
            self.asked = True

    @rule(who=WHO, agreed=st.booleans())
    def answer_time(self, who, agreed):
        may = who == "officer" and self.asked and self.state in RUNNING
        act, said = (tasks.grant_time, {}) if agreed else (tasks.refuse_time, {"reason": "按期办理"})
        if self._done(who, may, act, **said):
            self.asked, self.granted = False, self.granted + agreed
            self.due += timedelta(days=7 * agreed)

    @invariant()
    def the_task_says_what_the_model_says(self):
        task = Task.objects.get(pk=self.pk)
        assert (task.state, task.due_on, task.first_due_on) == (self.state, self.due, DUE)
        assert task.replies.count() == self.replies
        assert Extension.objects.filter(task=task, is_granted=True).count() == self.granted <= MOST_TIMES
        if self.state == "closed":
            assert task.closed_by_id not in {row.written_by_id for row in task.replies.all()}


@pytest.fixture
def begin(assigned, world):
    task = assigned(helpers=[world.school])
    both = Actor(
        user_id=world.clerk.user_id, person_id=world.clerk.person_id, authorities=world.officer.authorities
    )
    actors = {"officer": world.officer, "two seats": both, "clerk": world.clerk, "teacher": world.teacher,
              "stranger": world.stranger}  # fmt: skip
    return lambda: Carrying(task, actors)


def test_no_order_of_steps_settles_a_task_without_proof_co_signature_and_another_person(begin):
    walk(begin, examples=10, steps=26)


def test_control_a_walk_finds_that_who_replied_settles(begin, monkeypatch):
    monkeypatch.setattr(running, "close_obstacles", lambda **known: [])
    steps = begin()
    steps.reply("clerk", proven=True)
    steps.sign("teacher")
    with pytest.raises((AssertionError, IntegrityError)):
        steps.close("two seats")
    steps.teardown()
