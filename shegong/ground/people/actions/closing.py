"""A person died: the day is recorded by an office that saw the paper; registers that follow the journal hear of it."""

from datetime import date

from django.db import transaction

from shegong.ground.people.actions.persons import hold, turn
from shegong.ground.people.models import Person
from shegong.ground.people.rules import Permission, death_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_


@answers("T4.2.b")
@transaction.atomic
def close_person(
    person: Person, *, died_on: date, reason: str, by: Actor, on: date, seen: int | None = None
) -> Person:
    """Record the day of death; `reason` names the paper that was seen. What follows in other registers is decided there.

    Refuses people out of reach, oneself, days before the birth or to come, and a death that is recorded already.
    """
    if not by.is_system and not Person.objects.visible_to(by, Permission.EDIT).filter(pk=person.pk).exists():
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this person.")))
    held = hold(person, seen)
    refuse_if(
        death_obstacles(
            died_on=died_on, born_on=held.born_on, recorded=held.died_on, on=on, reason=reason,
            is_own=by.person_id == held.pk,
        )
    )  # fmt: skip
    Person.objects.filter(pk=held.pk).update(died_on=died_on)
    turn(held)
    held.refresh_from_db()
    journal.write(
        "people.person.close",
        by=by,
        subject=held,
        about_person_id=held.pk,
        reason=reason.strip(),
        rows=[held],
    )
    return held
