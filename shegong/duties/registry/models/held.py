"""The registration that a renewal, change, cancellation or reissue is about, as the rules look at it. Reads only."""

from datetime import date, timedelta

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Card, Registration, Restriction, Term
from shegong.duties.registry.models.standing import status_of
from shegong.duties.registry.rules import Held, Hours, Kind
from shegong.duties.registry.rules.lapsing import restoration_ends
from shegong.duties.registry.rules.window import renewal_window
from shegong.kernel.calendar import Calendar
from shegong.kernel.temporal import days, last_day
from shegong.work.education.models import verdicts_of


def held_of(application: Application, on: date, calendar: Calendar) -> Held | None:
    """What the register holds for an application on `on`; None for a first registration.

    Of an application that is through, the term before its own: what was judged, not what came of it.
    """
    registration: Registration | None = application.registration
    if registration is None:
        return None
    began, valid_to = _printed(registration, application)
    window = renewal_window(
        valid_to, registration_policy(valid_to), calendar, born_on=registration.person.born_on,
        issued_on=registration.certificate.issued_on,
    )  # fmt: skip
    handed_in = application.counts_from(on) or on
    last = max(window.closes_on, _kept_to(registration, application, valid_to, handed_in))
    to = valid_to if handed_in <= last else max(valid_to, on)
    return Held(
        register_no=registration.register_no,
        status=status_of(registration, on),
        is_closed=registration.closed_on is not None and registration.closed_on <= on,
        term_from=began,
        valid_to=valid_to,
        opens_on=window.opens_on,
        last_day=last,
        restorable_to=restoration_ends(last, registration_policy(valid_to)),
        region_code=registration.region_code,
        has_card=Card.objects.filter(registration=registration).exists(),
        sanctions=_sanctions(registration, began, valid_to),
        suspended_to=_suspended_to(registration, on),
        hours=_hours(registration, began, to, on) if application.kind == Kind.RENEWAL else None,
    )


def _hours(registration: Registration, first: date, last: date, on: date) -> Hours:
    """What the ledger counts for the term by the national rule; of a late renewal also what was earned since."""
    span = (first, last + timedelta(days=1))
    national, _ = verdicts_of(registration.person_id, level=registration.level, period=span, on=on)
    return Hours(national.required, national.counted)


def _printed(registration: Registration, application: Application) -> tuple[date, date]:
    """First and last day of the last term that was printed; of a register without terms, those of the registration."""
    rows = Term.objects.current().filter(registration=registration, kind="full").order_by("-during")
    own = _own(application)
    full = (rows.filter(during__startswith__lt=own.during.lower) if own else rows).first()
    if full is None:
        return registration.admitted_on, registration.valid_to
    return full.during.lower, last_day(full.during) or registration.valid_to


def _own(application: Application) -> Term | None:
    """The term that came of this application."""
    return Term.objects.current().filter(application=application).first() if application.pk else None


def _kept_to(registration: Registration, application: Application, valid_to: date, handed_in: date) -> date:
    """Last day to which the status is kept beyond the printed end: who hands in by then is in time. Of a term that is
    through already: as it was judged."""
    own = _own(application)
    if own is not None:
        return handed_in if own.during.lower == valid_to + timedelta(days=1) else valid_to
    rows = Term.objects.current().filter(registration=registration, kind="held")
    held = rows.filter(during__startswith=valid_to + timedelta(days=1)).first()
    return (last_day(held.during) if held else None) or valid_to


def _sanctions(registration: Registration, began: date, valid_to: date) -> int:
    rows = Restriction.objects.current().filter(person=registration.person_id, stayed_on=None)
    return rows.filter(during__overlap=days(began, valid_to + timedelta(days=1))).count()


def _suspended_to(registration: Registration, on: date) -> date | None:
    rows = Restriction.objects.current().on(on).filter(
        person=registration.person_id, kind="suspended", stayed_on=None
    )  # fmt: skip
    found = rows.order_by("-during").first()
    return last_day(found.during) if found else None
