"""Hypothesis walks a class list through every order of handing in, checking and disputing: each half-day counts once, or not."""

import pytest
from django.db import IntegrityError
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.kernel import holidays
from shegong.kernel.access import SYSTEM, Actor
from shegong.work.education import actions
from shegong.work.education.actions import disputing, lists
from shegong.work.education.models import ClassList, Course, CreditEntry, Dispute

from .classes import DAY, World, held

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]
WHO = st.sampled_from(["clerk", "rival", "officer", "sat in it", "first", "second"])
LEARNERS = ("first", "second")
HALVES, MINUTES = 4, 210


class Listing(Walking):
    """A class of two, held; an officer of the province looks at its list, another one sat in the class herself."""

    def __init__(self, course, actors):
        super().__init__()
        self.course, self.actors, self.on = course, actors, course.last_on
        self.state, self.sent = "finished", ""  # of the class, and of its last list
        self.standing = {one: 0 for one in LEARNERS}
        self.disputed = dict.fromkeys(LEARNERS, False)

    def left(self):
        return (
            Course.objects.get(pk=self.course.pk).version,
            list(ClassList.objects.order_by("pk").values_list("pk", "state", "version")),
            list(CreditEntry.objects.order_by("pk").values_list("pk", "recorded")),
            list(Dispute.objects.order_by("pk").values_list("pk", "state", "version")),
        )

    def _done(self, who, may, act, *row, **details):
        return self.tried(may, lambda: act(*row, **details, by=self.actors[who], on=self.on))

    @rule(who=WHO)
    def hand_in(self, who):
        may = who == "clerk" and self.state == "finished"
        if self._done(who, may, actions.hand_in, Course.objects.get(pk=self.course.pk)):
            self.state, self.sent = "reported", "waiting"

    @rule(who=WHO)
    def accept(self, who):
        may = who == "officer" and self.sent == "waiting"
        if self.sent and self._done(who, may, actions.accept_list, ClassList.objects.latest("pk")):
            self.state, self.sent = "credited", "accepted"
            self.standing = dict.fromkeys(LEARNERS, HALVES)

    @rule(who=WHO)
    def give_back(self, who):
        may, said = who == "officer" and self.sent == "waiting", {"reason": "签到表不清楚"}
        if self.sent and self._done(who, may, actions.return_list, ClassList.objects.latest("pk"), **said):
            self.state, self.sent = "finished", "returned"

    def _person(self, learner):
        return self.actors[learner].person_id

    def _owns(self, who, learner):
        return self.actors[who].person_id == self._person(learner)

    @rule(who=WHO, whose=st.sampled_from(LEARNERS))
    def dispute(self, who, whose):
        """The first of her records that stands."""
        entry = CreditEntry.objects.current().of([self._person(whose)]).order_by("pk").first()
        assert (entry is None) == (not self.standing[whose])
        may = self._owns(who, whose) and not self.disputed[whose]
        if entry and self._done(who, may, actions.dispute, entry, text="那天我没有去"):
            self.disputed[whose] = True

    def _dispute(self, whose):
        return Dispute.objects.filter(person=self._person(whose)).order_by("pk").last()

    @rule(who=WHO, whose=st.sampled_from(LEARNERS))
    def withdraw(self, who, whose):
        row, may = self._dispute(whose), self._owns(who, whose) and self.disputed[whose]
        if row and self._done(who, may, actions.withdraw_dispute, row):
            self.disputed[whose] = False

    @rule(who=WHO, whose=st.sampled_from(LEARNERS), uphold=st.booleans())
    def decide(self, who, whose, uphold):
        row = self._dispute(whose)
        judges = {"officer"} | ({"sat in it"} if whose != "first" else set())
        may, said = who in judges and self.disputed[whose], {"uphold": uphold, "answer": "已核对签到表"}
        if row and self._done(who, may, actions.decide_dispute, row, **said):
            self.disputed[whose] = False
            self.standing[whose] -= uphold

    @invariant()
    def the_ledger_says_what_the_model_says(self):
        assert Course.objects.get(pk=self.course.pk).state == self.state
        last = ClassList.objects.order_by("pk").last()
        assert (last.state if last else "") == self.sent
        for learner, count in self.standing.items():
            rows = CreditEntry.objects.current().of([self._person(learner)])
            assert [one.minutes for one in rows] == [MINUTES] * count
            assert rows.values("source", "source_id").distinct().count() == count, "no half-day counts twice"
        assert ClassList.objects.filter(state="accepted").count() == (self.state == "credited")


@pytest.fixture
def begin(monkeypatch):
    holidays.load_shipped_schedule(by=SYSTEM, on=DAY)
    monkeypatch.setattr(lists, "why_checked", lambda **known: "every")  # an officer looks at each list
    world = World()
    course, _halves, (first, second) = held(world)
    both = Actor(user_id=first.user_id, person_id=first.person_id, authorities=world.province.authorities)
    actors = {"clerk": world.clerk, "rival": world.rival, "officer": world.province, "sat in it": both,
              "first": first, "second": second}  # fmt: skip
    return lambda: Listing(course, actors)


def test_no_order_of_steps_counts_a_half_day_twice_or_lets_anybody_check_herself(begin):
    walk(begin, examples=14, steps=28)


def test_control_a_walk_finds_that_somebody_answers_her_own_dispute(begin, monkeypatch):
    monkeypatch.setattr(disputing, "checker_obstacles", lambda **known: [])
    steps = begin()
    steps.hand_in("clerk")
    steps.accept("officer")
    steps.dispute("first", "first")
    with pytest.raises((AssertionError, IntegrityError)):  # the database stands behind the rule
        steps.decide("sat in it", "first", False)
    steps.teardown()
