"""What announced classes say of days to come, as it was known on each day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.steering.programme.models.known import declared_ahead
from shegong.steering.programme.rules.curves import month_end
from shegong.work.education import actions
from shegong.work.education.measures import OFFERED, PLANNED, TAKEN
from shegong.work.education.models import Enrolment

from .classes import TUMEN, YANBIAN, YANJI, World

pytestmark = pytest.mark.clause("N10")
HERE, ELSEWHERE = (Range(YANBIAN, YANBIAN + 100_000),), (Range(220800000, 220900000),)


@pytest.fixture
def world(db):
    return World()


def known_on(day, end, ranges):
    """What is known on a day of the months up to `end`."""
    rows = declared_ahead([PLANNED.name], since=day, on=day, deadline=end, ranges=ranges)[PLANNED.name]
    return sums([one for one in rows if one.is_known(day, end)])


def sums(found):
    return sum(one.expected for one in found), sum(one.low for one in found), sum(one.high for one in found)


def test_seats_of_announced_classes_are_known_from_their_day_until_they_are_given_back(world):
    today = timezone.localdate()
    first, end = today + timedelta(days=40), today + timedelta(days=90)
    world.course(capacity=8, opened=False, first=first)
    course = world.course(capacity=20, first=first)
    people = [world.worker() for _ in range(3)]
    seats = [actions.take_seat(course, person, by=actor, on=today) for person, actor, _, _ in people]
    early = Enrolment.objects.filter(pk=seats[0].pk)
    early.update(enrolled_at=timezone.now() + timedelta(days=5))  # taken five days from now
    cube.refresh(TAKEN.name, [seats[0].pk])
    actions.give_seat_back(seats[2], by=people[2][1], on=today)

    def known(day, ranges=HERE, until=end):
        return known_on(day, until, ranges)

    assert known(today) == (1, 1, 20), "one seat, at most all twenty; what is only planned is not announced"
    assert known(today + timedelta(days=5)) == (2, 2, 20)
    assert known(today - timedelta(days=1)) == (0, 0, 0), "no hindsight"
    assert known(course.last_on) == (0, 0, 0), "it lies ahead no more"
    assert known(today, ELSEWHERE) == (0, 0, 0)
    before = first.replace(day=1) - timedelta(days=1)
    assert known(today, until=before) == (0, 0, 0), "it counts in the month of its last day"
    actions.cancel_course(course, reason="报名人数不足", by=world.clerk, on=today)
    assert known(today) == (0, 0, 0)
    assert cube.recount(TAKEN.name) == cube.recount(OFFERED.name) == []


def test_a_seat_counts_where_its_person_is_at_home(world):
    today = timezone.localdate()
    course = world.course(capacity=5, first=today + timedelta(days=40))
    person, actor, _, _ = world.worker()
    actions.take_seat(course, person, by=actor, on=today)
    Enrolment.objects.update(region_code=TUMEN)
    cube.refresh(TAKEN.name, list(Enrolment.objects.values_list("pk", flat=True)))
    end = today + timedelta(days=60)
    assert known_on(today, end, (Range(TUMEN, TUMEN + 1000),)) == (1, 1, 1)
    assert known_on(today, end, (Range(YANJI, YANJI + 1000),)) == (0, 0, 4)


def test_a_backtest_reads_what_was_known_at_each_months_end(world):
    today = timezone.localdate()
    asof, first, end = today + timedelta(days=70), today + timedelta(days=120), today + timedelta(days=200)
    course = world.course(capacity=5, first=first)
    person, actor, _, _ = world.worker()
    seat = actions.take_seat(course, person, by=actor, on=today)
    Enrolment.objects.filter(pk=seat.pk).update(enrolled_at=timezone.now() + timedelta(days=65))
    cube.refresh(TAKEN.name, [seat.pk])
    rows = declared_ahead(
        [PLANNED.name], since=today - timedelta(days=366), on=asof, deadline=end, ranges=HERE
    )[PLANNED.name]

    def known(day):
        return sums([one for one in rows if one.is_known(day, end)])

    announced = month_end(today)
    assert known(asof) == (1, 1, 5)
    assert known(announced) == (0, 0, 5), "the seat was taken later"
    assert known(today.replace(day=1) - timedelta(days=1)) == (0, 0, 0), "no hindsight"
    assert {one.on for one in rows} == {month_end(course.last_on)}
