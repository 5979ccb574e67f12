"""Forecasts: what they say, what they refuse to say, and how their own error is measured."""

import random
from dataclasses import replace
from datetime import date

from shegong.steering.programme.rules.curves import month_end, month_ends
from shegong.steering.programme.rules.forecast import How, Known, Verdict, Way, _ahead, forecast

START = date(2011, 5, 31)


def history(steps, start=START):
    """Running totals at month ends from monthly growth; the first point is zero."""
    days = month_ends(start, month_end(date(start.year + 4, 1, 1)))
    total, points = 0, [(days[0], 0)]
    for day, step in zip(days[1:], steps, strict=False):
        total += step
        points.append((day, total))
    return points


def test_an_even_pace_goes_on_and_is_certain():
    points = history([100] * 20)
    found = forecast(points, asof=points[-1][0], deadline=date(2013, 12, 31))
    assert found.expected == 3100
    assert found.low == found.expected == found.high
    assert found.error == 0
    assert found.tried == found.inside == 14


def test_a_whole_number_of_months_at_an_even_pace_is_exact():
    points = history([50] * 7)  # up to 2011-12-31
    found = forecast(points, asof=date(2011, 12, 31), deadline=date(2012, 3, 31))
    assert (points[-1][0], found.expected) == (date(2011, 12, 31), 350 + 150)
    assert found.method == ("The mean monthly growth of the last %(months)s months goes on.", {"months": 7})


def test_there_is_no_forecast_under_six_months_of_data_or_after_the_deadline():
    points = history([100] * 5)
    assert forecast(points, asof=points[-1][0], deadline=date(2013, 12, 31)) is None
    longer = history([100] * 8)
    assert forecast(longer, asof=longer[-1][0], deadline=longer[-1][0]) is None
    assert forecast([], asof=START, deadline=date(2013, 12, 31)) is None


def test_nothing_after_the_day_is_looked_at():
    points = history([100] * 10 + [9000])
    seen = forecast(points, asof=points[-2][0], deadline=date(2012, 12, 31))
    assert seen == forecast(points[:-1], asof=points[-2][0], deadline=date(2012, 12, 31))


def test_a_season_that_came_each_year_is_expected_again():
    yearly = [0, 0, 0, 0, 0, 600, 0, 0, 0, 0, 0, 0]  # growth in November only, counted from June
    points = history(yearly * 2 + yearly[:4])
    asof = points[-1][0]
    assert asof == date(2013, 9, 30)
    after, before = date(2013, 11, 30), date(2013, 10, 31)
    found = forecast(points, asof=asof, deadline=after).expected - 1200
    assert found > 8 * (forecast(points, asof=asof, deadline=before).expected - 1200)
    assert found > 250
    assert "former years" in forecast(points, asof=asof, deadline=after).method[0]


def test_what_comes_once_a_year_is_expected_whole_and_not_half_where_that_was_least_off():
    yearly = [0, 0, 0, 0, 0, 600, 0, 0, 0, 0, 0, 0]
    points = history(yearly * 3 + yearly[:2])
    asof = points[-1][0]
    found = forecast(points, asof=asof, deadline=date(asof.year, 12, 31), now=0)
    assert found.expected == 600, "each month has its share of former years"
    assert found.way == "former"
    assert found.low < 600, "the range is that of the drawn shape: an exact fit makes nothing certain"
    drawn = _ahead(points, asof, date(asof.year, 12, 31), 0, (), Way())
    assert drawn.expected < 570


def test_months_that_are_usual_shape_the_first_years_of_a_figure():
    points = history([0, 0, 0, 0, 40, 50, 10, 0, 0, 0])  # from June; growth in October, November, December
    asof, deadline = points[-1][0], date(2012, 8, 31)
    assert forecast(points, asof=asof, deadline=deadline).expected > 140, (
        "without more, spring grows as autumn did"
    )
    found = forecast(points, asof=asof, deadline=deadline, months=(9, 10, 11, 12))
    assert found.expected == 100
    assert found.way == "usual"
    assert forecast(points, asof=asof, deadline=date(2012, 12, 31), months=(9, 10, 11, 12)).expected > 180
    still = history([1, 1, 1, 1, 1, 1])
    assert forecast(still, asof=still[-1][0], deadline=deadline, months=(3,)) is None, (
        "not one of its months was seen"
    )


def test_a_known_month_takes_the_place_of_the_pace():
    points = history([100] * 19)
    asof, deadline = points[-1][0], date(2013, 12, 31)
    exam = Known(date(2013, 9, 30), 475, 430, 520, "results")
    plain = forecast(points, asof=asof, deadline=deadline)
    found = forecast(points, asof=asof, deadline=deadline, known=[exam])
    assert found.expected == plain.expected - 100 + 475
    assert 90 <= found.high - found.low <= 100
    assert found.known == (exam,)


def test_what_was_not_yet_known_on_the_day_is_not_used():
    points = history([100] * 19)
    late = Known(date(2013, 9, 30), 475, 430, 520, told=date(2013, 6, 1))
    asof, deadline = points[-1][0], date(2013, 12, 31)
    assert forecast(points, asof=asof, deadline=deadline, known=[late]).known == ()


def test_ending_contracts_come_on_top_and_may_let_the_figure_fall():
    points = history([0] * 6 + [10] * 13)
    asof, deadline = points[-1][0], date(2013, 3, 31)
    ends = Known(date(2013, 3, 31), -80, -80, -80, how=How.BESIDE)
    found = forecast(points, asof=asof, deadline=deadline, known=[ends], may_fall=True)
    assert found.expected < 130
    assert forecast(points, asof=asof, deadline=deadline, known=[ends]).expected == 130


def test_what_is_there_already_counts_for_a_target_of_one_year():
    points = history([100] * 19)
    found = forecast(points, asof=date(2012, 12, 31), deadline=date(2013, 1, 31), now=0)
    assert found.expected == 100


def test_a_target_is_reached_likely_doubtful_or_missed():
    rng = random.Random(7)
    points = history([rng.randrange(60, 140) for _ in range(19)])
    found = forecast(points, asof=date(2012, 12, 31), deadline=date(2013, 12, 31))
    assert found.low < found.expected < found.high
    assert found.verdict(found.low) is Verdict.REACHES
    assert found.verdict(found.expected) is Verdict.LIKELY
    assert found.verdict(found.high) is Verdict.DOUBTFUL
    assert found.verdict(found.high + 1) is Verdict.MISSES
    assert [v.warns for v in Verdict] == [False, False, True, True]


def test_four_of_five_ranges_hold_the_truth_when_months_scatter_as_before():
    rng, hits = random.Random(2013), 0
    for _ in range(200):
        steps = [max(0, round(rng.gauss(100, 30))) for _ in range(31)]
        points = history(steps)
        found = forecast(points[:20], asof=points[19][0], deadline=points[31][0])
        hits += found.low <= points[31][1] <= found.high
    assert 0.72 <= hits / 200 <= 0.96


def test_the_backtest_tells_how_far_off_it_was():
    points = history([100] * 12 + [20] * 12)  # the pace broke in the second year
    found = forecast(points, asof=points[-1][0], deadline=date(2013, 12, 31))
    assert found.tried == 18
    assert found.error > 0.05
    assert found.inside < found.tried
    calm = history([100, 20] * 12)
    assert forecast(calm, asof=calm[-1][0], deadline=date(2013, 12, 31)).error < found.error


def announced(amount, told, on=date(2013, 3, 20), untold=date.max):
    return Known(on, amount, amount, amount, "classes", told, How.WITHIN, untold)


def test_announced_classes_count_where_they_exceed_the_usual_pace():
    points = history([100] * 19)
    asof, deadline, early = points[-1][0], date(2013, 12, 31), date(2012, 1, 1)
    plain = forecast(points, asof=asof, deadline=deadline)
    small = forecast(points, asof=asof, deadline=deadline, known=[announced(60, early)])
    assert small.expected == plain.expected, "they are a part of what the pace brings"
    two = [announced(60, early), announced(90, early, date(2013, 3, 5))]
    found = forecast(points, asof=asof, deadline=deadline, known=two)
    assert found.expected == plain.expected + 60 + 90 - 100
    assert [(one.expected, one.on) for one in found.known] == [(150, date(2013, 3, 20))], (
        "one row for a month"
    )
    whole = forecast(
        points, asof=asof, deadline=deadline, known=[replace(one, how=How.BESIDE) for one in two]
    )
    assert whole.expected == plain.expected + 150


def test_a_class_counts_from_its_announcement_until_it_is_cancelled():
    points = history([100] * 19)
    asof, deadline = points[-1][0], date(2013, 12, 31)

    def seen(**days):
        return forecast(points, asof=asof, deadline=deadline, known=[announced(400, **days)]).known

    assert seen(told=asof)
    assert not seen(told=date(2013, 1, 1))
    assert not seen(told=date(2012, 1, 1), untold=asof)
    assert seen(told=date(2012, 1, 1), untold=date(2013, 1, 1))
    assert not seen(told=date(2012, 1, 1), on=asof), "a class of the day itself is no class to come"


def test_the_backtest_knows_what_was_known_on_its_day_and_no_more():
    steps = [100] * 12 + [100, 600] + [100] * 5  # a great class in one month
    points = history(steps)
    asof, deadline = points[-1][0], date(2013, 1, 31)
    held = points[14][0]

    def error(*known):
        found = forecast(points, asof=asof, deadline=deadline, known=known)
        assert found.known == (), "it lies behind the day of the forecast"
        return found.tried - found.inside, found.error

    missed, off = error()
    assert error(announced(600, date(2011, 6, 1), on=held)) < (missed, off)
    assert error(announced(600, held, on=held)) == (missed, off), (
        "announced on its own day it helps nobody before"
    )
    gone = announced(600, date(2011, 6, 1), on=held, untold=date(2011, 7, 1))
    assert error(gone) == (missed, off)
