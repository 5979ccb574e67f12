"""A full class has a line: who is next gets the seat that becomes free, for as long as policy keeps it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.work.education import actions
from shegong.work.education.actions.waiting import pass_on_due
from shegong.work.education.models import Course, Enrolment, WaitingPlace
from shegong.work.education.models.waiting import ahead_of

from .classes import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def full(world):
    """(class of one seat in the days to come, her seat)."""
    course = world.course(capacity=1, first=today() + timedelta(days=20))
    person, herself, *_ = world.worker()
    return course, actions.take_seat(course, person, by=herself, on=today())


def joined(world, course):
    person, herself, *_ = world.worker()
    return actions.join_waiting(course, person, by=herself, on=today()), herself


def codes(refused):
    return [one.code for one in refused.value.obstacles]


def told(place, kind):
    return Message.objects.inbox(place.person_id).filter(kind=f"education.waiting.{kind}").count()


def test_one_waits_only_for_a_full_class_once_and_for_oneself(world, full):
    course, seat = full
    place, herself = joined(world, course)
    with pytest.raises(Refused) as refused:
        actions.join_waiting(course, place.person, by=herself, on=today())
    assert codes(refused) == ["waiting_already"]
    with pytest.raises(Refused) as refused:
        actions.join_waiting(course, seat.person, by=herself, on=today())
    assert codes(refused) == ["not_own"]
    empty = world.course(first=today() + timedelta(days=30))
    with pytest.raises(Refused) as refused:
        actions.join_waiting(empty, place.person, by=herself, on=today())
    assert codes(refused) == ["course_not_full"]


def test_a_seat_given_back_is_kept_for_who_is_next_and_nobody_else_takes_it(world, full):
    course, seat = full
    (first, herself), (second, himself) = joined(world, course), joined(world, course)
    assert (ahead_of(first), ahead_of(second)) == (0, 1)
    actions.give_seat_back(seat, by=world.clerk, on=today())
    first.refresh_from_db()
    assert first.state == "offered" and told(first, "offered") == 1 and told(second, "offered") == 0
    assert timezone.now() < first.kept_until <= timezone.now() + timedelta(hours=24)
    with pytest.raises(Refused) as refused:
        actions.take_seat(course, second.person, by=himself, on=today())
    assert codes(refused) == ["course_full"]
    actions.take_seat(course, first.person, by=herself, on=today())
    first.refresh_from_db()
    assert first.state == "taken" and Course.objects.get(pk=course.pk).taken == 1
    assert list(Enrolment.objects.seated().filter(course=course).values_list("person_id", flat=True)) == [
        first.person_id
    ]


def test_a_seat_kept_in_vain_goes_on_and_the_last_one_is_free_again(world, full):
    course, seat = full
    (first, _herself), (second, himself) = joined(world, course), joined(world, course)
    actions.give_seat_back(seat, by=world.clerk, on=today())
    assert pass_on_due() == 0  # there is time left
    WaitingPlace.objects.filter(pk=first.pk).update(kept_until=timezone.now() - timedelta(minutes=1))
    assert pass_on_due() == 1
    second.refresh_from_db()
    assert second.state == "offered" and told(first, "lapsed") == 1 and told(second, "offered") == 1
    actions.leave_waiting(second, by=himself, on=today())
    assert Course.objects.get(pk=course.pk).taken == 0


def test_the_line_ends_when_the_class_begins_or_is_cancelled(world, full):
    course, seat = full
    (first, _herself), (second, _himself) = joined(world, course), joined(world, course)
    actions.give_seat_back(seat, by=world.clerk, on=today())
    course.refresh_from_db()
    actions.start_course(course, by=world.clerk, on=course.first_on)
    for place in (first, second):
        place.refresh_from_db()
        assert place.state == "closed" and told(place, "closed") == 1
    assert Course.objects.get(pk=course.pk).taken == 0


def test_who_waits_for_a_cancelled_class_is_told_why(world, full):
    course, _seat = full
    place, _herself = joined(world, course)
    course.refresh_from_db()
    actions.cancel_course(course, reason="教室停电", by=world.clerk, on=today())
    assert "教室停电" in Message.objects.inbox(place.person_id).get(kind="education.cancelled").body
    assert WaitingPlace.objects.get().state == "closed"


def test_a_seat_that_is_kept_may_be_taken_after_enrolment_ended(world):
    course = world.course(capacity=1, first=today() + timedelta(days=20), enrol_until=today())
    person, herself, *_ = world.worker()
    seat = actions.take_seat(course, person, by=herself, on=today())
    (place, waiter), tomorrow = joined(world, course), today() + timedelta(days=1)
    actions.give_seat_back(seat, by=world.clerk, on=tomorrow)
    with pytest.raises(Refused) as refused:
        actions.take_seat(course, person, by=herself, on=tomorrow)
    assert codes(refused) == ["course_enrol_until"]
    assert actions.take_seat(course, place.person, by=waiter, on=tomorrow).course_id == course.pk
