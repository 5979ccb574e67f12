"""Resolutions: what was decided; the life of each is that of its task."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from shegong.ground.regions.models import RegionField
from shegong.ground.tasks.models import Task, late_q
from shegong.ground.tasks.rules import Marks
from shegong.kernel.walls_rows import Wall
from shegong.steering.council.models.conferences import CouncilQuerySet
from shegong.steering.council.models.meetings import AgendaItem


class ResolutionQuerySet(CouncilQuerySet):
    """Reads of resolutions."""

    conference_column = "item__meeting__conference"

    def late(self, day: object) -> "ResolutionQuerySet":
        """Resolutions whose task is overdue on `day`."""
        tasks = Task.objects.overdue(day).filter(pk=OuterRef("task"))  # type: ignore[arg-type]
        return self.filter(Exists(tasks))


class Resolution(models.Model):
    """One thing that a meeting decided. `indicator` is the id of a figure of the plan that it wants to move, in
    `figure_region`; the task says who is responsible, until when, and whether it is done."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="resolutions")
    region = RegionField()
    number = models.SmallIntegerField()
    text = models.TextField()
    indicator = models.TextField(blank=True)
    figure_region = RegionField(null=True)
    task = models.OneToOneField(Task, models.PROTECT, related_name="+")

    objects = ResolutionQuerySet.as_manager()
    journalled = ("item_id", "region_code", "number", "text", "indicator", "figure_region_code", "task_id")
    wall = Wall(region="region_code", through="item_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="resolution_number_once")]
        indexes = [models.Index(fields=["region", "id"], name="resolution_list")]

    def __str__(self) -> str:
        return self.text


def of_colour(colour: str, around: Marks) -> Q:
    """Condition: the task of a resolution has this colour."""
    return Q(task__in=Task.objects.filter(late_q(colour, around)).values("pk"))
