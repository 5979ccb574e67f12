"""What this context says of two records that become one (`kernel.moving`): tasks belong to bodies, not to people."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle

_ACTED = "history: who acted for a body"
HOLDS = moving.Holds(
    moved={},
    kept={
        "tasks.Task.drafted_by": _ACTED,
        "tasks.Task.replied_by": _ACTED,
        "tasks.Task.closed_by": _ACTED,
        "tasks.TaskEvent.person": _ACTED,
        "tasks.TaskReply.written_by": _ACTED,
        "tasks.ReplySignature.signed_by": _ACTED,
        "tasks.Extension.asked_by": _ACTED,
        "tasks.Extension.decided_by": _ACTED,
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing here forbids a merge."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Nothing here moves."""
    return []


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Nothing here moves. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return []


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Nothing was moved."""
