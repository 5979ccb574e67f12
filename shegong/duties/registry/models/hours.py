"""What both rules say of every open registration, kept beside the register so that a county's list is one short read.

The ledger stays the truth: a person's own page and every decision read it (`education.models.verdicts_of`). These rows
follow each entry of the journal in its transaction, large batches by a job, everything each night (`actions.counting`).
"""

from django.db import models

from shegong.duties.registry.models.register import Registration
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.walls_rows import Open


class HoursStanding(models.Model):
    """Minutes asked for and counted of one open registration: in its period nationally, in a calendar year by the plan."""

    registration = models.OneToOneField(Registration, models.CASCADE, primary_key=True, related_name="hours")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    region = RegionField()
    level = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()  # the day after the last
    required = models.IntegerField()
    counted = models.IntegerField()
    short = models.BooleanField()
    year = models.SmallIntegerField()
    year_required = models.IntegerField()
    year_counted = models.IntegerField()
    year_short = models.BooleanField()

    objects = ScopedQuerySet.as_manager()
    # As of the register itself: row security would keep the county's list from the indexes by blocks of regions.
    wall = Open("Sums beside the register, without a name; the records themselves lie behind their own wall.")
