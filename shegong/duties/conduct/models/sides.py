"""Who has a side in a case, from what the register knows: employers, bodies, declared relatives, earlier parts."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from shegong.duties.conduct.models.appeals import Appeal
from shegong.duties.conduct.models.complaints import Complaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.inquiry import Inquiry, Investigator
from shegong.duties.conduct.models.looks import SecondLook
from shegong.duties.conduct.models.panel import Seat
from shegong.duties.conduct.models.records import humans, standing_record
from shegong.duties.conduct.models.routes import sides_of, works_in
from shegong.duties.conduct.rules.recusal import Member, Parts, Respondent
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor


def respondent_of(complaint: Complaint, on: date) -> Respondent:
    """Who is complained of, with units and declared relatives."""
    sides = sides_of(complaint, on)
    return Respondent(sides.person, sides.bodies, sides.relatives)


def member_of(person_id: int | None, on: date) -> Member:
    """Somebody who is to take part, as the rules of recusal see her."""
    return Member(standing_record(person_id) if person_id else None, works_in(person_id, on))


def actor_as_member(by: Actor, on: date) -> Member:
    """The same of who acts: the offices acted for now count as units."""
    offices = {a.organization_id for a in by.authorities if a.organization_id}
    return Member(by.person_id, works_in(by.person_id, on) | offices)


def parts_of(complaint: Complaint, inquiry: Inquiry | None = None, *, but: SecondLook | None = None) -> Parts:
    """Who has had a part in the case; with `inquiry`, in that round alone; without the second look `but`, which somebody is
    about to answer."""
    rounds = {"inquiry": inquiry} if inquiry is not None else {"inquiry__complaint": complaint}
    investigators = Investigator.objects.filter(**rounds).values_list("person_id", flat=True)
    seats = Seat.objects.filter(**rounds, recused_on__isnull=True).values_list("person_id", flat=True)
    looks = complaint.looks.exclude(pk=but.pk) if but is not None else complaint.looks.all()
    return Parts(
        humans(investigators), humans(seats), _two(Decision.objects.filter(complaint=complaint)),
        _two(Appeal.objects.filter(complaint=complaint)), _two(looks),
    )  # fmt: skip


def _two(rows: QuerySet[Any]) -> frozenset[int]:
    """Who proposed and who signed."""
    pairs = rows.values_list("proposer_id", "decider_id")
    return humans(pk for pair in pairs for pk in pair)


def chosen_person(pk: str) -> Person:
    """Somebody chosen from a list of people of one's own office."""
    return Person.objects.get(pk=pk)
