"""Hypothesis walks two records of one human through every order of proposing, merging and parting, by three officers."""

import pytest
from django.db import IntegrityError
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.ground.people.models import Identity, Person, Tie
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.steering.dossier import actions
from shegong.steering.dossier.actions import deciding
from shegong.steering.dossier.models import DuplicateCase

pytestmark = pytest.mark.clause("T4.2.b")
OFFICERS = st.sampled_from(["first", "second", "county"])
WHY = "电话核实过"


class Merging(Walking):
    """The officers of the prefecture may both propose and decide, never both on one case; the county's reaches one only."""

    def __init__(self, pair, officers):
        super().__init__()
        self.pair, self.officers = pair, officers
        self.start = self._whose()
        self.numbers = sorted(one[2] for one in self.start if one[0] == "identity")
        self.case = actions.suspect(*pair, by=SYSTEM, on=today())
        self.state, self.proposer, self.parter, self.wish, self.keep = "found", "", "", "", None

    def left(self):
        return self._row().version, self._row().state, self._whose(), list(
            Person.objects.order_by("pk").values_list("pk", "version", "merged_into")
        )  # fmt: skip

    def _row(self):
        return DuplicateCase.objects.get(pk=self.case.pk)

    def _whose(self):
        """Identities, and the ties that are stood by: a merge closes a tie that both have, parting records it anew."""
        ties = Tie.objects.current().filter(person__in=self.pair)
        found = [
            ("identity", *one)
            for one in Identity._base_manager.filter(person__in=self.pair).values_list("person_id", "pk")
        ]
        return sorted(found + [("tie", *one) for one in ties.values_list("person_id", "region", "kind")])

    def _step(self, name, officer, may, leads, **details):
        by = self.officers[officer]
        may = may and officer != "county"
        if done := self.tried(may, lambda: getattr(actions, name)(self._row(), **details, by=by, on=today())):
            self.state = leads
        return done

    @rule(officer=OFFICERS, wish=st.sampled_from(["merge", "merge", "apart"]), keep=st.sampled_from([0, 1]))
    def propose(self, officer, wish, keep):
        may = self.state in ("found", "kept_apart")
        kept = self.pair[keep] if wish == "merge" else None
        if self._step("propose", officer, may, "proposed", wish=wish, keep=kept, reason=WHY):
            self.proposer, self.wish, self.keep = officer, wish, keep

    @rule(officer=OFFICERS)
    def withdraw(self, officer):
        self._step("withdraw", officer, self.state == "proposed" and officer == self.proposer, "found")

    def _other(self, officer):
        return self.state == "proposed" and officer != self.proposer

    @rule(officer=OFFICERS)
    def send_back(self, officer):
        self._step("send_back", officer, self._other(officer), "found", reason=WHY)

    @rule(officer=OFFICERS)
    def keep_apart(self, officer):
        self._step("keep_apart", officer, self._other(officer), "kept_apart", reason=WHY)

    @rule(officer=OFFICERS)
    def merge(self, officer):
        self._step("merge", officer, self._other(officer) and self.wish == "merge", "merged")

    @rule(officer=OFFICERS)
    def propose_undo(self, officer):
        if self._step("propose_undo", officer, self.state == "merged", "undo_proposed", reason=WHY):
            self.parter = officer

    @rule(officer=OFFICERS)
    def withdraw_undo(self, officer):
        may = self.state == "undo_proposed" and officer == self.parter
        self._step("withdraw_undo", officer, may, "merged")

    @rule(officer=OFFICERS)
    def refuse_undo(self, officer):
        may = self.state == "undo_proposed" and officer != self.parter
        self._step("refuse_undo", officer, may, "merged", reason=WHY)

    @rule(officer=OFFICERS)
    def undo(self, officer):
        may = self.state == "undo_proposed" and officer != self.parter
        self._step("undo", officer, may, "kept_apart")

    @rule(keep=st.sampled_from([0, 1]))
    def merge_as_usual(self, keep):
        """Else a short walk would seldom get as far as parting."""
        self.propose("first", "merge", keep)
        self.merge("second")

    @rule()
    def part_as_usual(self):
        self.propose_undo("second")
        self.undo("first")

    @invariant()
    def the_records_are_one_or_two_as_the_model_says(self):
        row, merged = self._row(), self.state in ("merged", "undo_proposed")
        assert row.state == self.state
        assert row.decider_id is None or row.decider_id != row.proposer_id
        assert row.undo_decider_id is None or row.undo_decider_id != row.undo_proposer_id
        into = [Person.objects.get(pk=one.pk).merged_into_id for one in self.pair]
        expected = [None, None]
        if merged:
            expected[1 - self.keep] = self.pair[self.keep].pk
        assert into == expected
        whose = self._whose()
        if merged:
            assert {person for _what, person, *_rest in whose if _what == "tie"} == {self.pair[self.keep].pk}
            assert sorted(one[2] for one in whose if one[0] == "identity") == self.numbers, "none is lost"
        else:
            assert whose == self.start, "parted, each has what was hers, once"


@pytest.fixture
def make(pair, first, second, make_officer):
    officers = {"first": first.actor, "second": second.actor, "county": make_officer(222402000).actor}
    return lambda: Merging(pair, officers)


def test_no_order_of_steps_merges_alone_or_parts_into_something_else(make):
    walk(make, examples=12, steps=25)


def test_control_a_walk_finds_that_one_officer_does_both(make, monkeypatch):
    monkeypatch.setattr(deciding, "decision_obstacles", lambda **asked: [])
    steps = make()
    steps.propose("first", "merge", 0)
    with pytest.raises((AssertionError, IntegrityError)):
        steps.keep_apart("first")
    steps.teardown()
