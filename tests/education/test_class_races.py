"""Sixteen at once: the last seats, and the same marks; each with its control without the guard."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction

from shegong.kernel import audit
from shegong.kernel.refusal import Refused
from shegong.work.education import actions
from shegong.work.education.actions import enrolling, recording
from shegong.work.education.models import Attendance, Course, Enrolment

from .classes import DAY, World, at, planned

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("T3.3")]
MANY, SEATS = 16, 3


def together(*jobs):
    """Run the jobs at the same moment on connections of their own; returns what each gave or raised."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(n, job):
        try:
            gate.wait(30)
            results[n] = job()
        except Exception as problem:
            results[n] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


# Abuse A7: last training seat raced; cancel/re-enrol loops
def test_the_last_seats_and_the_same_marks_under_sixteen_at_once_and_without_the_guards(monkeypatch):
    world = World()
    workers = [(world.person(), None) for _ in range(MANY)]

    def seats_of(course):
        return [
            lambda person=person: actions.take_seat(course, person, by=world.clerk, on=DAY)
            for person, _none in workers
        ]

    course = world.course(capacity=SEATS)
    got = together(*seats_of(Course.objects.get(pk=course.pk)))
    assert Enrolment.objects.seated().filter(course=course).count() == SEATS
    assert Course.objects.get(pk=course.pk).taken == SEATS
    assert sum(isinstance(one, Refused) for one in got) == MANY - SEATS

    def looks_first(course, count):
        if Enrolment.objects.seated().filter(course=course).count() >= course.capacity:
            raise Refused(enrolling.full())
        time.sleep(0.2)

    other = world.course(capacity=SEATS)
    monkeypatch.setattr(enrolling, "take_seats", looks_first)
    monkeypatch.setattr(enrolling, "locked", lambda course: course)
    together(*seats_of(Course.objects.get(pk=other.pk)))
    assert Enrolment.objects.seated().filter(course=other).count() > SEATS, "the control oversells, so the test can see it"  # fmt: skip
    monkeypatch.undo()

    marked = world.course(capacity=40)
    people = [world.worker() for _ in range(3)]
    stated = [
        recording.Stated(marked.number, one.on, one.half, number, name)
        for _p, _a, number, name in people for one in planned()
    ]  # fmt: skip
    when = {"by": world.clerk, "on": DAY, "now": at(DAY, 23).replace(day=4)}

    def upload():
        return actions.record(world.body.pk, stated, **when)

    outcomes = together(*[upload] * MANY)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sum(one.made for one in outcomes) == 12 and sum(one.there for one in outcomes) == 12 * (MANY - 1)
    assert Attendance.objects.filter(half_day__course=marked).count() == 12
    assert Course.objects.get(pk=marked.pk).taken == 3

    monkeypatch.setattr(recording, "MARKS", recording.MARKS.replace("ON CONFLICT DO NOTHING ", ""))
    with transaction.atomic(), pytest.raises(IntegrityError):
        upload()
    monkeypatch.undo()

    for one in marked.half_days.all():
        actions.cosign(one, by=world.clerk, on=one.on, now=one.ends_at)
    done = actions.finish_course(Course.objects.get(pk=marked.pk), by=world.clerk, on=marked.last_on)
    sent = actions.hand_in(done, by=world.clerk, on=marked.last_on)
    actions.accept_list(sent, by=world.province, on=marked.last_on)
    assert [one for one in audit.verify() if one.where.startswith("education_")] == []
