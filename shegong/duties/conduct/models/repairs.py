"""Early repair of a record: asked for by whom a decision is about, proposed by one officer, signed by another."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from shegong.duties.conduct.models.complaints import Complaint, new_token
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.rules.repairs import REPAIRS, Repairing
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall

OPEN = [str(Repairing.ASKED), str(Repairing.PROPOSED)]


class RepairQuerySet(ScopedQuerySet):
    """Reads of requests: by bodies that handle the complaint, and by whom the decision is about."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those of complaints that a body of this actor handles."""
        return self.filter(decision__complaint__in=Complaint.objects.visible_to(actor, permission))


class Repair(models.Model):
    """One request that a decision be shown no longer before its time, with what was done since; and what came of it."""

    workflow = REPAIRS

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="repairs")
    token = models.TextField(unique=True, default=new_token)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    seal_id = models.UUIDField(default=uuid4, editable=False)
    text = models.BinaryField()
    reasons = models.BinaryField(blank=True)
    granted = models.BooleanField(null=True)
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    state = models.TextField(default=Repairing.ASKED)
    version = models.IntegerField(default=0)

    objects = RepairQuerySet.as_manager()
    sealed = (("text", "seal_id"), ("reasons", "seal_id"))
    sealed_by = "conduct"
    journalled = (
        "decision_id", "person_id", "asked_on", "granted", "proposer_id", "decider_id", "decided_on", "state", "version",
    )  # fmt: skip
    wall = Wall(through="decision_id", person="person_id", own=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(state__in=OPEN), name="repair_one_open"),
            models.CheckConstraint(name="repair_state", condition=Q(state__in=[str(s) for s in Repairing])),
            models.CheckConstraint(
                name="repair_four_eyes", condition=Q(decider__isnull=True) | ~Q(decider=F("proposer"))
            ),
            models.CheckConstraint(
                name="repair_decided_by_somebody",
                condition=Q(
                    state="decided", granted__isnull=False, decider__isnull=False, decided_on__isnull=False
                )
                | Q(~Q(state="decided"), decider__isnull=True, decided_on__isnull=True),
            ),
        ]
