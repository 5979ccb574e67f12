"""Who answers for a sub-plan in a body: leader in charge, section, contact (N5), and whom to call at a participant (N7)."""

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.sealing import open_sealed
from shegong.kernel.temporal import Dated, DatedQuerySet
from shegong.kernel.walls_rows import Wall
from shegong.steering.programme.models.subplans import SubPlan


class ResponsibilityQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of responsibility sheets."""

    def of_level(self, subplan: Any, region_code: int, day: date) -> Any:
        """The sheets that hold on `day` for a sub-plan at just this place."""
        return self.on(day).filter(subplan=subplan, region=region_code)


class Responsibility(Dated):
    """A body's responsibility sheet for a sub-plan; `region` is the level it answers for.

    Names of officers in office, as the paper sheet has them; the phone is sealed, `phone_masked` stands in lists.
    """

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="sheets")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    leader = models.TextField()
    leader_post = models.TextField(blank=True)
    section = models.TextField()
    contact = models.TextField()
    seal_id = models.UUIDField(unique=True)
    phone = models.BinaryField()
    phone_masked = models.TextField()
    version = models.IntegerField(default=0)

    objects = ResponsibilityQuerySet.as_manager()
    sealed = (("phone", "seal_id"),)
    journalled = (
        "subplan_id",
        "organization_id",
        "region_code",
        "leader",
        "leader_post",
        "section",
        "contact",
        "during",
    )
    wall = Wall(region="region_code", body="organization_id")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="responsibility_once",
                expressions=[
                    ("subplan", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="responsibility_whole", condition=~Q(leader="") & ~Q(section="") & ~Q(contact="")
            ),
        ]

    @property
    def number(self) -> str:
        """The phone, opened: the page gives it to whoever may see the sheet."""
        return open_sealed(self.phone, table="programme_responsibility", column="phone", row=self.seal_id)
