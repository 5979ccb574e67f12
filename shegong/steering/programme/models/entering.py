"""Figures that no register holds, as their owners entered them, and the people behind them (N6, G6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q, QuerySet, Sum

from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField, tree
from shegong.ground.regions.rules import REPORTING, Tree
from shegong.kernel import prepared
from shegong.kernel.access import Range, ScopedQuerySet
from shegong.kernel.copying import among
from shegong.kernel.temporal import CURRENT, DatedQuerySet, Recorded
from shegong.kernel.walls_acting import lifted
from shegong.kernel.walls_rows import Wall


class HandValueQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of entered figures."""

    def within(self, ranges: Sequence[Range]) -> Self:
        """Those of places inside these ranges."""
        where = Q(pk__in=[])
        for one in ranges:
            where |= one.q("region_code")
        return self.filter(where)

    def by(self, day: date) -> Self:
        """Current ones whose period is over on `day`."""
        return self.current().filter(period__endswith__lte=day_after(day))


def day_after(day: date) -> date:
    """Periods end before their upper bound: a period that ends on `day` has the next one as bound."""
    return date.fromordinal(day.toordinal() + 1)


class HandValue(Recorded):
    """A figure of one indicator, of one unit, for one period, by its owner; the papers that show it lie in `folder`.

    Of a flow `amount` is that of the period, of a stock what stood at its end. A correction closes the row; the one that
    follows says why.
    """

    indicator = models.TextField()
    kind = models.TextField()
    region = RegionField()
    period = DateRangeField()
    amount = models.BigIntegerField()
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    enterer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = HandValueQuerySet.as_manager()
    journalled = (
        "indicator", "kind", "region_code", "period", "amount", "folder_id", "note", "corrects_id", "reason", "enterer_id",
    )  # fmt: skip
    wall = Wall(region="region_code")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="hand_value_once",
                expressions=[
                    ("indicator", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=CURRENT,
            ),
            models.CheckConstraint(name="hand_value_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="hand_value_corrects", condition=Q(corrects=None) | ~Q(reason="")),
        ]
        indexes = [models.Index(fields=["region", "id"], name="hand_value_list")]


class EnteredPerson(models.Model):
    """One of the people behind an entered figure, and the day on which it counts for her."""

    value = models.ForeignKey(HandValue, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = RegionField()  # the unit of the figure
    on = models.DateField()

    objects = ScopedQuerySet.as_manager()
    journalled = ("value_id", "person_id", "region_code", "on")
    wall = Wall(region="region_code", person="person_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value", "person"], name="entered_person_once")]
        indexes = [models.Index(fields=["person"], name="entered_person")]


def _where(region: int, on: date) -> Sequence[Range]:
    return tree().ranges(region, on, REPORTING)


def values_of(ids: Sequence[str], on: date, region: int) -> QuerySet[Any]:
    """The current figures of a place and what lies below it, of periods that are over on `on`."""
    return HandValue.objects.by(on).filter(indicator__in=ids).within(_where(region, on))


def entered_of(
    ids: Sequence[str],
    on: date,
    regions: Sequence[int],
    *,
    year: int | None = None,
    places: Tree | None = None,
) -> dict[tuple[str, int], int]:
    """Entered amounts by (indicator, region_code) as of `on`: one statement whatever the number of regions.

    Flows are added up (of `year` alone where it is given); of stocks the newest period of each unit stands. Places without
    any figure are left out.
    """
    places = places or tree()  # each asking is a statement
    ranges = {region: places.ranges(region, on, REPORTING) for region in regions}
    found: dict[tuple[str, int], int] = {}
    rows = HandValue.objects.by(on).filter(indicator__in=among(ids))
    if year is not None:
        rows = rows.filter(
            period__startswith__gte=date(year, 1, 1), period__startswith__lte=date(year, 12, 31)
        )
    with lifted(
        "sums of all units are for whoever may read the plan; papers and people stay behind the wall"
    ):
        amounts = _amounts(rows)
    for indicator, code, amount in amounts:
        for region, inside in ranges.items():
            if any(code in one for one in inside):
                found[indicator, region] = found.get((indicator, region), 0) + amount
    return found


def _amounts(rows: Any) -> list[tuple[str, int, int]]:
    """(indicator, place, amount): flows summed, of stocks the newest; one statement."""
    columns = ("indicator", "region_code")
    flows = rows.exclude(kind="stock").values_list(*columns).annotate(sum=Sum("amount")).order_by()
    newest = (
        rows.filter(kind="stock").order_by("indicator", "region", "-period").distinct("indicator", "region")
    )
    found = flows.union(newest.values_list(*columns, "amount"), all=True)
    return [(indicator, code, int(amount)) for indicator, code, amount in prepared.rows(found)]


def people_of(ids: Sequence[str], on: date, region: int) -> QuerySet[Any]:
    """The people named behind the entered figures of a place, each once: ids of persons."""
    rows = EnteredPerson.objects.filter(value__in=values_of(ids, on, region), on__lte=on)
    return rows.values("person_id").distinct()
