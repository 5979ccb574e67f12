"""What announced classes say of days to come, as it was known on each day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shegong.kernel.access import Range
from shegong.steering.programme.models.known import declared_ahead
from shegong.work.education import actions
from shegong.work.education.measures import PLANNED
from shegong.work.education.models import Enrolment

from .classes import TUMEN, YANBIAN, YANJI, World

pytestmark = pytest.mark.clause("N10")
HERE, ELSEWHERE = (Range(YANBIAN, YANBIAN + 100_000),), (Range(220800000, 220900000),)


@pytest.fixture
def world(db):
    return World()


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
    actions.give_seat_back(seats[2], by=people[2][1], on=today)

    def known(day, ranges=HERE):
        rows = declared_ahead([PLANNED.name], since=today, deadline=end, ranges=ranges)[PLANNED.name]
        return sums([one for one in rows if one.is_known(day, end)])

    assert known(today) == (1, 1, 20), "one seat, at most all twenty; what is only planned is not announced"
    assert known(today + timedelta(days=5)) == (2, 2, 20)
    assert known(today - timedelta(days=1)) == (0, 0, 0), "no hindsight"
    assert known(course.last_on) == (0, 0, 0), "it lies ahead no more"
    assert known(today, ELSEWHERE) == (0, 0, 0)
    assert sums(PLANNED.read(today, first - timedelta(days=1))) == (0, 0, 0), "its last day counts"
    actions.cancel_course(course, reason="报名人数不足", by=world.clerk, on=today)
    assert known(today) == (0, 0, 0)
    assert {one.untold for one in PLANNED.read(today, end)} == {today}


def test_a_seat_counts_where_its_person_is_at_home(world):
    today = timezone.localdate()
    course = world.course(capacity=5, first=today + timedelta(days=40))
    person, actor, _, _ = world.worker()
    actions.take_seat(course, person, by=actor, on=today)
    Enrolment.objects.update(region_code=TUMEN)
    rows = list(PLANNED.read(today, today + timedelta(days=60)))
    assert {one.region: (one.expected, one.high) for one in rows if one.expected} == {TUMEN: (1, 1)}
    assert sums([one for one in rows if one.region == YANJI]) == (0, 0, 4)
