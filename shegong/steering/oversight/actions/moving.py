"""What this context says of two records that become one (`kernel.moving`): cases about her follow the kept record."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.steering.oversight.models import ModelCase

_ACTED = "history: who acted in this matter"
HOLDS = moving.Holds(
    moved={ModelCase: "person"},
    kept={
        "oversight.DispatchReturn.submitter": _ACTED,
        "oversight.DispatchReturn.checker": _ACTED,
        "oversight.Inspection.planner": _ACTED,
        "oversight.Inspector.person": _ACTED,
        "oversight.Checked.checker": _ACTED,
        "oversight.Finding.finder": _ACTED,
        "oversight.Circular.drafter": _ACTED,
        "oversight.ModelCase.nominator": _ACTED,
        "oversight.ModelCase.verifier": _ACTED,
        "oversight.Report.drafter": _ACTED,
        "oversight.Report.reviewer": _ACTED,
        "oversight.Report.receiver": _ACTED,
        "oversight.Acceptance.applicant": _ACTED,
        "oversight.Acceptance.concluder": _ACTED,
        "oversight.AcceptanceMaterial.checker": _ACTED,
        "oversight.Panelist.person": _ACTED,
        "oversight.AcceptanceItem.judge": _ACTED,
        "oversight.AcceptanceSample.checker": _ACTED,
        "oversight.AcceptanceSample.person": "as she was drawn from a frozen row, which does not move either",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing stands in the way: a person may have many cases."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Model cases follow the kept record."""
    moves = ModelCase.objects.filter(person=from_).order_by("pk").values_list("pk", flat=True)
    return [Part(ModelCase, N_("Model cases"), moves=tuple(moves))]


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give the cases about `from_` to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="oversight.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="oversight.person.part", by=by)
