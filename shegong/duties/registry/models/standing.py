"""Status of one registration on any day, from its rows and the policy of that day (T4.2.e)."""

from datetime import date

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Registration, Restriction
from shegong.duties.registry.rules import Status, status_on


def status_of(registration: Registration, day: date) -> Status:
    """What the registration is on `day`, as the register stands now."""
    policy = registration_policy(day)
    terms = registration.terms.filter(recorded__upper_inf=True)
    rows = Restriction.objects.current().filter(
        person=registration.person_id, kind="suspended", stayed_on=None
    )
    return status_on(
        day,
        admitted_on=registration.admitted_on,
        terms=[(term.during.lower, term.during.upper) for term in terms],
        suspended=[(row.during.lower, row.during.upper) for row in rows],
        closed_on=registration.closed_on,
        closed_kind=registration.closed_kind,
        grace_days=policy.grace_days,
        expiring_days=policy.expiring_days,
    )
