"""Status of one registration on any day, from its rows and the policy of that day (T4.2.e)."""

from datetime import date, datetime

from django.utils import timezone

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Registration, Restriction
from shegong.duties.registry.rules import Status, status_on


def status_of(registration: Registration, day: date, *, known_at: datetime | None = None) -> Status:
    """What the registration is on `day`, as the register stands now, or as it stood at the moment `known_at`.

    A closing is decided on its day, so whoever asked before that day did not know of it.
    """
    policy = registration_policy(day)
    stands = {"recorded__contains": known_at} if known_at else {"recorded__upper_inf": True}
    rows = Restriction.objects.filter(
        person=registration.person_id, kind="suspended", stayed_on=None, **stands
    )
    closed_on = registration.closed_on
    if known_at and closed_on and closed_on > timezone.localdate(known_at):
        closed_on = None
    return status_on(
        day,
        admitted_on=registration.admitted_on,
        terms=[(term.during.lower, term.during.upper) for term in registration.terms.filter(**stands)],
        suspended=[(row.during.lower, row.during.upper) for row in rows],
        closed_on=closed_on,
        closed_kind=registration.closed_kind,
        grace_days=policy.grace_days,
        expiring_days=policy.expiring_days,
    )
