"""Degree study beside the job: enrolled, completed (90 hours once), dropped (passed courses by taught hours); leave."""

from datetime import date
from typing import Any

from django.db import transaction

from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.rules import major_class
from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import School
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.late import propose_late
from shegong.work.education.actions.posting import post
from shegong.work.education.models import CreditEntry, HoursStatement, Leave, StudyEnrolment
from shegong.work.education.models.policies import rule, year_obstacles
from shegong.work.education.policy_types import NATIONAL
from shegong.work.education.rules import Permission
from shegong.work.education.rules.kinds import Kind
from shegong.work.education.rules.statements import MODES, StudyState, officer_obstacles

SOURCE = "education.studyenrolment"


@answers("T3.2")
@transaction.atomic
def enrol(
    person: Person, *, programme: str, mode: str, start: date, end: date | None = None,
    school: School | None = None, school_name: str = "", folder: Folder | None = None,
    region_code: int, by: Actor, on: date,
) -> StudyEnrolment:  # fmt: skip
    """Record that a person studies for a degree. Refuses impossible days, an unknown mode and the same study twice."""
    require(by, Permission.ENTER, region_code)
    found = officer_obstacles(person=person.pk, officer=by.person_id)
    if not programme.strip():
        found.append(Obstacle("programme_missing", N_("Name the programme."), "programme"))
    if mode not in MODES:
        found.append(Obstacle("mode_unknown", N_("Choose how the person studies."), "mode"))
    if start > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), "start"))
    if end is not None and end <= start:
        found.append(Obstacle("dates_order", N_("The end lies before the start."), "end"))
    refuse_if(found)
    name = school_name.strip() or (school.organization.name if school else "")
    same = StudyEnrolment.objects.filter(
        person=person, programme=programme.strip(), school_name=name, during__startswith=start
    )
    if known := same.first():
        return known
    row = StudyEnrolment.objects.create(
        person=person, school=school, school_name=name, programme=programme.strip(), mode=mode,
        during=days(start, end), folder=folder,
    )  # fmt: skip
    _note(row, "enrol", by, region_code)
    return row


@answers("T3.2", "T3.3")
@transaction.atomic
def complete_study(
    study: StudyEnrolment, *, graduated_on: date, level: str, degree: str = "", region_code: int, by: Actor, on: date,
    reason: str = "", seen: int | None = None,
) -> CreditEntry | HoursStatement | None:  # fmt: skip
    """The degree is taken: it stands among the person's education. One in social work gives its hours once, as the rule has
    it; of a locked year they become a late entry, with the `reason`, which a second officer decides. Another gives none.
    """
    require(by, Permission.ENTER, region_code)
    refuse_if(officer_obstacles(person=study.person_id, officer=by.person_id))
    transition(study, "complete", seen=seen, ended_on=graduated_on, result=degree or level)
    credentials.state_education(
        study.person, level=level, degree=degree, school_name=study.school_name, major=study.programme,
        graduated_on=graduated_on, by=by, on=on, source="office",
    )  # fmt: skip
    _note(study, "complete", by, region_code)
    if major_class(study.programme) != "sw":
        return None
    said: dict[str, Any] = {
        "minutes": rule(NATIONAL, on).degree_hours * 60, "kind": Kind.DEGREE, "earned_on": graduated_on,
        "title": study.programme, "region_code": region_code, "folder": study.folder, "by": by, "on": on,
    }  # fmt: skip
    if year_obstacles(graduated_on, on):
        return propose_late(study.person, reason=reason, **said)
    return post(study.person, source=SOURCE, source_id=study.pk, **said)


@answers("T3.2")
@transaction.atomic
def drop_study(
    study: StudyEnrolment, *, ended_on: date, region_code: int, by: Actor, on: date, seen: int | None = None
) -> StudyEnrolment:
    """Given up without a degree: passed courses count by the hours taught, each entered as a course."""
    require(by, Permission.ENTER, region_code)
    refuse_if(officer_obstacles(person=study.person_id, officer=by.person_id))
    transition(study, "drop", seen=seen, ended_on=ended_on)
    _note(study, "drop", by, region_code)
    return study


@answers("T3.3")
@transaction.atomic
def record_leave(person: Person, *, start: date, end: date, region_code: int, by: Actor, on: date) -> Leave:
    """Days on leave, up to but without `end`; what they take off is policy. Refuses days that are on record."""
    require(by, Permission.ENTER, region_code)
    found = officer_obstacles(person=person.pk, officer=by.person_id)
    if end <= start:
        found.append(Obstacle("dates_order", N_("The end lies before the start."), "end"))
    elif Leave.objects.current().filter(person=person, during__overlap=days(start, end)).exists():
        found.append(Obstacle("leave_known", N_("Leave on these days is on record."), "start"))
    refuse_if(found)
    row = Leave.objects.create(person=person, during=days(start, end), entered_by_id=by.person_id)
    journal.write("education.leave.record", by=by, subject=row, region_code=region_code, rows=[row])
    return row


@answers("T3.3")
@transaction.atomic
def withdraw_leave(leave: Leave, *, region_code: int, by: Actor, on: date) -> None:
    """Leave that was recorded by mistake; it stays readable as what was known before."""
    require(by, Permission.ENTER, region_code)
    refuse_if(officer_obstacles(person=leave.person_id, officer=by.person_id))
    close_recorded(Leave.objects.filter(pk=leave.pk))
    journal.write("education.leave.withdraw", by=by, subject=leave, region_code=region_code, rows=[leave])


def _note(row: StudyEnrolment, verb: str, by: Actor, region_code: int) -> None:
    facts = {"mode": row.mode, "state": str(StudyState(row.state))}
    journal.write(f"education.study.{verb}", by=by, subject=row, region_code=region_code, rows=[row], facts=facts)  # fmt: skip
