"""The holiday table: years are published whole, every process sees a change, wrong schedules are refused."""

from datetime import date

import pytest

from shegong.kernel import holidays
from shegong.kernel.access import Actor
from shegong.kernel.calendar import HOLIDAY, IN_LIEU, MAKEUP, Due, HolidayRow
from shegong.kernel.holidays import (
    CalendarYear,
    Holiday,
    calendar_in_force,
    import_file,
    import_year,
    load_shipped_schedule,
    schedule_obstacles,
)
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

pytestmark = pytest.mark.django_db
SYSTEM = Actor(is_system=True)
ON = date(2026, 11, 22)


def rows_2027() -> list[HolidayRow]:
    off = [(1, 1), (1, 4), (2, 8), (2, 9), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    return [
        *(HolidayRow(date(2027, month, day), HOLIDAY, "x") for month, day in off),
        HolidayRow(date(2027, 1, 9), MAKEUP, "x"),
    ]


@pytest.fixture
def shipped():
    return load_shipped_schedule(by=SYSTEM, on=ON)


def test_the_shipped_schedule_loads_once(shipped):
    assert shipped == list(range(2004, 2027))
    assert Holiday.objects.count() == 771
    assert load_shipped_schedule(by=SYSTEM, on=ON) == []


def test_the_calendar_of_the_table_gives_the_examples_checked_by_hand(shipped):
    calendar = calendar_in_force()
    assert calendar.add_working_days(date(2012, 9, 20), 30) == Due(date(2012, 11, 7), provisional=False)
    assert calendar.add_working_days(date(2026, 9, 28), 7) == Due(date(2026, 10, 13), provisional=False)


def test_importing_a_year_makes_its_deadlines_firm_and_moves_them(shipped):
    before = calendar_in_force().add_working_days(ON, 30)
    import_year(2027, rows_2027(), by=SYSTEM, on=ON, source="国办发明电")
    after = calendar_in_force().add_working_days(ON, 30)
    assert before == Due(date(2027, 1, 4), provisional=True)
    assert after == Due(date(2027, 1, 5), provisional=False)


def test_a_day_typed_by_hand_does_not_publish_its_year(shipped):
    Holiday.objects.create(day=date(2027, 2, 8), kind=HOLIDAY, name="x", schedule_year=2027)
    CalendarYear.objects.filter(year=2026).update(changed_at=holidays.Now())
    calendar = calendar_in_force()
    assert not calendar.is_working_day(date(2027, 2, 8))
    assert not calendar.is_published(date(2027, 2, 8))


def test_the_calendar_is_read_once_until_the_table_changes(shipped, django_assert_num_queries):
    calendar_in_force()
    with django_assert_num_queries(1):
        assert calendar_in_force() is calendar_in_force.__globals__["_cache"][1]


def test_importing_again_replaces_the_year_and_leaves_others(shipped):
    import_year(2027, rows_2027(), by=SYSTEM, on=ON)
    fewer = [row for row in rows_2027() if row.day != date(2027, 1, 4) and row.kind != MAKEUP]
    import_year(2027, fewer, by=SYSTEM, on=ON)
    assert Holiday.objects.filter(day__year=2027).count() == 8
    assert Holiday.objects.filter(day__year=2026).count() == 39


def test_a_new_year_schedule_may_reach_into_december_and_survives_an_import_of_the_year_before(shipped):
    bridge = HolidayRow(date(2026, 12, 27), MAKEUP, "x")
    import_year(2027, [*rows_2027(), bridge], by=SYSTEM, on=ON)
    assert calendar_in_force().is_working_day(date(2026, 12, 27))
    of_2026 = [HolidayRow(h.day, h.kind, h.name) for h in Holiday.objects.filter(schedule_year=2026)]
    import_year(2026, of_2026, by=SYSTEM, on=ON)
    assert calendar_in_force().is_working_day(date(2026, 12, 27))


def test_an_import_is_in_the_journal(shipped):
    import_year(2027, rows_2027(), by=SYSTEM, on=ON)
    entry = JournalEntry.objects.latest("seq")
    assert (entry.verb, entry.subject_id, entry.facts) == ("kernel.import_year", 2027, {"days": 10})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (HolidayRow(date(2028, 1, 3), HOLIDAY, "x"), "schedule_other_year"),
        (HolidayRow(date(2026, 11, 30), HOLIDAY, "x"), "schedule_other_year"),
        (HolidayRow(date(2027, 3, 3), MAKEUP, "x"), "schedule_makeup"),
        (HolidayRow(date(2027, 3, 6), IN_LIEU, "x"), "schedule_in_lieu"),
        (HolidayRow(date(2027, 3, 3), "feast", "x"), "schedule_kind"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(row, code):
    assert [found.code for found in schedule_obstacles(2027, [*rows_2027(), row])] == [code]


def test_a_schedule_without_a_statutory_holiday_changes_nothing(shipped):
    rows = [row for row in rows_2027() if row.day != date(2027, 10, 2)]
    with pytest.raises(Refused) as refused:
        import_year(2027, rows, by=SYSTEM, on=ON)
    assert [found.code for found in refused.value.obstacles] == ["schedule_day_missing"]
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_day_listed_twice_is_refused(shipped):
    with pytest.raises(Refused) as refused:
        import_year(2027, [*rows_2027(), rows_2027()[0]], by=SYSTEM, on=ON)
    assert [found.code for found in refused.value.obstacles] == ["schedule_repeated"]


def test_a_file_that_cannot_be_read_is_refused_with_its_line():
    with pytest.raises(Refused, match="line 2"):
        import_file("date,kind,name\n2027-02-30,holiday,x\n", by=SYSTEM, on=ON)


def test_one_day_is_set_changed_and_made_ordinary_again_with_a_reason(shipped):
    day = date(2026, 6, 3)
    holidays.set_day(day, HOLIDAY, "防汛放假", by=SYSTEM, on=ON, reason="省政府办公厅通知")
    assert not calendar_in_force().is_working_day(day)
    holidays.set_day(day, IN_LIEU, "调休", by=SYSTEM, on=ON, reason="省政府办公厅通知更正")
    assert Holiday.objects.get(day=day).kind == IN_LIEU
    holidays.set_day(day, None, by=SYSTEM, on=ON, reason="通知撤回，照常上班")
    assert calendar_in_force().is_working_day(day)
    entry = JournalEntry.objects.filter(verb="kernel.set_day").latest("seq")
    assert entry.facts == {"day": "2026-06-03", "before": IN_LIEU, "kind": None}
    assert entry.reason == "通知撤回，照常上班"


def test_a_day_set_in_an_unpublished_year_is_seen_at_once_and_stays_provisional(shipped):
    assert calendar_in_force().is_working_day(date(2027, 2, 8))
    holidays.set_day(date(2027, 2, 8), HOLIDAY, "春节", by=SYSTEM, on=ON, reason="按惯例先行安排")
    calendar = calendar_in_force()
    assert not calendar.is_working_day(date(2027, 2, 8)) and not calendar.is_published(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("day", "kind", "name", "reason", "code"),
    [((2026, 6, 3), MAKEUP, "补班", "省政府通知", "schedule_makeup"), ((2026, 6, 6), IN_LIEU, "调休", "省政府通知", "schedule_in_lieu"),
     ((2026, 6, 3), None, "", "省政府通知", "day_as_it_is"), ((2026, 10, 1), None, "", "省政府通知", "day_statutory"),
     ((2026, 6, 3), HOLIDAY, " ", "省政府通知", "day_name"), ((2026, 6, 3), HOLIDAY, "放假", "", "day_reason"),
     ((2026, 6, 3), "party", "放假", "省政府通知", "schedule_kind")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_and_stays(shipped, day, kind, name, reason, code):
    before = Holiday.objects.count()
    with pytest.raises(Refused) as refused:
        holidays.set_day(date(*day), kind, name, by=SYSTEM, on=ON, reason=reason)
    assert [obstacle.code for obstacle in refused.value.obstacles] == [code]
    assert Holiday.objects.count() == before


def test_whoever_keeps_deadlines_hears_of_a_single_day(shipped):
    told = []
    holidays.on_year_imported.append(lambda year, by, on: told.append(year))
    try:
        holidays.set_day(date(2026, 6, 3), HOLIDAY, "放假", by=SYSTEM, on=ON, reason="省政府通知")
    finally:
        holidays.on_year_imported.pop()
    assert told == [2026]
