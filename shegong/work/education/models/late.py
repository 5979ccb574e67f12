"""Hours that wait for an officer: what a learner states of learning elsewhere, and entries after a year was locked."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall
from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.rules import Permission
from shegong.work.education.rules.kinds import KINDS
from shegong.work.education.rules.statements import STATEMENT_FLOW, STATEMENT_OPEN, StatementState

DECIDED = ["posted", "refused"]


class StatementQuerySet(ScopedQuerySet):
    """Reads of statements."""

    def open(self) -> Self:
        """Those that wait for somebody."""
        return self.filter(state__in=[str(state) for state in STATEMENT_OPEN])

    def for_officer(self, actor: Actor) -> Self:
        """Those that wait for this officer: to look first, or second where somebody else was the first; never her own."""
        first = self.visible_to(actor, Permission.ENTER).filter(state=StatementState.STATED)
        second = self.visible_to(actor, Permission.APPROVE).filter(state=StatementState.VOUCHED)
        return (first | second.exclude(vouched_by=actor.person_id or 0)).exclude(person=actor.person_id or 0)


class HoursStatement(models.Model):
    """Hours not yet in the ledger. `needs_two`: their year is locked, and a second officer decides.

    `origin` own: the learner states, an officer vouches. late: an officer proposes, another decides.
    """

    workflow = STATEMENT_FLOW

    person = models.ForeignKey(Person, models.PROTECT, related_name="hours_statements")
    region = RegionField()
    origin = models.TextField()
    minutes = models.IntegerField()
    kind = models.TextField()
    passed = models.BooleanField(default=True)
    credit_code = models.TextField(blank=True)
    earned_on = models.DateField()
    title = models.TextField()
    provider = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    provider_name = models.TextField(blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    needs_two = models.BooleanField(default=False)
    stated_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(db_default=Now())
    vouched_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    vouched_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    entry = models.ForeignKey(CreditEntry, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=StatementState.STATED)
    version = models.IntegerField(default=0)

    objects = StatementQuerySet.as_manager()
    journalled = (
        "person_id", "origin", "minutes", "kind", "passed", "earned_on", "needs_two", "stated_by_id", "vouched_by_id",
        "decided_by_id", "entry_id", "state", "version",
    )  # fmt: skip
    wall = Wall(region="region_code", person="person_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="statement_minutes", condition=Q(minutes__gt=0)),
            models.CheckConstraint(name="statement_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="statement_origin", condition=Q(origin__in=["own", "late"])),
            models.CheckConstraint(
                name="statement_state", condition=Q(state__in=[str(state) for state in StatementState])
            ),
            models.CheckConstraint(
                name="statement_two_people",
                condition=Q(decided_by=None) | Q(vouched_by=None) | ~Q(decided_by=F("vouched_by")),
            ),
            models.CheckConstraint(
                name="statement_not_oneself",
                condition=(Q(vouched_by=None) | ~Q(vouched_by=F("person")))
                & (Q(decided_by=None) | ~Q(decided_by=F("person"))),
            ),
            models.CheckConstraint(
                name="statement_late_by_two",
                condition=~Q(state="posted") | Q(needs_two=False) | Q(vouched_by__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="statement_posted_has_entry", condition=~Q(state="posted") | Q(entry__isnull=False)
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["region", "stated_at"], condition=Q(state__in=["stated", "vouched"]), name="statement_queue"
            ),
            models.Index(fields=["person"], name="statement_person"),
        ]  # fmt: skip
