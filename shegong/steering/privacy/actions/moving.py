"""What this context says of two records that become one (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.steering.privacy.models import LegalHold, Request

_ACTED = "history: who acted; an open request of hers forbids the merge"
HOLDS = moving.Holds(
    moved={Request: "person", LegalHold: "person"},
    kept={
        "privacy.Request.restricted_by": _ACTED,
        "privacy.Request.proposer": _ACTED,
        "privacy.Request.decider": _ACTED,
        "privacy.LegalHold.placed_by": _ACTED,
        "privacy.LegalHold.lift_proposer": _ACTED,
        "privacy.LegalHold.lifted_by": _ACTED,
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Data that are to be deleted, or are deleted, are not merged with others."""
    if Request.objects.open().filter(person__in=(from_, to)).exists():
        message = N_("A request for deletion waits for one of the two. Decide on it first.")
        return [Obstacle("deletion_asked", message)]
    if Request.objects.filter(person__in=(from_, to), state="erased").exists():
        return [Obstacle("erased", N_("The data of one of the two are erased."))]
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Earlier requests and holds follow the kept record."""
    titles = ((Request, N_("Requests for deletion")), (LegalHold, N_("Legal holds")))
    return [
        Part(model, title, moves=tuple(model.objects.filter(person=from_).order_by("pk").values_list("pk", flat=True)))
        for model, title in titles
    ]  # fmt: skip


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give what was asked and held about `from_` to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="privacy.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="privacy.person.part", by=by)
