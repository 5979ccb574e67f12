"""Sixteen submit at once: no hour is counted twice, nobody sits in two rooms; and the same without the guard (D14)."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from shegong.ground.people.models import Person
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused
from shegong.work.education import actions
from shegong.work.education.actions import NewEntry
from shegong.work.education.models import CreditEntry, YearTotal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("T3.3")]
ON, DAY, MANY = date(2026, 11, 2), date(2026, 5, 4), 16
GUARD = "credit_not_in_two_rooms"


def at_once(work):
    """The answers of sixteen threads that begin together; a refusal is one."""
    gate, answers = threading.Barrier(MANY), [None] * MANY

    def run(place):
        gate.wait()
        try:
            answers[place] = work(place)
        except Refused as refused:
            answers[place] = refused.obstacles[0].code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(MANY)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def rows(people, source="education.attendance", offset=0):
    """A class of these people, everybody at the same three hours."""
    hours = (datetime(2026, 5, 4, 1, tzinfo=UTC), datetime(2026, 5, 4, 4, tzinfo=UTC))
    return [
        NewEntry(key, 180, "class", DAY, source, offset + n, hours, title="班")
        for n, key in enumerate(people)
    ]


@pytest.fixture
def people():
    return [Person.objects.create().pk for _ in range(40)]


def test_sixteen_submitters_of_one_class_enter_every_hour_once(people):
    one = rows(people)
    other = list(reversed(one))
    answers = at_once(lambda place: len(actions.post_many(other if place % 2 else one, by=SYSTEM, on=ON)))
    assert sum(answers) == len(people) == CreditEntry.objects.count()
    assert set(YearTotal.objects.values_list("minutes", "entries")) == {(180, 1)}


def test_sixteen_rooms_at_one_time_give_one_of_them(people):
    answers = at_once(
        lambda place: len(actions.post_many(rows(people[:3], "room", place * 10), by=SYSTEM, on=ON))
    )
    assert sorted(map(str, answers)) == ["3", *["two_rooms"] * (MANY - 1)]
    assert set(YearTotal.objects.values_list("minutes", "entries")) == {(180, 1)}


def test_without_the_databases_guard_hours_would_count_sixteen_times(people):
    """The negative control: what the constraint holds is held by nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARD])
        (exclude,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE education_creditentry DROP CONSTRAINT {GUARD}")
    try:
        answers = at_once(
            lambda place: len(actions.post_many(rows(people[:3], "room", place * 10), by=SYSTEM, on=ON))
        )
        assert sum(answers) == 3 * MANY
        assert YearTotal.objects.first().minutes == 180 * MANY
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM education_creditentry")
            cursor.execute("DELETE FROM education_yeartotal")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(f"ALTER TABLE education_creditentry ADD CONSTRAINT {GUARD} {exclude}")
