"""Two records of one human become one: applications, registrations, restrictions (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from shegong.duties.registry.models import Application, ClosingProposal, Registration, Restriction
from shegong.duties.registry.rules import OPEN_STATES
from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

_ACTED = "history: who acted; an open case of hers forbids the merge"
HOLDS = moving.Holds(
    moved={Application: "person", Registration: "person", Restriction: "person"},
    kept={
        "registry.Application.first_reviewer": _ACTED,
        "registry.Application.decider": _ACTED,
        "registry.HoursStanding.person": "sums: counted again as the registration moves",
        "registry.Decision.officer": "frozen: who decided",
        "registry.Desk.officer": "a notice that fades in minutes",
        "registry.RegistrationRound.opened_by": "history: who opened it",
        "registry.Restriction.decided_by": "history: who decided",
        "registry.ClosingCase.opened_by": "history: who opened it",
        "registry.ClosingCase.concluded_by": "history: who concluded",
        "registry.ClosingProposal.proposed_by": _ACTED,
        "registry.ClosingProposal.decided_by": "history: who decided",
        "registry.LapseBatch.confirmed_by": "history: who looked",
        "registry.LapseBatch.decided_by": "history: who decided",
    },
)
OPEN = [str(state) for state in OPEN_STATES]


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """What one human cannot have twice, and decisions that would turn out to be about oneself."""
    found = [*_twice(from_, to), *_own_decisions(from_, to)]
    if any(_shared_days(row, to) for row in Restriction.objects.current().filter(person=from_)):
        message = N_(
            "Both records are under the same restriction on the same days. Lift one of the two first."
        )
        found.append(Obstacle("restricted_twice", message))
    return found


def _twice(from_: Person, to: Person) -> list[Obstacle]:
    found = []
    live = Registration.objects.filter(person__in=(from_, to), closed_on__isnull=True)
    if live.count() > 1:
        message = N_("Both records have a live registration. Close the wrong one first.")
        found.append(Obstacle("registered_twice", message))
    waiting = Application.objects.filter(state__in=OPEN)
    kinds = set(waiting.filter(person=from_).values_list("kind", flat=True))
    if kinds & set(waiting.filter(person=to).values_list("kind", flat=True)):
        message = N_(
            "Both records have an open application of one kind. Decide or withdraw one of the two first."
        )
        found.append(Obstacle("applied_twice", message))
    return found


def _own_decisions(from_: Person, to: Person) -> list[Obstacle]:
    of_from = Application.objects.filter(
        Q(first_reviewer=to) | Q(decider=to) | Q(decisions__officer=to), person=from_
    )
    of_to = Application.objects.filter(
        Q(first_reviewer=from_) | Q(decider=from_) | Q(decisions__officer=from_), person=to
    )
    if of_from.exists() or of_to.exists():
        message = N_(
            "One of the two decided on an application of the other. Have that decision examined first."
        )
        return [Obstacle("decided_on_herself", message)]
    at_work = Application.objects.filter(state__in=OPEN, first_reviewer=from_).exists()
    if at_work or ClosingProposal.objects.waiting().filter(proposed_by=from_).exists():
        message = N_(
            "A case that the merged record reviewed or proposed is still open. Have it decided first."
        )
        return [Obstacle("at_work", message)]
    return []


def _shared_days(row: Restriction, to: Person) -> bool:
    same = Restriction.objects.current().filter(person=to, kind=row.kind, during__overlap=row.during)
    return same.exists()


def parts(from_: Person, to: Person) -> list[Part]:
    """Everything moves: register numbers, terms, cards and their codes hang on the registration and answer as before."""
    tables = ((Application, N_("Applications")), (Registration, N_("Registrations")))
    restrictions = (
        Restriction.objects.current().filter(person=from_).order_by("pk").values_list("pk", flat=True)
    )
    return [
        *(
            Part(model, title, moves=tuple(model.objects.filter(person=from_).order_by("pk").values_list("pk", flat=True)))
            for model, title in tables
        ),
        Part(Restriction, N_("Suspensions and warnings"), moves=tuple(restrictions)),
    ]  # fmt: skip


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give the cases and registrations of `from_` to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="registry.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="registry.person.part", by=by)
