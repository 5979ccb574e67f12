"""Which majors count, and which dates a certificate can have."""

from datetime import date

import pytest

from shegong.ground.credentials.rules import certificate_obstacles, education_obstacles, major_class

DAY = date(2026, 11, 2)


@pytest.mark.clause("T1.1.c")
@pytest.mark.parametrize(
    ("major", "counts"),
    [("社会工作", "sw"), ("030302", "sw"), ("社会工作专业", "sw"), ("0352", "sw"), ("社会学", "related"), ("司法矫治", "related"),
     ("会计学", "other"), ("", "other"), ("社会", "other")],
)  # fmt: skip
def test_the_class_of_a_major_follows_the_catalogues(major, counts):
    assert major_class(major) == counts


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, []),
        ({"level": "master"}, ["level_unknown"]),
        ({"issued_on": date(2027, 1, 1)}, ["date_future"]),
        ({"issued_on": date(2006, 1, 1)}, ["issued_too_early"]),
        ({"issued_on": date(2006, 1, 1), "local_scheme": True}, []),
        ({"level": "senior", "issued_on": date(2018, 1, 1)}, ["issued_too_early"]),
        ({"born_on": date(2000, 1, 1)}, ["issued_to_child"]),
        ({"exam_year": 2014}, ["exam_year"]),
        ({"exam_year": 2011}, []),
    ],
)
def test_a_certificate_has_a_possible_level_and_date(change, refused):
    facts = {"level": "assistant", "issued_on": date(2012, 6, 30), "exam_year": None, "local_scheme": False,
             "born_on": None, "on": DAY}  # fmt: skip
    assert [o.code for o in certificate_obstacles(**facts | change)] == refused


def test_a_degree_comes_from_the_national_lists():
    facts = {"mode": "", "graduated_on": date(2012, 7, 1), "born_on": date(1990, 3, 7), "on": DAY}
    assert education_obstacles(level="21", degree="4", **facts) == []
    assert [o.field for o in education_obstacles(level="学士", degree="9", **facts)] == ["level", "degree"]
