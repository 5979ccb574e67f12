"""Stages with their clocks: when they ran, when the law let them rest, and whose days the overrun were."""

from django.db import models
from django.db.models import F, Q

from shegong.duties.conduct.models.complaints import Complaint
from shegong.duties.conduct.models.looks import SecondLook
from shegong.duties.conduct.rules import Party, Stage
from shegong.kernel.walls_rows import Wall


class StageDate(models.Model):
    """A stretch of days of one stage, running or at rest (half-open: `ends_on` is the first day of the next stretch). A second
    `look` has a clock of its own, which may run beside that of the case.

    The first stretch of a stage carries its days allowed; `extended` adds days with a reason. While it is paused, the
    days count against nobody's clock and stand to the account of `party`; a running stretch is the office's.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="stage_dates")
    look = models.ForeignKey(SecondLook, models.PROTECT, null=True, related_name="stage_dates")
    stage = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    clock_days = models.SmallIntegerField(default=0)  # allowed, by the policy of the day the stage began
    extended_days = models.SmallIntegerField(default=0)
    extended_why = models.TextField(blank=True)
    paused_why = models.TextField(blank=True)  # a code of rules.clocks.PAUSES; empty: it runs
    party = models.TextField(default=Party.OFFICE)
    due_on = models.DateField(null=True)  # the last day of the stage as the clock stood in this stretch
    overrun_days = models.SmallIntegerField(default=0)  # set when the stage ends
    overrun_party = models.TextField(blank=True)

    journalled = (
        "complaint_id", "stage", "starts_on", "ends_on", "clock_days", "extended_days", "paused_why", "party", "due_on",
        "overrun_days", "overrun_party",
    )  # fmt: skip
    wall = Wall(through="complaint_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="stage_known", condition=Q(stage__in=[str(s) for s in Stage])),
            models.CheckConstraint(name="stage_party", condition=Q(party__in=[str(p) for p in Party])),
            models.CheckConstraint(
                name="stage_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(ends_on__isnull=True, look__isnull=True),
                name="stage_one_open",
            ),
            models.UniqueConstraint(
                fields=["look"], condition=Q(ends_on__isnull=True), name="stage_one_open_of_look"
            ),
            models.CheckConstraint(
                name="stage_of_a_look", condition=Q(look__isnull=True) | Q(stage=str(Stage.LOOK))
            ),
        ]
        indexes = [models.Index(fields=["complaint", "id"], name="stage_of_complaint")]
