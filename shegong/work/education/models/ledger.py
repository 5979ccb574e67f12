"""The ledger of hours: one row a record, never changed; a reversal only ends its `recorded` (民发〔2009〕123号, T3.3)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.temporal import CURRENT, DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Wall
from shegong.work.education.rules.kinds import KINDS


class CreditQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of the ledger."""

    def of(self, person_ids: Collection[int]) -> Self:
        """Records in the names of these people."""
        return self.filter(person__in=list(person_ids))

    def known_at(self, moment: datetime | None) -> Self:
        """What the ledger stood by at `moment`; None: now."""
        return self.current() if moment is None else self.filter(recorded__contains=moment)

    def earned(self, start: date, end: date) -> Self:
        """Hours of the days from `start` up to but without `end`."""
        return self.filter(earned_on__gte=start, earned_on__lt=end)


class CreditEntry(Recorded):
    """Minutes that a person spent learning on a day, where they come from, and who vouched for them.

    `source` and `source_id` name the row that they come from (`education.attendance`, 17): once while it is stood by.
    `passed`: whether there is proof of passing (合格证明), without which the national rule counts nothing. `credit_code`:
    the row of a provincial table of equivalents by which minutes were granted.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="credits")
    minutes = models.IntegerField()
    kind = models.TextField()
    passed = models.BooleanField(default=True)
    credit_code = models.TextField(blank=True)
    earned_on = models.DateField()
    during = DateTimeRangeField(null=True)
    source = models.TextField()
    source_id = models.BigIntegerField()
    provider = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="credits")
    title = models.TextField(blank=True)
    region = RegionField(null=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    vouched_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    objects = CreditQuerySet.as_manager()
    journalled = (
        "person_id", "minutes", "kind", "passed", "earned_on", "during", "source", "source_id", "provider_id",
        "recorded",
    )  # fmt: skip
    wall = Wall(region="region_code", person="person_id", body="provider_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="credit_minutes", condition=Q(minutes__gt=0)),
            models.CheckConstraint(name="credit_kind", condition=Q(kind__in=KINDS)),
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=CURRENT, name="credit_source_once"
            ),
            ExclusionConstraint(
                name="credit_not_in_two_rooms",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=CURRENT & Q(during__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "earned_on"], include=["minutes", "kind", "passed"], condition=CURRENT,
                name="credit_person",
            ),
            models.Index(fields=["provider", "earned_on"], name="credit_provider"),
            models.Index(fields=["region", "earned_on"], name="credit_region"),
        ]  # fmt: skip
