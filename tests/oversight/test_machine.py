"""Hypothesis walks a supervision notice through every order of drafting, signing, issuing and putting right (N12)."""

import pytest
from django.db import IntegrityError
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import OfficialDocument
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.http import today
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Circular

from .conftest import photo

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N12")]
WHO = st.sampled_from(["author", "leader", "unit"])
PROOF = [("整改.jpg", photo())]


class Notice(Walking):
    """One unit is named in it; the author drafts and issues, the leader signs, the unit answers."""

    def __init__(self, circular, actors):
        super().__init__()
        self.pk, self.actors = circular.pk, actors
        self.state, self.signed = circular.state, False
        self.task = ""  # of the unit that is named

    def _row(self):
        return Circular.objects.get(pk=self.pk)

    def left(self):
        row, rows = self._row(), Task.objects.order_by("pk").values_list("pk", "state", "version")
        return row.state, row.version, row.document and row.document.state, list(rows)

    def _done(self, who, may, act, row, **details):
        return self.tried(may, lambda: act(row, **details, by=self.actors[who], on=today()))

    @rule(who=st.sampled_from(["author", "unit"]))
    def send_to_sign(self, who):
        if self._done(who, who == "author" and self.state == "drafted", actions.send_to_sign, self._row()):
            self.state = "signing"

    @rule(who=st.sampled_from(["author", "unit"]))
    def take_back(self, who):
        may = who == "author" and self.state == "signing"
        if self._done(who, may, actions.take_back_circular, self._row(), reason="数字有误"):
            self.state, self.signed = "drafted", False

    @rule(who=WHO)
    def sign(self, who):
        may, row = who == "leader" and self.state == "signing" and not self.signed, self._row()
        if self.state == "signing" and self._done(who, may, documents.sign, row.document):
            self.signed = True

    @rule(who=st.sampled_from(["author", "unit"]))
    def issue(self, who):
        may = who == "author" and self.state == "signing" and self.signed
        if self._done(who, may, actions.issue_circular, self._row()):
            self.state, self.task = "issued", "assigned"

    @rule(who=st.sampled_from(["author", "unit"]))
    def drop(self, who):
        if self._done(who, who == "author" and self.state == "drafted", actions.drop_circular, self._row()):
            self.state = "dropped"

    @rule(who=st.sampled_from(["author", "unit"]))
    def sign_for(self, who):
        may = who == "unit" and self.task == "assigned"
        if self.task in ("", "assigned") and self._done(
            who, may, actions.sign_for, self._row().rows.get(mark="named")
        ):
            self.task = "accepted"

    @rule(who=st.sampled_from(["author", "unit"]), proven=st.booleans())
    def reply(self, who, proven):
        may, papers = who == "unit" and self.task in ("accepted", "returned"), PROOF if proven else ()
        if self.task not in ("", "assigned") and self._done(
            who, may, tasks.reply, Task.objects.get(), text="已整改完毕", papers=papers
        ):
            self.task, self.proven = "replied", proven

    @rule(who=st.sampled_from(["author", "unit"]))
    def send_back(self, who):
        may = who == "author" and self.task == "replied"
        if self.task and self._done(who, may, tasks.send_back, Task.objects.get(), reason="材料不全"):
            self.task = "returned"

    @rule(who=st.sampled_from(["author", "unit"]))
    def settle(self, who):
        may = who == "author" and self.task == "replied" and self.proven
        if self.task and self._done(who, may, tasks.close, Task.objects.get()):
            self.task = "closed"

    @rule(who=st.sampled_from(["author", "unit"]))
    def close(self, who):
        may = who == "author" and self.state == "issued" and self.task == "closed"
        if self._done(who, may, actions.close_circular, self._row()):
            self.state = "closed"

    @invariant()
    def the_notice_and_its_task_say_what_the_model_says(self):
        row = self._row()
        assert row.state == self.state
        assert [one.state for one in Task.objects.all()] == ([self.task] if self.task else [])
        assert bool(row.document and row.document.is_issued) == (self.state in ("issued", "closed"))


@pytest.fixture
def begin(a_circular, coordinator, leader, baicheng):
    circular = a_circular()
    actors = {"author": coordinator.actor, "leader": leader.actor, "unit": baicheng.actor}
    return lambda: Notice(circular, actors)


def test_no_order_of_steps_issues_unsigned_or_closes_what_is_not_put_right(begin):
    walk(begin, examples=14, steps=28)


def test_control_a_walk_finds_that_an_unsigned_notice_is_issued(begin, monkeypatch):
    monkeypatch.setattr(OfficialDocument, "is_issued", property(lambda document: True))
    steps = begin()
    steps.send_to_sign("author")
    with pytest.raises((AssertionError, IntegrityError)):
        steps.issue("author")
    steps.teardown()
