"""Languages and specialities."""

from datetime import date

from django.db import transaction

from shegong.ground.people.actions.persons import hold, require_editor, truthful
from shegong.ground.people.models import Person, Skill
from shegong.ground.people.rules import skill_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.refusal import refuse_if
from shegong.kernel.temporal import close_recorded


@transaction.atomic
def state_skill(
    person: Person, *, kind: str, code: str, by: Actor, on: date, note: str = "", source: str = "self"
) -> Skill:
    """State a language or a speciality, once each; restating with another note corrects it. Refuses unknown codes."""
    require_editor(person, by)
    note = note.strip()
    refuse_if(skill_obstacles(kind, code, note))
    held = hold(person)
    current = Skill.objects.current().filter(person=held, kind=kind, code=code).first()
    if current is not None and current.note == note:
        return current
    if current is not None:
        close_recorded(Skill.objects.filter(pk=current.pk))
    row = Skill.objects.create(
        person=held, kind=kind, code=code, note=note, source=truthful(held, by, source)
    )
    journal.write(
        "people.skill.state", by=by, subject=row, facts={"kind": kind, "code": code, "source": row.source}
    )
    return row


@transaction.atomic
def drop_skill(skill: Skill, *, by: Actor, on: date) -> None:
    """Take a language or speciality off; the row stays as what was once recorded."""
    require_editor(skill.person, by)
    hold(skill.person)
    if close_recorded(Skill.objects.filter(pk=skill.pk)):
        journal.write(
            "people.skill.drop", by=by, subject=skill, facts={"kind": skill.kind, "code": skill.code}
        )
