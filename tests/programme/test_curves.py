"""Plan lines, months and how far behind."""

from datetime import date

import pytest

from shegong.steering.programme.rules.curves import (
    behind_since,
    month_ends,
    points_apart,
    rate,
    ticks,
)


def test_month_ends_run_to_the_day_itself():
    assert month_ends(date(2012, 1, 15), date(2012, 3, 10)) == [
        date(2012, 1, 31),
        date(2012, 2, 29),
        date(2012, 3, 10),
    ]
    assert month_ends(date(2012, 3, 10), date(2012, 1, 1)) == []


def test_behind_since_is_the_beginning_of_the_stretch_that_still_lasts():
    days = [date(2012, m, 28) for m in range(1, 7)]
    values = list(zip(days, [10, 15, 35, 38, 45, 50], strict=True))
    assert behind_since(values, [10, 20, 30, 40, 50, 60]) == days[3]
    assert behind_since(values, [10, 15, 30, 38, 45, 50]) is None


def test_rates_and_points_need_a_target():
    assert rate(1386, 2000) == pytest.approx(69.3)
    assert rate(5, None) is rate(None, 5) is None
    assert points_apart(7846, 8130, 10000) == pytest.approx(-2.84)
    assert points_apart(1, None, 10) is None


@pytest.mark.parametrize(("top", "expected"), [
    (10000, [0, 2000, 4000, 6000, 8000, 10000]), (0, [0, 1]), (3, [0, 1, 2, 3]), (12, [0, 5, 10, 15]),
    (110, [0, 25, 50, 75, 100, 125]),
])  # fmt: skip
def test_axes_have_round_steps(top, expected):
    assert ticks(top) == expected
