"""Sums of the ledger, one row a person, year and kind: kept by the database in the statement that adds or reverses."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q, Sum

from shegong.ground.people.models import Person
from shegong.kernel.walls_rows import Wall


class YearTotal(models.Model):
    """Minutes that the ledger stands by of one kind, with or without proof of passing, earned in a calendar year."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="credit_years")
    year = models.SmallIntegerField()
    kind = models.TextField()
    passed = models.BooleanField()
    minutes = models.IntegerField()
    entries = models.IntegerField()
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year", "kind", "passed"], include=["minutes"], name="credit_total_once"
            ),
            models.CheckConstraint(name="credit_total_not_negative", condition=Q(minutes__gte=0, entries__gte=0)),
        ]  # fmt: skip


def minutes_by_year(person_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Person → year → minutes in the ledger, of all kinds, passed or not."""
    found: dict[int, dict[int, int]] = {key: {} for key in person_ids}
    rows = YearTotal.objects.filter(person__in=list(person_ids), minutes__gt=0)
    for person, year, minutes in rows.values_list("person_id", "year").annotate(Sum("minutes")):
        found[person][year] = minutes
    return found
