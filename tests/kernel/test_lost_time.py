"""Hours that the platform took from people come back to every deadline that was running, and to no other."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel.calendar import Calendar, Due
from shegong.kernel.lost_time import extended, joined, lost_between, midnight

CHINA = ZoneInfo("Asia/Shanghai")
END = date(2027, 1, 10)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("spans", "last"),
    [
        ([], 10),
        ([(at(9), at(11))], 12),  # two days lost at the end: two days more
        ([(at(10, 23), at(11))], 11),  # one hour lost: the deadline is the end of a day, so a day more
        ([(at(11), at(13))], 10),  # after the deadline nothing was taken
        ([(at(9), at(11)), (at(9, 12), at(10, 12))], 12),  # hours that overlap count once
        ([(at(9), at(11)), (at(12), at(13))], 13),  # the time given back was taken too
    ],
)
def test_a_day_moves_by_whole_days_for_the_hours_lost(spans, last):
    assert extended(END, spans) == date(2027, 1, last)


def test_a_moment_moves_by_exactly_the_hours_lost():
    assert extended(at(10, 17), [(at(10, 9), at(10, 12))]) == at(10, 20)


def test_an_outage_before_the_window_opened_took_nothing():
    spans = [(at(2), at(4))]
    assert extended(END, spans, opened=date(2027, 1, 5)) == END
    assert extended(END, spans, opened=date(2027, 1, 3)) == date(2027, 1, 11)
    assert extended(date(2027, 3, 1), spans) == date(2027, 3, 1)  # more than a month before


hours = st.integers(-72, 72)
outages = st.lists(st.tuples(hours, st.integers(1, 48)), max_size=4)


@given(outages)
def test_after_what_was_lost_everybody_has_the_time_the_window_had(found):
    end = midnight(END + timedelta(days=1))
    spans = [(end + timedelta(hours=h), end + timedelta(hours=h + n)) for h, n in found]
    window = timedelta(days=20)
    since = end - window
    moved = extended(end, spans, opened=since.date())
    assert moved - since - lost_between(since, moved, spans) == window
    assert extended(END, spans, opened=since.date()) >= END
    assert joined([*spans, *spans]) == joined(spans)


def test_an_extended_deadline_does_not_end_on_a_day_off():
    calendar = Calendar({}, frozenset({2027}), ((at(9), at(11)),))
    friday = Due(date(2027, 1, 8), provisional=False)
    assert calendar.extended(friday) == friday  # nothing was lost before it
    assert calendar.extended(Due(date(2027, 1, 14), False)).on == date(
        2027, 1, 18
    )  # Saturday the 16th: Monday
