"""Hypothesis walks registrations through every order of steps by everybody, against a small model of who may do what (D11).

The model knows the way of Jilin (county, prefecture, province) and nothing of the product's code. After each step state,
version, decisions, certificates and journal must be what it says; a step that it forbids must leave nothing behind.
SHEGONG_LONG_RUN=1 walks a hundred times as far; CI walks a short way, the same each time.
"""

import os
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Decision, Registration
from shegong.duties.registry.rules import decision_obstacles
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

LONG = bool(os.environ.get("SHEGONG_LONG_RUN"))
STAGE = {"submitted": "first", "accepted": "first", "first_passed": "second", "second_passed": "final"}
SEATS = {
    "county": {"first"}, "colleague": {"first"}, "both": {"first", "second"}, "prefecture": {"second"},
    "province": {"final"}, "neighbour": set(), "applicant": {"first"},
}  # fmt: skip
PASSED = {
    "submitted": "first_passed",
    "accepted": "first_passed",
    "first_passed": "second_passed",
    "second_passed": "admitted",
}
FAILED = {"submitted": "failed", "accepted": "failed", "first_passed": "failed", "second_passed": "refused"}
# Where a decision taken before may have led, and can be taken back from.
LED_TO = {
    "submitted": {"returned"}, "accepted": {"first_passed", "failed"}, "first_passed": {"second_passed", "failed"},
    "second_passed": {"admitted", "refused"},
}  # fmt: skip
OFFICERS = st.sampled_from(sorted(SEATS))
OPINION = "材料齐全，同意登记。"


class Walk(RuleBasedStateMachine):
    """One application, from its draft on; everything it does is undone at the end of the walk."""

    def __init__(self, case, officers, day):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.row, self.me, self.officers, self.day = (
            Application.objects.get(pk=case.pk),
            case.me,
            officers,
            day,
        )
        self.state, self.unsettled, self.live = "drafted", False, []  # live: (officer, stage, state before)

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def _left(self):
        return self.row.version, self.row.state, Decision.objects.count(), JournalEntry.objects.count()

    def _try(self, allowed, act):
        """Whether it was done; it must be exactly when the model allows it."""
        self.row.refresh_from_db()
        before = self._left()
        try:
            act()
            done = True
        except Refused:
            done = False
        self.row.refresh_from_db()
        assert done == allowed, (self.state, before, self.live)
        if not done:
            assert self._left() == before, "a refused step left something behind"
        else:
            assert self.row.version >= before[0] and self._left()[3] > before[3], "a step without its entry"
        return done

    def _may(self, officer):
        stage = STAGE.get(self.state)
        earlier = {who for who, at, _before in self.live if at != stage}
        return stage in SEATS[officer] and officer != "applicant" and officer not in earlier

    @rule()
    def submit(self):
        may = self.state == "drafted" or (self.state == "returned" and not self.unsettled)
        if self._try(may, lambda: actions.submit_application(self.row, by=self.me, on=self.day)):
            self.state = "submitted"

    @rule()
    def correct(self):
        certificate = self.row.certificate
        may = self.state in ("drafted", "returned")
        if self._try(may, lambda: actions.choose_certificate(self.row, certificate, by=self.me, on=self.day)):
            self.unsettled = False

    @rule()
    def withdraw(self):
        may = self.state in ("drafted", "submitted", "returned", "accepted")
        if self._try(may, lambda: actions.withdraw_application(self.row, by=self.me, on=self.day)):
            self.state = "withdrawn"

    @rule(officer=OFFICERS)
    def accept(self, officer):
        by = self.officers[officer]
        may = self._may(officer) and self.state == "submitted"
        if self._try(may, lambda: actions.accept_application(self.row, by=by, on=self.day)):
            self.state = "accepted"

    @rule(officer=OFFICERS)
    def give_back(self, officer):
        by, items = self.officers[officer], {"certificate": "看不清，请重拍。"}
        may = self._may(officer) and self.state == "submitted"
        if self._try(may, lambda: actions.return_for_completion(self.row, items, by=by, on=self.day)):
            self.live.append((officer, "first", "submitted"))
            self.state, self.unsettled = "returned", True

    @rule(officer=OFFICERS)
    def let_pass(self, officer):
        by, may = self.officers[officer], self._may(officer)
        if self._try(may, lambda: actions.pass_stage(self.row, opinion=OPINION, by=by, on=self.day)):
            self._decided(officer, PASSED)

    @rule(officer=OFFICERS)
    def refuse(self, officer):
        by, may = self.officers[officer], self._may(officer)
        why = {"opinion": "不符合登记条件。", "reason_code": "no_capacity"}
        if self._try(may, lambda: actions.fail_stage(self.row, **why, by=by, on=self.day)):
            self._decided(officer, FAILED)

    def _decided(self, officer, leads):
        before = "accepted" if self.state == "submitted" else self.state
        self.live.append((officer, STAGE[self.state], before))
        self.state = leads[self.state]

    @rule(officer=OFFICERS)
    def take_back(self, officer):
        last = self.live[-1] if self.live else None
        may = bool(last) and last[0] == officer and self.state in LED_TO[last[2]]
        by = self.officers[officer]
        if self._try(may, lambda: actions.recall_decision(self.row, reason="看错了", by=by, on=self.day)):
            self.live.pop()
            self.state, self.unsettled = last[2], False

    @rule()
    def issue(self):
        """By the job, after the time for second thoughts."""
        if self.state == "admitted":
            Application.objects.filter(pk=self.row.pk).update(
                decided_at=timezone.now() - timedelta(minutes=31)
            )
        if self._try(
            self.state == "admitted", lambda: actions.issue_certificate(self.row, by=SYSTEM, on=self.day)
        ):
            self.state = "issued"

    @invariant()
    def the_database_says_what_the_model_says(self):
        self.row.refresh_from_db()
        assert self.row.state == self.state
        assert self.row.waiting_for == STAGE.get(self.state, "")
        standing = Decision.objects.filter(application=self.row, recalled_at=None)
        assert standing.count() == len(self.live)
        assert self.row.decider_id is None or self.row.decider_id != self.row.first_reviewer_id
        issued = Registration.objects.filter(person_id=self.row.person_id)
        assert issued.count() == (self.state == "issued")
        assert all((one.terms.count(), one.cards.count()) == (1, 1) for one in issued)


@pytest.fixture
def walk(make_applicant, make_officer, desks, day):
    """`walk(Machine)`: walks with one draft and everybody who might act on it."""
    found = make_applicant(submit=False)
    found.application.me = found.me
    both = Actor(
        user_id=9, person_id=make_officer(222401000).person_id,
        authorities=(*desks.county.authorities, *desks.prefecture.authorities),
    )  # fmt: skip
    officers = {
        "county": desks.county, "colleague": make_officer(222401000), "prefecture": desks.prefecture, "both": both,
        "province": desks.province, "neighbour": desks.neighbour,
        "applicant": Actor(user_id=1, person_id=found.person.pk, authorities=desks.county.authorities),
    }  # fmt: skip
    bounds = settings(
        stateful_step_count=60 if LONG else 18, deadline=None, derandomize=not LONG, database=None, print_blob=False,
        phases=[Phase.generate], report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    def go(machine, examples):
        times = settings(bounds, max_examples=500 if LONG else examples)
        run_state_machine_as_test(lambda: machine(found.application, officers, day), settings=times)

    go.by_hand = lambda: Walk(found.application, officers, day)
    return go


@pytest.mark.clause("T4.2.a")
def test_no_order_of_steps_by_anybody_leads_where_the_model_does_not(walk):
    walk(Walk, 8)


def test_a_walk_finds_a_guard_that_is_gone(walk, monkeypatch):
    """The control: without the rule that nobody decides on himself or twice, a walk's steps get where they must not, or
    to the constraint of the database that stands behind the rule."""
    blind = partial(replace, applicant_id=-1, earlier_officers=set())
    monkeypatch.setattr(
        "shegong.duties.registry.actions.reviewing.decision_obstacles",
        lambda chair: decision_obstacles(blind(chair)),
    )
    steps = walk.by_hand()
    steps.submit()
    steps.accept("both")
    steps.let_pass("both")
    with pytest.raises((AssertionError, IntegrityError)):
        steps.let_pass("both")
    steps.teardown()


def test_the_same_steps_hold_with_the_guard_in_place(walk):
    steps = walk.by_hand()
    steps.submit()
    steps.accept("both")
    steps.let_pass("both")
    steps.let_pass("both")  # refused, as the model says
    assert steps.state == "first_passed"
    steps.teardown()
