"""Random histories: whatever changed in whatever order, the sums are those of a plain count over the facts."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.kernel.cube_measures import withdraw
from shegong.kernel.cube_tables import Cell, Contribution

KINDS = (cube.Dimension("kind", "Kind"), cube.Dimension("born", "Born"))
FIRST = date(2011, 11, 20)
REGIONS = (220102000, 220381000, 222426000, 222426120)
CHANGBAI = (Range(222426120, 222426121),)
YANBIAN = (Range(222400000, 222500000, (222426120,)),)
ALL = (None, CHANGBAI, YANBIAN, (*YANBIAN, *CHANGBAI, Range(220381000, 220382000)), ())

fact = st.tuples(
    st.sampled_from(REGIONS), st.integers(0, 80).map(lambda n: FIRST + timedelta(n)), st.sampled_from((1, 1, 1, -1)),
    st.tuples(st.integers(1, 2), st.sampled_from((1980, 1990))),
)  # fmt: skip
change = st.tuples(st.integers(1, 4), st.lists(fact, max_size=4), st.booleans())
numbers = count()


def plain(rows, since, on, ranges, codes):
    """The floor: add up what counts."""
    return sum(
        f.amount for facts in rows.values() for f in facts
        if (since is None or since <= f.on) and f.on <= on
        and (ranges is None or any(f.region in one for one in ranges)) and (codes is None or f.codes[0] == codes["kind"])
    )  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(change, max_size=6), st.integers(-5, 90), st.sampled_from(("stock", "flow")))
def test_sums_by_change_are_sums_by_counting_on_any_day_and_in_any_place(db, changes, days, kind):
    rows, name, on = {}, f"tests.random{next(numbers)}", FIRST + timedelta(days)
    one = cube.Measure(name, "", "person", kind, "people.Person", KINDS, lambda some: [
        f for s in (rows if some is None else some) for f in rows.get(s, ())
    ], cuts=(("kind", "born"),))  # fmt: skip
    cube.register(one)
    try:
        for subject, facts, fold in changes:
            rows[subject] = [cube.Fact(subject, *given) for given in facts]
            cube.refresh(name, [subject])
            if fold:
                cube.fold()
        since = on - timedelta(20) if kind == "flow" else None
        for ranges in ALL:
            for codes in (None, {"kind": 1}):
                asked = {"on": on, "ranges": ranges, "codes": codes}
                assert cube.value(name, since=since, **asked) == plain(rows, since, on, ranges, codes)
        start = FIRST if kind == "flow" else None
        ends = cube.series(name, since=FIRST, until=max(on, FIRST))
        assert [n for _, n in ends] == [plain(rows, start, end, None, None) for end, _ in ends]
        places = Counter()
        for f in (f for facts in rows.values() for f in facts if f.on <= on):
            places[f.region] += f.amount
        assert cube.by_place(name, on=on) == {code: n for code, n in places.items() if n}
        assert sum(cube.table(name, on=on, by=["kind", "born"]).values()) == plain(rows, None, on, None, None)
        cube.fold()
        assert cube.recount(name) == []
    finally:
        withdraw(name)


@pytest.fixture
def known(db):
    one = cube.register(
        cube.Measure("tests.known", "", "unit", "stock", "centres.Centre", (), lambda some: [])
    )
    yield one
    withdraw(one.name)


def test_what_was_known_on_an_earlier_day_stays_answerable(known):
    def note(subject, amount, day):
        Contribution.objects.create(
            measure=known.number, rule=1, subject=subject, region_code=220102000, on=date(2012, 1, 1), amount=amount,
            recorded_at=datetime(2013, 1, day, 15, 59, tzinfo=UTC)  # a minute before midnight here,
        )  # fmt: skip

    note(1, 1, 5)
    note(2, 1, 6)
    note(1, -1, 7)  # it turned out to be wrong from its beginning
    figures = [
        cube.value("tests.known", on=date(2012, 6, 1), known=date(2013, 1, day)) for day in (4, 5, 6, 7)
    ]
    assert figures == [0, 1, 2, 1]
    assert list(
        cube.subjects("tests.known", on=date(2012, 6, 1), known=date(2013, 1, 6)).order_by("subject")
    ) == [1, 2]


def test_a_sum_that_was_bent_is_named_and_made_anew(known):
    rows = [cube.Fact(1, 220102000, date(2012, 1, 1))]
    withdraw(known.name)
    cube.register(cube.Measure(known.name, "", "unit", "stock", "centres.Centre", (), lambda some: rows))
    cube.recount(known.name, repair=True)
    Cell.objects.filter(measure=known.number, span=0).update(amount=7)
    found = cube.recount(known.name)
    assert [(f.on, f.span, f.kept, f.counted) for f in found] == [(date(2012, 1, 1), 0, 7, 1)]
    cube.recount(known.name, repair=True)
    assert (cube.recount(known.name), cube.value(known.name, on=date(2014, 1, 1))) == ([], 1)
