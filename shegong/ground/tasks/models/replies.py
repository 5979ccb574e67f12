"""What a responsible body answers: replies with proof, co-signatures of the helping bodies, requests for more time."""

from typing import Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder, FolderItem, own_bodies
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.tasks.models.tasks import Task, takes_part
from shegong.ground.tasks.rules import RUNNING, Part, Permission, State
from shegong.kernel.access import Actor
from shegong.kernel.walls_rows import Wall


class TaskReplyQuerySet(models.QuerySet["TaskReply"]):
    """Reads of replies."""

    def with_proof(self) -> Self:
        """Replies of which a paper is in the folder."""
        present = FolderItem.objects.filter(removed_at__isnull=True).values("folder")
        return self.filter(folder__in=present)

    def latest(self, task: Task) -> "TaskReply | None":
        """The newest reply of a task, with how many helping bodies have agreed and objected."""
        counts = {
            "agreed": Count("signatures", filter=Q(signatures__agrees=True)),
            "objected": Count("signatures", filter=Q(signatures__agrees=False)),
        }
        return self.filter(task=task).annotate(**counts).order_by("-id").first()


class TaskReply(models.Model):
    """One report of the responsible body, with its proof in a folder (案卷). Append-only.

    It counts once every helping body has co-signed it (N7); the task's history says when.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="replies")
    text = models.TextField()
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_on = models.DateField()
    written_at = models.DateTimeField(db_default=Now())

    objects = TaskReplyQuerySet.as_manager()
    journalled = ("task_id", "text", "folder_id", "organization_id", "written_by_id", "written_on")
    wall = Wall(through="task_id")

    class Meta:
        indexes = [models.Index(fields=["task", "-id"], name="task_reply_newest")]


class ReplySignature(models.Model):
    """A helping body agrees with a reply, or does not and says why. Append-only."""

    reply = models.ForeignKey(TaskReply, models.PROTECT, related_name="signatures")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    note = models.TextField(blank=True)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField()
    signed_at = models.DateTimeField(db_default=Now())

    journalled = ("reply_id", "organization_id", "agrees", "signed_by_id", "signed_on")
    wall = Wall(through="reply_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reply", "organization"], name="reply_signed_once"),
            models.CheckConstraint(name="reply_objection_says_why", condition=Q(agrees=True) | ~Q(note="")),
        ]


class Extension(models.Model):
    """The responsible body asks for more time, with the reason; the issuer grants or refuses it."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions")
    before = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_on = models.DateField()
    is_granted = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)

    journalled = ("task_id", "before", "until", "asked_by_id", "is_granted", "decided_by_id")
    wall = Wall(through="task_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(is_granted=None), name="extension_one_open"),
            models.CheckConstraint(name="extension_later", condition=Q(until__gt=F("before"))),
            models.CheckConstraint(
                name="extension_four_eyes",
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="extension_decided",
                condition=Q(is_granted=None, decided_on=None)
                | Q(is_granted__isnull=False, decided_on__isnull=False),
            ),
        ]


def to_do(actor: Actor) -> Q:
    """Tasks in which it is this reader's turn: to acknowledge and reply, to co-sign, to check, to decide on time."""
    answers, sets = own_bodies(actor, Permission.REPLY), own_bodies(actor, Permission.ASSIGN)
    running = [str(state) for state in RUNNING]
    task = OuterRef("pk")
    asked = Exists(Extension.objects.filter(task=task, is_granted=None))
    signed = ReplySignature.objects.filter(reply=OuterRef("pk"), organization__in=answers)
    unsigned = Exists(TaskReply.objects.filter(~Exists(signed), task=task))
    return (
        Q(responsible__in=answers, state__in=running)
        | Q(takes_part(answers, Part.HELPER), unsigned, state__in=running)
        | Q(issuer__in=sets, state__in=[str(State.REPLIED), str(State.DRAFTED)])
        | Q(asked, issuer__in=sets, state__in=running)
    )
