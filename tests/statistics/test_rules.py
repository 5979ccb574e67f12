"""What a snapshot must hold, how it is hashed, how two versions differ."""

import hashlib
import json
from datetime import date

import pytest

from shegong.steering.statistics.rules import (
    FigureRow,
    PersonRow,
    Predecessor,
    age_band,
    canonical,
    differences,
    digest,
    figure_row,
    freeze_obstacles,
    people_moves,
)

DAY = date(2012, 12, 31)
JILIN = 220000000
G4 = FigureRow("K-G4", JILIN, "person", 1010, target=2000)
ONE = PersonRow(7, 222401000, "K-G4", since=date(2012, 3, 1), level=1, sex=2, age_band=1)


def obstacles(**given):
    asked = {
        "title": "2012", "as_of": DAY, "region": JILIN, "tables": {"t": [G4]}, "on": DAY, "reason": "", "before": None,
    }  # fmt: skip
    return [o.code for o in freeze_obstacles(**{**asked, **given})]


def test_the_pieces_are_one_json_document_with_sorted_keys_and_no_spaces():
    text = "".join(canonical({"title": "二〇一二"}, {"b": [G4], "a": [G4]}, [ONE]))
    whole = json.loads(text)
    assert json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == text
    assert whole["people"][0]["since"] == "2012-03-01" and list(whole["tables"]) == ["a", "b"]


def test_the_hash_is_that_of_the_document():
    pieces = list(canonical({}, {"t": [G4]}, []))
    assert digest(pieces) == hashlib.sha256("".join(pieces).encode()).hexdigest()


def test_the_order_in_which_cells_are_given_does_not_change_the_hash():
    other = FigureRow("K-G3", JILIN, "person", 5720)
    assert digest(canonical({}, {"t": [G4, other]}, [])) == digest(canonical({}, {"t": [other, G4]}, []))


def test_one_person_more_or_one_figure_else_is_another_hash():
    found = {
        digest(canonical({}, {"t": [G4]}, [])),
        digest(canonical({}, {"t": [G4]}, [ONE])),
        digest(canonical({}, {"t": [FigureRow("K-G4", JILIN, "person", 1011, target=2000)]}, [])),
    }
    assert len(found) == 3


def test_a_mapping_may_hold_more_than_is_frozen():
    assert (
        figure_row(
            {
                "indicator": "K-G4",
                "region": JILIN,
                "unit": "person",
                "value": 1010,
                "target": 2000,
                "gap": 990,
            }
        )
        == G4
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " "}, "title"),
        ({"as_of": date(2013, 1, 1)}, "as_of_ahead"),
        ({"tables": {"t": []}}, "no_figures"),
        ({"tables": {"t": [G4, G4]}}, "cell_twice"),
        ({"before": Predecessor(DAY, JILIN, False)}, "reason_short"),
        ({"before": Predecessor(DAY, JILIN, True), "reason": "迟报更正"}, "superseded"),
        ({"before": Predecessor(date(2011, 12, 31), JILIN, False), "reason": "迟报更正"}, "other_day"),
    ],
)
def test_what_stands_in_the_way_of_freezing(given, code):
    assert obstacles(**given) == [code]


def test_nothing_stands_in_the_way_of_complete_figures():
    assert obstacles() == [] == obstacles(before=Predecessor(DAY, JILIN, False), reason="迟报更正")


def test_versions_differ_cell_by_cell():
    now = FigureRow("K-G4", JILIN, "person", 1015, target=2000, counted=1015)
    new = FigureRow("K-G3", JILIN, "person", 5720)
    found = differences({"t": [G4]}, {"t": [now, new]})
    assert [(d.indicator, d.column, d.before, d.after, d.change) for d in found if d.indicator == "K-G4"] == [
        ("K-G4", "value", 1010, 1015, 5), ("K-G4", "counted", None, 1015, None),
    ]  # fmt: skip
    assert ("K-G3", "value", None, 5720) in [(d.indicator, d.column, d.before, d.after) for d in found]
    assert differences({"t": [G4]}, {"t": [G4]}) == []


def test_people_who_came_and_went_are_counted_by_indicator():
    moved = people_moves(
        [("K-G3", 1), ("K-G4", 1), ("K-G4", 2)], [("K-G3", 1), ("K-G4", 2), ("K-G4", 3), ("K-G4", 4)]
    )
    assert [(m.indicator, m.came, m.went) for m in moved] == [("K-G4", 2, 1)]


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (None, 0),
        (date(1976, 12, 31), 2),
        (date(1977, 1, 1), 1),
        (date(1957, 12, 31), 6),
        (date(1958, 1, 1), 5),
    ],
)
def test_age_bands_go_by_whole_years_on_the_day(born, band):
    assert age_band(born, DAY) == band
