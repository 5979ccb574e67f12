"""Requests for deletion and legal holds."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open, Wall
from shegong.steering.privacy.rules import (
    HOLD_KINDS,
    HOLD_WORKFLOW,
    OPEN,
    ORIGINS,
    WORKFLOW,
    HoldState,
    State,
)


class RequestQuerySet(ScopedQuerySet):
    """Reads of requests: reach goes by the place where the person counted when it was made."""

    def open(self) -> Self:
        """Requests that wait, and data that are only stored."""
        return self.filter(state__in=[str(state) for state in OPEN])


class Request(models.Model):
    """Somebody wants her data deleted, or all periods have ended. One officer proposes, another erases."""

    workflow = WORKFLOW

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = RegionField()
    origin = models.TextField(default="self")
    wish = models.TextField(blank=True)  # the person's words
    asked_at = models.DateTimeField(db_default=Now())
    restricted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # of the officer who proposed or restricted
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)  # the words told to the person
    state = models.TextField(default=State.ASKED)
    version = models.IntegerField(default=0)

    objects = RequestQuerySet.as_manager()
    journalled = ("person_id", "region_code", "origin", "proposer_id", "decider_id", "state", "version")
    wall = Wall(region="region_code", person="person_id", own=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="erasure_state", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(name="erasure_origin", condition=Q(origin__in=list(ORIGINS))),
            models.CheckConstraint(
                name="erasure_four_eyes",
                condition=Q(decider=None) | Q(proposer=None) | ~Q(decider=F("proposer")),
            ),
            models.CheckConstraint(
                name="erasure_by_two",
                condition=~Q(state="erased") | Q(proposer__isnull=False, decider__isnull=False),
            ),
            models.CheckConstraint(
                name="erasure_not_by_herself",
                condition=(Q(proposer=None) | ~Q(proposer=F("person")))
                & (Q(decider=None) | ~Q(decider=F("person"))),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["asked", "restricted", "proposed"]),
                name="erasure_one_open",
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "id"], name="erasure_list")]


class LegalHoldQuerySet(ScopedQuerySet):
    """Reads of holds."""

    def standing(self) -> Self:
        """Holds that were not lifted."""
        return self.exclude(state=HoldState.LIFTED)

    def own(self, actor: Actor) -> Self:
        """A hold may be for a case that its person must not know of yet."""
        return self.none()


class LegalHold(models.Model):
    """An officer says that the data of a person must stay: for an inspection, a lawsuit, a voucher. Two lift it."""

    workflow = HOLD_WORKFLOW

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = RegionField()
    kind = models.TextField()
    reason = models.TextField()
    placed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())
    lift_reason = models.TextField(blank=True)
    lift_proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    state = models.TextField(default=HoldState.ACTIVE)
    version = models.IntegerField(default=0)

    objects = LegalHoldQuerySet.as_manager()
    journalled = ("person_id", "kind", "placed_by_id", "lift_proposer_id", "lifted_by_id", "state", "version")
    wall = Open(
        "Every office asks whether data must stay before it erases them, wherever the hold was placed."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_state", condition=Q(state__in=[str(s) for s in HoldState])),
            models.CheckConstraint(name="hold_kind", condition=Q(kind__in=list(HOLD_KINDS))),
            models.CheckConstraint(
                name="hold_lifted_by_two",
                condition=~Q(state="lifted")
                | Q(lift_proposer__isnull=False, lifted_by__isnull=False) & ~Q(lifted_by=F("lift_proposer")),
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=~Q(state="lifted"), name="hold_standing")]
