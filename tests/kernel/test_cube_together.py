"""Many questions in one statement are answered as each of them alone."""

from datetime import date

import pytest

from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.kernel.cube_measures import withdraw

NAME, FLOWS = "kernel.together", "kernel.together_flow"
A, B, C = 220101000, 220102000, 222401000
FACTS = [
    cube.Fact(1, A, date(2010, 5, 3), codes=(1,)), cube.Fact(2, A, date(2012, 1, 1), codes=(2,)),
    cube.Fact(3, B, date(2012, 6, 30), codes=(1,)), cube.Fact(3, B, date(2012, 9, 1), -1, codes=(1,)),
    cube.Fact(4, C, date(2012, 9, 15), codes=(3,)), cube.Fact(5, C, date(2013, 2, 2), codes=(2,)),
]  # fmt: skip
LEVEL = cube.Dimension("level", "Level", {})


@pytest.fixture(params=["folded", "not folded yet"])
def kept(request, db):
    """A stock and a flow of the same facts; their sums in cells, or still to be added."""
    found = [fact for fact in FACTS if fact.amount > 0]
    for name, kind, facts in ((NAME, cube.STOCK, FACTS), (FLOWS, cube.FLOW, found)):
        wanted = lambda subjects, facts=facts: [f for f in facts if subjects is None or f.subject in subjects]  # noqa: E731
        cube.register(cube.Measure(name, "x", "person", kind, "people.Person", (LEVEL,), wanted))
        cube.refresh(name, [1, 2, 3, 4, 5])
    if request.param == "folded":
        cube.fold()
    yield
    withdraw(NAME)
    withdraw(FLOWS)


def test_figures_by_place_of_stocks_and_flows(kept):
    days = (date(2009, 12, 31), date(2012, 6, 30), date(2012, 9, 15), date(2013, 12, 31))
    asked = [(NAME, cube.Asked(on=day)) for day in days]
    asked += [(FLOWS, cube.Asked(on=day, since=date(2012, 1, 1), codes={"level": (1, 2)})) for day in days]
    asked += [
        (NAME, cube.Asked(on=days[-1], ranges=[Range(220000000, 221000000, holes=(A,))], codes={"level": 1}))
    ]
    late = [date(2012, 9, 20), date(2012, 9, 14), date(2013, 2, 27), date(2010, 5, 17), date(2012, 6, 29)]
    asked += [(name, cube.Asked(on=day, since=date(2010, 5, 1))) for day in late for name in (NAME, FLOWS)]
    asked += [(FLOWS, cube.Asked(on=date(2013, 2, 27), since=date(2012, 9, 20), codes={"level": 2}))]
    found = cube.by_places(asked)
    alone = [
        cube.by_place(name, on=one.on, since=one.since, ranges=one.ranges, codes=one.codes)
        for name, one in asked
    ]
    assert found == alone
    assert (
        found[1] == {A: 2, B: 1} and found[3] == {A: 2, C: 2} and found[6] == {A: 1, B: 1} and found[8] == {}
    )


def test_lines_of_stocks_and_flows(kept):
    lines = [
        cube.Line(NAME, date(2011, 1, 1), date(2013, 3, 15)),
        cube.Line(NAME, date(2012, 9, 1), date(2012, 9, 20), ranges=[Range(A, A + 1000), Range(C, C + 1000)]),
        cube.Line(FLOWS, date(2012, 1, 15), date(2013, 3, 31), codes={"level": 2}),
        cube.Line(FLOWS, date(2012, 1, 1), date(2012, 1, 10)),
    ]
    found = cube.lines(lines)
    alone = [
        cube.series(one.name, since=one.since, until=one.until, ranges=one.ranges, codes=one.codes)
        for one in lines
    ]
    assert found == alone
    assert found[1][-1] == (date(2012, 9, 20), 3) and found[2][-1][1] == 1


def test_whatever_their_number_they_are_one_statement(kept, django_assert_num_queries):
    with django_assert_num_queries(1):
        cube.by_places([(NAME, cube.Asked(on=date(2012, 1, day))) for day in range(1, 20)])
    assert cube.by_places([]) == [] == cube.lines([])
