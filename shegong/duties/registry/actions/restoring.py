"""A lapsed registration comes back in one step, within the time that the province gives (issue 6; rules B3)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.proving import prove
from shegong.duties.registry.actions.restricting import claim
from shegong.duties.registry.actions.time_words import tell_time
from shegong.duties.registry.models import Application, Card, Registration, Restriction, Term
from shegong.duties.registry.models.endings import ON_ITS_WAY
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.remaining import missing_minutes
from shegong.duties.registry.models.standing import status_of
from shegong.duties.registry.models.windows import printed_end, window_of
from shegong.duties.registry.rules import Kind, Status, reason_obstacles
from shegong.duties.registry.rules.lapsing import restoration_obstacles, returned_to
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, refuse_if
from shegong.kernel.temporal import days


def restoring_obstacles(registration: Registration, on: date) -> list[Obstacle]:
    """Why this registration is not restored in one step on `on`; shown beforehand and refused with."""
    status = status_of(registration, on)
    suspended = Restriction.objects.current().on(on).filter(
        person=registration.person_id, kind__in=("suspended", "barred"), stayed_on=None
    )  # fmt: skip
    waits = Application.objects.filter(
        registration=registration, kind=str(Kind.RENEWAL), state__in=[str(state) for state in ON_ITS_WAY]
    )
    return restoration_obstacles(
        lapsed_after=max(registration.valid_to, window_of(registration).closes_on), on=on, policy=registration_policy(on),
        lapsed=status in (Status.LAPSED, Status.GRACE), suspended=suspended.exists(),
        short=missing_minutes([registration], on).get(registration.pk),
        died=registration.person.died_on is not None, applied=any(row.counts_from(on) for row in waits),
    )  # fmt: skip


def restored_end(registration: Registration, on: date) -> date:
    """Last day of the term that a restoration on `on` brings."""
    return returned_to(printed_end(registration), on, registration_policy(on))


@answers("T4.2.a")
@transaction.atomic
def restore(
    registration: Registration, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Registration:
    """Restore a lapsed registration from today in one step: a term as a late renewal would bring, a new card.

    The days between stay lapsed. Refuses after the province's time, with hours missing, or under a suspension.
    """
    claim(registration, seen, by=by)
    refuse_if([*restoring_obstacles(registration, on), *reason_obstacles(reason)])
    printed, end = printed_end(registration), restored_end(registration, on)
    old = list(registration.cards.filter(replaced_at=None))
    Card.objects.filter(pk__in=[card.pk for card in old]).update(replaced_at=Now())
    for card in old:
        card.refresh_from_db()
    Registration.objects.filter(pk=registration.pk).update(valid_to=end)
    registration.refresh_from_db()
    term = Term.objects.create(registration=registration, during=days(on, end + timedelta(days=1)))
    card = Card.objects.create(registration=registration, term=term)
    prove(card)
    tell_time(registration, "restored", until=end.isoformat())
    journal.write(
        "registry.registration.restore", by=by, subject=registration, reason=reason.strip(),
        rows=[registration, term, card, *old], facts={"lapsed_after": printed.isoformat(), "until": end.isoformat()},
    )  # fmt: skip
    return registration
