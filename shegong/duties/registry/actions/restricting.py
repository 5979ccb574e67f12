"""Pausing a registration for a time, and ending the pause early (regulations section 2)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from shegong.duties.registry.actions.notices import tell_holder
from shegong.duties.registry.actions.proving import status_changed
from shegong.duties.registry.models import Registration, Restriction
from shegong.duties.registry.rules import (
    Permission,
    officer_obstacles,
    reason_obstacles,
    suspension_obstacles,
)
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.temporal import DatedQuerySet, close_recorded, days
from shegong.kernel.text import N_


def claim(registration: Registration, seen: int | None, *, by: Actor) -> None:
    """Take the registration for a change by an officer of its region; `Stale` when it moved on since `seen`.

    The row stays locked until commit, so two officers act one after the other.
    """
    require(by, Permission.RESTRICT, registration.region_code)
    rows = Registration.objects.filter(pk=registration.pk)
    if seen is not None:
        rows = rows.filter(version=seen)
    if not rows.update(version=F("version") + 1):
        raise Stale()
    registration.refresh_from_db()
    refuse_if(
        officer_obstacles(
            officer_id=by.person_id,
            holder_id=registration.person_id,
            closed=registration.closed_on is not None,
        )
    )


@answers("T4.2.f")
@transaction.atomic
def suspend_person(
    person: Person, *, start: date, end: date, ground: str, by: Actor, on: date,
    seen: int | None = None,
) -> Restriction:  # fmt: skip
    """Suspend a person's registration from `start` until before `end`; it shows at once on the public page.

    Refuses a person without an open registration, and an officer whose reach does not hold it.
    """
    registration = _claim_open(person, seen, by)
    overlaps = _suspensions(person).filter(during__overlap=days(start, max(start, end))).exists()
    refuse_if(suspension_obstacles(start=start, end=end, ground=ground, on=on, overlaps=overlaps))
    row = Restriction.objects.create(
        person=person, kind="suspended", during=days(start, end), ground=ground.strip(), decided_by_id=by.person_id,
    )  # fmt: skip
    status_changed()
    last = end - timedelta(days=1)
    tell_holder(registration, "suspended", start=start.isoformat(), last=last.isoformat(), ground=row.ground)
    journal.write(
        "registry.restriction.impose", by=by, subject=row, about_person_id=person.id,
        region_code=registration.region_code, rows=[row],
        facts={"start": start.isoformat(), "end": end.isoformat()},
    )  # fmt: skip
    return row


@answers("T4.2.f")
@transaction.atomic
def lift_suspension(
    restriction: Restriction, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Restriction:
    """End a suspension from today; what was in force before stays answerable for every earlier day."""
    person = restriction.person
    registration = _claim_open(person, seen, by)
    refuse_if(reason_obstacles(reason))
    if restriction.origin:
        raise Refused(
            Obstacle(
                "decided_elsewhere",
                N_("This suspension rests on a decision on conduct: only that can be changed."),
            )
        )
    over = restriction.during.upper is not None and restriction.during.upper <= on
    if over or not close_recorded(Restriction.objects.filter(pk=restriction.pk)):
        raise Refused(Obstacle("lifted_before", N_("This suspension is already over.")))
    rows = []
    if restriction.during.lower < on:
        rows.append(
            Restriction.objects.create(
                person=person, kind=restriction.kind, ground=restriction.ground,
                during=days(restriction.during.lower, on), decided_by=restriction.decided_by,
            )
        )  # fmt: skip
    status_changed()
    tell_holder(registration, "lifted", day=on.isoformat())
    journal.write(
        "registry.restriction.lift", by=by, subject=restriction, about_person_id=restriction.person_id,
        region_code=registration.region_code, reason=reason.strip(), rows=[restriction, *rows],
    )  # fmt: skip
    return restriction


def _claim_open(person: Person, seen: int | None, by: Actor) -> Registration:
    """The person's open registration, taken. Refuses without one: there is nothing to pause, and no region to ask in."""
    registration = Registration.objects.filter(person=person, closed_on__isnull=True).first()
    refuse_if(officer_obstacles(officer_id=by.person_id, holder_id=person.id, closed=registration is None))
    claim(registration, seen, by=by)
    return registration


def _suspensions(person: Person) -> DatedQuerySet:
    return Restriction.objects.current().filter(person=person, kind="suspended")
