"""Presence: by the room's code, from a phone that may have had no network; from a paper list; struck; co-signed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import FolderItem
from shegong.ground.people.models import Person
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.refusal import reason_obstacles as why_obstacles
from shegong.kernel.sealing import blind_index
from shegong.kernel.text import N_
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.actions.courses import secret_of
from shegong.work.education.actions.enrolling import seat
from shegong.work.education.actions.waiting import locked
from shegong.work.education.models import Attendance, Course, Enrolment, HalfDay, StruckAttendance
from shegong.work.education.models.class_policy import class_policy
from shegong.work.education.rules import sign_in as rules
from shegong.work.education.rules.courses import CLAUSE, TAKES_MARKS, TAKES_PEOPLE, closed
from shegong.work.education.rules.hand_in import digest_of

TRIES, WITHIN = 12, timedelta(minutes=15)


@answers("T3.3")
@transaction.atomic
def sign_in(
    course: Course, *, code: str, claimed: datetime, device: str, by: Actor, on: date, now: datetime
) -> Attendance:
    """The person herself was in the room at `claimed`: its code of that half minute says so.

    However late it is uploaded, the code must fit its minute, the minute a half-day of this class, and one person and
    one phone stand once in a half-day. Who has no seat takes one, if there is one. Twelve tries in a quarter of an hour.
    """
    if not by.person_id:
        raise Refused(Obstacle("not_enrolled", N_("You have no seat in this class."), "", CLAUSE))
    if not throttle.hit(f"education.code:{by.person_id}", TRIES, WITHIN).allowed:
        message = N_(
            "Too many codes were tried. Wait a quarter of an hour, or ask the provider to mark you present."
        )
        raise Refused(Obstacle("code_tries", message, "code", CLAUSE))
    course = locked(course)  # a list that is handed in meanwhile holds this mark, or refuses it
    if course.state not in TAKES_MARKS:
        raise Refused(closed())
    half_day = _shown(course, rules.cleaned(code), claimed, on, now)
    enrolment = Enrolment.objects.own(by).seated().filter(course=course).first()
    if enrolment is None:
        if course.state not in TAKES_PEOPLE:
            raise Refused(Obstacle("not_enrolled", N_("You have no seat in this class."), "", CLAUSE))
        enrolment = seat(course, by.person_id, "self", by=by)
    made = _insert(half_day, enrolment, claimed, now, blind_index("education.device", device))
    journal.write(
        "education.attendance.sign", by=by, subject=made, rows=[made, enrolment], about_person_id=by.person_id,
        facts={"course": course.pk, "half_day": half_day.pk, "late": int((now - claimed).total_seconds())},
        region_code=course.region_code,
    )  # fmt: skip
    return made


def _shown(course: Course, code: str, claimed: datetime, on: date, now: datetime) -> HalfDay:
    """The half-day whose room showed the code then."""
    refuse_if(rules.claim_obstacles(code=code, claimed=claimed, now=now))
    policy = class_policy(on)
    running = [one for one in course.half_days.all() if rules.is_within(claimed, one.starts_at, one.ends_at)]
    if not running:
        raise Refused(rules.no_half_day())
    if now - max(one.ends_at for one in running) > timedelta(days=policy.upload_days):
        raise Refused(rules.too_late(policy.upload_days))
    tolerance = policy.code_tolerance_seconds
    found = [one for one in running if rules.fits(secret_of(one), code, claimed, tolerance)]
    if not found:
        raise Refused(rules.wrong_code())
    return found[0]


def _insert(
    half_day: HalfDay, enrolment: Enrolment, claimed: datetime, now: datetime, device: bytes
) -> Attendance:
    try:
        with transaction.atomic():
            return Attendance.objects.create(
                half_day=half_day,
                enrolment=enrolment,
                how="code",
                device=device,
                signed_at=claimed,
                uploaded_at=now,
            )
    except IntegrityError as error:
        signal = "phone" if "presence_one_phone" in str(error) else "person"
        raise Refused(rules.taken([signal])) from error


@transaction.atomic
def mark_present(
    half_day: HalfDay, enrolments: Iterable[Enrolment], *, by: Actor, on: date, now: datetime
) -> list[Attendance]:
    """Mark people present from the paper list. Refuses before the half-day began, too long after the class, and without
    a scan of the list in the class file. Who is marked already stays as she is."""
    require_clerk(by, half_day.course.organization_id)
    course = half_day.course = locked(half_day.course)
    refuse_if(_paper_obstacles(half_day, on, now))
    wanted = {one.pk: one for one in enrolments if one.course_id == course.pk and one.cancelled_at is None}
    there = set(Attendance.objects.filter(half_day=half_day, enrolment__in=wanted).values_list("enrolment_id", flat=True))  # fmt: skip
    made = Attendance.objects.bulk_create(
        Attendance(half_day=half_day, enrolment=one, how="paper", signed_at=half_day.starts_at, uploaded_at=now)
        for key, one in wanted.items() if key not in there
    )  # fmt: skip
    if made:
        facts = {"course": course.pk, "half_day": half_day.pk, "count": len(made)}
        journal.write("education.attendance.mark", by=by, subject=half_day, rows=made, facts=facts, region_code=course.region_code)  # fmt: skip
    return made


def _paper_obstacles(half_day: HalfDay, on: date, now: datetime) -> list[Obstacle]:
    course, last = half_day.course, class_policy(on).paper_days
    if course.state not in TAKES_MARKS:
        return [closed()]
    if now < half_day.starts_at:
        return [Obstacle("half_day_early", N_("This half-day has not begun."), "", CLAUSE)]
    if (on - course.last_on).days > last:
        message = N_("Paper lists are taken up to %(days)s days after the class.")
        return [Obstacle("paper_late", message, "", CLAUSE, {"days": last})]
    if not FolderItem.objects.present().filter(folder=course.folder_id, kind=scan_kind(half_day)).exists():
        message = N_("Put the scan of this half-day's paper list into the class file first.")
        return [Obstacle("scan_missing", message, "scan", CLAUSE)]
    return []


def scan_kind(half_day: HalfDay) -> str:
    """The code under which the scan of a half-day's paper list lies in the class file."""
    return f"sign_in_{half_day.on:%Y%m%d}_{half_day.half}"


@transaction.atomic
def file_paper(
    course: Course, *, kind: str, content: bytes, filename: str, by: Actor, on: date
) -> FolderItem:
    """Put a paper into the class file: notice, syllabus, paper list, test, evaluation."""
    require_clerk(by, course.organization_id)
    course = locked(course)
    folder = course.folder
    if folder is None:
        folder = documents.open_folder(title=f"{course.number} {course.title}", by=by, on=on)
        Course.objects.filter(pk=course.pk).update(folder=folder)
    return documents.add_paper(folder, kind=kind, content=content, filename=filename, by=by, on=on)


@transaction.atomic
def strike(attendance: Attendance, *, reason: str, by: Actor, on: date) -> StruckAttendance:
    """Strike a mark that should not have been made; it stays readable, with the reason."""
    require_clerk(by, attendance.half_day.course.organization_id)
    course = locked(attendance.half_day.course)
    refuse_if(why_obstacles(reason))
    if course.state not in TAKES_MARKS:
        raise Refused(closed())
    try:
        with transaction.atomic():
            struck = StruckAttendance.objects.create(attendance=attendance, reason=reason.strip())
    except IntegrityError as error:
        raise Refused(Obstacle("struck_already", N_("This mark is struck already."), "", CLAUSE)) from error
    journal.write(
        "education.attendance.strike", by=by, subject=struck, rows=[struck], reason=reason,
        about_person_id=attendance.enrolment.person_id, facts={"course": course.pk}, region_code=course.region_code,
    )  # fmt: skip
    return struck


@transaction.atomic
def cosign(half_day: HalfDay, *, by: Actor, on: date, now: datetime) -> HalfDay:
    """The teacher vouches for the list of a half-day that is over. Nobody vouches for a class she sits in."""
    require_clerk(by, half_day.course.organization_id)
    course = locked(half_day.course)
    if course.state not in TAKES_MARKS:
        raise Refused(closed())
    if now < half_day.ends_at:
        raise Refused(Obstacle("half_day_running", N_("This half-day is not over."), "", CLAUSE))
    if Enrolment.objects.filter(course=course, person=by.person_id).seated().exists():
        raise Refused(
            Obstacle("cosign_own", N_("You sit in this class; somebody else co-signs."), "", CLAUSE)
        )
    marks = Attendance.objects.filter(half_day=half_day, enrolment__cancelled_at__isnull=True).standing()
    present = list(marks.values_list("pk", flat=True))
    signer = Person.objects.filter(pk=by.person_id).first()
    HalfDay.objects.filter(pk=half_day.pk).update(
        cosigned_by=signer, cosigned_at=now, cosigned_count=len(present), cosigned_marks=digest_of(present)
    )
    half_day.refresh_from_db()
    journal.write(
        "education.half_day.cosign", by=by, subject=half_day, rows=[half_day], region_code=course.region_code,
        facts={"course": course.pk, "present": len(present)},
    )  # fmt: skip
    return half_day
