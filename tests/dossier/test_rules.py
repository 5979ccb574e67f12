"""What makes two records look like one human, and what speaks against it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shegong.kernel.names import comparison_key
from shegong.kernel.pinyin import pinyin
from shegong.steering.dossier import rules
from shegong.steering.dossier.models import merge_policy
from shegong.steering.dossier.rules import Facts, Name, Reason, reasons_between, sounds_of

pytestmark = pytest.mark.clause("T4.2.b")
BORN = date(1990, 3, 7)


def named(text, **more):
    canonical = comparison_key(text)
    return Facts(names=(Name(text, canonical, sounds_of(text, canonical, " ".join(pinyin(text)))),), **more)


def codes(one, other):
    return {str(reason) for reason in reasons_between(one, other)}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (named("金美玉", born_on=BORN), named("金美玉", born_on=BORN), "name_birth"),
        (named("山﨑花", born_on=BORN), named("山崎花", born_on=BORN), "variant"),
        (named("金美玉", born_on=BORN), named("金美钰", born_on=BORN), "pinyin_birth"),
        (named("金美玉", born_on=BORN, last4=frozenset({b"4"})), named("金梅玉", born_on=BORN, last4=frozenset({b"4"})), "last4_birth"),
        (named("金美玉", born_on=BORN, last4=frozenset({b"4"})), named("金美玉", born_on=date(1990, 7, 3), last4=frozenset({b"4"})), "last4_name"),
        (named("金美玉", bodies=frozenset({"22010219900307124"})), named("金美钰", bodies=frozenset({"22010219900307142"})), "number_near"),
        (named("金美玉", phones=frozenset({b"p"})), named("金美钰", phones=frozenset({b"p"})), "phone"),
        (named("金美玉", emails=frozenset({b"m"})), named("金美玉", emails=frozenset({b"m"})), "email"),
        (named("金美玉", employers=frozenset({7})), named("金美玉", employers=frozenset({7, 8})), "name_employer"),
        (named("金美玉", certificates=frozenset({"A1"})), named("王海", certificates=frozenset({"A1"})), "certificate"),
        (named("JIN MEIYU", passports=frozenset({b"x"})), named("金美玉", eighteen=frozenset({b"y"})), "passport"),
        (named("MEIYU JIN", passports=frozenset({b"x"})), named("金美玉", eighteen=frozenset({b"y"})), "passport"),
        (named("IVAN PETROV", passports=frozenset({b"x"})), named("IVAN PETROV", passports=frozenset({b"y"})), "renewed"),
    ],
)  # fmt: skip
def test_each_reason_is_found_whichever_record_comes_first(one, other, reason):
    assert reason in codes(one, other) and reason in codes(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (named("金美玉"), named("金美玉")),
        (named("金美玉", born_on=BORN), named("王海", born_on=BORN)),
        (named("金美玉", phones=frozenset({b"p"})), named("王海", phones=frozenset({b"p"}))),
        (named("金美玉", born_on=BORN), named("金美玉", born_on=date(1991, 3, 7))),
        (named("JIN MEIYU", passports=frozenset({b"x"})), named("金美玉", passports=frozenset({b"y"}))),
    ],
)
def test_namesakes_families_and_birthdays_alone_are_no_reason(one, other):
    policy = merge_policy(date(2026, 11, 23))
    assert policy.weight(reasons_between(one, other)) < policy.threshold


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("12345", "12354", True), ("12345", "12845", True), ("12345", "12345", False), ("12345", "13254", False),
     ("12345", "14325", False), ("12345", "1234", False)],
)  # fmt: skip
def test_near_is_one_digit_or_two_neighbours_swapped(one, other, near):
    assert rules.is_near(one, other) is near


def test_what_speaks_against_is_said_and_takes_weight_away():
    one = named("金美玉", born_on=BORN, sex="1", eighteen=frozenset({b"a"}))
    other = replace(one, sex="2", eighteen=frozenset({b"b"}))
    assert {"numbers_differ", "sex_differs"} <= codes(one, other)
    policy = merge_policy(date(2026, 11, 23))
    assert policy.weight(reasons_between(one, other)) < policy.weight(reasons_between(one, one))


def test_every_reason_has_a_sentence_and_a_weight():
    weights = merge_policy(date(2026, 11, 23)).weights
    assert set(rules.SENTENCES) == set(Reason) == {Reason(code) for code in weights}
    assert all(weights[reason] < 0 for reason in rules.AGAINST)


def test_a_merge_can_be_undone_for_seven_days_and_not_an_hour_longer():
    merged = datetime(2026, 11, 23, 9, tzinfo=UTC)
    days = merge_policy(date(2026, 11, 23)).undo_days
    assert rules.undo_obstacles(merged_at=merged, now=merged + timedelta(days=7), days=days) == []
    late = rules.undo_obstacles(merged_at=merged, now=merged + timedelta(days=7, hours=1), days=days)
    assert [obstacle.code for obstacle in late] == ["undo_late"]


def test_whoever_proposed_and_whoever_it_is_about_decide_nothing():
    assert [o.code for o in rules.decision_obstacles(officer_id=1, proposer_id=1)] == ["four_eyes"]
    assert rules.decision_obstacles(officer_id=2, proposer_id=1) == []
    assert [o.code for o in rules.officer_obstacles(officer_id=5, about=(4, 5))] == ["own_case"]
    assert [o.code for o in rules.touched_obstacles(["Jobs", "Jobs"])] == ["touched"]
