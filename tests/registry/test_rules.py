"""Rules of registration against the articles: windows, steps, status, route, who may decide."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.duties.registry.policy_types import load_registration, load_routes
from shegong.duties.registry.rules import (
    KINDS,
    WORKFLOW,
    CaseFacts,
    Chair,
    Facts,
    Kind,
    LateRound,
    State,
    Status,
    all_passed,
    checks,
    decision_due,
    decision_obstacles,
    failing_step,
    first_deadline,
    missing_steps,
    opinion_obstacles,
    passing_step,
    read_route,
    recall_obstacles,
    registration_obstacles,
    renewal_opens,
    stage_at,
    status_on,
    valid_to,
    write_route,
)
from shegong.kernel.calendar import Calendar, calendar_of, read_schedule

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_registration(ROOT / "policy").on(date(2012, 6, 1))
DAY = date(2012, 6, 1)
STEPS = list(KINDS[Kind.FIRST].steps)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    schedule = next((ROOT / "shegong").rglob("china_*2004*2026.csv"))
    return calendar_of(read_schedule(schedule.read_text()))


def complete(**changes) -> Facts:
    papers = frozenset(m.code for m in POLICY.materials_for("first", "workplace"))
    facts = Facts(
        name="金某", identity_masked="990101********0011", born_on=date(1985, 3, 1), education=True,
        level="social_worker", issued_on=date(2012, 1, 10), certificate_state="declared", ground="workplace",
        region_code=222401000, employer="北山街道社会救助服务中心", papers=papers, committed=True,
    )  # fmt: skip
    return replace(facts, **changes)


def codes(obstacles) -> list[str]:
    return [obstacle.code for obstacle in obstacles]


@pytest.mark.clause("T4.2.a")
def test_a_complete_application_within_its_year_meets_no_obstacle(calendar):
    assert registration_obstacles(complete(), POLICY, calendar, DAY) == []


@pytest.mark.clause("T4.2.a")
def test_the_first_year_counts_from_the_issue_date_and_includes_its_last_day(calendar):
    facts = complete(issued_on=date(2011, 6, 8))
    assert first_deadline(facts.issued_on, POLICY, calendar).on == date(2012, 6, 8)
    assert registration_obstacles(facts, POLICY, calendar, date(2012, 6, 8)) == []
    assert codes(registration_obstacles(facts, POLICY, calendar, date(2012, 6, 9))) == ["window_closed"]


def test_a_last_day_on_a_statutory_holiday_rolls_to_the_first_day_after_it(calendar):
    assert first_deadline(date(2011, 10, 1), POLICY, calendar).on == date(2012, 10, 8)


@pytest.mark.clause("T4.2.a")
def test_a_special_round_admits_a_late_certificate_of_its_years_only(calendar):
    late = complete(
        issued_on=date(2009, 1, 5), rounds=(LateRound(1, (), date(2008, 1, 1), date(2010, 12, 31)),)
    )
    assert registration_obstacles(late, POLICY, calendar, DAY) == []
    other = replace(late, rounds=(LateRound(1, ("senior",), None, None),))
    assert codes(registration_obstacles(other, POLICY, calendar, DAY)) == ["window_closed"]


def test_thirty_working_days_follow_the_official_calendar(calendar):
    assert decision_due(date(2012, 9, 20), POLICY, calendar).on == date(2012, 11, 7)


def test_thirty_working_days_into_an_unpublished_year_are_provisional(calendar):
    assert decision_due(date(2026, 11, 22), POLICY, calendar).provisional


def test_validity_is_three_years_to_the_corresponding_day():
    assert valid_to(date(2012, 2, 29), POLICY) == date(2015, 2, 28)
    assert valid_to(date(2012, 6, 1), POLICY) == date(2015, 6, 1)
    assert renewal_opens(date(2015, 6, 1), POLICY) == date(2015, 3, 1)


def test_every_empty_step_is_counted_and_named_in_the_refusal(calendar):
    assert missing_steps(Facts(), POLICY) == STEPS
    assert codes(registration_obstacles(Facts(), POLICY, calendar, DAY)) == ["step_missing"] * len(STEPS)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"barred": True}, "barred"),
        ({"registered_at_level": True}, "registered"),
        ({"certificate_state": "annulled"}, "certificate_invalid"),
        ({"employer_dissolved": True}, "employer_dissolved"),
        ({"died": True}, "deceased"),
        ({"born_on": date(1997, 1, 1)}, "too_young"),
        ({"issued_on": date(2012, 6, 2)}, "issued_in_future"),
        ({"route_found": False}, "no_route"),
        ({"returned": ("certificate",)}, "still_returned"),
    ],
)
def test_each_bar_of_articles_4_to_6_is_named(calendar, change, code):
    assert codes(registration_obstacles(complete(**change), POLICY, calendar, DAY)) == [code]


def test_at_the_domicile_no_employer_and_no_proof_of_employment_is_asked(calendar):
    papers = frozenset(m.code for m in POLICY.materials_for("first", "domicile"))
    facts = complete(ground="domicile", employer="", papers=papers)
    assert registration_obstacles(facts, POLICY, calendar, DAY) == []


ADMITTED, END = date(2012, 6, 1), date(2015, 6, 2)


def status(day, **more):
    return status_on(
        day, admitted_on=ADMITTED, terms=[(ADMITTED, END)], suspended=more.pop("suspended", []), **more
    )


@pytest.mark.clause("T4.2.e")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2012, 5, 31), Status.NOT_YET),
        (date(2012, 6, 1), Status.REGISTERED),
        (date(2015, 3, 3), Status.REGISTERED),
        (date(2015, 3, 4), Status.EXPIRING),
        (date(2015, 6, 1), Status.EXPIRING),
        (date(2015, 6, 2), Status.LAPSED),
    ],
)
def test_status_on_the_boundary_days(day, expected):
    assert status(day) == expected


def test_a_grace_period_is_shown_before_lapsing():
    assert status(date(2015, 6, 2), grace_days=30) == Status.GRACE
    assert status(date(2015, 7, 2), grace_days=30) == Status.LAPSED


def test_a_closing_decision_counts_from_its_day_and_not_before():
    closed = {"closed_on": date(2013, 1, 5), "closed_kind": "revoked"}
    assert status(date(2013, 1, 4), **closed) == Status.REGISTERED
    assert status(date(2013, 1, 5), **closed) == Status.REVOKED


def test_a_suspension_ends_by_itself():
    during = [(date(2013, 1, 1), date(2013, 4, 1))]
    assert status(date(2013, 3, 31), suspended=during) == Status.SUSPENDED
    assert status(date(2013, 4, 1), suspended=during) == Status.REGISTERED


@given(st.integers(0, 1500), st.integers(1, 400))
def test_renewed_terms_without_a_gap_never_lapse_between(offset, length):
    terms = [(ADMITTED, END), (END, END + timedelta(days=length))]
    day = ADMITTED + timedelta(days=offset)
    found = status_on(day, admitted_on=ADMITTED, terms=terms, suspended=[])
    assert (found == Status.LAPSED) == (day >= END + timedelta(days=length))


def route(code, day=date(2015, 1, 1), level=4):
    return load_routes(ROOT / "policy")[code].on(day).stages_from(level)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("220000", "first,second,final"),
        ("130000", "first,second,final"),
        ("350000", "final"),
        ("440000", "first,final"),
    ],
)
def test_the_routes_of_the_provinces_are_policy(code, names):
    assert ",".join(stage.stage for stage in route(code)) == names


def test_a_route_survives_being_kept_as_a_word():
    stages = route("220000")
    assert [(s.stage, s.level) for s in read_route(write_route(stages))] == [
        (s.stage, s.level) for s in stages
    ]


def walk(stages) -> list[str]:
    state, steps = State.ACCEPTED, []
    while stage_at(stages, state):
        step = passing_step(stages, state)
        steps.append(step)
        state = State(WORKFLOW.steps[step].after)
    return steps


def test_every_route_ends_in_admission_by_its_last_office():
    assert walk(route("220000")) == ["pass_first", "pass_second", "admit"]
    assert walk(route("440000")) == ["pass_first", "admit"]
    assert walk(route("350000")) == ["admit"]


def test_only_the_last_office_refuses_an_earlier_one_fails_the_review():
    stages = route("220000")
    assert failing_step(stages, State.ACCEPTED) == "fail"
    assert failing_step(stages, State.SECOND_PASSED) == "refuse"


def chair(**changes) -> Chair:
    given_ = {"officer_id": 1, "applicant_id": 2, "earlier_officers": set(), "may_at_stage": True} | changes
    return Chair(**given_)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"applicant_id": 1}, "own_case"),
        ({"earlier_officers": {1}}, "checked_before"),
        ({"may_at_stage": False}, "not_your_stage"),
        ({"someone_must_act": False}, "nothing_to_decide"),
    ],
)
def test_nobody_decides_on_himself_nor_checks_what_he_made(change, code):
    assert decision_obstacles(chair()) == []
    assert codes(decision_obstacles(chair(**change))) == [code]


def test_a_decision_can_be_taken_back_for_thirty_minutes_by_its_officer_once():
    free = {
        "is_own": True,
        "seconds_since": 1800,
        "recall_minutes": POLICY.recall_minutes,
        "already_recalled": False,
    }
    assert POLICY.recall_minutes == 30 and recall_obstacles(**free) == []
    assert codes(recall_obstacles(**free | {"seconds_since": 1800.1})) == ["recall_over"]
    assert codes(recall_obstacles(**free | {"is_own": False})) == ["not_own_decision"]
    assert codes(recall_obstacles(**free | {"already_recalled": True})) == ["recalled_before"]


def test_a_refusal_needs_a_reason_and_a_sentence():
    assert codes(opinion_obstacles("refuse", " ", "")) == ["reason_needed", "opinion_needed"]
    assert opinion_obstacles("admit", "", "") == []


def case(**changes) -> CaseFacts:
    facts = {
        "facts": complete(), "identity_valid": True, "identity_place_known": True, "in_pass_list": None,
        "management_no_length": 18,
    }  # fmt: skip
    return CaseFacts(**facts | changes)


def test_a_clean_case_passes_every_automatic_check(calendar):
    assert all_passed(checks(case(), POLICY, calendar, DAY))


@pytest.mark.parametrize(
    "change",
    [
        {"identity_valid": False},
        {"in_pass_list": False},
        {"management_no_length": 17},
        {"other_people_with_name_and_birth": 1},
        {"identity_place_known": False},
        {"facts": complete(papers=frozenset())},
        {"facts": complete(born_on=date(1995, 1, 1))},
    ],
)
def test_what_a_human_must_judge_comes_first_and_bars_the_bulk(calendar, change):
    found = checks(case(**change), POLICY, calendar, DAY)
    assert not found[0].passed and not all_passed(found)


@pytest.mark.clause("T4.2.a")
def test_who_cancelled_may_register_again_and_who_was_revoked_or_stands_higher_may_not(calendar):
    def found(**more):
        return codes(registration_obstacles(complete(**more), POLICY, calendar, DAY))

    assert found() == [] and found(registered_at_level=True) == ["registered"]
    assert found(revoked_before=True) == ["revoked_before"]
    assert found(live_level="senior") == ["registered_higher"] and found(live_level="assistant") == []


def test_what_was_handed_in_within_the_year_stays_in_time_while_it_is_put_right(calendar):
    facts = complete(issued_on=date(2011, 5, 10))
    assert codes(registration_obstacles(facts, POLICY, calendar, DAY)) == ["window_closed"]
    assert (
        codes(registration_obstacles(replace(facts, handed_in=date(2012, 5, 10)), POLICY, calendar, DAY))
        == []
    )
