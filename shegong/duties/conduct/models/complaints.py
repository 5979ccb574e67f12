"""Complaints: what they are about and who handles them. Who complained lies elsewhere (`vault`)."""

import secrets
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from shegong.duties.conduct.rules import WORKFLOW, Kind, Matter, State
from shegong.duties.registry.models import Registration
from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall


def new_token() -> str:
    """Names a complaint in addresses that offices use: 128 random bits. It opens nothing to whoever complained."""
    return secrets.token_urlsafe(16)


class PersonBiased(Func):
    """Whether an officer is the respondent, works beside her, belongs to the body or is related (migration 0002)."""

    function = "conduct_person_biased"
    output_field = models.BooleanField()


class BodyBiased(Func):
    """Whether a body is the one complained of, or the respondent works in it or above it."""

    function = "conduct_body_biased"
    output_field = models.BooleanField()


class ComplaintQuerySet(ScopedQuerySet):
    """Reads of complaints: by the body that handles them, never by who is complained of or works beside him."""

    region_column = "routed_region_code"
    person_column = "investigator_id"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Those that a body of this actor handles: neither about herself, nor about her unit, nor about her relatives."""
        if actor.is_system:
            return self
        bodies = actor.bodies(permission)
        handled = self.filter(Q(routed_to__in=bodies) | Q(appeal_body__in=bodies) | Q(look_body__in=bodies))
        return handled.unbiased(actor)

    def unbiased(self, actor: Actor) -> Self:
        """Without those in which this actor has a side (A19): the database asks beyond what the actor's walls show."""
        if actor.person_id is None:
            return self
        return self.filter(~Q(PersonBiased(Value(actor.person_id), F("respondent"), F("respondent_body"))))

    def own(self, actor: Actor) -> Self:
        """Nobody's by being signed in: who complained follows it by the code."""
        return self.none()


class Complaint(models.Model):
    """One matter (T4.2.f). What was told is sealed under the keys of this context, apart from all others."""

    workflow = WORKFLOW

    token = models.TextField(unique=True, default=new_token)
    number = models.TextField(unique=True)
    tracking_hash = models.BinaryField(unique=True)  # keyed hash of the code that was shown once
    kind = models.TextField()
    matter = models.TextField(default=Matter.CONDUCT)
    duty = models.TextField(blank=True)  # of the code of ethics
    ethics_version = models.TextField(blank=True)  # of the code that the duty is taken from
    respondent = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    respondent_body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="+")
    region = RegionField()  # where it happened
    routed_to = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    routed_region = RegionField(null=True)  # of the body that handles it: its wall
    appeal_body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    look_body = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+"
    )  # who looks again
    investigator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    text = models.BinaryField()
    whom = models.BinaryField(blank=True)  # as it was written, until somebody is identified and after
    circumstances = models.BinaryField(blank=True)  # when and where
    received_at = models.DateTimeField(db_default=Now())
    received_on = models.DateField()
    accepted_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # of the stage that runs
    reason_code = models.TextField(
        blank=True
    )  # why not accepted, or whereto transferred, or how it was closed
    closed_on = models.DateField(null=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=State.LODGED)
    version = models.IntegerField(default=0)

    objects = ComplaintQuerySet.as_manager()
    sealed = (("text", "seal_id"), ("whom", "seal_id"), ("circumstances", "seal_id"))
    sealed_by = "conduct"
    journalled = (
        "number", "kind", "matter", "duty", "respondent_id", "respondent_body_id", "region_code", "routed_to_id",
        "appeal_body_id", "investigator_id", "received_on", "accepted_on", "due_on", "reason_code", "closed_on", "state",
        "version",
    )  # fmt: skip
    wall = Wall(region="routed_region_code")

    class Meta:
        constraints = [
            models.CheckConstraint(name="complaint_kind", condition=Q(kind__in=[str(k) for k in Kind])),
            models.CheckConstraint(name="complaint_matter", condition=Q(matter__in=[str(m) for m in Matter])),
            models.CheckConstraint(name="complaint_state", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(
                name="complaint_one_respondent",
                condition=Q(respondent__isnull=True) | Q(respondent_body__isnull=True),
            ),
            models.CheckConstraint(
                name="complaint_not_by_its_respondent",
                condition=Q(investigator__isnull=True)
                | Q(respondent__isnull=True)
                | ~Q(investigator=F("respondent")),
            ),
            models.CheckConstraint(
                name="complaint_not_to_its_respondent",
                condition=Q(routed_to__isnull=True)
                | Q(respondent_body__isnull=True)
                | ~Q(routed_to=F("respondent_body")),
            ),
            models.CheckConstraint(
                name="complaint_routed_has_place",
                condition=Q(routed_to__isnull=True, routed_region__isnull=True)
                | Q(routed_to__isnull=False, routed_region__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_routed_unless_lodged",
                condition=Q(state__in=["lodged", "transferred", "closed"]) | Q(routed_to__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["routed_to", "state", "due_on", "id"], name="complaint_queue"),
            models.Index(fields=["respondent"], name="complaint_respondent"),
            models.Index(fields=["respondent_body"], name="complaint_respondent_body"),
            models.Index(fields=["state", "received_on"], name="complaint_by_state"),
        ]


class Exchange(models.Model):
    """What passes between the office and whoever complained: questions, answers, further papers. Append-only, sealed."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="exchanges")
    side = models.TextField()  # office or complainant
    kind = models.TextField(default="message")  # message, question, answer, papers, decision, look, review
    seal_id = models.UUIDField(default=uuid4, editable=False)
    text = models.BinaryField()
    written_on = models.DateField()
    written_at = models.DateTimeField(db_default=Now())

    sealed = (("text", "seal_id"),)
    sealed_by = "conduct"
    journalled = ("complaint_id", "side", "kind", "written_on")
    wall = Wall(through="complaint_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="exchange_side", condition=Q(side__in=["office", "complainant"]))
        ]
        indexes = [models.Index(fields=["complaint", "id"], name="exchange_of_complaint")]


class EarlierComplaint(models.Model):
    """A decided complaint that an officer or the register put beside a new one: serial complaints by evidence."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="earlier")
    before = models.ForeignKey(Complaint, models.PROTECT, related_name="later")
    why = models.TextField()  # same_complainant, same_facts

    journalled = ("complaint_id", "before_id", "why")
    wall = Wall(through="complaint_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "before"], name="earlier_complaint_once"),
            models.CheckConstraint(name="earlier_complaint_other", condition=~Q(complaint=F("before"))),
        ]


class Kin(models.Model):
    """A relation that an officer declared (回避): spouse, blood relation within three generations, in-law, other interest.

    It holds until the discipline inspector agrees that it is over: who could end it alone could end it to read a case.
    Then the row is gone, and the journal says who agreed.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")  # the officer
    relative = models.ForeignKey(Person, models.PROTECT, related_name="+")
    relation = models.TextField()
    declared_on = models.DateField()
    over_why = models.TextField(
        blank=True
    )  # the officer says that it is over, and why; empty: nothing was said
    over_asked_on = models.DateField(null=True)

    journalled = ("person_id", "relative_id", "relation", "declared_on")
    wall = Wall(person="person_id", own=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "relative"], name="kin_once"),
            models.CheckConstraint(name="kin_other", condition=~Q(person=F("relative"))),
            models.CheckConstraint(
                name="kin_relation", condition=Q(relation__in=["spouse", "blood", "in_law", "interest"])
            ),
        ]


def held(complaint: Complaint) -> Complaint:
    """The case as it stands; nobody else acts in it until the transaction ends."""
    return Complaint._base_manager.select_for_update().get(pk=complaint.pk)
