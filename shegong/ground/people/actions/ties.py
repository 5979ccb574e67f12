"""Ties: where a person belongs. One door for every context that writes them, each in its own transaction."""

from datetime import date

from django.db import transaction

from shegong.ground.people.actions.persons import hold, require_editor, turn
from shegong.ground.people.models import Person, Tie, TieQuerySet
from shegong.ground.people.rules import STANDING_KINDS, place_obstacles, tie_obstacles
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import refuse_if
from shegong.kernel.temporal import close_recorded, days

STATED = "people.person"


@answers("T4.2.b")
@transaction.atomic
def state_place(
    person: Person, *, kind: str, region_code: int, start: date, by: Actor, on: date, seen: int | None = None
) -> Tie:
    """Since when a person lives in a county (`residence`) or has the household register there (`domicile`).

    The place before it ends on `start`. Work is not stated here: it follows the work history.
    """
    require_editor(person, by)
    node = tree().at(region_code, on)
    refuse_if(place_obstacles(kind, start, on, node.level if node else None))
    held = hold(person, seen)
    row = tie(
        held, kind=kind, region_code=region_code, origin=STATED, origin_id=held.pk, start=start, by=by, on=on
    )
    turn(held)
    return row


@unguarded("the fact that ties has been stated by whoever may")
@transaction.atomic
def tie(
    person: Person,
    *,
    kind: str,
    region_code: int,
    origin: str,
    origin_id: int,
    start: date,
    end: date | None = None,
    by: Actor,
    on: date,
) -> Tie:
    """Tie a person to a region during [start, end). A new work, residence or domicile tie ends the one before it.

    An origin stating again from a later day continues its history; what it said of the same days is replaced, and
    what holds already is left alone. Refuses a tie that would cut into a later one of its kind. The calling action
    has checked who may state this.
    """
    hold(person)
    same = list(_of_origin(origin, origin_id, kind).filter(during__overlap=days(start, end)))
    if same and _says_already(same[-1], region_code, start, end):
        return same[-1]
    others = list(_standing_beside(person, kind, start, end).exclude(pk__in=[t.pk for t in same]))
    refuse_if(tie_obstacles(kind, start, end, [(t.during.lower, t.during.upper) for t in others]))
    touched = same + others
    close_recorded(Tie.objects.filter(pk__in=[t.pk for t in touched]))
    touched += [_remnant(t, start) for t in touched if t.during.lower < start]
    row = Tie.objects.create(person=person, kind=kind, region_code=region_code, origin=origin, origin_id=origin_id,
                             during=days(start, end))  # fmt: skip
    journal.write("people.tie.change", by=by, subject=row, facts={"kind": kind, "origin": origin},
                  rows=[*touched, row])  # fmt: skip
    return row


def _of_origin(origin: str, origin_id: int, kind: str) -> TieQuerySet:
    return Tie.objects.current().filter(origin=origin, origin_id=origin_id, kind=kind).order_by("during")


def _says_already(held: Tie, region_code: int, start: date, end: date | None) -> bool:
    return held.region_code == region_code and held.during.lower <= start and held.during.upper == end


def _standing_beside(person: Person, kind: str, start: date, end: date | None) -> TieQuerySet:
    if kind not in STANDING_KINDS:
        return Tie.objects.none()
    return Tie.objects.current().filter(person=person, kind=kind, during__overlap=days(start, end))


def _remnant(old: Tie, end: date) -> Tie:
    """What is left of an earlier tie: the days before the new one began."""
    return Tie.objects.create(person_id=old.person_id, kind=old.kind, region_code=old.region_code, origin=old.origin,
                              origin_id=old.origin_id, during=days(old.during.lower, end))  # fmt: skip


@unguarded("the fact that ties has been stated by whoever may")
@transaction.atomic
def end_tie(
    *, origin: str, origin_id: int, kind: str, by: Actor, on: date, end: date | None = None
) -> Tie | None:
    """End the tie of an origin on `end` (default `on`, the first day it no longer holds); None when there is none.

    A tie that had not begun by then is withdrawn altogether.
    """
    row = _of_origin(origin, origin_id, kind).last()
    if row is None:
        return None
    hold(row.person)
    last = end or on
    if row.during.upper is not None and row.during.upper <= last:
        return row
    close_recorded(Tie.objects.filter(pk=row.pk))
    left = [_remnant(row, last)] if row.during.lower < last else []
    journal.write(
        "people.tie.end", by=by, subject=row, facts={"kind": kind, "origin": origin}, rows=[row, *left]
    )
    return left[0] if left else None
