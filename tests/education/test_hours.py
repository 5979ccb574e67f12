"""How hours count: both rules, what is missing, and why a record counts less."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shegong.work.education.policy_types import NATIONAL, PLAN, load_entering, load_rules, load_tables
from shegong.work.education.rules import hours
from shegong.work.education.rules.hours import Line, forecast, national, owed, yearly
from shegong.work.education.rules.late import (
    early_warning,
    entry_obstacles,
    equivalent_obstacles,
    lock_obstacles,
    locked_from,
)

POLICY = Path(__file__).parents[2] / "policy"
RULES = load_rules(POLICY)
NAT, JL = RULES[NATIONAL].on(date(2026, 1, 1)), RULES[PLAN].on(date(2026, 1, 1))
ENTERING = load_entering(POLICY).on(date(2026, 1, 1))
PERIOD = (date(2024, 1, 10), date(2027, 1, 10))
pytestmark = pytest.mark.clause("T3.3")


def line(entry=1, minutes=480, on=date(2025, 3, 1), kind="class", **more):
    return Line(entry, kind, minutes, on, **more)


def days_of(count, start=date(2025, 3, 1), minutes=480):
    return [line(n, minutes, start + timedelta(days=n)) for n in range(count)]


@pytest.mark.parametrize(
    "minutes, said", [(0, "0"), (1, "0.02"), (45, "0.75"), (390, "6.5"), (600, "10"), (6000, "100")]
)
def test_hours_are_said_with_two_digits_at_most_and_something_is_never_nothing(minutes, said):
    assert hours.in_hours(minutes) == said == hours.hours_shown(hours.hours_cell(minutes))


@pytest.mark.parametrize("level, needed", [("assistant", 72), ("social_worker", 90), ("senior", 90)])
def test_the_national_rule_asks_72_or_90_hours_in_a_period_and_equal_passes(level, needed):
    enough = national(level, PERIOD, [line(minutes=needed * 60)], NAT)
    short = national(level, PERIOD, [line(minutes=needed * 60 - 1)], NAT)
    assert (enough.required, enough.missing, enough.met) == (needed * 60, 0, True)
    assert (short.missing, short.met) == (1, False)


def test_the_plan_asks_9_or_11_days_every_year_and_a_day_is_a_parameter():
    assert yearly("assistant", 2025, days_of(9), JL).met
    assert not yearly("social_worker", 2025, days_of(10), JL).met
    assert yearly("social_worker", 2025, days_of(11), JL).met
    assert yearly("assistant", 2025, [], JL).required == 9 * 8 * 60
    shorter = hours.HoursRule(**{**vars(JL), "hours_per_day": 6})
    assert yearly("assistant", 2025, [], shorter).required == 9 * 6 * 60


def test_what_meets_the_national_rule_in_three_years_is_a_third_of_the_plan():
    spread = [line(n, 24 * 60, date(2024 + n, 6, 1)) for n in range(3)]
    assert national("assistant", PERIOD, spread, NAT).met
    assert [yearly("assistant", 2024 + n, spread, JL).missing for n in range(3)] == [48 * 60] * 3


def test_training_counts_only_with_proof_of_passing():
    verdict = national("assistant", PERIOD, [line(passed=False)], NAT)
    assert (verdict.counted, verdict.lines[0].why) == (0, hours.NOT_PASSED)


def test_a_degree_fills_either_quota_once_and_takes_its_courses_with_it():
    lines = [line(1, 90 * 60, kind="degree"), line(2, 90 * 60, kind="degree"), line(3, 3000, kind="course")]
    verdict = national("senior", PERIOD, lines, NAT)
    assert verdict.met and verdict.counted == 90 * 60
    assert [one.why for one in verdict.lines] == ["", hours.DEGREE_ONCE, hours.IN_DEGREE]
    assert national("senior", PERIOD, lines[2:], NAT).counted == 3000  # without a degree: taught hours
    without = [line(1, 90 * 60, kind="degree", passed=False), *lines[2:]]
    assert (
        national("senior", PERIOD, without, NAT).counted == 3000
    )  # a degree not taken takes nothing with it


def test_hours_outside_the_period_do_not_count_on_its_very_edges():
    edges = [PERIOD[0] - timedelta(days=1), PERIOD[0], PERIOD[1] - timedelta(days=1), PERIOD[1]]
    verdict = national("assistant", PERIOD, [line(n, on=day) for n, day in enumerate(edges)], NAT)
    assert [one.minutes for one in verdict.lines] == [0, 480, 480, 0]
    assert [one.why for one in verdict.lines] == [hours.BEFORE, "", "", hours.AFTER]


def test_articles_and_homework_count_by_a_provinces_table_alone():
    jiangxi = load_tables(POLICY)["360000"].on(date(2026, 1, 1))
    assert national("assistant", PERIOD, [line(kind="article", minutes=4800)], NAT).counted == 0
    granted = line(kind="article", minutes=4800, credit_code="article_core")
    assert national("assistant", PERIOD, [granted], NAT).met
    assert not equivalent_obstacles("article", "article_core", 4800, jiangxi)
    assert [o.code for o in equivalent_obstacles("article", "article_core", 4801, jiangxi)] == ["equivalent_hours"]  # fmt: skip
    assert [o.code for o in equivalent_obstacles("article", "article_core", 4800, None)] == ["equivalent_unknown"]  # fmt: skip


def test_a_row_with_a_cap_counts_up_to_it_in_one_period():
    capped = [line(n, 3000, kind="homework", credit_code="h", cap=4000) for n in range(2)]
    verdict = national("assistant", PERIOD, capped, NAT)
    assert [(one.minutes, one.why) for one in verdict.lines] == [(3000, ""), (1000, hours.CAPPED)]


def test_a_level_that_rose_within_the_period_asks_for_the_higher_rule_unless_policy_weighs_days():
    levels = [(date(2020, 1, 1), "assistant"), (date(2025, 7, 11), "social_worker")]
    assert owed(NAT, "social_worker", PERIOD, levels=levels) == (90 * 60, (hours.LEVEL_ROSE,))
    shared = hours.HoursRule(**{**vars(NAT), "level_change": "pro_rata"})
    minutes, notes = owed(shared, "social_worker", PERIOD, levels=levels)
    assert notes == (hours.LEVEL_SHARED,)
    assert minutes == (72 * 60 * 548 + 90 * 60 * 548) // 1096
    later = [(date(2020, 1, 1), "assistant"), (date(2028, 1, 1), "social_worker")]
    assert owed(NAT, "assistant", PERIOD, levels=later)[0] == 72 * 60


def test_days_on_leave_take_their_share_off_where_policy_says_so():
    half = [(date(2024, 7, 2), date(2026, 1, 1))]
    assert yearly("assistant", 2024, [], JL, leave=half).required == 72 * 60 * 183 // 366
    assert yearly("assistant", 2025, [], JL, leave=half).required == 0
    assert national("assistant", PERIOD, [], NAT, leave=half).required == 72 * 60


def test_the_year_of_registration_asks_for_its_share():
    verdict = yearly("assistant", 2025, [], JL, registered=date(2025, 12, 1))
    assert verdict.required == 72 * 60 * 31 // 365 and hours.SHARE_OF_YEAR in verdict.notes


def test_leave_in_the_year_of_registration_takes_its_own_days_off_and_no_others():
    first, rest = date(2025, 12, 1), [(date(2025, 12, 1), date(2026, 1, 1))]
    assert yearly("assistant", 2025, [], JL, registered=first, leave=rest).required == 0
    earlier = [(date(2025, 3, 1), date(2025, 12, 11))]
    verdict = yearly("assistant", 2025, [], JL, registered=first, leave=earlier)
    assert verdict.required == 72 * 60 * 21 // 365
    assert verdict.notes == (hours.LEAVE_TAKEN, hours.SHARE_OF_YEAR)


def test_hours_before_the_registration_are_a_warning_and_no_block():
    assert early_warning(date(2024, 1, 9), PERIOD[0]).code == "before_registration"
    assert early_warning(PERIOD[0], PERIOD[0]) is None


def test_a_year_is_locked_from_the_day_after_the_policys_day():
    assert locked_from(2025, ENTERING) == date(2026, 4, 1)
    assert lock_obstacles(date(2025, 12, 31), date(2026, 3, 31), ENTERING) == []
    assert [o.code for o in lock_obstacles(date(2025, 12, 31), date(2026, 4, 1), ENTERING)] == ["year_locked"]


@pytest.mark.parametrize(
    "change, code",
    [
        ({"minutes": 0}, "minutes_none"),
        ({"minutes": 721}, "day_too_long"),
        ({"earned_on": date(2026, 2, 2)}, "date_future"),
        ({"kind": "sleep"}, "kind_unknown"),
        ({"title": " "}, "title_missing"),
    ],
)
def test_impossible_records_are_refused_each_for_its_reason(change, code):
    given = {"minutes": 480, "kind": "class", "earned_on": date(2026, 2, 1), "on": date(2026, 2, 1)}
    assert not entry_obstacles(**given, entering=ENTERING)
    assert [o.code for o in entry_obstacles(**{**given, **change}, entering=ENTERING)] == [code]


def test_the_pace_so_far_tells_what_will_be_missing():
    verdict = national("assistant", PERIOD, [line(minutes=20 * 60)], NAT)
    seen = forecast(verdict, date(2025, 7, 11), after_days=30)
    assert (seen.expected, seen.missing) == (20 * 60 * 1096 // 548, 72 * 60 - 40 * 60)
    assert forecast(verdict, date(2024, 1, 20), after_days=30) is None
    assert forecast(verdict, PERIOD[1], after_days=30) is None


LINES = st.lists(
    st.builds(
        Line,
        entry=st.integers(1, 9),
        kind=st.sampled_from(["class", "course", "degree", "article", "other"]),
        minutes=st.integers(1, 6000),
        earned_on=st.dates(date(2023, 6, 1), date(2027, 6, 1)),
        passed=st.booleans(),
    ),
    max_size=12,
)


@given(LINES, LINES)
@settings(max_examples=60, deadline=None)
def test_more_records_never_count_less_unless_a_degree_takes_its_courses(some, more):
    one = national("social_worker", PERIOD, some, NAT)
    both = national("social_worker", PERIOD, some + more, NAT)
    assert both.counted >= min(one.counted, 90 * 60) or any(x.kind == "degree" for x in more)
    assert one.counted == sum(x.minutes for x in one.lines) and len(one.lines) == len(some)
    assert one.counted + one.missing >= one.required
