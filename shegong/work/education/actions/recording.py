"""Presence of many people in many classes at once, from a provider's own system or a file; set by set, none twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.copying import Keyed, among, copy_in, reserve
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.actions.enrolling import take_seats
from shegong.work.education.actions.waiting import locked
from shegong.work.education.models import Attendance, Course, Enrolment, HalfDay
from shegong.work.education.models.finding import people_meant
from shegong.work.education.rules.courses import CLAUSE, TAKES_MARKS, closed, full

MOST = 10_000


class Stated(NamedTuple):
    """One mark as a provider states it: class number, day, half, and the person by identity number and name."""

    course: int
    on: date
    half: str
    identity: str
    name: str


@dataclass
class Outcome:
    """What became of a batch: marks made, marks that were there, refused places with their reason."""

    made: int = 0
    there: int = 0
    refused: dict[int, Obstacle] = field(default_factory=dict)


@answers("T3.3")
@transaction.atomic
def record(
    organization_id: int, stated: Sequence[Stated], *, by: Actor, on: date, now: datetime,
    batch_id: int | None = None,
) -> Outcome:  # fmt: skip
    """Take marks of one provider's classes, each person once a half-day; who has no seat gets one while there are any.

    Good marks are taken, refused ones named with a reason: unknown class, half-day or person, a half-day to come, no seat.
    """
    require_clerk(by, organization_id)
    if len(stated) > MOST:
        message = N_("At most %(most)s records go in one request.")
        raise Refused(Obstacle("too_many", message, params={"most": MOST}))
    out = Outcome()
    courses = _courses(organization_id, {one.course for one in stated})
    halves = _halves(courses.values())
    people = people_meant({(one.identity, one.name) for one in stated}, on)
    meant: dict[tuple[int, int], list[tuple[int, HalfDay]]] = defaultdict(list)
    for place, one in enumerate(stated):
        found = _meant(one, courses, halves, people, now)
        if isinstance(found, Obstacle):
            out.refused[place] = found
        else:
            course, half_day, person = found
            meant[course.pk, person].append((place, half_day))
    by_key = {course.pk: course for course in courses.values()}
    new, seats = _seats(by_key, meant, out, batch_id)
    _insert(meant, seats, by, now, out, new, batch_id, organization_id)
    return out


def _courses(organization_id: int, numbers: set[int]) -> dict[int, Course]:
    """The classes named, locked in one order so that parallel batches wait for each other and do not tangle."""
    rows = Course.objects.select_for_update(no_key=True).order_by("pk")
    return {one.number: one for one in rows.filter(organization=organization_id, number__in=list(numbers))}


def _halves(courses: Iterable[Course]) -> dict[tuple[int, date, str], HalfDay]:
    rows = HalfDay.objects.filter(course__in=[one.pk for one in courses]).defer("secret")
    return {(one.course_id, one.on, one.half): one for one in rows}


def _meant(
    one: Stated, courses: Mapping[int, Course], halves: Mapping[tuple[int, date, str], HalfDay],
    people: Mapping[tuple[str, str], int | Obstacle], now: datetime,
) -> tuple[Course, HalfDay, int] | Obstacle:  # fmt: skip
    course = courses.get(one.course)
    if course is None:
        return _NO_CLASS
    if course.state not in TAKES_MARKS:
        return replace(closed(), field="course")
    half_day = halves.get((course.pk, one.on, one.half))
    if half_day is None:
        return _NO_HALF
    if half_day.starts_at > now:
        return _EARLY
    person = people[one.identity, one.name]
    return person if isinstance(person, Obstacle) else (course, half_day, person)


_NO_CLASS = Obstacle("class_unknown", N_("The provider has no class of this number."), "course", CLAUSE)
_NO_HALF = Obstacle("half_day_unknown", N_("The class has no such half-day."), "half", CLAUSE)
_EARLY = Obstacle("half_day_early", N_("This half-day has not begun."), "half", CLAUSE)


def _seats(
    courses: Mapping[int, Course], meant: dict[tuple[int, int], list[tuple[int, HalfDay]]], out: Outcome,
    batch_id: int | None,
) -> tuple[list[int], dict[tuple[int, int], int]]:  # fmt: skip
    """The seats of everybody meant, new ones where there are any left; who gets none is refused."""
    rows = Enrolment.objects.seated().filter(course__in=list(courses))
    seats = {(course, person): pk for course, person, pk in rows.values_list("course_id", "person_id", "pk")}
    wanted: dict[int, list[int]] = defaultdict(list)
    for course, person in meant:
        if (course, person) not in seats:
            wanted[course].append(person)
    fresh: list[tuple[int, int]] = []
    for key, persons in wanted.items():
        free = max(courses[key].capacity - courses[key].taken, 0)
        for person in persons[free:]:
            out.refused.update(dict.fromkeys((place for place, _half in meant.pop((key, person))), full()))
        if persons[:free]:
            take_seats(courses[key], len(persons[:free]))
            fresh += [(key, person) for person in persons[:free]]
    keys, since = reserve(Enrolment, len(fresh)), timezone.now()
    copy_in(
        Enrolment,
        ("id", "course_id", "person_id", "organization_id", "region_code", "entry", "enrolled_at", "certificate_no",
         "batch_id"),
        [(pk, course, person, courses[course].organization_id, courses[course].region_code, "list", since, "", batch_id)
         for pk, (course, person) in zip(keys, fresh, strict=True)],
    )  # fmt: skip
    return keys, seats | dict(zip(fresh, keys, strict=True))


MARKS = """
INSERT INTO education_attendance (half_day_id, enrolment_id, how, signed_at, uploaded_at, batch_id)
SELECT h, e, 'list', s, %s, %s FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS t(h, e, s) ORDER BY h, e
ON CONFLICT DO NOTHING RETURNING id
"""


def _insert(
    meant: Mapping[tuple[int, int], list[tuple[int, HalfDay]]], seats: Mapping[tuple[int, int], int], by: Actor,
    now: datetime, out: Outcome, new: list[int], batch_id: int | None, organization_id: int,
) -> None:  # fmt: skip
    marks = {
        (half.pk, seats[key]): half.starts_at for key, places in meant.items() for _place, half in places
    }
    halves, sitting = [half for half, _seat in marks], [seat for _half, seat in marks]
    with connection.cursor() as cursor:
        cursor.execute(MARKS, [now, batch_id, halves, sitting, list(marks.values())])
        made = [key for (key,) in cursor.fetchall()]
    out.made, out.there = len(made), sum(map(len, meant.values())) - len(made)
    if made or new:
        course = Course(pk=next(iter(meant))[0])
        journal.write(
            "education.attendance.record", by=by, subject=course, rows=[Keyed(Attendance, made), Keyed(Enrolment, new)],
            facts={"marks": len(made), "seats": len(new), "body": organization_id, **({"batch": batch_id} if batch_id else {})},
        )  # fmt: skip


@dataclass(frozen=True)
class Result:
    """How a person did: score of 0 to 100, and whether the test was passed."""

    enrolment_id: int
    score: int | None
    passed_test: bool | None


@transaction.atomic
def record_results(course: Course, results: Sequence[Result], *, by: Actor, on: date) -> int:
    """Enter test results of a class, set by set. Refuses classes whose list was handed in, and scores over 100."""
    require_clerk(by, course.organization_id)
    course = locked(course)  # a list that is handed in meanwhile holds these results, or refuses them
    if course.state not in TAKES_MARKS:
        raise Refused(closed())
    if any(one.score is not None and not 0 <= one.score <= 100 for one in results):
        raise Refused(Obstacle("score_range", N_("A score lies between 0 and 100."), "score", CLAUSE))
    wanted = {one.enrolment_id: one for one in results}
    rows = list(Enrolment.objects.seated().filter(course=course, pk__in=among(wanted)) if wanted else ())
    changed = []
    for row in rows:
        said = wanted[row.pk]
        if (row.score, row.passed_test) != (said.score, said.passed_test):
            row.score, row.passed_test = said.score, said.passed_test
            changed.append(row)
    Enrolment.objects.bulk_update(changed, ["score", "passed_test"], batch_size=1000)
    if changed:
        journal.write(
            "education.enrolment.grade", by=by, subject=course, rows=[Keyed(Enrolment, [one.pk for one in changed])],
            facts={"count": len(changed)}, region_code=course.region_code,
        )  # fmt: skip
    return len(changed)
