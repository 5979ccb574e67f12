"""A human enters the talent base; her particulars; and who may state anything about her."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from shegong.ground.people.models import Identity, Person, Tie
from shegong.ground.people.rules import Permission, particulars_obstacles
from shegong.kernel import journal, walls_acting
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_


@unguarded("signing up makes one; an empty person gives nobody anything")
@transaction.atomic
def create_person(*, by: Actor, on: date, source: str = "self") -> Person:
    """Add one human, so far without any fact. Whoever adds her may state the first facts (see `require_editor`)."""
    person = Person.objects.create(source=source)
    walls_acting.made(person.pk)
    journal.write("people.person.create", by=by, subject=person, about_person_id=person.pk,
                  facts={"source": source}, rows=[person])  # fmt: skip
    return person


def require_editor(person: Person, by: Actor) -> None:
    """Refuse unless `by` is the person herself, the system, or holds people.edit over a place she is tied to.

    A person without ties is new: an officer with people.edit may state the first facts of someone whom an office
    added, and a sign-up those of someone who has no account and no number yet.
    """
    if by.is_system or (by.person_id is not None and by.person_id == person.pk):
        return
    if Person.objects.visible_to(by, Permission.EDIT).filter(pk=person.pk).exists():
        return
    is_new = not Tie.objects.filter(person=person).exists()
    if is_new and person.source != "self" and by.may(Permission.EDIT):
        return
    with walls_acting.lifted("whether she has a number, though who asks may not see it"):
        is_unknown = is_new and not Identity.objects.filter(person=person).exists()
    if is_unknown and by.is_anonymous:
        return
    raise Refused(Obstacle("not_allowed", N_("Your role does not cover this person."), clause="T4.2.b"))


def truthful(person: Person, by: Actor, source: str) -> str:
    """The source as it really is: a statement of an officer about somebody else is never the person's own."""
    if source == "self" and by.person_id != person.pk and by.is_officer:
        return "county"
    return source


def hold(person: Person, seen: int | None = None) -> Person:
    """Lock the person until commit: statements about one human come one after another. Returns the fresh row.

    `seen` is the version the writer looked at; `Stale` when somebody stated something since.
    """
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if seen is not None and held.version != seen:
        raise Stale(
            Obstacle(
                "stale",
                N_("Somebody changed this person's data while you were writing. Look again, then change."),
            )
        )
    return held


def turn(person: Person) -> None:
    """Count the statement just made: pages read before it are stale."""
    Person.objects.filter(pk=person.pk).update(version=F("version") + 1)


@transaction.atomic
def state_particulars(
    person: Person,
    *,
    by: Actor,
    on: date,
    ethnicity: str | None = None,
    political_status: str | None = None,
    source: str = "self",
    seen: int | None = None,
) -> Person:
    """Set ethnicity (GB/T 3304) and political status (GB/T 4762); None leaves as is, "" clears. Refuses other codes."""
    require_editor(person, by)
    given: dict[str, Any] = {"ethnicity": ethnicity, "political_status": political_status}
    refuse_if(particulars_obstacles(**given))
    held = hold(person, seen)
    changed = {k: v for k, v in given.items() if v is not None and v != getattr(held, k)}
    if not changed:
        return held
    Person.objects.filter(pk=held.pk).update(**changed)
    turn(held)
    held.refresh_from_db()
    journal.write("people.particulars.state", by=by, subject=held, about_person_id=held.pk,
                  facts={"fields": sorted(changed), "source": truthful(held, by, source)}, rows=[held])  # fmt: skip
    return held
