"""A person asks for the deletion of her data, or takes that back; and what is recorded of her copies."""

from datetime import date

from django.db import transaction

from shegong.ground.people.actions.forgetting import release
from shegong.ground.people.models import Person, Tie, records_of, standing
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.privacy.models import Request

LONGEST = 500


def require_self(person: Person, by: Actor) -> None:
    """Refuse unless it is the person herself."""
    if by.person_id is None or by.person_id != person.pk:
        raise Refused(Obstacle("not_allowed", N_("Only the person herself can ask for this.")))


def place_of(person: Person, on: date, otherwise: int) -> int:
    """Where a person counts, for the office in charge: work, residence, domicile, any tie, else the province."""
    ties = list(Tie.objects.current().filter(person=person).order_by("-pk"))
    found = standing(ties, on)
    return found if found is not None else (ties[0].region_code if ties else otherwise)


def note(row: Request, verb: str, by: Actor, reason: str = "") -> None:
    """The journal's entry of a step; no words of the person."""
    journal.write(
        f"privacy.request.{verb}", by=by, subject=row, about_person_id=row.person_id, region_code=row.region_code,
        reason=reason, facts={"state": row.state, "origin": row.origin}, rows=[row],
    )  # fmt: skip


@transaction.atomic
def ask(person: Person, *, wish: str = "", province: int, by: Actor, on: date) -> Request:
    """Ask for the deletion of one's own data (个人信息保护法 art. 47). Refuses while a request waits."""
    require_self(person, by)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Request.objects.open().filter(person=person).exists():
        raise Refused(Obstacle("asked_before", N_("A request of yours waits already.")))
    row = Request.objects.create(
        person=person, region_code=place_of(person, on, province), wish=wish.strip()[:LONGEST]
    )
    row.refresh_from_db()
    note(row, "ask", by)
    return row


@transaction.atomic
def withdraw(row: Request, *, by: Actor, on: date, seen: int | None = None) -> Request:
    """Take one's own request back; data that were only stored are used again."""
    require_self(row.person, by)
    row = transition(row, "withdraw", seen=seen)
    release(records_of(row.person_id), subject=row.person, by=SYSTEM)
    note(row, "withdraw", by)
    return row


@transaction.atomic
def note_copy(person: Person, *, form: str, by: Actor, on: date) -> None:
    """Record that the person took a copy of everything held about her (art. 45); only she herself may."""
    require_self(person, by)
    journal.write("privacy.copy.take", by=by, subject=person, about_person_id=person.pk, facts={"form": form})
