"""The registration period that hours are counted for: the last full term that has begun."""

from datetime import date, timedelta

from shegong.duties.registry.models.register import Registration, Term


def period_of(registration: Registration, on: date) -> tuple[date, date]:
    """First day, and the day after the last, of the full term that runs on `on` or last began before it; of a register
    without terms, the days of the registration."""
    terms = Term.objects.current().filter(registration=registration, kind="full")
    begun = terms.filter(during__startswith__lte=on).order_by("-during").first()
    term = begun or terms.order_by("during").first()
    if term is None:
        return registration.admitted_on, registration.valid_to + timedelta(days=1)
    return term.during.lower, term.during.upper
