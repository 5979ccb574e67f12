"""Hypothesis walks a round of dispatch through every order of handing in, checking, sending back, closing and opening again (N6)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.kernel.http import today
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions import returns
from shegong.steering.oversight.models import Answer, Dispatch, DispatchReturn
from shegong.steering.programme.models import HandValue

from .conftest import BAICHENG, photo

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N6")]
WHO = st.sampled_from(["office", "unit", "other unit"])
PAPERS = [("培训通知.jpg", photo())]
INDICATOR = "K-T3.1"


class Round(Walking):
    """What one unit is asked; the figure that no register counts is entered when its return is checked."""

    def __init__(self, dispatch, actors):
        super().__init__()
        self.dispatch, self.actors, self.due = dispatch, actors, dispatch.due_on
        self.pk = DispatchReturn.objects.get(dispatch=dispatch, region=BAICHENG).pk
        self.round, self.state = "open", "open"

    def left(self):
        kept = ((Dispatch, "state", "version"), (DispatchReturn, "state", "version"), (Answer, "own", "text"),
                (HandValue, "amount", "recorded"))  # fmt: skip
        return [list(model.objects.order_by("pk").values_list("pk", *names)) for model, *names in kept]

    def _row(self):
        return DispatchReturn.objects.get(pk=self.pk)

    def _done(self, who, may, act, row, **details):
        return self.tried(may, lambda: act(row, **details, by=self.actors[who], on=today()))

    @rule(who=WHO, number=st.sampled_from([1, 2]))
    def hand_in(self, who, number):
        may = who == "unit" and self.round == "open" and self.state in ("open", "returned")
        _counted, entered, question = self.dispatch.asked.order_by("position").values_list("pk", flat=True)
        said = {"own": {entered: number}, "texts": {question: "师资不足"}, "papers": PAPERS}
        if self._done(who, may, actions.submit_return, self._row(), **said):
            self.state = "submitted"

    @rule(who=WHO)
    def check(self, who):
        if self._done(who, who == "office" and self.state == "submitted", actions.check_return, self._row()):
            self.state = "checked"

    @rule(who=WHO)
    def send_back(self, who):
        may = who == "office" and self.state == "submitted"
        if self._done(who, may, actions.send_back_return, self._row(), reason="数字有误"):
            self.state = "returned"

    @rule()
    def enter_again(self):
        """What was entered by the check is not entered by a second hand."""
        before = self.left()
        if self.state == "checked":
            actions.enter_answers(self._row(), by=self.actors["office"], on=today())
            assert self.left() == before

    @rule(who=WHO)
    def close(self, who):
        may = who == "office" and self.round == "open"
        if self._done(who, may, actions.close_round, Dispatch.objects.get()):
            self.round = "closed"

    @rule(who=WHO)
    def open_again(self, who):
        may, due = who == "office" and self.round == "closed", self.due + timedelta(days=3)
        said = {"due_on": due, "reason": "两市补报数据"}
        if self._done(who, may, actions.reopen_round, Dispatch.objects.get(), **said):
            self.round, self.due = "open", due

    @invariant()
    def the_round_says_what_the_model_says(self):
        row, dispatch = self._row(), Dispatch.objects.get()
        assert (row.state, dispatch.state, dispatch.due_on) == (self.state, self.round, self.due)
        assert row.checker_id is None or row.checker_id != row.submitter_id
        values = HandValue.objects.current().filter(indicator=INDICATOR, region=BAICHENG)
        assert values.count() <= (self.state == "checked"), (
            "a figure is entered once, and only when it is checked"
        )


@pytest.fixture
def begin(a_round, coordinator, baicheng, yanbian):
    dispatch = a_round()
    actors = {"office": coordinator.actor, "unit": baicheng.actor, "other unit": yanbian.actor}
    return lambda: Round(dispatch, actors)


def test_no_order_of_steps_hands_in_for_others_or_enters_a_figure_twice(begin):
    walk(begin, examples=12, steps=24)


def test_control_a_walk_finds_that_another_unit_hands_in(begin, monkeypatch):
    monkeypatch.setattr(returns, "require_unit", lambda row, by, on: None)
    steps = begin()
    with pytest.raises((AssertionError, IntegrityError)):
        steps.hand_in("other unit", 1)
    steps.teardown()
