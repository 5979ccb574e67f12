"""A class is planned, opened with its notice, started, finished or cancelled by the clerk of its provider."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from shegong.kernel import journal, numbering
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.refusal import reason_obstacles as why_obstacles
from shegong.kernel.sealing import open_sealed, seal
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.actions.telling import tell_cancelled
from shegong.work.education.actions.waiting import close_line, locked
from shegong.work.education.models import (
    Attendance,
    Course,
    Enrolment,
    HalfDay,
    Provider,
    WaitingPlace,
    taught_on,
)
from shegong.work.education.rules.courses import CLAUSE, Planned, plan_obstacles
from shegong.work.education.rules.providers import not_recognised
from shegong.work.education.rules.sign_in import SECRET_BYTES

TABLE, COLUMN = "education_halfday", "secret"
FIRST_NUMBER = 10000
COUNTER = "education.course"


@answers("T3.3")
@transaction.atomic
def plan_course(
    provider: Provider, *, title: str, kind: str, region_code: int, syllabus: str, capacity: int,
    half_days: Sequence[Planned], by: Actor, on: date, teachers: str = "", place: str = "", notice: str = "",
    contact: str = "", levels: Sequence[str] = (), enrol_until: date | None = None, has_test: bool = True,
) -> Course:  # fmt: skip
    """Plan a class with its half-days. Refuses providers not recognised on its days, kinds that the recognition lacks,
    half-days that overlap or count more than their clock."""
    require_clerk(by, provider.organization_id)
    refuse_if(plan_obstacles(title=title, syllabus=syllabus, capacity=capacity, half_days=half_days))
    if not taught_on(provider, sorted({one.on for one in half_days})):
        raise Refused(not_recognised())
    if kind not in provider.kinds:
        raise Refused(
            Obstacle("course_kind", N_("The provider is not recognised for this kind."), "kind", CLAUSE)
        )
    dated = sorted(one.on for one in half_days)
    course = Course.objects.create(
        provider=provider, organization_id=provider.organization_id, kind=kind, region_code=region_code,
        number=FIRST_NUMBER + numbering.take(COUNTER), title=title.strip(), syllabus=syllabus.strip(),
        notice=notice.strip(), teachers=teachers.strip(), place=place.strip(), contact=contact.strip(),
        levels=sorted(levels), capacity=capacity, first_on=dated[0], last_on=dated[-1], enrol_until=enrol_until,
        minutes=sum(one.minutes for one in half_days), has_test=has_test,
    )  # fmt: skip
    made = HalfDay.objects.bulk_create([_half_day(course, one) for one in half_days])
    facts = {"half_days": len(made), "minutes": course.minutes, "capacity": capacity}
    journal.write(
        "education.course.plan", by=by, subject=course, rows=[course, *made], facts=facts, region_code=region_code
    )  # fmt: skip
    return course


def _half_day(course: Course, planned: Planned) -> HalfDay:
    row = uuid.uuid4()
    secret = secrets.token_hex(SECRET_BYTES)
    return HalfDay(
        course=course, on=planned.on, half=planned.half, starts_at=planned.starts_at, ends_at=planned.ends_at,
        minutes=planned.minutes, teacher=course.teachers, seal_id=row, secret=seal(secret, table=TABLE, column=COLUMN, row=row),
    )  # fmt: skip


def secret_of(half_day: HalfDay) -> bytes:
    """What the codes of this half-day are made of; it leaves the server only as codes."""
    return bytes.fromhex(open_sealed(half_day.secret, table=TABLE, column=COLUMN, row=half_day.seal_id))


def _step(course: Course, step: str, by: Actor, seen: int | None, **changes: Any) -> Course:
    require_clerk(by, course.organization_id)
    course = transition(course, step, seen=seen, **changes)
    journal.write(
        f"education.course.{step}", by=by, subject=course, rows=[course], reason=changes.get("reason", ""),
        facts={"state": course.state, "taken": course.taken}, region_code=course.region_code,
    )  # fmt: skip
    return course


@transaction.atomic
def open_course(course: Course, *, notice: str, by: Actor, on: date, seen: int | None = None) -> Course:
    """Announce a class and take people. Refuses without a notice, in the past, or without recognition of its days."""
    if not notice.strip():
        raise Refused(Obstacle("course_notice", N_("Write the notice that people read."), "notice", CLAUSE))
    if course.last_on < on:
        raise Refused(Obstacle("course_past", N_("The days of this class are over."), "", CLAUSE))
    if not taught_on(course.provider, list(course.half_days.values_list("on", flat=True))):
        raise Refused(not_recognised())
    return _step(course, "open", by, seen, notice=notice.strip())


def _begun(course: Course, step: str, by: Actor, seen: int | None) -> Course:
    course = _step(course, step, by, seen)
    close_line(course)
    return course


@transaction.atomic
def start_course(course: Course, *, by: Actor, on: date, seen: int | None = None) -> Course:
    """The class began: it takes no more people from the list of open classes."""
    if on < course.first_on:
        raise Refused(Obstacle("course_early", N_("The class has not begun."), "", CLAUSE))
    return _begun(course, "start", by, seen)


@transaction.atomic
def finish_course(course: Course, *, by: Actor, on: date, seen: int | None = None) -> Course:
    """The class was held. Refuses before its last day."""
    if on < course.last_on:
        message = N_("The last half-day is on %(day)s; the class cannot be finished before.")
        raise Refused(Obstacle("course_unfinished", message, "", CLAUSE, {"day": course.last_on.isoformat()}))
    return _begun(course, "finish", by, seen)


@transaction.atomic
def cancel_course(course: Course, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Course:
    """Cancel a class that did not begin; everybody who had a seat, or waited for one, is told why. Refuses one in which
    somebody was marked present."""
    refuse_if(why_obstacles(reason))
    require_clerk(by, course.organization_id)
    locked(course)  # nobody signs in meanwhile
    if Attendance.objects.filter(half_day__course=course).standing().exists():
        message = N_("Somebody was present in this class. End it and hand its list in.")
        raise Refused(Obstacle("course_held", message, "", CLAUSE))
    course = _step(course, "cancel", by, seen, reason=reason.strip())
    seated = Enrolment.objects.filter(course=course).seated().values_list("person_id", flat=True)
    waiting = WaitingPlace.objects.in_line().filter(course=course).values_list("person_id", flat=True)
    told = [*seated, *waiting]
    close_line(course)
    tell_cancelled(course, told)
    return course
