"""What this context says of two records that become one (`kernel.moving`): nothing moves."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle

HOLDS = moving.Holds(
    moved={},
    kept={
        "statistics.SnapshotRow.person": "frozen and hashed: read through the record that was merged",
        "statistics.Snapshot.frozen_by": "history: who acted",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Frozen figures forbid nothing."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """No row moves."""
    return []


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Nothing moves. Refuses unless people knows the two as one."""
    moving.require_merged(from_, to)
    return moving.move([], from_, to, verb="statistics.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Nothing moved, nothing goes back."""
    moving.put_back(changes, from_, to, verb="statistics.person.part", by=by)
