"""The attention list: who is named, why, and in which order."""

from datetime import date

from shegong.steering.programme.rules.attention import (
    Severity,
    Standing,
    behind,
    forecast_concern,
    in_order,
    overdue_tasks,
    severity_of,
)
from shegong.steering.programme.rules.forecast import Outlook


def standing(name, value, planned, target, region=1):
    return Standing("K-G4", "holders", region, name, value, planned, target)


def outlook(low, expected, high):
    return Outlook(date(2013, 12, 31), expected, low, high, 12, True)


def test_five_points_behind_is_a_lag_and_ten_a_serious_one():
    assert severity_of(-4.9) is severity_of(None) is severity_of(12.0) is None
    assert severity_of(-5.0) is Severity.LAG
    assert severity_of(-10.0) is Severity.SEVERE


def test_a_laggard_is_named_with_what_is_missing_where_and_since_when():
    below = [
        standing("洮北区", 10, 50, 60, 2),
        standing("大安市", 30, 45, 60, 3),
        standing("通榆县", 60, 50, 60, 4),
    ]
    found = behind(standing("白城市", 100, 145, 180), below, since=date(2012, 8, 31))
    assert found.severity is Severity.SEVERE
    assert found.title.values == {"unit": "白城市", "what": "holders", "rate": "55.6"}
    gap, since = found.reasons
    assert gap.values == {"missing": 45, "points": "25.0", "where": "洮北区 40、大安市 15"}
    assert since.values == {"month": "2012-08"}
    assert found.count == 45


def test_nobody_is_named_for_being_ahead_or_without_a_target():
    assert behind(standing("长春市", 90, 80, 100)) is None
    assert behind(standing("长春市", 0, None, None)) is None


def test_a_forecast_is_a_concern_only_when_it_warns():
    assert forecast_concern("K-G4", "holders", "全省", 1, 2000, outlook(2000, 2100, 2200)) is None
    doubtful = forecast_concern("K-G4", "holders", "全省", 1, 2000, outlook(1800, 1950, 2100))
    sure = forecast_concern("K-G4", "holders", "全省", 1, 2000, outlook(1500, 1600, 1700))
    assert "may be missed" in doubtful.title.text
    assert "will be missed" in sure.title.text
    assert sure.reasons[0].values["expected"] == 1600


def test_worst_first_and_each_thing_once():
    severe = behind(standing("白城市", 10, 80, 100, 8))
    worse = behind(standing("松原市", 0, 80, 100, 7))
    lag = behind(standing("四平市", 74, 80, 100, 3))
    tasks = overdue_tasks(2, date(2012, 11, 1))
    found = in_order([lag, None, tasks, severe, severe, worse])
    assert found == [worse, severe, lag, tasks]
    assert in_order([lag, severe], most=1) == [severe]
    assert overdue_tasks(0, None) is None
