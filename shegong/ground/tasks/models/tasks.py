"""A task, the bodies that take part in it, and its history."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from shegong.ground.documents.models import PolicyDocument, own_bodies
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.ground.tasks.models.lateness import marks
from shegong.ground.tasks.rules import OPEN, RUNNING, WORKFLOW, Event, Kind, Marks, Part, State
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall


class TaskQuerySet(ScopedQuerySet):
    """Reads of tasks: by the place of the matter, and by the bodies that take part in it."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Tasks in the actor's reach, and those in which a body takes part that the actor acts for."""
        if actor.is_system:
            return self
        where = Q(pk__in=[])
        for one in actor.reach(permission):
            where |= one.q("region_code")
        bodies = own_bodies(actor, permission)
        return self.filter(where | takes_part(bodies) if bodies else where)

    def own(self, actor: Actor) -> Self:
        """Tasks belong to bodies, never to a person."""
        return self.none()

    def overdue(self, day: date) -> Self:
        """Tasks whose deadline has passed and for which the responsible body has not yet replied."""
        return self.filter(state__in=[str(state) for state in RUNNING], due_on__lt=day)

    def open(self) -> Self:
        """Tasks that are neither closed nor withdrawn."""
        return self.filter(state__in=[str(state) for state in OPEN])

    def of_body(self, bodies: Iterable[int], *parts: str) -> Self:
        """Tasks in which one of these bodies has one of these parts (any when none is named)."""
        return self.filter(takes_part(set(bodies), *parts))


def takes_part(bodies: Collection[int], *parts: str) -> Exists:
    """Condition: one of these bodies has one of these parts (any when none is named)."""
    rows = TaskPart.objects.filter(task=OuterRef("pk"), organization__in=bodies)
    return Exists(rows.filter(part__in=parts) if parts else rows)


class Task(models.Model):
    """A matter with an owner, a deadline and proof; from a resolution, a finding, a circular, a shortfall.

    `origin` names what drafted it ("oversight.circular:12:222400000"): a machine drafts once. `first_due_on` is the
    deadline before more time was given. `level` is that of the place. Overdue and colour are computed.
    """

    workflow = WORKFLOW

    kind = models.TextField()
    title = models.TextField()
    detail = models.TextField(blank=True)
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    responsible = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    level = models.SmallIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    basis = models.ForeignKey(PolicyDocument, models.PROTECT, null=True, related_name="+")
    origin = models.TextField(null=True)
    first_due_on = models.DateField()
    due_on = models.DateField()
    drafted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(db_default=Now())
    assigned_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)
    replied_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=State.DRAFTED)
    version = models.IntegerField(default=0)

    objects = TaskQuerySet.as_manager()
    journalled = (
        "kind", "title", "issuer_id", "responsible_id", "region_code", "parent_id", "basis_id", "origin", "due_on",
        "drafted_by_id", "replied_by_id", "closed_by_id", "state", "version",
    )  # fmt: skip
    # In reach by its place, or by a body of it: what is seen of `TaskPart` says which.
    wall = Wall(region="region_code", also='tasks_taskpart p WHERE p.task_id = "tasks_task"."id"')

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin"], name="task_drafted_once"),
            models.CheckConstraint(name="task_not_own", condition=~Q(issuer=F("responsible"))),
            models.CheckConstraint(name="task_not_its_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(name="task_state", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(name="task_kind", condition=Q(kind__in=[str(k) for k in Kind])),
            models.CheckConstraint(
                name="task_four_eyes",
                condition=Q(closed_by=None) | Q(replied_by=None) | ~Q(closed_by=F("replied_by")),
            ),
            models.CheckConstraint(
                name="task_closed_after_reply", condition=~Q(state="closed") | Q(replied_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["region", "due_on", "id"], name="task_list"),
            models.Index(fields=["due_on", "id"], name="task_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def colour(self, day: date, on: Marks | None = None) -> str:
        """ "", blue, yellow or red on `day`; lists hand in the `marks` of the day."""
        return str((on or marks(day)).colour(self.state, self.due_on, self.level))

    @property
    def is_running(self) -> bool:
        """Whether the responsible body has to act."""
        return self.state in RUNNING


class TaskPart(models.Model):
    """A body that takes part in a task; `region` is its seat, `place` that of the task."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="parts")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    part = models.TextField()
    region = RegionField()
    place = RegionField()

    journalled = ("task_id", "organization_id", "part")
    wall = Wall(region=("region_code", "place_code"), body="organization_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "organization"], name="task_part_once"),
            models.UniqueConstraint(
                fields=["task", "part"], condition=~Q(part="helper"), name="task_part_one_owner"
            ),
            models.CheckConstraint(name="task_part_known", condition=Q(part__in=[str(p) for p in Part])),
        ]
        indexes = [models.Index(fields=["organization", "part"], name="task_part_body")]


class TaskEvent(models.Model):
    """One step of a task's history: what happened, for which body, when, in whose words. Append-only.

    `colour` of a reminder is the step of lateness for which it was sent: once for each deadline.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    name = models.TextField()
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    happened_on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    note = models.TextField(blank=True)
    due_on = models.DateField()
    colour = models.TextField(blank=True)
    reply = models.ForeignKey("tasks.TaskReply", models.PROTECT, null=True, related_name="+")

    wall = Wall(through="task_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="task_event_known", condition=Q(name__in=[str(e) for e in Event])),
            models.UniqueConstraint(
                fields=["task", "colour", "due_on"], condition=~Q(colour=""), name="task_reminded_once"
            ),
        ]
        indexes = [models.Index(fields=["task", "id"], name="task_event_list")]
