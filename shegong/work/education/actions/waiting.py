"""The waiting list of a full class: joined, a seat kept for who is next and told of, taken, passed on when its time is over."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import job
from shegong.kernel.outages import extended
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted
from shegong.work.education.actions.telling import tell_place
from shegong.work.education.models import Course, Enrolment, WaitingPlace
from shegong.work.education.models.class_policy import class_policy
from shegong.work.education.rules.courses import CLAUSE, CourseState
from shegong.work.education.rules.waiting import WaitingState, join_obstacles, kept_until

LINE = "who is next belongs to the class, wherever she lives"


@answers("T3.3")
@transaction.atomic
def join_waiting(course: Course, person: Person, *, by: Actor, on: date) -> WaitingPlace:
    """Wait for a seat, oneself alone. Refuses a class with seats left, one that takes nobody, and a second place."""
    if by.person_id != person.pk:
        raise Refused(Obstacle("not_own", N_("Everybody puts her own name on the waiting list.")))
    held = locked(course)
    mine = WaitingPlace.objects.in_line().filter(course=held, person=person)
    seat = Enrolment.objects.seated().filter(course=held, person=person)
    refuse_if(join_obstacles(
        state=held.state, free=held.capacity - held.taken, has_seat=seat.exists(), in_line=mine.exists()
    ))  # fmt: skip
    if held.enrol_until and held.enrol_until < on:
        params = {"day": held.enrol_until.isoformat()}
        raise Refused(Obstacle("course_enrol_until", N_("Enrolment ended on %(day)s."), "", CLAUSE, params))
    row = WaitingPlace.objects.create(
        course=held, person=person, organization_id=held.organization_id, region_code=held.region_code
    )
    _note(row, "join", by)
    return row


@transaction.atomic
def leave_waiting(place: WaitingPlace, *, by: Actor, on: date) -> WaitingPlace:
    """Give the place in line up, or the seat that is kept; it goes to who is next."""
    if by.person_id != place.person_id:
        raise Refused(Obstacle("not_own", N_("Everybody puts her own name on the waiting list.")))
    course = locked(place.course)
    place.refresh_from_db()
    was_kept = place.state == WaitingState.OFFERED
    transition(place, "leave")
    _note(place, "leave", by)
    if was_kept:
        pass_on(course, on=on)
    return place


def locked(course: Course) -> Course:
    """The class, held until commit: seats and places of one class change one after the other."""
    found: Course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    return found


def _kept(course: Course, person_id: int) -> WaitingPlace | None:
    rows = WaitingPlace.objects.filter(course=course, person=person_id, state=WaitingState.OFFERED)
    return rows.first()


def has_kept(course: Course, person_id: int) -> bool:
    """Whether a seat is kept for her."""
    return _kept(course, person_id) is not None


@unguarded("a step of taking a seat, which has asked")
def take_kept(course: Course, person_id: int, *, by: Actor) -> bool:
    """Use the seat that is kept for her, if one is; it is counted as taken already."""
    place = _kept(course, person_id)
    if place is None:
        return False
    transition(place, "take")
    _note(place, "take", by)
    return True


@unguarded("a step of taking a seat, which has asked")
def leave_line(course: Course, person_id: int, *, by: Actor) -> None:
    """Whoever got a seat another way waits no more."""
    for place in WaitingPlace.objects.filter(course=course, person=person_id, state=WaitingState.WAITING):
        transition(place, "leave")
        _note(place, "leave", by)


@unguarded("a step of giving a seat back, which has asked")
def pass_on(course: Course, *, on: date) -> WaitingPlace | None:
    """A seat that is counted as taken became free: keep it for who is next and tell her, else count it as free. The
    class's row is locked by whoever calls."""
    with lifted(LINE):
        held = Course.objects.get(pk=course.pk)
        place = WaitingPlace.objects.filter(course=held, state=WaitingState.WAITING).order_by("pk").first()
        if place is None or held.state != CourseState.OPEN:
            Course.objects.filter(pk=held.pk, taken__gt=0).update(taken=F("taken") - 1)
            return None
        starts = held.half_days.order_by("starts_at").values_list("starts_at", flat=True)[0]  # type: ignore[attr-defined]
        until = kept_until(timezone.now(), class_policy(on).seat_kept_hours, starts)
        transition(place, "offer", kept_until=until)
        _note(place, "offer", SYSTEM)
        tell_place(place, "offered")
        return place


@unguarded("a step of the class's life, which has asked")
def close_line(course: Course) -> None:
    """The class began or was cancelled: nobody waits any more, and seats that were kept are free."""
    with lifted(LINE):
        for place in WaitingPlace.objects.in_line().filter(course=course):
            if place.state == WaitingState.OFFERED:
                Course.objects.filter(pk=course.pk, taken__gt=0).update(taken=F("taken") - 1)
            transition(place, "close")
            _note(place, "close", SYSTEM)
            if course.state != CourseState.CANCELLED:  # of a cancelled class everybody is told by itself
                tell_place(place, "closed")


@job("education.pass_on", cron="*/5 * * * *", alone=True)
def pass_on_due() -> int:
    """Every five minutes: seats that were kept in vain go to who is next; how many. Hours of an outage are given back."""
    now, count = timezone.now(), 0
    for place in WaitingPlace.objects.filter(state=WaitingState.OFFERED, kept_until__lte=now).order_by("pk"):
        count += _lapse(place)
    return count


@unguarded("the clock: the seat was not taken in time")
@transaction.atomic
def _lapse(place: WaitingPlace) -> bool:
    course, now = locked(place.course), timezone.now()
    place.refresh_from_db()
    if place.state != WaitingState.OFFERED or place.kept_until is None or extended(place.kept_until) > now:
        return False
    transition(place, "lapse")
    _note(place, "lapse", SYSTEM)
    tell_place(place, "lapsed")
    pass_on(course, on=timezone.localdate())
    return True


def _note(place: WaitingPlace, verb: str, by: Actor) -> None:
    journal.write(
        f"education.waiting.{verb}", by=by, subject=place, rows=[place], about_person_id=place.person_id,
        facts={"course": place.course_id, "state": str(place.state)}, region_code=place.region_code,
    )  # fmt: skip
