"""Inspections: plan, team, who can be drawn, bodies in the sample, points by clause, what was found (N12)."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.ground.tasks.models import Task
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.steering.oversight.rules.inspection import INSPECTION, InspectionState, Verdict
from shegong.steering.programme.models import SubPlan

SEEN_BY_UNITS = (InspectionState.RUNNING, InspectionState.REPORTED, InspectionState.CLOSED)


class InspectionQuerySet(ScopedQuerySet):
    """Reads of inspections."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those of one's own reach, and begun ones that look at a body in it."""
        if actor.is_system:
            return self
        bodies = InspectedBody.objects.visible_to(actor, permission).filter(inspection=OuterRef("pk"))
        own = super().visible_to(actor, permission).values("pk")
        begun = Q(state__in=[str(state) for state in SEEN_BY_UNITS])
        return self.filter(Q(pk__in=own) | (Q(Exists(bodies)) & begun))


class Inspection(models.Model):
    """One inspection. `sample` and the candidates stand from the plan on, `seed` comes after: whoever has all draws the same.

    `sample` None: no draw is announced, bodies are chosen.
    """

    workflow = INSPECTION

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="inspections")
    region = RegionField()
    title = models.TextField()
    purpose = models.TextField(blank=True)
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    seed = models.TextField(blank=True)
    sample = models.SmallIntegerField(null=True)
    conclusion = models.TextField(blank=True)
    planner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=InspectionState.PLANNED)
    version = models.IntegerField(default=0)

    objects = InspectionQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "title", "purpose", "issuer_id", "starts_on", "ends_on", "seed", "sample", "conclusion",
        "planner_id", "state", "version",
    )  # fmt: skip
    wall = Open("What is inspected when is no personal matter.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inspection_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="inspection_state", condition=Q(state__in=[str(state) for state in InspectionState])
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_undrawn(self) -> bool:
        """Whether a draw was announced and has not taken place."""
        return self.sample is not None and not self.seed


class Candidate(models.Model):
    """An office that can be drawn, as listed when the inspection was planned; the database refuses every later change."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="candidates")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    journalled = ("inspection_id", "organization_id")
    wall = Open("Which bodies can be drawn is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "organization"], name="inspection_candidate_once")
        ]


class Inspector(models.Model):
    """A person of the team."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="team")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    leads = models.BooleanField(default=False)

    journalled = ("inspection_id", "person_id", "leads")
    wall = Open("Who inspects is told to those who are inspected.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "person"], name="inspector_once"),
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(leads=True), name="inspection_one_leader"
            ),
        ]


class InspectedBody(models.Model):
    """A body that is looked at: drawn (no reason), or chosen with a reason."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="bodies")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    reason = models.TextField(blank=True)
    drawn = models.BooleanField(default=False)
    visited_on = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()
    journalled = ("inspection_id", "organization_id", "region_code", "reason", "drawn", "visited_on")
    wall = Open("Which body is inspected is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "organization"], name="inspected_body_once"),
            models.CheckConstraint(name="inspected_body_why", condition=Q(drawn=True) | ~Q(reason="")),
        ]


class Point(models.Model):
    """One point of the checklist, by clause."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="points")
    position = models.SmallIntegerField()
    clause = models.TextField()
    text = models.TextField()

    journalled = ("inspection_id", "position", "clause", "text")
    wall = Open("What an inspection looks at is no personal matter.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspection", "position"], name="point_position_once")]


class Checked(models.Model):
    """What the team says of a point at a body."""

    body = models.ForeignKey(InspectedBody, models.PROTECT, related_name="checked")
    point = models.ForeignKey(Point, models.PROTECT, related_name="+")
    verdict = models.TextField()
    note = models.TextField(blank=True)
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    journalled = ("body_id", "point_id", "verdict", "note", "checker_id")
    wall = Open("How a body fares at a point is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "point"], name="checked_once"),
            models.CheckConstraint(
                name="checked_verdict", condition=Q(verdict__in=[str(one) for one in Verdict])
            ),
        ]


class Finding(models.Model):
    """Something found at a body; its rectification (整改) is a task."""

    body = models.ForeignKey(InspectedBody, models.PROTECT, related_name="findings")
    clause = models.TextField(blank=True)
    text = models.TextField()
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    task = models.OneToOneField(Task, models.PROTECT, null=True, related_name="+")
    finder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    found_on = models.DateField()

    journalled = ("body_id", "clause", "text", "folder_id", "task_id", "finder_id", "found_on")
    wall = Open("What was found at a body is no personal matter.")
