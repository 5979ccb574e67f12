"""Decisions, and what of them the public reads: a table of its own that holds only what policy lists."""

from datetime import date
from typing import Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shegong.duties.conduct.models.complaints import Complaint, new_token
from shegong.duties.conduct.models.inquiry import Inquiry, hers
from shegong.duties.conduct.rules import Stage
from shegong.duties.conduct.rules.appeals import kept_days
from shegong.duties.conduct.rules.sanctions import BINDING, OUTCOMES, Outcome
from shegong.duties.registry.models import Restriction
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, records_of
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.outages import extended
from shegong.kernel.walls_acting import lifted
from shegong.kernel.walls_rows import Open, Wall

# Stages of a case that was opened again after its decision; its own inquiry ended with it.
OPEN_AGAIN = [str(Stage.SORTING), str(Stage.INQUIRY), str(Stage.REVIEW)]
UNSIGNED = [str(Outcome.PROPOSED), str(Outcome.SENT_BACK)]


class DecisionQuerySet(ScopedQuerySet):
    """Reads of decisions: offices through the complaint, the respondent once signed."""

    person_column = "respondent_id"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those of complaints that a body of this actor handles."""
        return self.filter(complaint__in=Complaint.objects.visible_to(actor, permission))

    def own(self, actor: Actor) -> Self:
        """What was decided about this person, or a body that she answers for."""
        if not actor.person_id:
            return self.none()
        return self.filter(hers(actor)).exclude(state__in=UNSIGNED)

    def binding(self) -> Self:
        """Those that hold."""
        return self.filter(state__in=[str(one) for one in BINDING])

    def public(self, on: date) -> "models.QuerySet[Publication]":
        """What the public reads on this day."""
        return Publication.objects.shown(on)


class Decision(models.Model):
    """The reasoned outcome of an inquiry or of a review; another decision may take its place, it never changes itself."""

    workflow = OUTCOMES

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="decisions")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="decisions")
    token = models.TextField(unique=True, default=new_token)
    number = models.TextField(unique=True, null=True)  # taken when it is signed
    respondent = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    respondent_body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    measure = models.TextField()
    months = models.SmallIntegerField(default=0)
    grounds = ArrayField(models.TextField(), default=list)
    seal_id = models.UUIDField(default=uuid4, editable=False)
    reasons = models.BinaryField()
    answer = models.BinaryField(blank=True)  # what whoever complained reads of it
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField()
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # first day after a suspension
    restriction = models.ForeignKey(Restriction, models.PROTECT, null=True, related_name="+")
    served_on = models.DateField(null=True)
    review_due = models.DateField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    note = models.TextField(blank=True)  # why it was sent back
    state = models.TextField(default=Outcome.PROPOSED)
    version = models.IntegerField(default=0)

    objects = DecisionQuerySet.as_manager()
    sealed = (("reasons", "seal_id"), ("answer", "seal_id"))
    sealed_by = "conduct"
    journalled = (
        "complaint_id", "inquiry_id", "number", "respondent_id", "measure", "months", "grounds", "proposer_id",
        "proposed_on", "decider_id", "decided_on", "starts_on", "ends_on", "restriction_id", "served_on", "review_due",
        "replaces_id", "state", "version",
    )  # fmt: skip
    wall = Wall(through="complaint_id", person="respondent_id", body="respondent_body_id", own=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="decision_state", condition=Q(state__in=[str(s) for s in Outcome])),
            models.CheckConstraint(
                name="decision_four_eyes",
                condition=Q(decider__isnull=True) | Q(proposer__isnull=True) | ~Q(decider=F("proposer")),
            ),
            models.CheckConstraint(
                name="decision_not_by_its_respondent",
                condition=Q(respondent__isnull=True)
                | (
                    (Q(decider__isnull=True) | ~Q(decider=F("respondent")))
                    & (Q(proposer__isnull=True) | ~Q(proposer=F("respondent")))
                ),
            ),
            models.CheckConstraint(
                name="decision_signed_has_number",
                condition=Q(state__in=UNSIGNED, number__isnull=True, decided_on__isnull=True)
                | Q(
                    ~Q(state__in=UNSIGNED),
                    number__isnull=False,
                    decided_on__isnull=False,
                    decider__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="decision_suspension_has_days",
                condition=Q(state__in=UNSIGNED)
                | ~Q(measure="suspended")
                | Q(starts_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(state="proposed"), name="decision_one_proposed"
            ),
        ]
        indexes = [models.Index(fields=["respondent", "state"], name="decision_respondent")]

    @property
    def review_until(self) -> date | None:
        """Last day to ask for a review; the days on which the case was open again and the hours of outages since it was
        served are given back."""
        if self.review_due is None or self.served_on is None:
            return None
        due = kept_days(self.review_due, self._open_again(self.served_on))
        if due != self.review_due:
            due = calendar_in_force().add_days(due, 0).on
        return extended(due, opened=self.served_on)

    def _open_again(self, since: date) -> list[tuple[date, date]]:
        with lifted("on which days the case was open again, for whom it is about"):
            rows = Complaint._base_manager.filter(
                pk=self.complaint_id, stage_dates__look=None, stage_dates__stage__in=OPEN_AGAIN,
                stage_dates__starts_on__gte=since, stage_dates__ends_on__isnull=False,
            )  # fmt: skip
            return list(rows.values_list("stage_dates__starts_on", "stage_dates__ends_on"))


class PublicationQuerySet(ScopedQuerySet):
    """Reads of the public register of decisions."""

    def shown(self, on: date) -> Self:
        """Those that the public may read on this day: not waiting for a review, not withdrawn, not over."""
        return self.filter(
            stayed_on__isnull=True, withdrawn_on__isnull=True, shown_from__lte=on, shown_until__gt=on
        )

    def in_force(self, person_id: int, on: date) -> Self:
        """Of one person: sanctions that hold on this day, or that are shown because the term to show them runs."""
        return self.shown(on).filter(person__in=records_of(person_id))


class Publication(models.Model):
    """What the public reads of one decision, field by field as policy lists them; the others are empty, and all that
    names somebody is emptied when the time of display is over."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="publication")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    number = models.TextField(unique=True)
    body = models.TextField(blank=True)
    measure = models.TextField()
    grounds = ArrayField(models.TextField(), default=list)
    name = models.TextField(blank=True)
    register_no = models.TextField(blank=True)
    decided_on = models.DateField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    shown_from = models.DateField()
    shown_until = models.DateField()  # first day on which it is shown no more
    stayed_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_why = models.TextField(blank=True)  # over, repaired, changed, annulled

    objects = PublicationQuerySet.as_manager()
    journalled = (
        "decision_id", "person_id", "number", "measure", "decided_on", "starts_on", "ends_on", "shown_from", "shown_until",
        "stayed_on", "withdrawn_on", "withdrawn_why",
    )  # fmt: skip
    wall = Open(
        "The public register of decisions: only the fields that policy lists as publishable stand in it."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="publication_ends", condition=Q(shown_until__gt=F("shown_from"))),
            models.CheckConstraint(
                name="publication_withdrawn_names_nobody",
                condition=Q(withdrawn_on__isnull=True) | Q(name="", register_no="", person__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["-decided_on", "-id"], name="publication_newest"),
            models.Index(
                fields=["person"], condition=Q(withdrawn_on__isnull=True), name="publication_person"
            ),
        ]


def sanctions_in_force(person_id: int, on: date) -> list[Publication]:
    """What public verification says beside the status: published sanctions of this person, newest first."""
    return list(Publication.objects.in_force(person_id, on).order_by("-decided_on", "-id"))


def published(on: date) -> PublicationQuerySet:
    """The public register of decisions on this day: everybody reads all of it."""
    return Publication.objects.shown(on)
