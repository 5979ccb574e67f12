"""Second looks at decided cases (复查, 复核): asked for by the code, answered by the body above. The other side sees nothing of
them: neither rows nor states of hers hang on one (A18)."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from shegong.duties.conduct.models.complaints import Complaint, new_token
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.rules import WITH_OFFICE
from shegong.duties.conduct.rules.looks import LOOKS, Finding, Look
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall


class LookQuerySet(ScopedQuerySet):
    """Reads of second looks: by bodies that handle the complaint."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those of complaints that a body of this actor handles."""
        return self.filter(complaint__in=Complaint.objects.visible_to(actor, permission))

    def running(self) -> Self:
        """Those that wait for their answer."""
        return self.filter(answered_on=None)


class SecondLook(models.Model):
    """One request of whoever complained, with its clock and its answer. Instance 1 is 复查, 2 复核."""

    workflow = LOOKS

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="looks")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")  # the answer that is looked at
    instance = models.SmallIntegerField(default=1)
    token = models.TextField(unique=True, default=new_token)
    asked_on = models.DateField()
    due_on = models.DateField()
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    text = models.BinaryField()
    answer = models.BinaryField(blank=True)
    finding = models.TextField(blank=True)
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True)
    state = models.TextField(default=Look.ASKED)
    version = models.IntegerField(default=0)

    objects = LookQuerySet.as_manager()
    sealed = (("text", "seal_id"), ("answer", "seal_id"))
    sealed_by = "conduct"
    journalled = (
        "complaint_id", "decision_id", "instance", "asked_on", "due_on", "body_id", "finding", "proposer_id", "decider_id",
        "answered_on", "state", "version",
    )  # fmt: skip
    wall = Wall(through="complaint_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "instance"], name="look_once"),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(answered_on__isnull=True), name="look_one_open"
            ),
            models.CheckConstraint(name="look_state", condition=Q(state__in=[str(s) for s in Look])),
            models.CheckConstraint(
                name="look_finding", condition=Q(finding="") | Q(finding__in=[str(f) for f in Finding])
            ),
            models.CheckConstraint(
                name="look_four_eyes", condition=Q(decider__isnull=True) | ~Q(decider=F("proposer"))
            ),
            models.CheckConstraint(
                name="look_answered_by_somebody",
                condition=Q(state="answered", decider__isnull=False, answered_on__isnull=False)
                | Q(~Q(state="answered"), decider__isnull=True, answered_on__isnull=True),
            ),
        ]


def with_some_office() -> Q:
    """Complaints that wait for an act of an office; a decided one too, while a second look waits for its answer."""
    waiting = SecondLook.objects.running().values("complaint")
    return Q(state__in=[str(one) for one in WITH_OFFICE]) | Q(pk__in=waiting)
