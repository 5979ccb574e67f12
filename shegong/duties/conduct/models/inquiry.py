"""Looking into a complaint: the plan, who investigates, what both sides say, the suspension meanwhile."""

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from shegong.duties.conduct.models.complaints import Complaint, new_token
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import Side
from shegong.duties.registry.models import Restriction
from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.outages import extended
from shegong.kernel.walls_rows import Wall


def answers_for(actor: Actor) -> frozenset[int]:
    """The bodies that this actor answers for when something is alleged about them."""
    return actor.bodies(Permission.ANSWER)


def _records(actor: Actor) -> QuerySet[Any, Any]:
    # Asked by the database with the rest: a menu's numbers are one question, whose words are kept beyond a merge.
    me = actor.person_id or 0
    return Person.objects.filter(Q(pk=me) | Q(merged_into=me)).values("pk")


def hers(actor: Actor) -> Q:
    """Rows with `respondent` and `respondent_body` about this person, under whichever of her records, or about a body that she
    answers for."""
    return Q(respondent__in=_records(actor)) | Q(respondent_body__in=answers_for(actor))


class InquiryQuerySet(ScopedQuerySet):
    """Reads of inquiries: offices through the complaint, the respondent once she has been told."""

    person_column = "respondent_id"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those of complaints that a body of this actor handles."""
        return self.filter(complaint__in=Complaint.objects.visible_to(actor, permission))

    def own(self, actor: Actor) -> Self:
        """Those in which this person, or a body that she answers for, has been told what is alleged."""
        if not actor.person_id:
            return self.none()
        return self.filter(hers(actor), disclosed_on__isnull=False)


class Inquiry(models.Model):
    """One round of looking into a complaint; a reopened complaint has another. Its token names it to the respondent:
    nothing that she is shown leads to the complaint."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="inquiries")
    round = models.SmallIntegerField(default=1)
    token = models.TextField(unique=True, default=new_token)
    respondent = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    respondent_body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    plan = models.BinaryField()
    allegation = models.BinaryField(blank=True)  # as disclosed to the respondent
    report = models.BinaryField(blank=True)  # what the investigators found
    disclosed_on = models.DateField(null=True)
    reply_due = models.DateField(null=True)
    heard_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)  # ended without a decision
    closed_why = models.TextField(blank=True)  # withdrawn, transferred, moved

    objects = InquiryQuerySet.as_manager()
    sealed = (("plan", "seal_id"), ("allegation", "seal_id"), ("report", "seal_id"))
    sealed_by = "conduct"
    # Without `respondent_body`, `closed_on` and `closed_why`: entries that are older than these columns would not fit.
    journalled = (
        "complaint_id", "round", "respondent_id", "opened_on", "opened_by_id", "disclosed_on", "reply_due", "heard_on",
    )  # fmt: skip
    wall = Wall(through="complaint_id", person="respondent_id", body="respondent_body_id", own=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="inquiry_round_once"),
            models.CheckConstraint(
                name="inquiry_disclosed_has_term",
                condition=Q(disclosed_on__isnull=True, reply_due__isnull=True)
                | Q(disclosed_on__isnull=False, reply_due__gte=F("disclosed_on")),
            ),
            models.CheckConstraint(
                name="inquiry_heard_after_disclosure",
                condition=Q(heard_on__isnull=True)
                | Q(disclosed_on__isnull=False, heard_on__gte=F("disclosed_on")),
            ),
        ]
        indexes = [models.Index(fields=["respondent"], name="inquiry_respondent")]

    @property
    def answer_by(self) -> date | None:
        """Last day of the respondent's answer, with the hours of outages since the disclosure given back."""
        return extended(self.reply_due, opened=self.disclosed_on) if self.reply_due else None


class Investigator(models.Model):
    """Who looks into it; leaving, by recusal or otherwise, keeps the row with the reason."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="investigators")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    leads = models.BooleanField(default=False)
    named_on = models.DateField()
    named_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    left_on = models.DateField(null=True)
    left_why = models.TextField(blank=True)

    journalled = ("inquiry_id", "person_id", "leads", "named_on", "left_on", "left_why")
    wall = Wall(through="inquiry_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inquiry", "person"], name="investigator_once")]


class Statement(models.Model):
    """What somebody said, sealed; append-only. `by_person` is the respondent where the statement is hers, or who answers for
    the body `by_body`."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="statements")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="statements")
    side = models.TextField()
    by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_body = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+"
    )  # for which she answered
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    text = models.BinaryField()
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    given_on = models.DateField()
    given_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)

    sealed = (("text", "seal_id"),)
    sealed_by = "conduct"
    journalled = ("complaint_id", "inquiry_id", "side", "by_person_id", "taken_by_id", "given_on", "is_late")
    wall = Wall(through="complaint_id", person="by_person_id", body="by_body_id", own=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="statement_side", condition=Q(side__in=[str(s) for s in Side])),
            models.CheckConstraint(
                name="statement_of_respondent_is_hers",
                condition=Q(by_person__isnull=True) | Q(side="respondent"),
            ),
        ]
        indexes = [models.Index(fields=["inquiry", "id"], name="statement_of_inquiry")]


class Interim(models.Model):
    """A suspension for the time of the inquiry: an investigator proposes, another signs; it is reviewed or it ends."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="interims")
    restriction = models.ForeignKey(Restriction, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()  # first day after it
    ground = models.TextField()  # a code of the policy
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True)
    review_due = models.DateField(null=True)
    reviewed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_why = models.TextField(blank=True)  # reviewed, not_reviewed, decided, not_signed

    journalled = (
        "inquiry_id", "restriction_id", "starts_on", "ends_on", "ground", "proposer_id", "signer_id", "signed_on",
        "review_due", "reviewed_on", "ended_on", "ended_why",
    )  # fmt: skip
    wall = Wall(through="inquiry_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="interim_ends", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(
                name="interim_four_eyes", condition=Q(signer__isnull=True) | ~Q(signer=F("proposer"))
            ),
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(ended_on__isnull=True), name="interim_one_open"
            ),
        ]
