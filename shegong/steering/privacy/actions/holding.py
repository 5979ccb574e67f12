"""Legal holds: an officer places one with its reason; one proposes to lift it, another lifts it."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.people.models import Person, surviving
from shegong.kernel import journal
from shegong.kernel.access import Actor, half
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.privacy.actions.asking import place_of
from shegong.steering.privacy.models import LegalHold
from shegong.steering.privacy.rules import (
    Permission,
    four_eyes_obstacles,
    kind_obstacles,
    own_case_obstacles,
    reason_obstacles,
)


def _require(person_id: int, region_code: int, permission: str, by: Actor) -> None:
    if not by.is_system and not by.may(permission, region_code):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    refuse_if(own_case_obstacles(officer_id=by.person_id, person_ids=[person_id]))


def _note(row: LegalHold, verb: str, by: Actor, reason: str) -> None:
    journal.write(
        f"privacy.hold.{verb}", by=by, subject=row, about_person_id=row.person_id, region_code=row.region_code,
        reason=reason, facts={"kind": row.kind, "state": row.state}, rows=[row],
    )  # fmt: skip


@transaction.atomic
def place_hold(person: Person, *, kind: str, reason: str, by: Actor, on: date) -> LegalHold:
    """Say that a person's data must stay, and why; nothing is erased while it stands."""
    person = surviving(person)
    region = place_of(person, on, 0)
    _require(person.pk, region, Permission.PROPOSE, by)
    refuse_if([*kind_obstacles(kind), *reason_obstacles(reason)])
    row = LegalHold.objects.create(
        person=person, region_code=region, kind=kind, reason=reason.strip(), placed_by_id=by.person_id
    )
    row.refresh_from_db()
    _note(row, "place", by, row.reason)
    return row


@half
@transaction.atomic
def propose_lift(row: LegalHold, *, reason: str, by: Actor, on: date, seen: int | None = None) -> LegalHold:
    """Propose to lift a hold; another officer lifts it."""
    _require(row.person_id, row.region_code, Permission.PROPOSE, by)
    refuse_if(reason_obstacles(reason))
    row = transition(
        row,
        "propose_lift",
        seen=seen,
        lift_reason=reason.strip(),
        lift_proposer_id=by.person_id,
        lifted_by=None,
    )
    _note(row, "propose_lift", by, row.lift_reason)
    return row


@transaction.atomic
def keep_hold(row: LegalHold, *, reason: str, by: Actor, on: date, seen: int | None = None) -> LegalHold:
    """Do not lift it."""
    _require(row.person_id, row.region_code, Permission.DECIDE, by)
    refuse_if(reason_obstacles(reason))
    row = transition(row, "keep", seen=seen, lift_proposer=None)
    _note(row, "keep", by, reason.strip())
    return row


@half
@transaction.atomic
def lift_hold(row: LegalHold, *, by: Actor, on: date, seen: int | None = None) -> LegalHold:
    """Lift a hold as another officer proposed."""
    _require(row.person_id, row.region_code, Permission.DECIDE, by)
    refuse_if(four_eyes_obstacles(officer_id=by.person_id, proposer_id=row.lift_proposer_id))
    row = transition(row, "lift", seen=seen, lifted_by_id=by.person_id, lifted_at=Now())
    _note(row, "lift", by, row.lift_reason)
    return row
