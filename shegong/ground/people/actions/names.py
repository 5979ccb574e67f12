"""Names and former names: a correction closes what was recorded, a change of name ends the one before."""

from datetime import date

from django.db import transaction

from shegong.ground.people.actions.persons import hold, require_editor, truthful, turn
from shegong.ground.people.models import Person, PersonName
from shegong.ground.people.rules import name_change_obstacles, name_fixed
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.names import canonical_name, comparison_key
from shegong.kernel.pinyin import grams, pinyin
from shegong.kernel.refusal import Refused, refuse_if
from shegong.kernel.temporal import DateRange, close_recorded, days


@answers("T4.2.b")
@transaction.atomic
def state_name(
    person: Person,
    *,
    name: str,
    by: Actor,
    on: date,
    source: str = "self",
    changed_on: date | None = None,
    seen: int | None = None,
) -> PersonName:
    """State the name. Without `changed_on` it corrects the name before; with it, that one becomes a former name.

    Refuses what is no name (`kernel.names`), a change in the future, and a person's own change of a verified name.
    """
    require_editor(person, by)
    stated = canonical_name(name)
    if isinstance(stated, list):
        raise Refused(stated)
    held = hold(person, seen)
    current = PersonName.objects.standing().filter(person=held).first()
    if current is not None and current.name == stated:
        return current
    if (
        current is not None
        and by.person_id == held.pk
        and held.identities.filter(verified_on__isnull=False).exists()
    ):
        raise Refused(name_fixed())
    if changed_on is not None:
        refuse_if(name_change_obstacles(changed_on, current.during.lower if current else None, on))
    turn(held)
    rows = _replace(held, current, stated, changed_on, truthful(held, by, source))
    facts = {"change": "correction" if current and not changed_on else "new", "source": rows[-1].source}
    journal.write("people.name.state", by=by, subject=rows[-1], facts=facts,
                  rows=[*rows, *([current] if current else [])])  # fmt: skip
    return rows[-1]


def _replace(
    person: Person, current: PersonName | None, name: str, changed_on: date | None, source: str
) -> list[PersonName]:
    if current is None:
        return [_insert(person, name, days(changed_on), source)]
    close_recorded(PersonName.objects.filter(pk=current.pk))
    if changed_on is None:
        return [_insert(person, name, current.during, source)]
    before = _insert(person, current.name, days(current.during.lower, changed_on), current.source)
    return [before, _insert(person, name, days(changed_on), source)]


def _insert(person: Person, name: str, during: DateRange, source: str) -> PersonName:
    return PersonName.objects.create(
        person=person, name=name, canonical=comparison_key(name), pinyin=" ".join(pinyin(name)),
        grams=grams(name), during=during, source=source,
    )  # fmt: skip
