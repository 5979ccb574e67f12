"""Second looks at the ledger: what a learner disputes, what cannot be, what a sample brings (T3.3; peers demand 24)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.lost_time import Lost, extended
from shegong.kernel.outages import lost_time
from shegong.kernel.policy import Policy
from shegong.kernel.walls_rows import Wall
from shegong.work.education.models.ledger import CreditEntry
from shegong.work.education.rules import Permission
from shegong.work.education.rules.integrity import (
    CHECK_RESULTS,
    DISPUTE_FLOW,
    FINDING_FLOW,
    DisputeState,
    FindingKind,
    FindingState,
    Limits,
    load_limits,
)


@cache
def _limits() -> Policy[Limits]:
    return load_limits(settings.POLICY_DIR)


def limits(on: date) -> Limits:
    """What is believed of a day, by the version that holds on `on`."""
    return _limits().on(on)


class DisputeQuerySet(ScopedQuerySet):
    """Reads of disputes."""

    def for_officer(self, actor: Actor) -> Self:
        """Those that wait for this officer: nobody decides about a record that she vouched for, or her own."""
        waiting = self.visible_to(actor, Permission.CHECK).filter(state=str(DisputeState.RAISED))
        return waiting.exclude(Q(person=actor.person_id or 0) | Q(entry__vouched_by=actor.person_id or 0))


class Dispute(models.Model):
    """One record that its person says is wrong; an officer who did not vouch for it decides by `due_on`."""

    workflow = DISPUTE_FLOW

    entry = models.ForeignKey(CreditEntry, models.PROTECT, related_name="disputes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="hour_disputes")
    provider = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    region = RegionField()
    text = models.TextField()
    raised_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    state = models.TextField(default=str(DisputeState.RAISED))
    version = models.IntegerField(default=0)

    objects = DisputeQuerySet.as_manager()
    journalled = ("entry_id", "person_id", "due_on", "decided_by_id", "state", "version")
    wall = Wall(region="region_code", person="person_id", body="provider_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="raised"), name="hour_dispute_one_open"
            ),
            models.CheckConstraint(name="hour_dispute_state", condition=Q(state__in=list(DisputeState))),
            models.CheckConstraint(
                name="hour_dispute_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")),
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "due_on"], name="hour_dispute_queue")]

    @property
    def answer_by(self) -> date:
        """Last day for the answer, with the hours of outages since it was raised given back."""
        return self.ends_after(lost_time())

    def ends_after(self, lost: Iterable[Lost]) -> date:
        """The same where the hours lost are at hand, for many disputes at once."""
        return extended(self.due_on, lost, opened=timezone.localdate(self.raised_at))


class FindingQuerySet(ScopedQuerySet):
    """Reads of findings."""

    def open(self) -> Self:
        """Those that nobody has looked at."""
        return self.filter(state=str(FindingState.OPEN))

    def for_officer(self, actor: Actor) -> Self:
        """Those that wait for this officer."""
        return self.visible_to(actor, Permission.CHECK).open().exclude(person=actor.person_id or 0)


class Finding(models.Model):
    """What a machine found in the ledger. `key` names kind and records: the same thing is found once."""

    workflow = FINDING_FLOW

    kind = models.TextField()
    key = models.TextField(unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="hour_findings")
    region = RegionField()
    on = models.DateField()
    entries = ArrayField(models.BigIntegerField())
    amount = models.IntegerField()
    found_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    state = models.TextField(default=str(FindingState.OPEN))
    version = models.IntegerField(default=0)

    objects = FindingQuerySet.as_manager()
    journalled = ("kind", "key", "person_id", "on", "entries", "decided_by_id", "state", "version")
    wall = Wall(region="region_code", person="person_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="hour_finding_kind", condition=Q(kind__in=list(FindingKind))),
            models.CheckConstraint(name="hour_finding_state", condition=Q(state__in=list(FindingState))),
            models.CheckConstraint(
                name="hour_finding_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")),
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "on"], name="hour_finding_queue")]


class Draw(models.Model):
    """A sample, announced with `sha` of all candidates and their chances; drawn by the seed of its `lot`, which nobody knew
    then, so that anybody draws the same again. Draws of before have a seed that the officer named."""

    title = models.TextField()
    region = RegionField()
    start = models.DateField()
    end = models.DateField()
    seed = models.TextField()
    sample = models.IntegerField()
    candidates = models.IntegerField()
    sha = models.TextField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(db_default=Now())  # when it was announced

    objects = ScopedQuerySet.as_manager()
    journalled = ("region_code", "start", "end", "seed", "sample", "candidates", "sha", "drawn_by_id")
    wall = Wall(region="region_code")

    class Meta:
        constraints = [models.CheckConstraint(name="hour_draw_size", condition=Q(sample__gt=0))]

    @property
    def seed_words(self) -> str:
        """The seed it was drawn by; '' while it waits for it."""
        lot = getattr(self, "lot", None)
        return lot.root if lot else self.seed

    @property
    def fell_at(self) -> datetime | None:
        """When it was drawn; None while it waits."""
        lot = getattr(self, "lot", None)
        return lot.fell_at if lot else (self.drawn_at if self.seed else None)


class Lot(models.Model):
    """What decided a draw: the first signed head of the journal that holds the draw's announcement. `root` is the seed."""

    draw = models.OneToOneField(Draw, models.PROTECT, related_name="lot")
    origin = models.TextField()
    size = models.BigIntegerField()  # entries of the journal under this head
    root = models.TextField()  # 64 hexadecimal digits
    signed_at = models.DateTimeField()
    fell_at = models.DateTimeField(db_default=Now())

    journalled = ("draw_id", "origin", "size", "root")
    wall = Wall(through="draw_id")


class DrawCandidate(models.Model):
    """A record that could be drawn, with its chances on that day."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="pool")
    entry = models.BigIntegerField()
    chances = models.SmallIntegerField()
    wall = Wall(through="draw_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "entry"], name="hour_candidate_once")]


class SpotCheckQuerySet(ScopedQuerySet):
    """Reads by the place of the draw."""

    region_column = "draw__region_code"
    person_column = "entry__person_id"


class SpotCheck(models.Model):
    """A record that was drawn, and what its papers say."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="checks")
    entry = models.ForeignKey(CreditEntry, models.PROTECT, related_name="checks")
    rank = models.SmallIntegerField()
    chances = models.SmallIntegerField()
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    objects = SpotCheckQuerySet.as_manager()
    journalled = ("draw_id", "entry_id", "rank", "checker_id", "result")
    wall = Wall(through="draw_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "entry"], name="hour_check_once"),
            models.CheckConstraint(name="hour_check_result", condition=Q(result__in=["", *CHECK_RESULTS])),
            models.CheckConstraint(
                name="hour_check_by_somebody", condition=Q(result="") | Q(checker__isnull=False)
            ),
        ]
