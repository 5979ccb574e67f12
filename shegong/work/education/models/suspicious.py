"""What the checks of the ledger look at, read for many people at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils import timezone

from shegong.work.education.models.attendance import Attendance
from shegong.work.education.models.courses import HalfDay
from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.rules.courses import CourseState
from shegong.work.education.rules.integrity import FindingKind, Found, Limits, Record
from shegong.work.education.rules.kinds import Kind


def records_of(person_ids: Collection[int], days: Collection[date]) -> dict[int, list[Record]]:
    """The standing records of these people on these days."""
    held = HalfDay.objects.filter(course__organization=OuterRef("provider"), on=OuterRef("earned_on"))
    held = held.exclude(course__state__in=[CourseState.PLANNED, CourseState.CANCELLED])
    rows = CreditEntry.objects.current().of(person_ids).filter(earned_on__in=list(days))
    found: dict[int, list[Record]] = defaultdict(list)
    for row in rows.annotate(has_class=Exists(held)).order_by("pk"):
        found[row.person_id].append(_record(row))
    return found


def _record(row: CreditEntry) -> Record:
    start = timezone.localtime(row.during.lower) if row.during else None
    end = timezone.localtime(row.during.upper) if row.during else None
    asked = row.kind == Kind.CLASS and row.provider_id is not None
    return Record(
        row.pk, row.minutes, row.earned_on, row.region_code // 100_000 if row.region_code else None, start, end,
        row.has_class if asked else None,  # type: ignore[attr-defined]
    )  # fmt: skip


def phones_of(
    person_ids: Collection[int], days: Collection[date], bounds: Limits
) -> Iterator[tuple[int, Found]]:
    """Days with hours on which a phone of these people signed in more people than is believed, over all half-days: of
    everybody whom it signed in."""
    mine = Attendance.objects.standing().filter(
        enrolment__person__in=list(person_ids), half_day__on__in=list(days), device__isnull=False
    )
    devices = {bytes(device) for device in mine.values_list("device", flat=True)}
    used: dict[bytes, set[tuple[int, date]]] = defaultdict(set)
    rows = Attendance.objects.standing().filter(device__in=devices)
    for device, person, day in rows.values_list("device", "enrolment__person", "half_day__on"):
        used[bytes(device)].add((person, day))
    many: dict[tuple[int, date], int] = {}
    for signed in used.values():
        people = len({person for person, _day in signed})
        if people > bounds.people_a_phone:
            many |= {one: max(people, many.get(one, 0)) for one in signed}
    entries: dict[tuple[int, date], list[int]] = defaultdict(list)
    there = CreditEntry.objects.current().of({person for person, _day in many})
    there = there.filter(earned_on__in={day for _person, day in many})
    for key, person, day in there.order_by("pk").values_list("pk", "person_id", "earned_on"):
        entries[person, day].append(key)
    for (person, day), people in sorted(many.items()):
        if keys := entries[person, day]:
            yield person, Found(FindingKind.ONE_PHONE, day, tuple(keys), people)
