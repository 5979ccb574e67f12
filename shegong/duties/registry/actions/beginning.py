"""An application is begun: of any kind, once, with what the register knows already (T4.2.a)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.outlook import prefilled
from shegong.duties.registry.rules import KINDS, OPEN_STATES, Kind
from shegong.ground.documents import actions as documents
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_


@answers("T4.2.a")
@transaction.atomic
def start_application(*, by: Actor, on: date) -> Application:
    """The person's open first registration, or a new draft. Refuses someone without a person behind the account."""
    if by.person_id is None:
        raise Refused(Obstacle("no_person", N_("Sign in with your own account to apply.")))
    return begin(Person.objects.get(pk=by.person_id), Kind.FIRST, by=by, on=on)


@answers("T4.2.a")
@transaction.atomic
def begin(
    person: Person,
    kind: Kind,
    *,
    registration: Registration | None = None,
    change: Callable[[Application], Any] | None = None,
    by: Actor,
    on: date,
) -> Application:
    """The person's open application of this kind, or a new draft filled in from the register.

    `registration` is what a renewal, change, cancellation or reissue is about; `change` notes in the same transaction
    what a new draft is to change. Refuses others' registrations, and ones that have ended.
    """
    _require_possible(person, kind, registration, by)
    people.hold(person)  # of two tabs one makes the draft, the other finds it
    rows = Application.objects.filter(person=person, kind=kind, state__in=OPEN_STATES)
    if found := rows.select_for_update(of=("self",)).first():
        return found
    folder = documents.open_folder(title=KINDS[kind].folder, by=by, on=on)
    application = Application.objects.create(
        person=person, folder=folder, kind=kind, **(prefilled(registration, on) if registration else {})
    )
    journal.write("registry.application.start", by=by, subject=application, rows=[application])
    if change is not None:
        change(application)
    return application


def _require_possible(person: Person, kind: Kind, registration: Registration | None, by: Actor) -> None:
    if not by.is_system and by.person_id != person.pk:
        raise Refused(Obstacle("not_own", N_("This is another person's application.")))
    if kind not in KINDS:
        raise Refused(Obstacle("kind_unknown", N_("This cannot be applied for here yet.")))
    if kind == Kind.FIRST:
        return
    if registration is None or registration.person_id != person.pk:
        raise Refused(Obstacle("not_own", N_("This is another person's application.")))
    if registration.closed_on is not None:
        message = N_("This registration has ended. A new first registration is needed.")
        raise Refused(Obstacle("not_live", message))
