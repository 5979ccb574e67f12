"""Employments of many people at once, from a workbook; the rules are those of one by one. A workbook ends none."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.ground.people.rules import Permission
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.copying import among, chunks, copy_in, named_rows, open_days, open_since, reserve
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded
from shegong.kernel.text import N_
from shegong.work.employment.actions.declaring import ORIGIN
from shegong.work.employment.models import Employment
from shegong.work.employment.rules import employment_obstacles


class StatedEmployment(NamedTuple):
    """Main employment from `start` on, as a row states it."""

    person_id: int
    employer_id: int
    region_code: int
    start: date
    position: str = ""
    service_field: str = ""


@answers("T4.2.b")
@transaction.atomic(savepoint=False)
def take_in(
    stated: Sequence[StatedEmployment], *, batch_id: int, by: Actor, on: date, source: str = "import"
) -> None:
    """Record main employments of people who have none in those days, and tie them to their workplaces; each with `batch_id`.

    Refuses what `declare_employment` refuses, people and places out of reach, and any employment of the same days.
    """
    require(by, Permission.EDIT)
    people.require_editors([row.person_id for row in stated], by)
    born = dict(Person.objects.filter(pk__in=among(r.person_id for r in stated)).values_list("pk", "born_on"))
    bodies = Organization.objects.filter(pk__in=among({row.employer_id for row in stated}))
    lives = {pk: days_ for pk, *days_ in bodies.values_list("pk", "founded_on", "dissolved_on")}
    for row in stated:
        founded_on, dissolved_on = lives[row.employer_id]
        refuse_if(_obstacles(row, founded_on, dissolved_on, born[row.person_id], on))
    keys = _insert(stated, batch_id, source)
    ties = [people.StatedTie(r.person_id, "work", r.region_code, ORIGIN, key, r.start)
            for key, r in zip(keys, stated, strict=True)]  # fmt: skip
    people.tie_all(ties, batch_id=batch_id, by=by, on=on)
    facts = {"new": len(keys), "source": source}
    people.note("employment.batch.take", batch_id, by, facts, named_rows(Employment, keys))


def _obstacles(
    row: StatedEmployment, founded_on: date | None, dissolved_on: date | None, born_on: date | None, on: date
) -> list[Obstacle]:
    return employment_obstacles(
        position=row.position, service_field=row.service_field, start=row.start, end=None, born_on=born_on,
        founded_on=founded_on, dissolved_on=dissolved_on, on=on,
    )  # fmt: skip


def _insert(stated: Sequence[StatedEmployment], batch_id: int, source: str) -> list[int]:
    keys, since = reserve(Employment, len(stated)), open_since(timezone.now())
    try:
        copy_in(
            Employment,
            ("id", "person_id", "employer_id", "region_code", "entry", "main", "position", "service_field", "source",
             "during", "recorded", "batch_id"),
            ((key, r.person_id, r.employer_id, r.region_code, "import", True, r.position, r.service_field, source,
              open_days(r.start), since, batch_id) for key, r in zip(keys, stated, strict=True)),
            slow=True,
        )  # fmt: skip
    except IntegrityError as error:
        message = N_("Somebody entered an employment for one of these people meanwhile. Check again.")
        raise Refused(Obstacle("employment_overlap", message)) from error
    return keys


@transaction.atomic
def withdraw_batch(batch_id: int, *, by: Actor, on: date) -> None:
    """Take back the employments of a batch: of people who were known before they are no longer stood by, others go.

    Their ties go with the people's own withdrawal. Refuses people whom `by` may not edit.
    """
    require(by, Permission.EDIT)
    rows = Employment.objects.filter(batch_id=batch_id)
    for part in chunks(people.keys_of(rows, "person_id"), people.A_LINE):
        people.require_editors(set(part), by)
    stays = ~Q(person__batch_id=batch_id) | Q(person__batch_id=None)
    kept = people.keys_of(rows.filter(stays))
    for part in chunks(kept, people.A_LINE):
        close_recorded(Employment.objects.filter(pk__in=among(part)))
    gone = people.removed(Employment, rows.filter(person__batch_id=batch_id))
    people.write_gone("employment.batch.withdraw", batch_id, by, gone, named_rows(Employment, kept))
