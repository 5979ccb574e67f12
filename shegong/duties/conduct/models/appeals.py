"""Reviews of decisions (复核): asked by the respondent, decided by the level above, with a clock of their own."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from shegong.duties.conduct.models.complaints import Complaint, new_token
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.rules.appeals import REVIEWS, Result, Review
from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall


class AppealQuerySet(ScopedQuerySet):
    """Reads of reviews: by bodies that handle the complaint, and by who asked."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those of complaints that a body of this actor handles."""
        return self.filter(complaint__in=Complaint.objects.visible_to(actor, permission))


class Appeal(models.Model):
    """One request for review of one decision and what came of it."""

    workflow = REVIEWS

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="appeals")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    instance = models.SmallIntegerField(default=1)
    token = models.TextField(unique=True, default=new_token)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    lodged_on = models.DateField()
    due_on = models.DateField()
    body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    text = models.BinaryField()
    reasons = models.BinaryField(blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    result = models.TextField(blank=True)
    measure = models.TextField(blank=True)
    months = models.SmallIntegerField(default=0)
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    state = models.TextField(default=Review.LODGED)
    version = models.IntegerField(default=0)

    objects = AppealQuerySet.as_manager()
    sealed = (("text", "seal_id"), ("reasons", "seal_id"))
    sealed_by = "conduct"
    journalled = (
        "complaint_id", "decision_id", "instance", "person_id", "lodged_on", "due_on", "body_id", "result", "measure",
        "months", "proposer_id", "decider_id", "decided_on", "state", "version",
    )  # fmt: skip
    wall = Wall(through="decision_id", person="person_id", own=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "instance"], name="appeal_once"),
            models.CheckConstraint(name="appeal_state", condition=Q(state__in=[str(s) for s in Review])),
            models.CheckConstraint(
                name="appeal_result", condition=Q(result="") | Q(result__in=[str(r) for r in Result])
            ),
            models.CheckConstraint(
                name="appeal_four_eyes", condition=Q(decider__isnull=True) | ~Q(decider=F("proposer"))
            ),
            models.CheckConstraint(
                name="appeal_decided_by_somebody",
                condition=Q(state="decided", decider__isnull=False, decided_on__isnull=False)
                | Q(~Q(state="decided"), decider__isnull=True, decided_on__isnull=True),
            ),
        ]
