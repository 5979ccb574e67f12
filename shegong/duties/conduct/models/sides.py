"""Who has a side in a case, from what the register knows: employers, bodies, declared relatives, earlier parts."""

from datetime import date

from django.db.models import Q

from shegong.duties.conduct.models.complaints import Complaint, Kin
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.inquiry import Inquiry, Investigator
from shegong.duties.conduct.models.panel import Seat
from shegong.duties.conduct.rules.recusal import Member, Parts, Respondent
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor
from shegong.kernel.walls_acting import lifted
from shegong.work.employment.models import Employment


def units_of(person_id: int | None, on: date) -> frozenset[int]:
    """Where a person works on this day."""
    if person_id is None:
        return frozenset()
    with lifted("an officer's walls must not hide where somebody works from the question who has a side"):
        rows = Employment.objects.current().on(on).filter(person=person_id)
        return frozenset(rows.values_list("employer_id", flat=True))


def respondent_of(complaint: Complaint, on: date) -> Respondent:
    """Who is complained of, with unit and declared relatives."""
    if complaint.respondent_body_id is not None:
        return Respondent(units=frozenset({complaint.respondent_body_id}))
    someone = complaint.respondent_id
    with lifted("declared relations are seen by who declared them alone"):
        kin = Kin.objects.filter(Q(person=someone) | Q(relative=someone)) if someone else Kin.objects.none()
        relatives = {pk for pair in kin.values_list("person_id", "relative_id") for pk in pair} - {someone}
    return Respondent(someone, units_of(someone, on), frozenset(relatives))


def member_of(person_id: int | None, on: date, *, declared: str = "") -> Member:
    """Somebody who is to take part, as the rules of recusal see her."""
    return Member(person_id, units_of(person_id, on), declared)


def actor_as_member(by: Actor, on: date) -> Member:
    """The same of who acts: the offices acted for count as units."""
    offices = {a.organization_id for a in by.authorities if a.organization_id}
    return Member(by.person_id, units_of(by.person_id, on) | offices)


def parts_of(complaint: Complaint, inquiry: Inquiry | None = None) -> Parts:
    """Who has had a part in the case; with `inquiry`, in that round alone."""
    rounds = {"inquiry": inquiry} if inquiry is not None else {"inquiry__complaint": complaint}
    investigators = Investigator.objects.filter(**rounds).values_list("person_id", flat=True)
    seats = Seat.objects.filter(**rounds, recused_on__isnull=True).values_list("person_id", flat=True)
    signed = Decision.objects.filter(complaint=complaint).values_list("proposer_id", "decider_id")
    deciders = {pk for pair in signed for pk in pair if pk}
    return Parts(frozenset(investigators), frozenset(seats), frozenset(deciders))


def chosen_person(pk: str) -> Person:
    """Somebody chosen from a list of people of one's own office."""
    return Person.objects.get(pk=pk)
