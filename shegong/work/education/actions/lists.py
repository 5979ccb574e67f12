"""A class list is handed in, checked by an officer where policy says so, and its hours go into the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.copying import Keyed
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.refusal import reason_obstacles as why_obstacles
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.actions.posting import NewEntry, write
from shegong.work.education.actions.telling import tell_list
from shegong.work.education.models import Attendance, ClassList, Course, CreditEntry, Enrolment, ListLine
from shegong.work.education.models.class_policy import class_policy
from shegong.work.education.models.policies import year_obstacles
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE, ListState, Record, passing_obstacles
from shegong.work.education.rules.hand_in import (
    Half,
    certificate_number,
    hand_in_obstacles,
    place_of,
    why_checked,
)

SOURCE = "education.attendance"


def marks_of(course: Course) -> list[Any]:
    """Standing marks of a class with half-day, seat and way: (id, half_day, enrolment, how)."""
    rows = Attendance.objects.standing().filter(half_day__course=course, enrolment__cancelled_at__isnull=True)
    return list(rows.values_list("pk", "half_day_id", "enrolment_id", "how"))


def by_half(marks: Iterable[Any]) -> dict[int, list[int]]:
    """Half-day → its marks."""
    found: dict[int, list[int]] = defaultdict(list)
    for pk, half, _seat, _how in marks:
        found[half].append(pk)
    return found


def locked_year(course: Course, on: date) -> list[Obstacle]:
    """Whether a year in which the class was held is locked on `on`; then a list takes two people and a reason."""
    return year_obstacles(course.first_on, on)


def what_keeps_back(course: Course, marks: Sequence[Any], seats: int) -> list[Obstacle]:
    """What keeps the list of a class back, as the page shows it beforehand."""
    found = by_half(marks)
    halves = [
        Half(one.on, len(found[one.pk]), one.is_signed_for(found[one.pk]))
        for one in course.half_days.order_by("starts_at")
    ]
    papers = bool(course.notice and course.syllabus and course.teachers)
    return hand_in_obstacles(halves=halves, seats=seats, marks=len(marks), has_papers=papers)


@answers("T3.3")
@transaction.atomic
def hand_in(course: Course, *, how: str = "page", by: Actor, on: date, seen: int | None = None) -> ClassList:
    """Hand a finished class's list in: a frozen line for everybody, passed or why not. Policy says whether an officer
    looks first; what it lets through is in the ledger at once. Refuses half-days that the teacher did not co-sign."""
    require_clerk(by, course.organization_id)
    course = transition(course, "report", seen=seen)
    seats = list(Enrolment.objects.seated().filter(course=course).order_by("pk"))
    marks = marks_of(course)
    refuse_if(what_keeps_back(course, marks, len(seats)))
    why = _why_checked(course, marks, on)
    sent = ClassList.objects.create(
        course=course, organization_id=course.organization_id, region_code=course.region_code, how=how, sent_on=on,
        sent_by_id=by.person_id, people=len(seats), passed=0, minutes=0, why_checked=why,
    )  # fmt: skip
    lines = ListLine.objects.bulk_create(_lines(sent, course, seats, marks, on))
    counts = {
        "passed": sum(one.passed for one in lines),
        "minutes": sum(one.minutes for one in lines if one.passed),
    }
    ClassList.objects.filter(pk=sent.pk).update(**counts)
    sent.refresh_from_db()
    numbered = _number(lines, seats)
    journal.write(
        "education.list.hand_in", by=by, subject=sent, region_code=course.region_code,
        rows=[sent, course, Keyed(ListLine, [one.pk for one in lines]), Keyed(Enrolment, numbered)],
        facts={"people": sent.people, "passed": sent.passed, "minutes": sent.minutes, "why": why, "how": how},
    )  # fmt: skip
    return sent if why else _accept(sent, by, on)


def _why_checked(course: Course, marks: Sequence[Any], on: date) -> str:
    policy, during = class_policy(on), course.provider.during
    since = (on - during.lower).days if during and during.lower else 0
    return why_checked(
        people=len({seat for _pk, _half, seat, _how in marks}), marks=len(marks),
        unsigned=sum(how != "code" for *_rest, how in marks), recognised_days=since, every=policy.check_every_list,
        from_unsigned_percent=policy.check_from_unsigned_percent, from_people=policy.check_from_people,
        new_days=policy.check_new_provider_days, late=bool(locked_year(course, on)),
    )  # fmt: skip


def _lines(
    sent: ClassList, course: Course, seats: Iterable[Enrolment], marks: Sequence[Any], on: date
) -> list[ListLine]:
    minutes = dict(course.half_days.values_list("pk", "minutes"))
    attended: dict[int, list[int]] = defaultdict(list)
    for _pk, half, seat, _how in marks:
        attended[seat].append(minutes[half])
    threshold, place, lines = class_policy(on).attendance_percent, _last_place(course), []
    for seat in seats:
        own = attended[seat.pk]
        record = Record(len(minutes), len(own), sum(own), seat.score, seat.passed_test)
        against = passing_obstacles(record, threshold_percent=threshold, test_required=course.has_test)
        place += not against and not seat.certificate_no
        lines.append(ListLine(
            list=sent, enrolment=seat, half_days=len(own), minutes=sum(own), score=seat.score, passed=not against,
            why_not=",".join(one.code for one in against),
            certificate_no="" if against else seat.certificate_no or certificate_number(course.number, place),
        ))  # fmt: skip
    return lines


def without_proof(course: Course, marks: Sequence[Any], on: date) -> list[tuple[int, str]]:
    """Who gets no proof of passing if the list is handed in as it stands: person, and the codes of why."""
    seats = {seat.pk: seat for seat in Enrolment.objects.seated().filter(course=course).order_by("pk")}
    lines = _lines(ClassList(course=course), course, seats.values(), marks, on)
    return [(seats[line.enrolment_id].person_id, line.why_not) for line in lines if not line.passed]


def _last_place(course: Course) -> int:
    """The highest place of a proof of this class on any of its lists: a number that was given once is nobody else's, also
    when its list was returned."""
    given = ListLine.objects.filter(list__course=course).exclude(certificate_no="")
    return max((place_of(number) for number in given.values_list("certificate_no", flat=True)), default=0)


def _number(lines: Iterable[ListLine], seats: Iterable[Enrolment]) -> list[int]:
    """The seats of those who passed bear the number of their proof."""
    numbers = {line.enrolment_id: line.certificate_no for line in lines}
    changed = [seat for seat in seats if seat.certificate_no != numbers[seat.pk]]
    for seat in changed:
        seat.certificate_no = numbers[seat.pk]
    Enrolment.objects.bulk_update(changed, ["certificate_no"], batch_size=1000)
    return [seat.pk for seat in changed]


@answers("T3.3")
@transaction.atomic
def accept_list(
    sent: ClassList, *, reason: str = "", by: Actor, on: date, seen: int | None = None
) -> ClassList:
    """The officer's yes: the hours of the list go into the ledger. Nobody checks what she sent, or a class she sat in.

    Where a year of the class is locked, the first officer vouches with the `reason` why it comes so late, and another one
    who may approve late hours lets them in.
    """
    second = sent.state == ListState.VOUCHED
    require(by, Permission.APPROVE if second else Permission.CHECK, sent.region_code)
    _refuse_own(sent, by)
    if second:
        if by.person_id == sent.vouched_by_id:
            message = N_("You let this list through first. Another officer decides.")
            raise Refused(Obstacle("same_person", message, clause=CLAUSE))
        return _accept(sent, by, on, seen, late=True)
    return _vouch(sent, reason, by, on, seen) if locked_year(sent.course, on) else _accept(sent, by, on, seen)


def _vouch(sent: ClassList, reason: str, by: Actor, on: date, seen: int | None) -> ClassList:
    refuse_if(why_obstacles(reason))
    sent = transition(sent, "vouch", seen=seen, vouched_by_id=by.person_id, vouched_on=on, why_late=reason.strip())  # fmt: skip
    journal.write("education.list.vouch", by=by, subject=sent, rows=[sent], reason=reason.strip(), region_code=sent.region_code)  # fmt: skip
    return sent


def _refuse_own(sent: ClassList, by: Actor) -> None:
    if by.person_id is not None and by.person_id == sent.sent_by_id:
        raise Refused(Obstacle("list_own", N_("You sent this list; somebody else checks it."), "", CLAUSE))
    if sent.lines.filter(enrolment__person=by.person_id).exists():
        raise Refused(
            Obstacle("list_sat_in", N_("You sat in this class; somebody else checks its list."), "", CLAUSE)
        )


def _accept(
    sent: ClassList, by: Actor, on: date, seen: int | None = None, *, late: bool = False
) -> ClassList:
    sent = transition(sent, "accept", seen=seen, decided_by_id=by.person_id, decided_on=on)
    course = transition(sent.course, "credit")
    with lifted("where the people of a class sat at that time, whoever taught them"):
        posted = write(_entries(sent, course), by=by, on=on, late=late)
    journal.write(
        "education.list.accept", by=by, subject=sent, rows=[sent, course], region_code=sent.region_code,
        facts={"records": len(posted), "unchecked": not sent.why_checked},
    )  # fmt: skip
    if sent.why_checked:
        tell_list(sent, on)
    return sent


def _entries(sent: ClassList, course: Course) -> list[NewEntry]:
    """One record a half-day and person; who sat elsewhere at that time gets none for it."""
    lines = {line.enrolment_id: line for line in sent.lines.select_related("enrolment")}
    halves = {one.pk: one for one in course.half_days.all()}
    entries = []
    for pk, half_key, seat, _how in marks_of(course):
        line, half = lines.get(seat), halves[half_key]
        if line is not None:
            entries.append(NewEntry(
                person_id=line.enrolment.person_id, minutes=half.minutes, kind="class", earned_on=half.on,
                source=SOURCE, source_id=pk, during=(half.starts_at, half.ends_at), passed=line.passed,
                provider_id=course.organization_id, title=course.title, region_code=course.region_code,
                folder_id=course.folder_id, vouched_by_id=half.cosigned_by_id,
            ))  # fmt: skip
    elsewhere = {(person, half) for person, half in sat_elsewhere(course)}
    return [one for one in entries if (one.person_id, one.during) not in elsewhere]


def sat_elsewhere(course: Course) -> set[tuple[int, Any]]:
    """(person, (start, end)) of marks of this class whose time the ledger has already given to another record."""
    marks = Attendance.objects.standing().filter(
        half_day__course=course, enrolment__cancelled_at__isnull=True
    )
    sat = list(marks.values_list("pk", "enrolment__person_id", "half_day__starts_at", "half_day__ends_at"))
    if not sat:
        return set()
    mine = {pk for pk, *_rest in sat}
    span = (min(start for *_rest, start, _end in sat), max(end for *_rest, end in sat))
    rows = CreditEntry.objects.current().of({person for _pk, person, *_rest in sat})
    taken: dict[int, list[Any]] = defaultdict(list)
    for person, during, source, key in rows.filter(during__overlap=span).values_list(
        "person_id", "during", "source", "source_id"
    ):
        if source != SOURCE or key not in mine:
            taken[person].append(during)
    return {
        (person, (start, end))
        for _pk, person, start, end in sat
        if any(during.lower < end and start < during.upper for during in taken[person])
    }


@transaction.atomic
def return_list(sent: ClassList, *, reason: str, by: Actor, on: date, seen: int | None = None) -> ClassList:
    """The officer's no: the provider puts it right and hands it in anew; the lines of this one stay."""
    require(by, Permission.APPROVE if sent.state == ListState.VOUCHED else Permission.CHECK, sent.region_code)
    refuse_if(why_obstacles(reason))
    _refuse_own(sent, by)
    sent = transition(
        sent, "return", seen=seen, decided_by_id=by.person_id, decided_on=on, reason=reason.strip()
    )
    course = transition(sent.course, "return")
    tell_list(sent, on)
    journal.write(
        "education.list.return", by=by, subject=sent, rows=[sent, course], reason=reason, region_code=sent.region_code
    )  # fmt: skip
    return sent
