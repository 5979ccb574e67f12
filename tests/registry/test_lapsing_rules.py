"""What keeps a status beyond its end, how many may lapse by themselves, which reminder is due: the rules alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules.lapsing import (
    Ending,
    Why,
    batch_obstacles,
    is_mass,
    keeping,
    restoration_obstacles,
    returned_to,
)
from shegong.duties.registry.rules.reminding import remains, spans, stage_due
from shegong.duties.registry.rules.window import renewal_window
from shegong.kernel.calendar import Calendar

END = date(2027, 6, 30)
ON = date(2027, 6, 29)
POLICY = registration_policy(END)
NO_SCHEDULE = Calendar({}, frozenset({2027}))
TOLD = END - timedelta(days=60)


def ending(**facts) -> Ending:
    return replace(Ending(END, END, False, TOLD), **facts)


def test_who_was_told_and_did_nothing_lapses():
    assert keeping(ending(), POLICY, ON) == {}


def test_without_a_reminder_that_arrived_nobody_lapses():
    assert keeping(ending(proven_on=None), POLICY, ON) == {
        Why.NO_PROOF: END + timedelta(days=POLICY.hold_days)
    }


def test_a_notice_that_came_late_gives_its_days_and_no_more():
    late = ending(proven_on=END - timedelta(days=4))
    assert keeping(late, POLICY, ON) == {Why.NO_PROOF: END + timedelta(days=POLICY.notice_days - 4)}


def test_an_application_in_time_keeps_the_status_however_slow_the_office_is():
    for after in (0, 10, 400):
        day = END + timedelta(days=after)
        assert keeping(ending(applied=True), POLICY, day)[Why.PENDING] > day


def test_an_outage_keeps_the_status_to_the_extended_last_day():
    assert keeping(ending(closes_on=END + timedelta(days=2)), POLICY, ON) == {
        Why.OUTAGE: END + timedelta(days=2)
    }


def test_before_the_version_of_the_gates_a_term_ends_as_it_did():
    assert not registration_policy(date(2026, 10, 31)).lapse_needs_proof
    assert registration_policy(date(2026, 10, 31)).restoration_days == 0
    assert keeping(ending(proven_on=None), registration_policy(date(2013, 1, 1)), ON) == {}


@pytest.mark.parametrize(
    ("lapsing", "live", "waits"),
    [(50, 1_000_000, False), (51, 1_000_000, True), (10, 1_999, True), (10, 2_000, False), (9, 9, False)],
)
def test_many_lapses_on_one_day_wait_for_people(lapsing, live, waits):
    assert is_mass(lapsing, live, POLICY) is waits


def test_two_officers_look_and_neither_at_his_own_registration():
    assert batch_obstacles(officer_id=1, confirmed_by=None, holders=frozenset({2})) == []
    assert batch_obstacles(officer_id=1, confirmed_by=1, holders=frozenset())[0].code == "four_eyes"
    assert batch_obstacles(officer_id=2, confirmed_by=1, holders=frozenset({2}))[0].code == "own_case"


def test_restoring_is_one_step_within_the_time_the_province_gives():
    facts = {"lapsed_after": END, "policy": POLICY, "lapsed": True, "suspended": False, "short": 0}
    last = END + timedelta(days=POLICY.restoration_days)
    assert restoration_obstacles(on=last, **facts) == []
    assert [o.code for o in restoration_obstacles(on=last + timedelta(days=1), **facts)] == [
        "restoration_over"
    ]
    found = restoration_obstacles(on=last, **{**facts, "suspended": True, "short": 450})
    assert [o.code for o in found] == ["suspended", "hours_missing"] and found[1].params == {"hours": "7.5"}
    for changed, code in (({"died": True}, "deceased"), ({"applied": True}, "renewal_under_way")):
        assert [o.code for o in restoration_obstacles(on=last, **facts, **changed)] == [code]


def test_whoever_comes_back_late_gets_the_same_years_by_renewal_and_in_one_step():
    begins = END + timedelta(days=20)
    assert returned_to(END, begins, POLICY) == date(2030, 6, 30)  # nobody gains by being late
    other = replace(POLICY, late_term="decision")
    assert returned_to(END, begins, other) == date(2030, 7, 20)


def test_the_ladder_tells_each_step_once_and_only_the_latest():
    told: list[str] = []
    for day in range(400, -1, -1):
        if stage := stage_due(END, END - timedelta(days=day), POLICY, told):
            told.append(stage)
    assert told == ["forecast", "opens", "month", "fortnight", "last"]
    assert (
        stage_due(END, END - timedelta(days=20), POLICY, []) == "month"
    )  # a platform that starts now tells one


def test_the_days_to_look_at_are_those_at_which_a_step_is_the_latest():
    for on in (date(2027, 2, 28), date(2027, 3, 31), date(2028, 2, 29)):
        found = spans(on, POLICY)
        assert [stage for stage, _, _ in found] == ["last", "fortnight", "month", "opens", "forecast"]
        for stage, first, last in found:
            days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            assert {stage_due(day, on, POLICY, ()) for day in days} == {stage}
        assert stage_due(found[-1][2] + timedelta(days=1), on, POLICY, ()) == ""


def test_a_status_without_proof_is_tried_again_each_week():
    day = END + timedelta(days=8)
    assert stage_due(END, day, POLICY, [], unproven=True) == "again-1"
    assert stage_due(END, day, POLICY, ["again-1"], unproven=True) == ""
    assert stage_due(END, day, POLICY, []) == ""


def test_every_reminder_says_what_remains():
    assert remains(450, 2)[1] == {"n": 2, "hours": "7.5"}
    assert len({remains(None, 2)[0], remains(0, 1)[0], remains(450, 2)[0], remains(0, 0)[0]}) == 4


def test_the_last_day_to_apply_moves_off_days_off_and_the_printed_end_stays():
    sunday = date(2027, 6, 27)
    window = renewal_window(sunday, POLICY, NO_SCHEDULE)
    assert (window.opens_on, window.ends_on, window.closes_on) == (
        date(2027, 3, 27),
        sunday,
        date(2027, 6, 28),
    )
    assert not window.given_back  # a day off gives a day to apply; the status itself ends as printed
    assert window.is_timely(date(2027, 6, 28)) and not window.is_timely(date(2027, 6, 29))
    assert window.is_timely(
        date(2027, 3, 1)
    )  # a round of the province may let a renewal in before the window
    assert window.is_timely(
        date(2027, 6, 29), kept_to=date(2027, 7, 27)
    )  # whose status is kept is still in time


@given(st.sampled_from(["birth_month", "certificate_day"]), st.dates(date(1960, 1, 1), date(2000, 12, 31)))
def test_staggered_openings_lie_in_the_window_and_leave_most_of_it(opening, day):
    policy = replace(POLICY, opening=opening)
    window = renewal_window(END, policy, NO_SCHEDULE, born_on=day, issued_on=day)
    first = renewal_window(END, POLICY, NO_SCHEDULE).opens_on
    assert first <= window.opens_on < first + timedelta(days=policy.opening_spread_days)
    assert (END - window.opens_on).days > 60


def test_staggering_spreads_a_cohort_over_the_months_of_birth():
    policy = replace(POLICY, opening="birth_month")
    opens = {
        renewal_window(END, policy, NO_SCHEDULE, born_on=date(1980, m, 9)).opens_on for m in range(1, 13)
    }
    assert len(opens) == 12
