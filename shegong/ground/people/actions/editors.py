"""Who may state facts about many people at once."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shegong.ground.people.models import Person
from shegong.ground.people.rules import Permission
from shegong.kernel.access import Actor
from shegong.kernel.copying import among
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

_made: ContextVar[tuple[Actor, set[int]] | None] = ContextVar("people made together", default=None)


@contextmanager
def making(by: Actor) -> Iterator[None]:
    """Inside, people whom `by` adds with `take_in` are hers to state facts about, without the database being asked about
    each of them by every action that follows. Wrap one transaction in it, not more."""
    outer = _made.set((by, set()))
    try:
        yield
    finally:
        _made.reset(outer)


def made(person_ids: Iterable[int], by: Actor) -> None:
    """Note people whom `by` has just added."""
    new = _made.get()
    if new is not None and new[0] is by:
        new[1].update(person_ids)


def require_editors(person_ids: Collection[int], by: Actor) -> None:
    """Refuse unless `by` may state facts about each of them: `require_editor` for many."""
    if not editable(person_ids, by).issuperset(person_ids):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this person."), clause="T4.2.b"))


def editable(person_ids: Collection[int], by: Actor) -> set[int]:
    """Those about whom `by` may state facts: herself, people tied to a place in reach, and new ones that an office added."""
    asked, new = set(person_ids), _made.get()
    if new is not None and new[0] is by and asked <= new[1]:
        return asked
    if by.is_system or asked <= {by.person_id}:
        return asked
    found = set(
        Person.objects.visible_to(by, Permission.EDIT)
        .filter(pk__in=among(asked))
        .values_list("pk", flat=True)
    )
    rest = asked - found - {by.person_id}
    if rest and by.may(Permission.EDIT):
        added = Person.objects.filter(pk__in=among(rest), ties=None).exclude(source="self")
        found |= set(added.values_list("pk", flat=True))
    return found | (asked & {by.person_id})
