"""Two records of one human become one: hours stay where they were written and are read under both (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle

_READ = "append-only: read through the record that was merged, hours of the same moment counted once"
HOLDS = moving.Holds(
    moved={},
    kept={
        "education.CreditEntry.person": _READ,
        "education.CreditEntry.vouched_by": "history: who vouched",
        "education.YearTotal.person": "sums of the ledger; they stay with its rows",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing of the ledger stands against a merge."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Nothing moves."""
    return []


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Leave the ledger as it is. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="education.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    if changes:
        moving.put_back(changes, from_, to, verb="education.person.part", by=by)
