"""Who works where: so far the declared relation of a person with an employer (work history)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import SOURCE_KNOWN, Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.temporal import CURRENT, HOLDING, Dated, DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Places, Wall


class EmploymentQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of employments."""


class Employment(Dated, Recorded, Batched):
    """Relation of a person with an employer; several may run, one is the main one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    employer = models.ForeignKey(Organization, models.PROTECT, related_name="employments")
    region = RegionField()
    entry = models.TextField(default="declared")
    main = models.BooleanField(default=True)
    position = models.TextField(blank=True)
    service_field = models.TextField(blank=True)
    source = models.TextField(default="self")

    objects = EmploymentQuerySet.as_manager()
    journalled = ("person_id", "employer_id", "region_code", "main", "during")
    wall = Wall(region="region_code", person="person_id", body="employer_id")
    wall_places = Places(body="employer_id", where=HOLDING)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="employment_entry",
                condition=Q(entry__in=["open_recruitment", "transfer", "direct", "declared", "import"]),
            ),
            models.CheckConstraint(name="employment_source", condition=SOURCE_KNOWN),
            ExclusionConstraint(
                name="employment_one_main",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=CURRENT & Q(main=True),
            ),
        ]
        indexes = [models.Index(fields=["employer", "person"], condition=CURRENT, name="employment_staff")]
