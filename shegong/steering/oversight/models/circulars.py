"""Supervision notices 督查通报: the table of the units, who is praised, who is named and has to rectify (N12, report R4)."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from shegong.ground.documents.models import OfficialDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.ground.tasks.models import Task
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.steering.oversight.rules.circulars import CIRCULAR, CircularState, Mark
from shegong.steering.programme.models import SubPlan
from shegong.steering.statistics.models import Snapshot


class CircularQuerySet(ScopedQuerySet):
    """Reads of notices."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Notices of one's own reach, and issued ones whose table has a unit in it."""
        if actor.is_system:
            return self
        rows = CircularRow.objects.visible_to(actor, permission).filter(circular=OuterRef("pk"))
        own = super().visible_to(actor, permission).values("pk")
        issued = Q(state__in=[str(CircularState.ISSUED), str(CircularState.CLOSED)])
        return self.filter(Q(pk__in=own) | (Q(Exists(rows)) & issued))


class Circular(models.Model):
    """One notice about one indicator; `region` is the division whose units are ranked, as of `as_of`."""

    workflow = CIRCULAR

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="circulars")
    region = RegionField()
    period = models.TextField()
    indicator = models.TextField()
    title = models.TextField()
    text = models.TextField(blank=True)
    as_of = models.DateField()
    due_on = models.DateField()
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    drafter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(null=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(OfficialDocument, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=CircularState.DRAFTED)
    version = models.IntegerField(default=0)

    objects = CircularQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "period", "indicator", "title", "text", "as_of", "due_on", "issuer_id", "drafter_id",
        "issued_on", "snapshot_id", "document_id", "state", "version",
    )  # fmt: skip
    wall = Open("How units stand is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subplan", "period", "region", "indicator"],
                condition=~Q(state="dropped"),
                name="circular_once_a_period",
            ),
            models.CheckConstraint(
                name="circular_state", condition=Q(state__in=[str(state) for state in CircularState])
            ),
            models.CheckConstraint(
                name="circular_issued_as_document",
                condition=~Q(state__in=["issued", "closed"])
                | Q(document__isnull=False, issued_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CircularRow(models.Model):
    """One unit in the table. `value` against `planned` as they were on the notice's day; `rank` shares ties, None: no plan."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="rows")
    region = RegionField()
    body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    value = models.BigIntegerField(null=True)
    planned = models.BigIntegerField(null=True)
    rank = models.SmallIntegerField(null=True)
    mark = models.TextField(default=Mark.NONE, blank=True)
    reason = models.TextField(blank=True)
    required = models.TextField(blank=True)
    task = models.OneToOneField(Task, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()
    journalled = (
        "circular_id", "region_code", "body_id", "value", "planned", "rank", "mark", "reason", "required", "task_id",
    )  # fmt: skip
    wall = Open("How units stand is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circular", "region"], name="circular_row_once"),
            models.CheckConstraint(
                name="circular_row_mark", condition=Q(mark__in=[str(one) for one in Mark])
            ),
            models.CheckConstraint(name="circular_row_why", condition=Q(mark="") | ~Q(reason="")),
            models.CheckConstraint(
                name="circular_row_task_of_named", condition=Q(task__isnull=True) | Q(mark="named")
            ),
        ]
