"""The renewal window of a registration, and what its terms say: the printed end, and to when a hold carries it."""

from datetime import date, timedelta

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Card, Registration, Term
from shegong.duties.registry.rules.window import RenewalWindow, renewal_window
from shegong.kernel.holidays import calendar_in_force


def printed_end(registration: Registration) -> date:
    """Last day of the last full term: what the certificate prints. A hold never moves it."""
    term = last_full_term(registration)
    return term.during.upper - timedelta(days=1) if term and term.during.upper else registration.valid_to


def last_full_term(registration: Registration) -> Term | None:
    """The last term of three years that the register stands by."""
    return registration.terms.filter(recorded__upper_inf=True, kind="full").order_by("-during").first()


def window_of(registration: Registration) -> RenewalWindow:
    """When this registration is renewed, by the policy of the day on which its term ends."""
    ends_on = printed_end(registration)
    return renewal_window(
        ends_on, registration_policy(ends_on), calendar_in_force(), born_on=registration.person.born_on,
        issued_on=registration.certificate.issued_on,
    )  # fmt: skip


def valid_days(card: Card) -> tuple[date, date]:
    """First and last day that a card vouches for: its term with those that it joins without a gap, and the days to which
    a hold carries it. A renewed one is good at once, not from the day on which the next term begins."""
    during = card.term.during
    held = Term.objects.current().filter(
        registration=card.registration_id, kind="held", during__startswith=during.upper
    )
    last = next((term.during.upper for term in held), during.upper)
    return _joined_from(card.registration_id, during.lower), last - timedelta(days=1)


def _joined_from(registration_id: int, first: date) -> date:
    """First day of the unbroken run of terms that leads up to `first`."""
    rows = Term.objects.current().filter(registration=registration_id)
    begun = {during.upper: during.lower for during in rows.values_list("during", flat=True)}
    while first in begun:
        first = begun[first]
    return first
