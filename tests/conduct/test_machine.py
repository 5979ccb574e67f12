"""Hypothesis walks a decision on conduct and its review through every order of steps by everybody who is near it (D19)."""

import pytest
from django.db import IntegrityError
from django.utils import timezone
from fixtures.accused import accused, act, bench, complaint, offices
from fixtures.registered import make, places
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions import deciding
from shegong.duties.conduct.models import Appeal, Complaint, Decision, sanctions_in_force
from shegong.duties.registry.models import Restriction, status_of
from shegong.ground.people.models import Person

__all__ = ["accused", "act", "bench", "complaint", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]
EVERYBODY = ["member", "leader", "second_leader", "above_member", "above_leader", "herself"]
WHO = st.sampled_from(EVERYBODY)
RESULTS = {
    "upheld": {"result": "upheld"},
    "changed": {"result": "changed", "measure": "suspended", "months": 1},
    "annulled": {"result": "annulled"},
}
OF_CASE = {"": "heard", "proposed": "heard", "sent_back": "heard", "stayed": "appealed"}


class Deciding(Walking):
    """The panel has voted to suspend her for three months; what follows is in any order."""

    def __init__(self, inquiry, registration, people):
        super().__init__()
        self.inquiry, self.registration, self.people = inquiry, registration, people
        self.on = timezone.localdate()
        self.decision, self.appeal, self.result = (
            "",
            "",
            "",
        )  # states of the last ones; no decision, no review yet

    def left(self):
        kept = ((model, "state", "version") for model in (Complaint, Decision, Appeal))
        rows = [list(model._base_manager.order_by("pk").values_list("pk", *names)) for model, *names in kept]
        return *rows, list(Restriction._base_manager.order_by("pk").values())

    def _decision(self):
        return Decision.objects.latest("pk")

    @rule(who=WHO)
    def propose(self, who):
        may = who == "member" and self.decision in ("", "sent_back")
        said = {
            "measure": "suspended",
            "months": 3,
            "grounds": ["private_gain"],
            "reasons": "有转账记录为证。",
        }
        if self.tried(may, lambda: actions.propose_decision(
            self.inquiry, **said, answer="你反映的情况属实，已作出处理。", by=self.people[who], on=self.on
        )):  # fmt: skip
            self.decision = "proposed"

    @rule(who=WHO)
    def send_back(self, who):
        may = who in ("leader", "second_leader") and self.decision == "proposed"
        if self.decision and self.tried(
            may, lambda: actions.send_back(self._decision(), note="理由不足", by=self.people[who], on=self.on)
        ):
            self.decision = "sent_back"

    @rule(who=WHO)
    def decide(self, who):
        may = who in ("leader", "second_leader") and self.decision == "proposed"
        if self.decision and self.tried(
            may, lambda: actions.decide(self._decision(), by=self.people[who], on=self.on)
        ):
            self.decision = "in_force"

    @rule(who=WHO)
    def lodge(self, who):
        may = who == "herself" and self.decision == "in_force" and not self.appeal
        if self.decision and self.tried(
            may,
            lambda: actions.lodge_appeal(
                self._decision(), text="处理过重，请求复核。", by=self.people[who], on=self.on
            ),
        ):
            self.decision, self.appeal = "stayed", "lodged"

    @rule(who=WHO)
    def give_up(self, who):
        may = who == "herself" and self.appeal in ("lodged", "proposed")
        if self.appeal and self.tried(
            may, lambda: actions.withdraw_appeal(Appeal.objects.get(), by=self.people[who], on=self.on)
        ):
            self.decision, self.appeal = "in_force", "withdrawn"

    @rule(who=WHO, result=st.sampled_from(sorted(RESULTS)))
    def propose_result(self, who, result):
        may, said = who == "above_member" and self.appeal in ("lodged", "proposed"), RESULTS[result]
        if self.appeal and self.tried(may, lambda: actions.propose_result(
            Appeal.objects.get(), **said, reasons="已重新审查案卷。", by=self.people[who], on=self.on
        )):  # fmt: skip
            self.appeal, self.result = "proposed", result

    @rule(who=WHO)
    def answer(self, who):
        may = who == "above_leader" and self.appeal == "proposed"
        if self.appeal and self.tried(
            may, lambda: actions.decide_appeal(Appeal.objects.get(), by=self.people[who], on=self.on)
        ):
            self.appeal, self.decision = "decided", "annulled" if self.result == "annulled" else "in_force"

    @invariant()
    def the_register_and_the_case_say_what_the_model_says(self):
        binding = Decision.objects.filter(state__in=("in_force", "stayed"))
        binds = self.decision in ("in_force", "stayed")
        assert binding.count() == binds, "one decision binds, or none"
        if self.decision:
            assert self._decision().state == self.decision
        if binds:
            milder = self.appeal == "decided" and self.result == "changed"
            assert (binding.get().months, binding.get().replaces_id is not None) == (
                1 if milder else 3,
                milder,
            )
        assert all(one.decider_id != one.proposer_id for one in Decision.objects.exclude(decider=None))
        assert all(one.decider_id != one.proposer_id for one in Appeal.objects.exclude(decider=None))
        assert (status_of(self.registration, self.on) == "suspended") == binds
        shown = sanctions_in_force(self.inquiry.respondent_id, self.on)
        assert len(shown) == (self.decision == "in_force"), "what is under review is not shown"
        case = Complaint.objects.get().state
        assert case == OF_CASE.get(self.decision, "decided")


@pytest.fixture
def begin(complaint, bench, accused, act):
    on = timezone.localdate()
    inquiry = actions.open_inquiry(complaint, plan="查看记录，询问双方。", by=bench.officer, on=on)
    inquiry = actions.disclose(inquiry, text="有人反映你收受现金。", by=bench.officer, on=on)
    actions.reply(inquiry, text="那是还的垫付款。", by=accused.me, on=on)
    panel = [
        actions.seat(inquiry, Person.objects.get(pk=one.person_id), by=bench.officer, on=on)
        for one in bench.panel
    ]
    inquiry = actions.hear(inquiry, report="两次收款，情况属实。", by=bench.officer, on=on)
    for seat, member in zip(panel, bench.panel, strict=True):
        actions.vote(seat, measure="suspended", months=3, by=member, on=on)
    people = dict(zip(EVERYBODY, [bench.panel[0], bench.leader, act("leader"), bench.above.panel,
                                  bench.above.leader, accused.me], strict=True))  # fmt: skip
    return lambda: Deciding(inquiry, accused.registration, people)


def test_no_order_of_steps_decides_alone_twice_or_by_the_wrong_body(begin):
    walk(begin, examples=14, steps=28)


def test_control_a_walk_finds_that_whoever_proposed_signs(begin, monkeypatch):
    """She who proposed holds both rights and is signed on by herself once the rule is gone."""
    for name in ("decider_obstacles", "panel_obstacles"):
        monkeypatch.setattr(deciding, name, lambda *asked: [])
    steps = begin()
    member, leader = steps.people["member"], steps.people["leader"]
    steps.people["member"] = type(member)(
        user_id=member.user_id,
        person_id=member.person_id,
        authorities=(*member.authorities, *leader.authorities),
    )
    steps.propose("member")
    with pytest.raises((AssertionError, IntegrityError)):
        steps.decide("member")
    steps.teardown()
