"""An office decides on a request: only store, refuse, or erase; one officer proposes the erasure, another carries it out."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.forgetting import destroy_files
from shegong.ground.people.actions.forgetting import release, withhold
from shegong.ground.people.models import Person, records_of
from shegong.kernel import messages, person_keys
from shegong.kernel.access import Actor, half
from shegong.kernel.forgetting import Gone, forget
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted
from shegong.steering.privacy.actions.asking import note
from shegong.steering.privacy.actions.doors import doors, finds, holds_of
from shegong.steering.privacy.models import Request
from shegong.steering.privacy.rules import (
    Permission,
    four_eyes_obstacles,
    hold_obstacles,
    own_case_obstacles,
    reason_obstacles,
)

BASIS = "个人信息保护法第四十七条第二款"
RESTRICTED = messages.Template(
    "privacy.restricted",
    N_("Your data are only stored from now on"),
    N_(
        "The office followed your request: your data are no longer used. What must be kept stays sealed until its day."
    ),
)
REFUSED = messages.Template(
    "privacy.refused",
    N_("Your request for deletion was not followed"),
    N_("The reason: %(reason)s You may go to court about it (个人信息保护法 art. 50)."),
)


def require_officer(row: Request, permission: str, by: Actor) -> None:
    """Refuse without the permission over the place, and on one's own data."""
    if not by.is_system and not by.may(permission, row.region_code):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    refuse_if(own_case_obstacles(officer_id=by.person_id, person_ids=records_of(row.person_id)))


def _bound_by_roles(row: Request, on: date) -> list[Obstacle]:
    """Whoever holds a role in an office must be found and answer for it: the role ends first."""
    found = [hold for hold in holds_of(records_of(row.person_id), on) if hold.kind == "role"]
    return hold_obstacles(found)


@lifted("reaches every row of hers, in whatever office it lies")
@transaction.atomic
def restrict(row: Request, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Request:
    """Only store the data from now on: absent from searches, lists by name and files; what the law does not want kept
    (specialities, saved views) is deleted at once. The public register goes on answering for a number."""
    require_officer(row, Permission.PROPOSE, by)
    refuse_if([*reason_obstacles(reason), *_bound_by_roles(row, on)])
    row = transition(row, "restrict", seen=seen, reason=reason.strip(), restricted_by_id=by.person_id)
    records = records_of(row.person_id)
    withhold(records, subject=row.person, basis=BASIS, by=by)
    _forget(row.person, records, by, early=True)
    note(row, "restrict", by, row.reason)
    messages.send(row.person, RESTRICTED, {}, channels=(messages.INBOX,))
    return row


@half
@lifted("the data of all her records are used again")
@transaction.atomic
def refuse(row: Request, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Request:
    """Do not follow the request; the person is told why and what she can do."""
    require_officer(row, Permission.PROPOSE, by)
    refuse_if(reason_obstacles(reason))
    row = transition(row, "refuse", seen=seen, note=reason.strip(), decider_id=by.person_id, decided_at=Now())
    release(records_of(row.person_id), subject=row.person, by=by)
    note(row, "refuse", by, row.note)
    messages.send(row.person, REFUSED, {"reason": row.note})
    return row


@half
@transaction.atomic
def propose(row: Request, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Request:
    """Propose to erase; another officer does it. Refuses while something must stay, with the article and the day."""
    require_officer(row, Permission.PROPOSE, by)
    refuse_if([*reason_obstacles(reason), *hold_obstacles(holds_of(records_of(row.person_id), on))])
    row = transition(
        row,
        "propose",
        seen=seen,
        reason=reason.strip(),
        proposer_id=by.person_id,
        proposed_at=Now(),
        decider=None,
    )
    note(row, "propose", by, row.reason)
    return row


@half
@transaction.atomic
def send_back(row: Request, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Request:
    """Do not erase as proposed; the request is looked at again."""
    _require_decider(row, by)
    refuse_if(reason_obstacles(reason))
    row = transition(row, "send_back", seen=seen, note=reason.strip(), proposer=None, decider=None)
    note(row, "send_back", by, row.note)
    return row


def _require_decider(row: Request, by: Actor) -> None:
    require_officer(row, Permission.DECIDE, by)
    refuse_if(four_eyes_obstacles(officer_id=by.person_id, proposer_id=row.proposer_id))


@half
@lifted("reaches every row of hers, in whatever office it lies")
@transaction.atomic
def erase(row: Request, *, by: Actor, on: date, seen: int | None = None) -> Request:
    """Erase as another officer proposed: every context deletes or blanks what it holds, papers are destroyed, and the
    person's key with everything that was ever sealed about her. The journal stays as it was written.

    Refuses while something must stay. Cannot be undone: restored backups erase again (`erase_again`).
    """
    records = _held(row.person_id)
    _require_decider(row, by)
    refuse_if(hold_obstacles(holds_of(records, on)))
    row = transition(row, "erase", seen=seen, decider_id=by.person_id, decided_at=Now())
    withhold(records, subject=row.person, basis=BASIS, by=by)
    _erased(row.person, records, by)
    note(row, "erase", by)
    return row


def _held(person_id: int) -> list[int]:
    """Lock the records of one human until commit; their numbers."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=records_of(person_id)).order_by("pk")
    return [row.pk for row in rows]


def _erased(person: Person, records: list[int], by: Actor) -> None:
    destroy_files(records)
    _forget(person, records, by)
    for record in records:
        person_keys.destroy(record)


def _forget(person: Person, records: list[int], by: Actor, early: bool = False) -> list[Gone]:
    return [
        one
        for label, door in doors().items()
        for one in forget(door.FORGETS, records, finds=finds(), verb=f"{label}.person.forget", subject=person, by=by,
                          early=early)
    ]  # fmt: skip


@transaction.atomic
def erase_again(person_ids: Iterable[int], *, by: Actor, on: date) -> int:
    """After a restore: erase once more the rows of those whose keys `person_keys.replay_erasures` destroyed again; how
    many. Papers that came back have no row any more and go with the next night's sweep: a drill works beside live files.

    Only the system: their erasure was decided by two officers before the backup was restored.
    """
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    people = list(Person.objects.filter(pk__in=list(person_ids)))
    for person in people:
        withhold([person.pk], subject=person, basis=BASIS, by=by)
        _forget(person, [person.pk], by)
    return len(people)
