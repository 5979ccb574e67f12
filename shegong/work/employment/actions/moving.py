"""Two records of one human become one: who works where (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.work.employment.models import Confirmation, Employment

HOLDS = moving.Holds(
    moved={Employment: "person", Confirmation: "person"},
    kept={
        "employment.Confirmation.asked_by": "history: who put the question",
        "employment.Confirmation.answered_by": "history: who answered",
        "employment.Confirmation.decided_by": "history: who decided",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """One main employment a day: of two with different employers an office ends the wrong one first."""
    found = []
    mains = Employment.objects.current().filter(person=from_, main=True).select_related("employer")
    for mine in mains.order_by("during"):
        shared = Employment.objects.current().filter(person=to, main=True, during__overlap=mine.during)
        for other in shared.exclude(employer=mine.employer_id).select_related("employer").order_by("during"):
            message = N_(
                "On the same days one record works mainly at %(one)s, the other at %(other)s. End the wrong one first."
            )
            names = {"one": mine.employer.name, "other": other.employer.name}
            found.append(Obstacle("employed_twice", message, params=names))
    return found


def parts(from_: Person, to: Person) -> list[Part]:
    """Of the same work stated on both records, and of two main employments at a time, the kept record's stands."""
    moves: list[int] = []
    stays: list[int] = []
    for mine in Employment.objects.current().filter(person=from_).order_by("pk"):
        shared = Employment.objects.current().filter(person=to, during__overlap=mine.during)
        same = shared.filter(employer=mine.employer_id) | (
            shared.filter(main=True) if mine.main else shared.none()
        )
        (stays if same.exists() else moves).append(mine.pk)
    asked = moving.of_both(Confirmation.objects.all(), from_.pk, to.pk, _question)
    return [
        moving.part(Employment, N_("Jobs"), (moves, stays)),
        moving.part(Confirmation, N_("Confirmations of jobs"), asked),
    ]


def _question(row: Confirmation) -> object:
    return row.employer_id, row.since, row.what


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give the work of `from_` to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="employment.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="employment.person.part", by=by)
