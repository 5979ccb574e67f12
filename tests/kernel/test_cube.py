"""The cube: figures as of any day, who stands behind them, and changes that add up whatever their order."""

from datetime import date

import pytest

from shegong.kernel import cube, cube_changes
from shegong.kernel.access import Range
from shegong.kernel.cube_measures import withdraw
from shegong.kernel.cube_tables import Contribution, CubeMark

KINDS = cube.Dimension("kind", "Kind", {1: "One", 2: "Two"})
NORTH, SOUTH = (Range(220100000, 220200000),), (Range(222400000, 222500000, (222426120,)),)


class Register:
    """A register in memory: subject → its facts."""

    def __init__(self):
        self.rows: dict[int, list[cube.Fact]] = {}

    def facts(self, subjects):
        chosen = self.rows if subjects is None else {s: self.rows.get(s, []) for s in subjects}
        return [fact for facts in chosen.values() for fact in facts]

    def put(self, name, subject, *facts):
        self.rows[subject] = [cube.Fact(subject, *fact) for fact in facts]
        cube.refresh(name, [subject])


@pytest.fixture
def register(db):
    made = Register()
    for kind in ("stock", "flow"):
        cube.register(
            cube.Measure(f"tests.{kind}", "", "person", kind, "people.Person", (KINDS,), made.facts)
        )
    yield made
    withdraw("tests.stock")
    withdraw("tests.flow")


D1, D2, D3 = date(2012, 3, 5), date(2012, 3, 20), date(2013, 1, 1)


def test_a_stock_counts_from_its_first_day_until_the_day_it_ends(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)), (220102000, D2, -1, (1,)))
    assert [cube.value("tests.stock", on=day) for day in (date(2012, 3, 4), D1, date(2012, 3, 19), D2)] == [
        0,
        1,
        1,
        0,
    ]


def test_a_flow_counts_once_on_its_day(register):
    register.put("tests.flow", 1, (220102000, D1, 1, (1,)))
    register.put("tests.flow", 2, (222401000, D3, 1, (2,)))
    assert cube.value("tests.flow", on=D3) == 2
    assert cube.value("tests.flow", since=D2, on=D3) == 1
    assert cube.value("tests.flow", on=D3, codes={"kind": 1}) == 1
    assert cube.value("tests.flow", on=D3, codes={"kind": (1, 2)}, ranges=NORTH) == 1


def test_a_figure_opens_to_as_many_subjects_as_it_says(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)), (220102000, D2, -1, (1,)), (222401000, D2, 1, (1,)))  # fmt: skip
    register.put("tests.stock", 2, (222426120, D1, 1, (2,)))
    for day in (D1, D2, D3):
        for ranges in (None, NORTH, SOUTH, ()):
            found = cube.subjects("tests.stock", on=day, ranges=ranges)
            assert len(found) == cube.value("tests.stock", on=day, ranges=ranges)
    assert list(cube.subjects("tests.stock", on=D2, ranges=SOUTH)) == [1]


def test_counting_again_adds_nothing(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)))
    assert cube.refresh("tests.stock", [1]) == 0
    assert cube.recount("tests.stock") == []


def test_tables_places_and_months_are_cuts_of_the_same_sums(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)))
    register.put("tests.stock", 2, (222401000, D3, 1, (2,)))
    assert cube.by_place("tests.stock", on=D3) == {220102000: 1, 222401000: 1}
    assert cube.table("tests.stock", on=D3, by=["kind"]) == {(1,): 1, (2,): 1}
    assert cube.table("tests.stock", on=D3, by=["region", "kind"], ranges=NORTH) == {(220102000, 1): 1}
    assert cube.series("tests.stock", since=D1, until=date(2012, 5, 2)) == [
        (date(2012, 3, 31), 1), (date(2012, 4, 30), 1), (date(2012, 5, 2), 1),
    ]  # fmt: skip


def test_a_figure_is_the_same_before_and_after_the_sums_are_brought_up_to_date(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)), (220102000, D2, -1, (1,)), (222401000, D2, 1, (1,)))  # fmt: skip
    asked = [{"on": day, "ranges": ranges, "codes": codes} for day in (D1, D2, D3) for ranges in (None, NORTH, SOUTH)
             for codes in (None, {"kind": 1})]  # fmt: skip
    before = [cube.value("tests.stock", **one) for one in asked]
    assert cube.fold() == 3 and cube.fold() == 0
    assert [cube.value("tests.stock", **one) for one in asked] == before
    register.put("tests.stock", 1)
    register.put("tests.stock", 2, (222401000, D1, 1, (2,)))
    assert cube.fold() == 4
    assert (cube.value("tests.stock", on=D3), cube.recount("tests.stock")) == (1, [])


def test_a_change_of_very_many_lies_in_nobodys_way_and_is_in_the_cells_at_once(register, monkeypatch):
    monkeypatch.setattr(cube_changes, "MANY", 2)
    register.put("tests.stock", 9, (220102000, D1, 1, (2,)))
    newer = Contribution.objects.filter(pk__gt=0)
    for changed in (1, 2):  # the second change writes over cells of the first
        register.rows |= {n: [cube.Fact(n, 222401000, D1, 1, (changed,))] for n in (1, 2, 3)}
        assert cube.refresh("tests.stock", [1, 2, 3]) == 3 * changed
        assert newer.count() == 1
        assert cube.by_place("tests.stock", on=D3, codes={"kind": changed})[222401000] == 3
    assert (cube.value("tests.stock", on=D3), cube.recount("tests.stock")) == (4, [])
    register.put("tests.stock", 3)
    assert (cube.value("tests.stock", on=D3), cube.recount("tests.stock")) == (3, [])


def test_what_a_new_rule_counts_otherwise_is_counted_anew_and_no_difference(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)))
    assert cube.recount("tests.stock", repair=True) == []
    register.rows[1] = [cube.Fact(1, 222401000, D1, 1, (1,))]
    withdraw("tests.stock")
    cube.register(
        cube.Measure("tests.stock", "", "person", "stock", "people.Person", (KINDS,), register.facts, rule=2)
    )
    assert cube.recount("tests.stock", repair=True) == []
    assert cube.by_place("tests.stock", on=D3) == {222401000: 1}
    assert CubeMark.objects.get(name="tests.stock").differed == 0
    register.rows[1] = []  # the control: by the same rule it is one
    assert len(cube.recount("tests.stock", repair=True)) == 1


def test_what_the_cube_missed_is_found_cell_for_cell_and_put_right(register):
    register.put("tests.stock", 1, (220102000, D1, 1, (1,)))
    register.rows[2] = [cube.Fact(2, 222401000, D3, 1, (2,))]
    found = cube.recount("tests.stock")
    assert [(f.region, f.on, f.codes, f.kept, f.counted) for f in found] == [(222401000, D3, (2,), 0, 1)]
    assert cube.recount("tests.stock", repair=True) == found
    assert cube.recount("tests.stock") == []
    assert cube.value("tests.stock", on=D3) == 2
