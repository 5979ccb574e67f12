"""What this context says of two records that become one (`kernel.moving`): who stands behind an entered figure moves."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.steering.programme.models import EnteredPerson

_ACTED = "history: who acted in this matter"
HOLDS = moving.Holds(
    moved={EnteredPerson: "person"},
    kept={
        "programme.AnnualPlan.drafter": _ACTED,
        "programme.AnnualPlan.submitter": _ACTED,
        "programme.AnnualPlan.endorser": _ACTED,
        "programme.HandValue.enterer": _ACTED,
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing stands in the way: of a figure that names both, one row stays and is read through the merged record."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Entered figures that she stands behind."""
    split = moving.of_both(EnteredPerson.objects.all(), from_.pk, to.pk, lambda row: row.value_id)
    return [moving.part(EnteredPerson, N_("Entered figures"), split)]


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give the rows of `from_` to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="programme.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="programme.person.part", by=by)
