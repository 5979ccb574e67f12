"""Hypothesis walks the suspension for the time of an inquiry through every order of proposing, signing, reviewing and ending."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from fixtures.accused import accused, act, bench, complaint, offices
from fixtures.registered import make, places
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions import interim
from shegong.duties.conduct.models import Interim
from shegong.duties.registry.models import Restriction, status_of

__all__ = ["accused", "act", "bench", "complaint", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]
WHO = st.sampled_from(["officer", "leader", "member", "herself"])


class Suspending(Walking):
    """Who investigates proposes, the signatory orders; a day may pass between two steps."""

    def __init__(self, inquiry, registration, people):
        super().__init__()
        self.inquiry, self.registration, self.people = inquiry, registration, people
        self.on, self.state, self.made = (
            timezone.localdate(),
            "",
            0,
        )  # of the newest measure: proposed, signed, ended

    def left(self):
        return [list(model._base_manager.order_by("pk").values()) for model in (Interim, Restriction)]

    def _newest(self):
        return Interim.objects.latest("pk")

    @rule()
    def a_day_passes(self):
        self.on += timedelta(days=1)

    @rule(who=WHO)
    def propose(self, who):
        may, days = who == "officer" and self.state in ("", "ended"), timedelta(days=40)
        if self.tried(may, lambda: actions.propose_interim(
            self.inquiry, start=self.on, end=self.on + days, ground="private_gain", by=self.people[who], on=self.on
        )):  # fmt: skip
            self.state, self.made = "proposed", self.made + 1

    @rule(who=WHO)
    def sign(self, who):
        may = who == "leader" and self.state == "proposed"
        if self.state and self.tried(
            may, lambda: actions.sign_interim(self._newest(), by=self.people[who], on=self.on)
        ):
            self.state = "signed"

    @rule(who=WHO, keep=st.booleans())
    def review(self, who, keep):
        may = who == "leader" and self.state == "signed"
        if self.state and self.tried(
            may, lambda: actions.review_interim(self._newest(), keep=keep, by=self.people[who], on=self.on)
        ):
            self.state = "signed" if keep else "ended"

    @invariant()
    def she_is_suspended_as_long_as_somebody_ordered_it(self):
        assert (status_of(self.registration, self.on) == "suspended") == (self.state == "signed")
        rows = Interim.objects.all()
        assert rows.count() == self.made
        assert rows.filter(ended_on=None).count() == (self.state in ("proposed", "signed")), "one at a time"
        assert all(one.signer_id != one.proposer_id for one in rows.exclude(signer=None))


@pytest.fixture
def begin(complaint, bench, accused):
    on = timezone.localdate()
    inquiry = actions.open_inquiry(complaint, plan="查看记录，询问双方。", by=bench.officer, on=on)
    inquiry = actions.disclose(inquiry, text="有人反映你收受现金。", by=bench.officer, on=on)
    people = {
        "officer": bench.officer, "leader": bench.leader, "member": bench.panel[0], "herself": accused.me,
    }  # fmt: skip
    return lambda: Suspending(inquiry, accused.registration, people)


def test_no_order_of_steps_suspends_alone_or_leaves_a_suspension_that_was_ended(begin):
    walk(begin, examples=12, steps=20)


def test_control_a_walk_finds_that_whoever_proposed_orders_it(begin, monkeypatch):
    monkeypatch.setattr(interim, "decider_obstacles", lambda *asked: [])
    steps = begin()
    officer, leader = steps.people["officer"], steps.people["leader"]
    steps.people["officer"] = type(officer)(
        user_id=officer.user_id,
        person_id=officer.person_id,
        authorities=(*officer.authorities, *leader.authorities),
    )
    steps.propose("officer")
    with pytest.raises((AssertionError, IntegrityError)):
        steps.sign("officer")
    steps.teardown()
