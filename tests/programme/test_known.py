"""Ends that registers know beforehand: those to come, and those that a forecast of a past day would have been told of."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from shegong.kernel import cube, cube_measures
from shegong.kernel.access import Range
from shegong.kernel.cube_tables import Contribution
from shegong.steering.programme.models.known import known_ends
from shegong.steering.programme.rules.forecast import Known, forecast

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N10")]
YANBIAN, BAICHENG = 222400000, 220800000
HERE = (Range(YANBIAN, YANBIAN + 100_000),)
TODAY = timezone.localdate()
THIS_MONTH = TODAY.replace(day=1)


def month_end(months: int) -> date:
    """The last day of the month so many months from this one."""
    at = THIS_MONTH.year * 12 + THIS_MONTH.month + months
    return date(at // 12, at % 12 + 1, 1) - timedelta(days=1)


@pytest.fixture
def terms():
    """Records what a term adds or takes away on a day, known since another."""
    one = cube.register(
        cube.Measure("tests.terms", "", "person", "stock", "people.Person", (), lambda some: [])
    )
    made = []

    def record(on: date, amount: int, known: date, region: int = YANBIAN) -> None:
        at = timezone.make_aware(datetime.combine(known, time(9)))
        made.append(
            Contribution(measure=one.number, rule=1, subject=len(made) + 1, region_code=region, on=on, amount=amount,
                         recorded_at=at)
        )  # fmt: skip
        made[-1].save()

    yield record
    cube_measures.withdraw(one.name)


def ends(on: date, deadline: date) -> list[Known]:
    return known_ends(
        ["tests.terms"], since=on - timedelta(days=366), on=on, deadline=deadline, ranges=HERE
    ).get("tests.terms", [])


def said(rows: list[Known], asof: date, until: date) -> int:
    return sum(one.expected for one in rows if one.is_known(asof, until))


@pytest.mark.parametrize("folded", [False, True])
def test_ends_to_come_are_those_that_stand_in_the_sums(terms, folded):
    terms(month_end(-20), 100, month_end(-20))  # they count already
    terms(month_end(2), -30, month_end(-3))
    terms(month_end(2), -5, month_end(-3), BAICHENG)
    terms(month_end(5), -7, TODAY)
    terms(month_end(9), -1, month_end(-3))  # behind the deadline
    if folded:
        cube.fold()
    rows = ends(TODAY, month_end(6))
    assert [(one.on, one.expected) for one in rows] == [(month_end(2), -30), (month_end(5), -7)]
    assert said(rows, TODAY, month_end(6)) == -37


def test_a_backtest_is_told_of_the_ends_that_were_known_then_and_of_no_others(terms):
    terms(month_end(-2), -30, month_end(-9))  # known long before
    terms(month_end(-2), 10, month_end(-4))  # ten were renewed, which was known two months before the end
    terms(month_end(-1), -8, month_end(-1))  # nobody knew before: it says nothing
    rows = ends(TODAY, month_end(6))
    assert said(rows, month_end(-10), month_end(-1)) == 0, "no hindsight"
    assert said(rows, month_end(-6), month_end(-1)) == -30
    assert said(rows, month_end(-4), month_end(-1)) == -20
    assert said(rows, month_end(-2), month_end(-1)) == 0, "it lies behind"
    assert said(rows, TODAY, month_end(6)) == 0


def test_a_day_that_is_past_knows_only_what_was_recorded_by_then(terms):
    then = month_end(-6)
    terms(month_end(-2), -30, month_end(-9))
    terms(month_end(-2), 10, month_end(-4))
    assert said(ends(then, month_end(-1)), then, month_end(-1)) == -30


def test_ends_that_were_known_make_the_backtest_less_wrong(terms):
    points, stands = [(month_end(-14), 200)], 200
    for back in range(13, 0, -1):
        ending = 60 if back in (5, 2) else 0
        stands += 10 - ending
        points.append((month_end(-back), stands))
        if ending:
            terms(month_end(-back), -ending, month_end(-13))
    asof, deadline = month_end(-1), month_end(3)

    def error(known):
        return forecast(points, asof=asof, deadline=deadline, known=known, may_fall=True).error

    rows = ends(asof, deadline)
    assert sum(one.expected for one in rows) == -120
    assert error(rows) < error([])
