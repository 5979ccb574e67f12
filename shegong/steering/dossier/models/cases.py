"""Cases about two records that may be one human, why, and what a merge moved."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from shegong.ground.people.models import Person, Tie
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall
from shegong.steering.dossier.rules import WORKFLOW, State, Wish


class DuplicateCaseQuerySet(ScopedQuerySet):
    """Reach is reach over both people."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Cases of which the actor reaches both people; a merged record is where the kept one is."""
        if actor.is_system:
            return self
        ties = Tie.objects.holding().visible_to(actor, permission)
        return self.filter(_side(ties, "first"), _side(ties, "second"))

    def own(self, actor: Actor) -> Self:
        """Nobody has cases of his own: the person is told by message."""
        return self.none()

    def about(self, *person_ids: int) -> Self:
        """Cases in which one of these records takes part."""
        return self.filter(Q(first__in=person_ids) | Q(second__in=person_ids))

    def of_batch(self, *batch_ids: int) -> Self:
        """Cases about a record that one of these workbooks made."""
        return self.filter(Q(first__batch_id__in=batch_ids) | Q(second__batch_id__in=batch_ids))


def _side(ties: models.QuerySet[Tie], side: str) -> Q:
    here = Exists(ties.filter(person=OuterRef(side)))
    there = Exists(ties.filter(person=OuterRef(f"{side}__merged_into")))
    return Q(here) | Q(there)


class DuplicateCase(models.Model):
    """Two records that may be one human; one officer proposes, another decides."""

    workflow = WORKFLOW

    # Without a constraint in the database: a batch that is taken back removes the people it made, found here or not;
    # cases about nobody are seen by nobody and dropped at night. What a merge moved does hold its people (`MovedRow`).
    first = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False)
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False)
    weight = models.SmallIntegerField(default=0)
    found_at = models.DateTimeField(db_default=Now())
    wish = models.TextField(blank=True)
    keep = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_constraint=False)
    reason = models.TextField(blank=True)
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)  # the decider's words
    merged_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)
    undo_proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undo_decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=State.FOUND)
    version = models.IntegerField(default=0)

    objects = DuplicateCaseQuerySet.as_manager()
    journalled = (
        "first_id", "second_id", "wish", "keep_id", "reason", "proposer_id", "decider_id", "undo_proposer_id",
        "undo_decider_id", "state", "version",
    )  # fmt: skip
    wall = Wall(person=("first_id", "second_id"))

    class Meta:
        constraints = [
            models.CheckConstraint(name="duplicate_in_order", condition=Q(first__lt=F("second"))),
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(
                name="duplicate_four_eyes", condition=Q(decider__isnull=True) | ~Q(decider=F("proposer"))
            ),
            models.CheckConstraint(
                name="duplicate_undo_four_eyes",
                condition=Q(undo_decider__isnull=True) | ~Q(undo_decider=F("undo_proposer")),
            ),
            models.CheckConstraint(
                name="duplicate_state", condition=Q(state__in=[str(state) for state in State])
            ),
            models.CheckConstraint(
                name="duplicate_wish", condition=Q(wish__in=["", *(str(wish) for wish in Wish)])
            ),
            models.CheckConstraint(
                name="duplicate_keeps_one_of_the_two",
                condition=Q(keep__isnull=True) | Q(keep=F("first")) | Q(keep=F("second")),
            ),
            models.CheckConstraint(
                name="duplicate_merged_by_two",
                condition=~Q(state__in=["merged", "undo_proposed"])
                | Q(
                    proposer__isnull=False, decider__isnull=False, keep__isnull=False, merged_at__isnull=False
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-weight", "id"], name="duplicate_list"),
            models.Index(fields=["second"], name="duplicate_second"),
        ]

    @property
    def other_id(self) -> int:
        """The record that is merged into the kept one (the second, while nobody chose)."""
        return self.first_id if self.keep_id == self.second_id else self.second_id


class DuplicateReason(models.Model):
    """One reason for or against, with its weight of the day it was found."""

    case = models.ForeignKey(DuplicateCase, models.CASCADE, related_name="reasons")
    code = models.TextField()
    weight = models.SmallIntegerField()
    wall = Wall(through="case_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="duplicate_reason_once")]


class MovedRow(models.Model):
    """One row that a merge changed, with its fingerprint afterwards: what parting puts back."""

    case = models.ForeignKey(DuplicateCase, models.PROTECT, related_name="moved_rows")
    model = models.TextField()
    row_id = models.BigIntegerField()
    column = models.TextField()
    what = models.TextField()
    from_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    digest = models.TextField(blank=True)
    put_back_at = models.DateTimeField(null=True)

    journalled = ("case_id", "model", "row_id", "column", "what", "from_person_id", "to_person_id", "digest")
    wall = Wall(through="case_id")

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="moved_row_case")]
