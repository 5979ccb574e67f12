"""Rows of a class list that came as a workbook: marks and results of one class, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.actions.recording import Outcome, Result, Stated, record, record_results
from shegong.work.education.models import Course, Enrolment
from shegong.work.education.models.finding import people_meant


@dataclass(frozen=True)
class SheetRow:
    """One person: half-days (`all`, or days with halves), score, and whether the test was passed."""

    name: str
    identity: str
    halves: str | tuple[tuple[date, str], ...]
    score: int | None
    passed: bool | None


@transaction.atomic
def take_sheet(
    course: Course, rows: Sequence[SheetRow], *, by: Actor, on: date, now: datetime
) -> tuple[Outcome, dict[int, Obstacle]]:
    """Take what rows say of a class; gives the marks made and, for each row that has one, its reason why not."""
    require_clerk(by, course.organization_id)
    every = tuple(course.half_days.order_by("starts_at").values_list("on", "half"))
    stated: list[Stated] = []
    of_row: list[int] = []
    for place, row in enumerate(rows):
        for day, half in every if isinstance(row.halves, str) else row.halves:
            stated.append(Stated(course.number, day, half, row.identity, row.name))
            of_row.append(place)
    out = record(course.organization_id, stated, by=by, on=on, now=now)
    wrong: dict[int, Obstacle] = {}
    for place, obstacle in out.refused.items():
        wrong.setdefault(of_row[place], obstacle)
    meant = people_meant({(row.identity, row.name) for row in rows}, on)
    seats = dict(Enrolment.objects.seated().filter(course=course).values_list("person_id", "pk"))
    results = []
    for row in rows:
        person = meant[row.identity, row.name]
        seat = None if isinstance(person, Obstacle) else seats.get(person)
        if seat is not None and (row.score, row.passed) != (None, None):
            results.append(Result(seat, row.score, row.passed))
    record_results(course, results, by=by, on=on)
    return out, wrong
