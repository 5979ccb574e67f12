"""Status of a registration on a day: computed from terms, restrictions and closing, never stored (T4.2.e); pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from shegong.duties.registry.rules.states import Status
from shegong.kernel.text import N_

Span = tuple[date, date | None]

STATUS_NAMES = {
    Status.REGISTERED: N_("Valid"),
    Status.EXPIRING: N_("Valid, expiring soon"),
    Status.GRACE: N_("In the grace period"),
    Status.LAPSED: N_("Expired"),
    Status.SUSPENDED: N_("Suspended"),
    Status.CANCELLED: N_("Cancelled"),
    Status.REVOKED: N_("Revoked"),
    Status.SUPERSEDED: N_("Replaced by a higher level"),
    Status.NOT_YET: N_("Not yet registered"),
}


def status_on(
    day: date,
    *,
    admitted_on: date,
    terms: Iterable[Span],
    suspended: Iterable[Span],
    closed_on: date | None = None,
    closed_kind: str | None = None,
    grace_days: int = 0,
    expiring_days: int = 90,
) -> Status:
    """What a registration is on `day`. Spans are half-open days (start, end or None for open).

    A closing decision makes the certificate invalid from its day; then an ended term counts before a suspension.
    """
    if day < admitted_on:
        return Status.NOT_YET
    if closed_on is not None and day >= closed_on:
        return Status(closed_kind or Status.CANCELLED)
    end = _end_of_validity(day, terms)
    if end is None or end <= day:
        return Status.GRACE if end and day < end + timedelta(days=grace_days) else Status.LAPSED
    if any(_covers(span, day) for span in suspended):
        return Status.SUSPENDED
    return Status.EXPIRING if (end - day).days <= expiring_days else Status.REGISTERED


def _covers(span: Span, day: date) -> bool:
    start, end = span
    return start <= day and (end is None or day < end)


def _end_of_validity(day: date, terms: Iterable[Span]) -> date | None:
    """First day without validity of the unbroken run of terms that covers or last preceded `day`."""
    end: date | None = None
    for start, stop in sorted((s, e or date.max) for s, e in terms if s <= day or e is None or e > day):
        if start > day and (end is None or start > end):
            break
        end = stop if end is None or stop > end else end
    return end
