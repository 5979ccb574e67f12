"""What the cube keeps: contributions, which are only added, and how far each measure was counted and found right."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Now

from shegong.kernel.walls_rows import Open, Wall

CODES = ("c1", "c2", "c3", "c4")
YEAR, MONTH, DAY = 0, 1, 2
# Recorded before its day came: contracts, certificates and terms that will end. East of Greenwich the day of UTC is never
# later than the day at home, so nothing that was ahead is left out.
AHEAD = Q(
    on__gt=Cast(
        Func(Value("UTC"), F("recorded_at"), function="timezone", output_field=models.DateTimeField()),
        models.DateField(),
    )
)


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
            # With what is added up, so that a subject's contributions are found without a look at their rows.
            models.Index(
                fields=["measure", "subject"],
                include=["region_code", "on", *CODES, "amount"],
                name="contribution_subject",
            ),
            models.Index(fields=["measure", "region_code", "on"], name="contribution_place"),
            BrinIndex(fields=["recorded_at"], name="contribution_known"),
            # Of a million people only those whose end is known beforehand: what a forecast reads.
            models.Index(fields=["measure", "on"], condition=AHEAD, name="contribution_ahead"),
        ]


class CubeMark(models.Model):
    """One measure of the cube: by which rule it is counted, when it was last counted anew, how many cells differed then."""

    measure = models.IntegerField(primary_key=True)
    name = models.TextField(unique=True)
    rule = models.SmallIntegerField()
    counted_at = models.DateTimeField(null=True)
    differed = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)

    wall = Open("Names of what is counted, and when.")

    class Meta:
        app_label = "kernel"


class Cell(models.Model):
    """The sum of a measure's contributions in a year, a month or on a day (`span`, from `starts`) at a place, cut by the
    dimensions of `grain` (bit n: dimension n + 1; codes of the others are 0)."""

    measure = models.IntegerField()
    grain = models.SmallIntegerField()
    span = models.SmallIntegerField()
    starts = models.DateField()
    region_code = models.IntegerField()
    c1 = models.SmallIntegerField()
    c2 = models.SmallIntegerField()
    c3 = models.SmallIntegerField()
    c4 = models.SmallIntegerField()
    amount = models.IntegerField()

    wall = Open("Sums of places and days, which say nothing about anybody.")

    class Meta:
        app_label = "kernel"
        constraints = [
            # Also the index that sums are read from, without a look at the rows.
            models.UniqueConstraint(
                fields=["measure", "grain", "span", "starts", "region_code", *CODES], include=["amount"],
                name="cell_once",
            )
        ]  # fmt: skip


class CubeFold(models.Model):
    """One row: up to which contribution the cells reach. What came later is added when somebody reads."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    folded_to = models.BigIntegerField(default=0)

    class Meta:
        app_label = "kernel"
