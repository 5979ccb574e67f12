"""Working days and deadlines: checked examples, the law's borders, and properties over the published years."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel.calendar import (
    HOLIDAY,
    IN_LIEU,
    MAKEUP,
    Calendar,
    Due,
    HolidayRow,
    calendar_of,
    corresponding_day,
    fixed_holidays,
    merge_rows,
    read_schedule,
)

SCHEDULE = Path(__file__).parents[2] / "shegong/config/data/calendar/china_holidays_2004_2026.csv"
OFFICIAL = calendar_of(read_schedule(SCHEDULE.read_text()))

published_days = st.dates(date(2004, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2012, 9, 20), 30, date(2012, 11, 7)),
        (date(2026, 9, 28), 7, date(2026, 10, 13)),
        (date(2011, 9, 30), 5, date(2011, 10, 12)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
    ],
)
def test_working_days_agree_with_examples_checked_by_hand(start, count, end):
    assert OFFICIAL.add_working_days(start, count) == Due(end, provisional=False)


def test_the_schedule_covers_2004_to_2026_without_a_gap():
    assert OFFICIAL.years == frozenset(range(2004, 2027))


def test_a_working_saturday_is_a_working_day_and_a_swapped_monday_is_not():
    assert OFFICIAL.is_working_day(date(2026, 2, 14))
    assert not OFFICIAL.is_working_day(date(2026, 2, 23))


def test_thirty_working_days_from_late_november_2026_are_provisional():
    due = OFFICIAL.add_working_days(date(2026, 11, 22), 30)
    # 29 working days to the end of the year; 1 January is off by law, 2 and 3 are a weekend.
    assert due == Due(date(2027, 1, 4), provisional=True)


def test_a_provisional_date_moves_when_the_year_is_published():
    days = {**OFFICIAL.days, date(2027, 1, 4): IN_LIEU, date(2027, 1, 1): HOLIDAY}
    published = Calendar(days, OFFICIAL.years | {2027})
    assert published.add_working_days(date(2026, 11, 22), 30) == Due(date(2027, 1, 5), provisional=False)


def test_labour_day_has_two_fixed_days_since_2025_and_had_three_before_2008():
    assert (5, 2) in fixed_holidays(2027)
    assert (5, 2) not in fixed_holidays(2020)
    assert (5, 3) in fixed_holidays(2007)


def test_fixed_holidays_are_days_off_in_an_unpublished_year_and_lunar_ones_are_unknown():
    assert not OFFICIAL.is_working_day(date(2027, 10, 1))
    assert OFFICIAL.is_working_day(date(2027, 2, 8))  # Spring Festival week: not known before it is published


@pytest.mark.parametrize("year", range(2004, 2027))
def test_the_fixed_holidays_of_the_law_are_days_off_in_every_published_schedule(year):
    assert [day for day in fixed_holidays(year) if OFFICIAL.is_working_day(date(year, *day))] == []


def test_a_deadline_on_a_day_off_moves_to_the_next_working_day():
    assert OFFICIAL.add_days(date(2026, 9, 24), 7).on == date(2026, 10, 8)
    assert OFFICIAL.add_months(date(2026, 4, 1), 1).on == date(2026, 5, 6)
    assert OFFICIAL.add_years(date(2025, 10, 1), 1).on == date(2026, 10, 8)


def test_a_deadline_on_a_working_saturday_stays():
    assert OFFICIAL.add_days(date(2026, 2, 7), 7).on == date(2026, 2, 14)


def test_the_end_of_validity_never_moves():
    assert corresponding_day(date(2023, 10, 1), years=3) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("day", "years", "months", "end"),
    [
        (date(2024, 2, 29), 3, 0, date(2027, 2, 28)),
        (date(2026, 1, 31), 0, 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 0, 2, date(2027, 2, 28)),
        (date(2026, 3, 31), 0, -1, date(2026, 2, 28)),
        (date(2026, 1, 15), 0, -3, date(2025, 10, 15)),
    ],
)
def test_a_month_without_the_corresponding_day_ends_on_its_last(day, years, months, end):
    assert corresponding_day(day, years=years, months=months) == end


def test_rolling_over_new_year_into_an_unpublished_year_is_provisional():
    assert OFFICIAL.add_days(date(2026, 12, 31), 1) == Due(date(2027, 1, 4), provisional=True)


def test_a_count_below_one_is_a_programming_error():
    with pytest.raises(ValueError, match="from 1 up"):
        OFFICIAL.add_working_days(date(2026, 1, 1), 0)


@given(published_days, st.integers(1, 60))
def test_the_distance_to_a_computed_due_day_is_the_count(start, count):
    due = OFFICIAL.add_working_days(start, count)
    assert OFFICIAL.is_working_day(due.on)
    assert OFFICIAL.working_days_between(start, due.on) == count


@given(published_days, published_days)
def test_remaining_days_are_antisymmetric(one, other):
    assert OFFICIAL.working_days_between(one, other) == -OFFICIAL.working_days_between(other, one)


@given(published_days, st.integers(0, 400))
def test_a_rolled_deadline_is_the_first_working_day_from_the_counted_one(start, count):
    due, counted = OFFICIAL.add_days(start, count).on, start + timedelta(days=count)
    assert due >= counted
    assert OFFICIAL.is_working_day(due)
    assert not any(OFFICIAL.is_working_day(counted + timedelta(days=i)) for i in range((due - counted).days))


def test_a_day_listed_twice_is_the_day_in_lieu_whatever_the_order():
    holiday = HolidayRow(date(2004, 1, 27), HOLIDAY, "Spring Festival")
    lieu = HolidayRow(date(2004, 1, 27), IN_LIEU, "Spring Festival")
    assert merge_rows([holiday, lieu]) == merge_rows([lieu, holiday]) == [lieu]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("date,kind,name\n2026-02-30,holiday,x\n", "line 2"),
        ("date,kind,name\n2026-02-01,feast,x\n", "unknown kind 'feast'"),
        ("day,kind,name\n2026-02-01,holiday,x\n", "line 2"),
        ("date,kind,name\n2026-02-01,holiday\n", "line 2"),
    ],
)
def test_a_schedule_that_cannot_be_read_names_its_line(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        read_schedule(text)


def test_a_schedule_saved_by_a_spreadsheet_with_a_byte_order_mark_is_read():
    assert read_schedule("\ufeffdate,kind,name\n2026-02-14,makeup_workday,春节\n")[0].kind == MAKEUP
