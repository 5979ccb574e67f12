"""The programme, its sub-plans, who takes part, and what must be there by when (N2, N3, N7, S0 to S2013)."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from shegong.ground.documents.models import PolicyDocument
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.walls_rows import Open
from shegong.steering.programme.rules.subplans import SUBPLAN_WORKFLOW, SubPlanState


class Programme(models.Model):
    """One programme of a plan file (policy/plans): `code` is the file's name, the years are inside it."""

    code = models.TextField(unique=True)
    title = models.TextField()
    region = RegionField()
    starts_on = models.DateField()
    ends_on = models.DateField()

    journalled = ("code", "title", "region_code", "starts_on", "ends_on")
    wall = Open("What a programme plans is public.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="programme_ends_after_start", condition=Q(ends_on__gt=F("starts_on")))
        ]

    def __str__(self) -> str:
        return self.title


class SubPlan(models.Model):
    """A sub-plan: `duty` is the code under which `organizations` dates who leads it (N4)."""

    workflow = SUBPLAN_WORKFLOW

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="subplans")
    number = models.SmallIntegerField()
    title = models.TextField()
    duty = models.TextField()
    state = models.TextField(default=SubPlanState.DRAFTED)
    version = models.IntegerField(default=0)

    journalled = ("programme_id", "number", "title", "duty", "state", "version")
    wall = Open("What a programme plans is public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="subplan_number_once"),
            models.CheckConstraint(
                name="subplan_state", condition=Q(state__in=[str(state) for state in SubPlanState])
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def lead(self, day: date) -> Organization | None:
        """The body that leads on `day`, by the duty of that day."""
        row: Any = Duty.objects.holder(self.duty, self.programme.region_code, day)
        return row.organization if row else None


class Participant(models.Model):
    """A body that takes part in a sub-plan, and with what duty (N7)."""

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="participants")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    duty_text = models.TextField(blank=True)

    journalled = ("subplan_id", "organization_id", "duty_text")
    wall = Open("Which body takes part is public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subplan", "organization"], name="subplan_participant_once")
        ]


class Milestone(models.Model):
    """Something that must be there by a day, at a place (S0 to S2013). `key` is the plan file's.

    Met by the figure of `indicator`, by a policy document of its kind at its place, or by the one named as `evidence`,
    whose day is `met_on`.
    """

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="milestones")
    key = models.TextField()
    clause = models.TextField()
    title = models.TextField()
    region = RegionField()
    due_on = models.DateField()
    indicator = models.TextField(blank=True)
    evidence = models.ForeignKey(PolicyDocument, models.PROTECT, null=True, related_name="+")
    met_on = models.DateField(null=True)

    journalled = (
        "subplan_id", "key", "clause", "title", "region_code", "due_on", "indicator", "evidence_id", "met_on",
    )  # fmt: skip
    wall = Open("What a programme plans is public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subplan", "key", "region"], name="milestone_once_a_place"),
            models.CheckConstraint(
                name="milestone_met_by_evidence",
                condition=Q(evidence=None, met_on=None) | Q(evidence__isnull=False, met_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["subplan", "due_on"], name="milestone_due")]
