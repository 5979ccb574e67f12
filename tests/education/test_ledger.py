"""The ledger: entered once, never changed, reversed without erasing; late hours by two people (T3.3, abuse A8)."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shegong.kernel.journal import JournalEntry, digest_sql
from shegong.kernel.messages import Message
from shegong.kernel.outages import Outage
from shegong.kernel.refusal import Refused
from shegong.work.education import actions
from shegong.work.education.actions import NewEntry
from shegong.work.education.models import CreditEntry, HoursStatement, YearTotal, minutes_by_year
from shegong.work.education.models.policies import year_obstacles

YANJI, TUMEN = 222401000, 222402000
ON = date(2026, 11, 2)
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]
RIGHTS = ("education.enter", "education.approve", "education.read")


@pytest.fixture
def clerk(make_officer, make_person):
    return make_officer(person_id=make_person("李一", "201").pk, permissions=RIGHTS)


@pytest.fixture
def colleague(make_officer, make_person):
    return make_officer(person_id=make_person("李二", "202").pk, permissions=RIGHTS)


def enter(person, by, number=1, minutes=240, day=date(2026, 5, 4), **more):
    return actions.post(
        person, minutes=minutes, kind="class", earned_on=day, source="test", source_id=number, title="个案工作",
        region_code=YANJI, by=by, on=more.pop("on", ON), **more,
    )  # fmt: skip


def code(refused):
    return [o.code for o in refused.value.obstacles]


def at(hour, day=date(2026, 5, 4)):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_hours_are_entered_once_and_their_sum_is_kept(person, clerk):
    one = enter(person, clerk)
    assert enter(person, clerk).pk == one.pk
    enter(person, clerk, 2, day=date(2025, 12, 31), on=date(2026, 3, 31))
    assert minutes_by_year([person.pk]) == {person.pk: {2026: 240, 2025: 240}}
    assert one.vouched_by_id == clerk.person_id
    assert JournalEntry.objects.filter(verb="education.credit.post", about_person_id=person.pk).count() == 2


def test_the_database_refuses_to_change_or_delete_a_record(person, clerk):
    entry = enter(person, clerk)
    for change in ({"minutes": 9999}, {"person_id": clerk.person_id}, {"earned_on": ON}, {"title": "x"}):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            CreditEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        CreditEntry.objects.filter(pk=entry.pk).delete()


def test_a_reversal_never_erases_and_what_was_known_stays_readable(person, clerk):
    before = timezone.now()
    entry = enter(person, clerk)
    between = timezone.now()
    actions.reverse(entry, reason="重复记录", by=clerk, on=ON)
    own = CreditEntry.objects.filter(person=person)
    assert [own.known_at(moment).count() for moment in (before, between, timezone.now())] == [0, 1, 0]
    assert not own.current().exists() and own.get() == entry
    assert minutes_by_year([person.pk]) == {person.pk: {}}
    with pytest.raises(Refused) as refused:
        actions.reverse(entry, reason="再来一次", by=clerk, on=ON)
    assert code(refused) == ["reversed_before"]
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE education_creditentry SET recorded = tstzrange(lower(recorded), NULL)")


def test_a_correction_keeps_both_and_counts_the_new_one(person, clerk):
    entry = enter(person, clerk)
    new = actions.correct(
        entry, minutes=180, passed=True, title="小组工作", reason="签到表少半天", by=clerk, on=ON
    )
    assert minutes_by_year([person.pk])[person.pk] == {2026: 180}
    assert CreditEntry.objects.filter(person=person).count() == 2 and new.title == "小组工作"


def test_nobody_sits_in_two_rooms(person, clerk):
    enter(person, clerk, 1, during=(at(1), at(5)))
    enter(person, clerk, 2, during=(at(5), at(9)))
    with pytest.raises(Refused) as refused:
        enter(person, clerk, 3, during=(at(4), at(8)))
    assert code(refused)[0] == "two_rooms"
    with pytest.raises(IntegrityError, match="credit_not_in_two_rooms"), transaction.atomic():
        CreditEntry.objects.create(person=person, minutes=60, kind="class", earned_on=date(2026, 5, 4), source="x",
                                   source_id=9, during=(at(4), at(8)))  # fmt: skip


def test_a_class_comes_in_whole_or_not_at_all_and_twice_counts_once(make_person, clerk):
    people = [make_person("赵钱孙李"[n] + "学", f"{300 + n}") for n in range(4)]
    rows = [
        NewEntry(p.pk, 240, "class", date(2026, 5, 4), "education.attendance", n, (at(1), at(5)), title="班",
                 region_code=YANJI)
        for n, p in enumerate(people)
    ]  # fmt: skip
    assert len(actions.post_many(rows, by=clerk, on=ON)) == 4
    assert actions.post_many(rows, by=clerk, on=ON) == []
    assert sum(YearTotal.objects.values_list("minutes", flat=True)) == 960
    entry = JournalEntry.objects.get(verb="education.credit.post")
    assert len(entry.rows) == 4 and entry.about_person_id is None
    elsewhere = [NewEntry(people[0].pk, 60, "class", date(2026, 5, 4), "x", 90, (at(2), at(3)), title="班", region_code=YANJI),
                 NewEntry(people[1].pk, 60, "class", date(2026, 5, 4), "x", 91, (at(7), at(8)), title="班", region_code=YANJI)]  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.post_many(elsewhere, by=clerk, on=ON)
    assert code(refused) == ["two_rooms"] and CreditEntry.objects.count() == 4


def test_hours_are_entered_by_who_may_and_never_for_oneself(person, clerk, make_officer, herself):
    other_place = make_officer(code=TUMEN, permissions=RIGHTS)
    for by in (other_place, herself):
        with pytest.raises(Refused) as refused:
            enter(person, by)
        assert code(refused) == ["not_allowed"]
    own = make_officer(person_id=person.pk, permissions=RIGHTS)
    with pytest.raises(Refused) as refused:
        enter(person, own)
    assert code(refused) == ["own_hours"]


def test_a_locked_year_takes_two_people_and_a_reason(person, clerk, colleague):
    """Tale 4: after the lock an officer cannot enter last year's hours alone."""
    last = {
        "minutes": 480,
        "kind": "class",
        "earned_on": date(2025, 6, 1),
        "title": "班",
        "region_code": YANJI,
    }
    with pytest.raises(Refused) as refused:
        actions.post(person, **last, source="test", source_id=5, by=clerk, on=ON)
    assert code(refused) == ["year_locked"]
    with pytest.raises(Refused) as refused:
        actions.propose_late(person, **last, reason="", by=clerk, on=ON)
    assert code(refused) == ["reason_short"]
    waiting = actions.propose_late(person, **last, reason="培训机构漏报名单", by=clerk, on=ON)
    assert not CreditEntry.objects.exists()
    with pytest.raises(Refused) as refused:
        actions.decide_late(waiting, accept=True, by=clerk, on=ON)
    assert code(refused) == ["four_eyes"]
    with pytest.raises(IntegrityError, match="statement_"), transaction.atomic():
        HoursStatement.objects.filter(pk=waiting.pk).update(decided_by=clerk.person_id)
    done = actions.decide_late(waiting, accept=True, by=colleague, on=ON)
    assert done.state == "posted" and done.entry.vouched_by_id == clerk.person_id
    assert minutes_by_year([person.pk])[person.pk] == {2025: 480}


def test_hours_lost_to_an_outage_move_the_lock_of_a_year(db):
    last = date(2026, 3, 31)
    Outage.objects.create(during=(at(0, last), at(6, last)), notice_zh="机房停电", declared_by=0)
    assert [o.code for o in year_obstacles(date(2025, 6, 1), date(2026, 4, 1))] == []
    assert [o.code for o in year_obstacles(date(2025, 6, 1), date(2026, 4, 2))] == ["year_locked"]
    assert [o.code for o in year_obstacles(date(2024, 6, 1), date(2025, 4, 1))] == ["year_locked"]


def test_a_late_entry_can_be_refused_and_taken_back(person, clerk, colleague, make_officer, make_person):
    last = {
        "minutes": 480,
        "kind": "class",
        "earned_on": date(2025, 6, 1),
        "title": "班",
        "region_code": YANJI,
    }
    one = actions.propose_late(person, **last, reason="培训机构漏报名单", by=clerk, on=ON)
    alone = make_officer(person_id=make_person("孙经办", "356").pk, permissions=("education.enter",))
    with pytest.raises(
        Refused
    ) as refused:  # what one officer let through is refused by whom may let it in, too
        actions.refuse(one, reason="没有签到表", by=alone, on=ON)
    assert code(refused) == ["not_allowed"]
    assert actions.decide_late(one, accept=False, reason="没有签到表", by=colleague, on=ON).state == "refused"
    assert "没有签到表" in Message.objects.inbox(clerk.person_id).get(kind="education.study.refused").body
    two = actions.propose_late(person, **last, reason="培训机构漏报名单", by=clerk, on=ON)
    assert actions.take_back(two, by=clerk, on=ON).state == "withdrawn"
    with pytest.raises(Refused):
        actions.decide_late(two, accept=True, by=colleague, on=ON)
    with pytest.raises(Refused) as refused:
        actions.propose_late(
            person, **{**last, "earned_on": date(2026, 6, 1)}, reason="今年的课", by=clerk, on=ON
        )
    assert code(refused) == ["year_open"]


def test_a_correction_of_a_locked_year_may_take_hours_away_but_adds_none(person, clerk):
    entry = enter(person, clerk, day=date(2025, 12, 1), on=date(2026, 3, 1))
    less = actions.correct(entry, minutes=60, passed=True, title="班", reason="只到半天", by=clerk, on=ON)
    with pytest.raises(Refused) as refused:
        actions.correct(less, minutes=61, passed=True, title="班", reason="还是多算", by=clerk, on=ON)
    assert code(refused) == ["year_locked"]


def test_a_record_changed_behind_the_applications_back_no_longer_fits_its_entry(person, clerk):
    entry = enter(person, clerk)
    (sealed,) = JournalEntry.objects.get(verb="education.credit.post").rows.values()
    with connection.cursor() as cursor:
        digest = f"SELECT {digest_sql(CreditEntry)} FROM education_creditentry WHERE id = %s"
        cursor.execute(digest, [entry.pk])
        assert cursor.fetchone() == (sealed,)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE education_creditentry SET minutes = 6000 WHERE id = %s", [entry.pk])
        cursor.execute(digest, [entry.pk])
        assert cursor.fetchone() != (sealed,)
