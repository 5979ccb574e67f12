"""Three years of invented history through the ordinary actions: every figure is what a count of the registers gives."""

from datetime import date

import pytest
from fixtures.jilin import jilin  # noqa: F401  fixtures come in by their names

from shegong.config.demo.history import History
from shegong.ground.regions.models import tree
from shegong.kernel import cube, cube_measures

NEW_YEARS_EVE = date(2012, 12, 31)


@pytest.mark.clause("G3", "G4", "T2.1.c", "T2.1.d")
def test_every_figure_agrees_with_a_count_and_the_units_add_up(jilin):  # noqa: F811
    History(7, lambda text: None, scale=0.01).make()
    assert {name: cube.recount(name) for name in cube.measures()} == {name: [] for name in cube.measures()}
    units = [tree().units(level, NEW_YEARS_EVE, "reporting") for level in (2, 3)]
    assert cube.table("regions.units", on=NEW_YEARS_EVE, by=["level"]) == {(2,): 10, (3,): 60}
    assert [len(found) for found in units] == [10, 60]
    for name in ("credentials.holders", "employment.in_post"):
        everywhere = cube.value(name, on=NEW_YEARS_EVE)
        by_unit = {
            code: cube.value(name, on=NEW_YEARS_EVE, ranges=tree().ranges(code, NEW_YEARS_EVE, "reporting"))
            for code in units[0]
        }
        assert everywhere == sum(by_unit.values()) > 0


def test_a_county_that_moved_counts_where_it_belonged_on_the_day_asked(jilin):  # noqa: F811
    name, old, new = "tests.moved", 220381000, 220184000  # 公主岭, of 四平 until 2020, of 长春 since
    facts = [
        cube.Fact(1, old, date(2012, 5, 1)),
        cube.Fact(2, new, date(2021, 5, 1)),
        cube.Fact(3, 222426120, date(2012, 5, 1)),
    ]
    one = cube.register(cube.Measure(name, "", "person", "stock", "people.Person", (), lambda some: facts))
    cube.recount(name, repair=True)

    def of(unit, day):
        return cube.value(one.name, on=day, ranges=tree().ranges(unit, day, "reporting"))

    changchun, siping, yanbian, changbaishan = 220100000, 220300000, 222400000, 229900000
    then, now = NEW_YEARS_EVE, date(2022, 1, 1)
    assert [of(unit, then) for unit in (changchun, siping, yanbian, changbaishan)] == [0, 1, 0, 1]
    assert [of(unit, now) for unit in (changchun, siping, yanbian, changbaishan)] == [2, 0, 0, 1]
    cube_measures.withdraw(name)
