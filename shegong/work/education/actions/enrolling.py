"""Seats: taken by one conditional update of the class, so that the last one is given once; given back the same way."""

from dataclasses import replace
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.actions.waiting import has_kept, leave_line, locked, pass_on, take_kept
from shegong.work.education.models import Attendance, Course, Enrolment
from shegong.work.education.models.finding import people_meant
from shegong.work.education.rules.courses import CLAUSE, TAKES_MARKS, TAKES_PEOPLE, CourseState, full


@answers("T3.3")
@transaction.atomic
def take_seat(course: Course, person: Person, *, by: Actor, on: date) -> Enrolment:
    """Put a person down: herself, or by the provider's clerk. Refuses a class that takes nobody, is full, or has her.
    Who waited for the seat that is kept for her may take it after enrolment ended."""
    if by.person_id != person.pk:
        require_clerk(by, course.organization_id)
    course = locked(course)
    own = by.person_id == person.pk
    if course.state not in (TAKES_PEOPLE if own else TAKES_MARKS):
        raise Refused(Obstacle("course_closed", N_("This class takes nobody now."), "", CLAUSE))
    over = course.state == CourseState.OPEN and course.enrol_until and course.enrol_until < on
    if own and over and not has_kept(course, person.pk):
        message = N_("Enrolment ended on %(day)s.")
        params = {"day": course.enrol_until.isoformat()}  # type: ignore[union-attr]
        raise Refused(Obstacle("course_enrol_until", message, "", CLAUSE, params))
    enrolment = seat(course, person.pk, "self" if own else "provider", by=by)
    journal.write(
        "education.enrolment.enrol", by=by, subject=enrolment, rows=[enrolment], about_person_id=person.pk,
        facts={"course": course.pk, "entry": enrolment.entry}, region_code=course.region_code,
    )  # fmt: skip
    return enrolment


@transaction.atomic
def put_down(course: Course, *, name: str, identity: str, by: Actor, on: date) -> Enrolment:
    """The provider's clerk puts somebody down by name and identity number. Refuses who is not on record under both."""
    require_clerk(by, course.organization_id)
    meant = people_meant([(identity, name)], on)[identity, name]
    if isinstance(meant, Obstacle):
        raise Refused(replace(meant, field="identity"))
    return take_seat(course, Person.objects.get(pk=meant), by=by, on=on)


def seat(course: Course, person_id: int, entry: str, *, by: Actor) -> Enrolment:
    """A seat for a person, the one kept for her if there is, or the refusal: full, or she has one. The class's row is
    locked until commit."""
    if not take_kept(locked(course), person_id, by=by):
        take_seats(course, 1)
        leave_line(course, person_id, by=by)
    try:
        with transaction.atomic():
            return Enrolment.objects.create(
                course=course, person_id=person_id, organization_id=course.organization_id,
                region_code=course.region_code, entry=entry,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(
            Obstacle("enrolled_already", N_("She has a seat in this class already."), "", CLAUSE)
        ) from error


def take_seats(course: Course, count: int) -> None:
    """Take `count` seats at once, or refuse."""
    free = Course.objects.filter(pk=course.pk, taken__lte=F("capacity") - count)
    if count and not free.update(taken=F("taken") + count):
        raise Refused(full())


@transaction.atomic
def give_seat_back(enrolment: Enrolment, *, by: Actor, on: date) -> Enrolment:
    """Give the seat back; it is kept for who is next on the waiting list. Refuses once the person was marked present, or
    when the class is over."""
    if by.person_id != enrolment.person_id:
        require_clerk(by, enrolment.organization_id)
    course = locked(enrolment.course)
    if course.state not in TAKES_PEOPLE:
        message = N_("The class is over or cancelled; its seats stay as they are.")
        raise Refused(Obstacle("course_over", message, "", CLAUSE))
    if Attendance.objects.filter(enrolment=enrolment).standing().exists():
        message = N_("Somebody who was present keeps the seat.")
        raise Refused(Obstacle("enrolment_present", message, "", CLAUSE))
    open_rows = Enrolment.objects.filter(pk=enrolment.pk, cancelled_at__isnull=True)
    if not open_rows.update(cancelled_at=Now()):
        raise Refused(Obstacle("enrolment_gone", N_("This seat was given back already."), "", CLAUSE))
    enrolment.refresh_from_db()
    journal.write(
        "education.enrolment.cancel", by=by, subject=enrolment, rows=[enrolment], facts={"course": course.pk},
        about_person_id=enrolment.person_id, region_code=course.region_code,
    )  # fmt: skip
    pass_on(course, on=on)
    return enrolment
