"""Status as conditions for the database: the same answer as `rules.status_on`, held together by a property test.

`valid_to`, the last day of the last term, stands for the terms: terms join without a gap, or the gap lies behind. So it
answers today and days to come; the past is told by `standing.status_of` and the cube. Each answer is a tuple of
conditions that exclude each other (forks, see kernel/listing_filters.py): rows still open, served by the partial indexes
of migration 0003, and the few whose closing lies ahead of the day.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from shegong.duties.registry.models.register import Restriction
from shegong.duties.registry.rules import Status

Forks = tuple[Q, ...]

LIVE = "live"  # all that are admitted or to be, and not closed
VALID = "valid"  # registered or expiring: in force and not suspended
CLOSED = {Status.CANCELLED, Status.REVOKED, Status.SUPERSEDED}


def with_status(status: str, day: date, *, grace_days: int = 0, expiring_days: int = 90) -> Forks:
    """Registrations that `status_on(day, …)` calls `status`; `live` is every one that is not closed on the day,
    `valid` those in force.

    Raises ValueError for a word that is no status.
    """
    if status == LIVE:
        return _open(day, Q())
    if status == VALID:
        return _open(day, Q(admitted_on__lte=day, valid_to__gte=day) & ~suspended(day))
    if Status(status) in CLOSED:
        return (Q(closed_on__isnull=False, closed_on__lte=day, closed_kind=status, admitted_on__lte=day),)
    if Status(status) == Status.NOT_YET:
        return (
            Q(closed_on__isnull=True, admitted_on__gt=day),
            Q(closed_on__isnull=False, admitted_on__gt=day),
        )
    return _open(
        day, Q(admitted_on__lte=day) & _by_validity(day, grace_days, expiring_days)[Status(status)]()
    )


def every_registration() -> Forks:
    """The whole register, open or closed, as the partial indexes want it."""
    return (Q(closed_on__isnull=True), Q(closed_on__isnull=False))


def _open(day: date, where: Q) -> Forks:
    return (where & Q(closed_on__isnull=True), where & Q(closed_on__isnull=False, closed_on__gt=day))


def _by_validity(day: date, grace_days: int, expiring_days: int) -> dict[Status, Callable[[], Q]]:
    lapsed = day - timedelta(days=1)
    # The first day without validity is valid_to + 1; "expiring" counts up to it.
    last_expiring = day + timedelta(days=expiring_days - 1)
    return {
        Status.LAPSED: lambda: Q(valid_to__lte=lapsed - timedelta(days=grace_days)),
        Status.GRACE: lambda: Q(valid_to__gt=lapsed - timedelta(days=grace_days), valid_to__lte=lapsed),
        Status.SUSPENDED: lambda: Q(valid_to__gte=day) & suspended(day),
        Status.EXPIRING: lambda: Q(valid_to__gte=day, valid_to__lte=last_expiring) & ~suspended(day),
        Status.REGISTERED: lambda: Q(valid_to__gte=day, valid_to__gt=last_expiring) & ~suspended(day),
    }


def suspended(day: date) -> Q:
    """The holder is suspended on `day`."""
    return Q(Exists(suspensions(day)))


def suspensions(day: date) -> QuerySet[Restriction]:
    """Of the outer query's person on `day`, in the words of the index of migration 0009, which answers without a row."""
    current = Restriction.objects.filter(recorded__endswith__isnull=True).on(day)
    return current.filter(person=OuterRef("person"), kind="suspended", stayed_on=None)
