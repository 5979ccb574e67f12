"""Two records of one human become one: hours stay where they were written and are read under both (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.work.education.models import Enrolment

_READ = "append-only: read through the record that was merged, hours of the same moment counted once"
HOLDS = moving.Holds(
    moved={Enrolment: "person"},
    kept={
        "education.CreditEntry.person": _READ,
        "education.CreditEntry.vouched_by": "history: who vouched",
        "education.YearTotal.person": "sums of the ledger; they stay with its rows",
        "education.HalfDay.cosigned_by": "history: who co-signed",
        "education.ClassList.sent_by": "history: who sent it",
        "education.ClassList.decided_by": "history: who checked it",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nothing of the ledger stands against a merge."""
    return []


def parts(from_: Person, to: Person) -> list[Part]:
    """Seats in classes move; of two seats in one class the kept record's stands. Hours stay where they are."""
    seats = moving.of_both(Enrolment.objects.all(), from_.pk, to.pk, lambda one: one.course_id)
    return [moving.part(Enrolment, N_("Seats in classes"), seats)]


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give the seats of `from_` to `to`; the ledger stays as it is. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="education.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    if changes:
        moving.put_back(changes, from_, to, verb="education.person.part", by=by)
