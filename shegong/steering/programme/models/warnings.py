"""What was foretold to be missed: each warning once, so that nobody is told the same every day (N12)."""

from django.db import models
from django.db.models import Q

from shegong.ground.regions.models import RegionField
from shegong.kernel.walls_rows import Open
from shegong.steering.programme.rules.forecast import Verdict


class ForecastWarning(models.Model):
    """A forecast that a target will or may be missed, as it stood when the office was told. Rows are only added."""

    indicator = models.TextField()
    region = RegionField()
    deadline = models.DateField()
    verdict = models.TextField()
    target = models.IntegerField()
    expected = models.IntegerField()
    low = models.IntegerField()
    high = models.IntegerField()
    raised_on = models.DateField()
    told = models.SmallIntegerField()  # how many people

    journalled = (
        "indicator",
        "region_code",
        "deadline",
        "verdict",
        "target",
        "expected",
        "low",
        "high",
        "raised_on",
        "told",
    )
    wall = Open("Sums of a unit; no row is about anybody.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region", "deadline", "verdict"], name="forecast_warning_once"
            ),
            models.CheckConstraint(
                name="forecast_warning_verdict", condition=Q(verdict__in=[str(v) for v in Verdict if v.warns])
            ),
            models.CheckConstraint(name="forecast_warning_range", condition=Q(low__lte=models.F("high"))),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.region_code} {self.deadline} {self.verdict}"
