"""Candidates of a sample, with their chances."""

from datetime import date, timedelta

from django.db.models import Q
from django.db.models.functions import ExtractMonth

from shegong.ground.regions.models import tree
from shegong.work.education.models.integrity import Finding
from shegong.work.education.models.late import HoursStatement
from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.models.providers import Provider
from shegong.work.education.rules.integrity import FindingState, Reasons, Weights, weight

YEAR = timedelta(days=365)


def chances_of(region_code: int, start: date, end: date, weights: Weights, on: date) -> dict[int, int]:
    """Standing records of a place earned from `start` up to but without `end`: record → chances."""
    where = Q(pk__in=[])
    for one in tree().ranges(region_code, on):
        where |= one.q("region_code")
    rows = CreditEntry.objects.current().earned(start, end).filter(where)
    late = set(
        HoursStatement.objects.filter(entry__in=rows, needs_two=True).values_list("entry_id", flat=True)
    )
    new = set(
        Provider.objects.filter(during__startswith__gt=on - YEAR).values_list("organization_id", flat=True)
    )
    found = _found(start, end)
    fields = rows.annotate(month=ExtractMonth("earned_on")).values_list(
        "pk", "source", "during", "month", "provider_id"
    )
    return {
        pk: weight(
            Reasons(
                stated=source == "education.hoursstatement", late=pk in late, no_clock=times is None, year_end=month == 12,
                new_provider=provider in new, finding=pk in found,
            ),
            weights,
        )
        for pk, source, times, month, provider in fields.iterator(chunk_size=5000)
    }  # fmt: skip


def _found(start: date, end: date) -> set[int]:
    rows = Finding.objects.filter(on__gte=start, on__lt=end).exclude(state=str(FindingState.DISMISSED))
    return {entry for entries in rows.values_list("entries", flat=True) for entry in entries}
