"""Acceptance of a sub-plan: the materials, the panel, each indicator with the people drawn from the frozen rows (N13)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from shegong.ground.documents.models import Folder, OfficialDocument
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.ground.tasks.models import Task
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open, Wall
from shegong.steering.oversight.models.reports import Report
from shegong.steering.oversight.rules.acceptance import ACCEPTANCE, AcceptanceState, Result, Verdict
from shegong.steering.programme.models import SubPlan
from shegong.steering.statistics.models import Snapshot, SnapshotRow


class AcceptanceQuerySet(ScopedQuerySet):
    """Reads of acceptances."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Of one's own reach; those concluded are read by everybody who holds the right."""
        if actor.is_system or not actor.may(permission):
            return self if actor.is_system else self.none()
        reached = Q(concluded_on__isnull=False)
        for one in actor.reach(permission):
            reached |= one.q("region_code")
        return self.filter(reached)


class Acceptance(models.Model):
    """One acceptance. `seed` is published after the figures were frozen and before anybody is drawn."""

    workflow = ACCEPTANCE

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="acceptances")
    region = RegionField()
    report = models.ForeignKey(Report, models.PROTECT, related_name="acceptances")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    title = models.TextField()
    applicant = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    applied_on = models.DateField()
    seed = models.TextField(blank=True)
    sample = models.SmallIntegerField(null=True)
    grounds = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")
    concluder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    concluded_on = models.DateField(null=True)
    document = models.OneToOneField(OfficialDocument, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=AcceptanceState.SELF_ASSESSED)
    version = models.IntegerField(default=0)

    objects = AcceptanceQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "report_id", "snapshot_id", "title", "applicant_id", "applied_on", "seed", "sample",
        "grounds", "due_on", "task_id", "concluder_id", "concluded_on", "document_id", "state", "version",
    )  # fmt: skip
    wall = Open("Whether a plan is accepted is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subplan"], condition=~Q(state="failed"), name="acceptance_one_standing"
            ),
            models.CheckConstraint(
                name="acceptance_state", condition=Q(state__in=[str(state) for state in AcceptanceState])
            ),
            models.CheckConstraint(
                name="acceptance_four_eyes", condition=Q(concluder=None) | ~Q(concluder=F("applicant"))
            ),
            models.CheckConstraint(
                name="acceptance_concluded",
                condition=~Q(state__in=["passed", "passed_after", "failed"])
                | Q(concluded_on__isnull=False) & ~Q(grounds=""),
            ),
            models.CheckConstraint(
                name="acceptance_rectify_by", condition=~Q(state="rectifying") | Q(due_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AcceptanceMaterial(models.Model):
    """One line of the checklist; `found` None until somebody of the panel looked."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="materials")
    position = models.SmallIntegerField()
    key = models.TextField()
    counted = models.SmallIntegerField(null=True)  # what the system finds, of
    wanted = models.SmallIntegerField(null=True)  # so many
    found = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    journalled = (
        "acceptance_id",
        "position",
        "key",
        "counted",
        "wanted",
        "found",
        "note",
        "folder_id",
        "checker_id",
    )
    wall = Open("Which papers lie before the panel is no personal matter.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["acceptance", "key"], name="acceptance_material_once")]


class Panelist(models.Model):
    """A member of the panel; recused ones stay on record with the reason."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="panel")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    recused_on = models.DateField(null=True)
    recused_why = models.TextField(blank=True)

    journalled = ("acceptance_id", "person_id", "is_chair", "recused_on", "recused_why")
    wall = Open("Who judges is told to those who are judged.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "person"], name="panelist_once"),
            models.UniqueConstraint(
                fields=["acceptance"], condition=Q(is_chair=True, recused_on=None), name="panel_one_chair"
            ),
            models.CheckConstraint(
                name="panelist_recused_why", condition=Q(recused_on=None) | ~Q(recused_why="")
            ),
        ]


class AcceptanceItem(models.Model):
    """One indicator: its frozen value, and what the panel says of it. `enough` is the least that reaches the target."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="items")
    position = models.SmallIntegerField()
    indicator = models.TextField()
    unit = models.TextField()
    source = models.TextField()
    value = models.BigIntegerField(null=True)
    target = models.BigIntegerField(null=True)
    enough = models.BigIntegerField(null=True)
    people = models.IntegerField(default=0)  # frozen rows behind it
    verdict = models.TextField(blank=True)
    grounds = models.TextField(blank=True)
    judge = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    judged_on = models.DateField(null=True)
    version = models.IntegerField(default=0)

    journalled = (
        "acceptance_id", "position", "indicator", "unit", "source", "value", "target", "enough", "people", "verdict", "grounds",
        "judge_id", "judged_on", "version",
    )  # fmt: skip
    wall = Open("How far a plan is carried out is no personal matter; the people drawn stand apart.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "indicator"], name="acceptance_item_once"),
            models.CheckConstraint(
                name="acceptance_item_verdict", condition=Q(verdict__in=["", *(str(one) for one in Verdict)])
            ),
            models.CheckConstraint(
                name="acceptance_item_grounds",
                condition=Q(verdict="") | ~Q(grounds="") & Q(judged_on__isnull=False),
            ),
        ]


class AcceptanceSample(models.Model):
    """One person drawn, by her frozen row: where she was counted and since when; what person, papers and dates say."""

    item = models.ForeignKey(AcceptanceItem, models.PROTECT, related_name="samples")
    row = models.ForeignKey(SnapshotRow, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = RegionField()
    position = models.SmallIntegerField()
    result = models.TextField(blank=True)
    note = models.TextField(blank=True)
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()
    journalled = (
        "item_id",
        "row_id",
        "person_id",
        "region_code",
        "position",
        "result",
        "note",
        "checker_id",
        "checked_on",
    )
    wall = Wall(region="region_code", person="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "row"], name="acceptance_sample_once"),
            models.CheckConstraint(
                name="acceptance_sample_result", condition=Q(result__in=["", *(str(one) for one in Result)])
            ),
            models.CheckConstraint(
                name="acceptance_sample_says_why", condition=Q(result__in=["", "proved"]) | ~Q(note="")
            ),
        ]
