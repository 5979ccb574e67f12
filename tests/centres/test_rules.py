"""What may be entered about a centre, and when a year can have been checked."""

from datetime import date

import pytest

from shegong.work.centres.rules import check_obstacles, entry_obstacles

GOOD = {
    "level": 4, "has_code": True, "registration_no": "", "legal_representative": "李英爱", "fund_fen": 3_000_000,
    "registered_on": date(2011, 8, 1), "on": date(2013, 6, 20),
}  # fmt: skip
CHECKED = {
    "year": 2012,
    "result": "passed",
    "registered_on": date(2011, 8, 1),
    "staff": 5,
    "certified": 2,
    "on": date(2013, 6, 20),
}


@pytest.mark.clause("T1.2.b")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level": 3}, "centre_township"),
        ({"level": None}, "centre_township"),
        ({"has_code": False}, "centre_number"),
        ({"legal_representative": ""}, "centre_representative"),
        ({"fund_fen": -1}, "centre_fund"),
        ({"registered_on": date(2013, 6, 21)}, "centre_registered_later"),
    ],
)
def test_an_entry_is_refused_with_its_reason(changed, code):
    assert entry_obstacles(**GOOD) == []
    assert [o.code for o in entry_obstacles(**(GOOD | changed))] == [code]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"year": 2013}, "check_year"),  # the year is not over
        ({"year": 2010}, "check_year"),  # it was not registered yet
        ({"year": 1998, "registered_on": None}, "check_year"),
        ({"result": "fine"}, "check_result"),
        ({"certified": 6}, "centre_certified"),
    ],
)
def test_a_check_is_refused_with_its_reason(changed, code):
    assert check_obstacles(**CHECKED) == []
    assert [o.code for o in check_obstacles(**(CHECKED | changed))] == [code]
