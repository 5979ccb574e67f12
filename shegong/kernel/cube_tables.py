"""What the cube keeps: contributions, which are only added, and how far each measure was counted and found right."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from shegong.kernel.walls_rows import Open, Wall

CODES = ("c1", "c2", "c3", "c4")


class Contribution(models.Model):
    """From the day `on`, `subject` counts `amount` more (or less) at a place, as known since `recorded_at`.

    `measure` is `Measure.number`; `region_code` the code of the day's place, 0 where none is known; the codes are those
    of the measure's dimensions in order, 0 behind the last.
    """

    measure = models.IntegerField()
    rule = models.SmallIntegerField()
    subject = models.BigIntegerField()
    region_code = models.IntegerField()
    c1 = models.SmallIntegerField(db_default=0)
    c2 = models.SmallIntegerField(db_default=0)
    c3 = models.SmallIntegerField(db_default=0)
    c4 = models.SmallIntegerField(db_default=0)
    on = models.DateField()
    amount = models.SmallIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    # Lists of who counts are scoped by their owner; should that be forgotten, a reader still sees only her places.
    wall = Wall(region="region_code")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(name="contribution_counts", condition=~models.Q(amount=0)),
        ]
        indexes = [
            models.Index(fields=["measure", "subject"], name="contribution_subject"),
            models.Index(fields=["measure", "region_code", "on"], name="contribution_place"),
            BrinIndex(fields=["recorded_at"], name="contribution_known"),
        ]


class CubeMark(models.Model):
    """One measure of the cube: by which rule it is counted, up to which contribution its cells reach, when the last
    recount was and how many cells differed then."""

    measure = models.IntegerField(primary_key=True)
    name = models.TextField(unique=True)
    rule = models.SmallIntegerField()
    folded_to = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    differed = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)

    wall = Open("Names of what is counted, and when.")

    class Meta:
        app_label = "kernel"
