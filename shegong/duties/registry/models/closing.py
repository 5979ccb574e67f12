"""Closing a registration: what is looked into first, what one officer proposed and another decided."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.duties.registry.models.register import Registration
from shegong.duties.registry.rules import CLOSING_WORKFLOW, Proposal
from shegong.duties.registry.rules.closing import CASE_WORKFLOW, Inquiry, Raised
from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Person
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.walls_rows import Wall

DECIDED = ["approved", "refused"]


class ClosingProposalQuerySet(ScopedQuerySet):
    """Reads by the place and holder of the registration."""

    region_column = "registration__region_code"
    person_column = "registration__person_id"

    def waiting(self) -> "ClosingProposalQuerySet":
        """Those that nobody has decided yet."""
        return self.filter(state=str(Proposal.PROPOSED))


class ClosingProposal(models.Model):
    """One proposal to cancel or revoke a registration; whoever proposed it does not decide it."""

    workflow = CLOSING_WORKFLOW

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="closing_proposals")
    reason_code = models.TextField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)  # why it was not approved
    state = models.TextField(default=Proposal.PROPOSED)
    version = models.IntegerField(default=0)

    objects = ClosingProposalQuerySet.as_manager()
    journalled = (
        "registration_id", "reason_code", "reason", "proposed_by_id", "decided_by_id", "note", "state", "version",
    )  # fmt: skip
    wall = Wall(through="registration_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(state="proposed"), name="closing_one_open"
            ),
            models.CheckConstraint(
                name="closing_state", condition=Q(state__in=[str(state) for state in Proposal])
            ),
            models.CheckConstraint(
                name="closing_decider_differs",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="closing_decided_by_somebody",
                condition=Q(state__in=DECIDED, decided_by__isnull=False)
                | Q(~Q(state__in=DECIDED), decided_by__isnull=True),
            ),
        ]


class ClosingCase(models.Model):
    """Something to look into before anybody proposes to close a registration: told by whom, what was found, by which papers."""

    workflow = CASE_WORKFLOW

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="closing_cases")
    reason_code = models.TextField()
    raised_by = models.TextField()  # rules.Raised
    told = models.TextField(blank=True)  # what was told, and by which person or body
    news = models.BigIntegerField(null=True, unique=True)  # the journal's entry that raised it
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    findings = models.TextField(blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    concluded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    concluded_at = models.DateTimeField(null=True)
    proposal = models.ForeignKey(ClosingProposal, models.PROTECT, null=True, related_name="cases")
    state = models.TextField(default=Inquiry.OPENED)
    version = models.IntegerField(default=0)

    objects = ClosingProposalQuerySet.as_manager()
    journalled = (
        "registration_id", "reason_code", "raised_by", "news", "opened_by_id", "findings", "concluded_by_id", "state",
        "version",
    )  # fmt: skip
    wall = Wall(through="registration_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "reason_code"],
                condition=Q(state__in=["opened", "found", "proposed"]),
                name="closing_case_one_open",
            ),
            models.CheckConstraint(
                name="closing_case_state", condition=Q(state__in=[str(state) for state in Inquiry])
            ),
            models.CheckConstraint(
                name="closing_case_raised", condition=Q(raised_by__in=[str(one) for one in Raised])
            ),
            models.CheckConstraint(
                name="closing_case_concluded_by_somebody",
                condition=Q(state="opened") | Q(concluded_by__isnull=False),
            ),
        ]
