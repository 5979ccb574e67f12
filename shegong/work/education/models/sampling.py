"""Candidates of a sample, with their chances."""

from datetime import date, timedelta

from django.db.models import Q
from django.db.models.functions import ExtractMonth

from shegong.ground.regions.models import tree
from shegong.kernel.walls_acting import lifted
from shegong.work.education.models.attendance import Attendance
from shegong.work.education.models.integrity import Finding
from shegong.work.education.models.late import HoursStatement
from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.models.providers import Provider
from shegong.work.education.rules.integrity import FindingState, Reasons, Weights, weight

YEAR = timedelta(days=365)


def chances_of(region_code: int, start: date, end: date, weights: Weights, on: date) -> dict[int, int]:
    """Standing records of a place earned from `start` up to but without `end`: record → chances."""
    rows = CreditEntry.objects.current().earned(start, end).filter(_there(region_code, on, "region_code"))
    late = set(
        HoursStatement.objects.filter(entry__in=rows, needs_two=True).values_list("entry_id", flat=True)
    )
    new = set(
        Provider.objects.filter(during__startswith__gt=on - YEAR).values_list("organization_id", flat=True)
    )
    found, sent = _found(start, end), _sent_later(region_code, start, end, on)
    fields = rows.annotate(month=ExtractMonth("earned_on")).values_list(
        "pk", "source", "source_id", "during", "month", "provider_id"
    )
    return {
        pk: weight(
            Reasons(
                stated=source == "education.hoursstatement", late=pk in late, no_clock=times is None, year_end=month == 12,
                new_provider=provider in new, finding=pk in found,
                sent_later=source == "education.attendance" and mark in sent,
            ),
            weights,
        )
        for pk, source, mark, times, month, provider in fields.iterator(chunk_size=5000)
    }  # fmt: skip


def _there(region_code: int, on: date, column: str) -> Q:
    where = Q(pk__in=[])
    for one in tree().ranges(region_code, on):
        where |= one.q(column)
    return where


def _sent_later(region_code: int, start: date, end: date, on: date) -> set[int]:
    where = _there(region_code, on, "half_day__course__region_code")
    rows = Attendance.objects.sent_later().filter(where, half_day__on__gte=start, half_day__on__lt=end)
    with lifted("chances of a draw are the same whoever draws, wherever the people of a class live"):
        return set(rows.values_list("pk", flat=True))


def _found(start: date, end: date) -> set[int]:
    rows = Finding.objects.filter(on__gte=start, on__lt=end).exclude(state=str(FindingState.DISMISSED))
    return {entry for entries in rows.values_list("entries", flat=True) for entry in entries}
