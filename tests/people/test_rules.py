"""What may be stated about a person, without a database."""

from datetime import date

import pytest

from shegong.ground.people.rules import (
    particulars_obstacles,
    reason_obstacles,
    skill_obstacles,
    text_obstacles,
    tie_obstacles,
)
from shegong.kernel.code_lists import FILES, codes, rows


@pytest.mark.clause("T4.2.b")
@pytest.mark.parametrize(
    ("name", "count"),
    [("sex", 4), ("ethnicity", 56), ("education", 40), ("political_status", 13), ("degree", 4)],
)
def test_the_national_lists_are_complete(name, count):
    assert len(codes(name)) == count and all(codes(name).values())


def test_every_list_can_be_read_and_its_codes_are_unique():
    for name in FILES:
        coded = [row["code"] for row in rows(name) if row["code"]]
        assert len(coded) == len(set(coded)) > 0


def test_codes_outside_the_lists_are_refused_beside_their_field():
    assert particulars_obstacles(ethnicity="01", political_status="13") == []
    assert particulars_obstacles(ethnicity="", political_status=None) == []
    found = particulars_obstacles(ethnicity="57", political_status="党员")
    assert [o.field for o in found] == ["ethnicity", "political_status"]


@pytest.mark.parametrize(
    ("reason", "found"),
    [("核对原件", []), (" 核对 ", ["reason_short"]), ("", ["reason_short"]), ("因" * 201, ["text_length"])],
)
def test_a_reason_has_four_to_two_hundred_characters(reason, found):
    assert [o.code for o in reason_obstacles(reason)] == found


def test_text_carries_no_sign_that_turns_or_hides():
    assert text_obstacles("河南街道1号", field="address", longest=20) == []
    for sign in "\u202e\u200b\ufeff\u0000":
        (obstacle,) = text_obstacles(f"河南{sign}街", field="address", longest=20)
        assert (obstacle.code, obstacle.params["place"]) == ("text_invisible", 3)


def test_skills_come_from_the_list():
    assert skill_obstacles("language", "ko", "") == []
    assert [o.field for o in skill_obstacles("language", "elderly", "")] == ["code"]
    assert [o.field for o in skill_obstacles("speciality", "elderly", "x" * 101)] == ["note"]


@pytest.mark.parametrize(
    ("start", "end", "others", "found"),
    [
        (2020, None, [], []),
        (2020, None, [(2015, None)], []),
        (2020, None, [(2022, None)], ["tie_overlap"]),
        (2020, 2022, [(2022, None)], []),
        (2020, 2021, [(2015, None)], ["tie_overlap"]),
        (2020, 2020, [], ["dates_order"]),
    ],
)
def test_a_tie_follows_the_one_before_and_never_cuts_a_later_one(start, end, others, found):
    def day(year):
        return date(year, 1, 1) if year else None

    spans = [(day(a), day(b)) for a, b in others]
    assert [o.code for o in tie_obstacles("work", day(start), day(end), spans)] == found
