"""The other side answers: the employer about what the person stated, the person about what the employer declared."""

from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Identity, PersonName, identity_index
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.identity import canonical_identity
from shegong.kernel.names import comparison_key
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted
from shegong.work.employment.actions import notices
from shegong.work.employment.actions.asking import ask_employer, clerks_of, note, put
from shegong.work.employment.actions.declaring import close, record
from shegong.work.employment.models import Confirmation, Employment
from shegong.work.employment.rules import (
    Permission,
    Side,
    What,
    answer_obstacles,
    applies_at_once,
    denial_obstacles,
    denying_step,
    employment_obstacles,
)

TRIES = 30  # people whom a clerk names in a day: a register is not tried out number by number


@answers("T4.2.a")
@transaction.atomic
def confirm(question: Confirmation, *, by: Actor, on: date, seen: int | None = None) -> Confirmation:
    """The side that was asked confirms; what an employer declared is recorded now. A late answer still counts."""
    require_asked(question, by)
    refuse_if(answer_obstacles(question.state))
    transition(question, "confirm", seen=seen, answered_by_id=by.person_id, answered_at=Now())
    carry_out(question, by=by, on=on)
    notices.tell_all(question, notices.ENDED["confirmed"], clerks_of(question.employer_id, on))
    note(question, "confirm", by)
    return question


@answers("T4.2.a")
@transaction.atomic
def deny(
    question: Confirmation, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Confirmation:
    """The side that was asked denies, with a reason. A person named as staff who never was declines and nothing is
    recorded; every other denial goes to the county."""
    require_asked(question, by)
    refuse_if(denial_obstacles(question.state, reason))
    step = denying_step(question.what, question.side)
    transition(
        question, step, seen=seen, answered_by_id=by.person_id, answered_at=Now(), answer=reason.strip()
    )
    words = notices.ENDED["refused"] if step == "refuse" else notices.DISPUTED
    notices.tell_all(question, words, clerks_of(question.employer_id, on))
    note(question, step, by)
    return question


@answers("T4.2.a")
@transaction.atomic
def propose_employment(
    employer: Organization, *, number: str, name: str, region_code: int | None = None, position: str = "",
    service_field: str = "", start: date, main: bool = True, by: Actor, on: date,
) -> Confirmation:  # fmt: skip
    """The employer's clerk names somebody as staff by identity number and name; recorded when the person confirms.

    Refuses, in one sentence, numbers that nobody here has and names that are not the holder's.
    """
    require_clerk(employer, by)
    found = _known(number, name, by, on)
    refuse_if(
        employment_obstacles(
            position=position, service_field=service_field, start=start, end=None, born_on=None,
            founded_on=employer.founded_on, dissolved_on=employer.dissolved_on, on=on,
        )
    )  # fmt: skip
    with lifted("whether she is on this employer's staff already"):
        here = Employment.objects.current().on(on).filter(person=found, employer=employer).exists()
        asked = Confirmation.objects.waiting().filter(person=found, employer=employer, what=What.BEGIN)
        if here or asked.exists():
            raise Refused(Obstacle("staff_before", N_("This person is on your staff, or was asked already.")))
        return put(
            (), by=by, on=on, person_id=found, employer=employer, region_code=region_code or employer.region_code,
            what=What.BEGIN, side=Side.PERSON, since=start, position=position.strip(), service_field=service_field,
            main=main,
        )  # fmt: skip


@answers("T4.2.a")
@transaction.atomic
def propose_end(row: Employment, *, end: date, by: Actor, on: date) -> Confirmation:
    """The employer's clerk states that somebody left: `end` is the first day without her; recorded when she confirms."""
    require_clerk(row.employer, by)
    if end > on:
        raise Refused(Obstacle("date_future", N_("This date is in the future."), field="end"))
    if end <= row.during.lower:
        raise Refused(Obstacle("dates_order", N_("The end lies before the start."), field="end"))
    asked = Confirmation.objects.waiting().filter(
        person=row.person_id, employer=row.employer_id, since=row.during.lower
    )
    if asked.filter(what=What.END).exists() or row.during.upper is not None:
        raise Refused(Obstacle("end_asked_before", N_("The end of this employment was already stated.")))
    return put(
        (), by=by, on=on, person_id=row.person_id, employer=row.employer, region_code=row.region_code, what=What.END,
        side=Side.PERSON, since=row.during.lower, ends_on=end, position=row.position, service_field=row.service_field,
        main=row.main,
    )  # fmt: skip


@transaction.atomic
def take_back(question: Confirmation, *, by: Actor, on: date, seen: int | None = None) -> Confirmation:
    """The employer takes its own statement back before it was confirmed."""
    require_clerk(question.employer, by)
    if applies_at_once(question.side):
        raise Refused(Obstacle("not_own", N_("The person stated this, not you.")))
    transition(question, "withdraw", seen=seen)
    note(question, "withdraw", by)
    return question


def carry_out(question: Confirmation, *, by: Actor, on: date) -> None:
    """Record what an employer declared, now that it is confirmed; what a person stated stands already."""
    with lifted("the other side's employments of the same days end, wherever they lie"):
        row = question.row()
        if question.what == What.BEGIN and question.side == Side.PERSON and row is None:
            row = record(
                question.person, employer=question.employer, region_code=question.region_code,
                position=question.position, service_field=question.service_field, start=question.since,
                main=question.main, by=by, on=on, source="employer",
            )  # fmt: skip
            _ask_earlier(row, by, on)
        if question.what == What.END and row is not None and row.during.upper is None:
            row = close(row, end=question.ends_on or on, by=by, on=on)
        if row is not None and question.what == What.BEGIN:
            journal.write("employment.employment.begin", by=by, subject=row, facts={"main": row.main})


def _ask_earlier(row: Employment, by: Actor, on: date) -> None:
    """The employer that she left for this one is asked too."""
    before = Employment.objects.current().filter(person=row.person_id, main=True).exclude(pk=row.pk)
    for one in before.filter(during__endswith=row.during.lower):
        ask_employer(one, what=What.END, by=by, on=on)


def require_clerk(employer: Organization, by: Actor) -> None:
    """Only who acts for this employer."""
    require(by, Permission.CONFIRM)
    if not by.is_system and employer.pk not in {
        a.organization_id for a in by.with_permission(Permission.CONFIRM)
    }:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))


def require_asked(question: Confirmation, by: Actor) -> None:
    """Only the side that was asked answers; nobody answers for the employer about herself."""
    if question.side == Side.PERSON:
        if by.person_id != question.person_id:
            raise Refused(Obstacle("not_own", N_("Only the person herself can answer this.")))
        return
    require_clerk(question.employer, by)
    if by.person_id == question.person_id:
        raise Refused(Obstacle("own_case", N_("This is about yourself. A colleague must answer.")))


def _known(number: str, name: str, by: Actor, on: date) -> int:
    """The person with this number and name. One sentence for every way in which there is none."""
    if not throttle.hit(f"employment:{by.person_id}", TRIES, timedelta(days=1)).allowed:
        raise Refused(Obstacle("too_many", N_("Too many people were named today. Go on tomorrow.")))
    read = canonical_identity(number, today=on)
    if isinstance(read, list):
        raise Refused([replace(obstacle, field="number") for obstacle in read])
    with lifted("whether anybody in the province has this number and name"):
        holder = Identity.objects.filter(index=identity_index(read.value, "resident")).first()
        found = holder and (holder.person.merged_into_id or holder.person_id)
        names = PersonName.objects.current().on(on).filter(person=found, canonical=comparison_key(name))
        if not found or not names.exists():
            message = N_("Nobody with this number and name is on record here. Compare both with the card.")
            raise Refused(Obstacle("person_unknown", message, field="number"))
        return int(found)
