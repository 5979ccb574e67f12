"""Batches: one workbook on its way into the register, with its rows.

What a row says is personal, so rows are stored sealed, a part (some hundred rows) at a time; beside them lies only
what lists and counts need: the kind of each row and the codes of what was found. The file itself lies in the vault.
"""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.sheets.steps import BATCHES, GONE, BatchState, RowKind
from shegong.kernel.vault import Vault
from shegong.kernel.walls_rows import Open

ORIGINALS = Vault("workbooks", "kernel_batch", "original")


class BatchQuerySet(ScopedQuerySet):
    """Reads of batches."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Batches of offices within reach; whoever acts for one body only sees that body's."""
        if actor.is_system:
            return self
        bodies = [a.organization_id for a in actor.with_permission(permission) if not a.ranges]
        where = Q(organization_id__in=bodies, for_body=True) if bodies else Q(pk__in=[])
        for one in actor.reach(permission):
            where |= one.q(self.region_column)
        return self.filter(where)

    def standing(self) -> Self:
        """Batches that are not dropped, undone or unreadable."""
        return self.exclude(state__in=[str(state) for state in GONE])


class Batch(models.Model):
    """One uploaded workbook. Counts are of rows; `done` of `expected` rows is the progress of the work in hand."""

    workflow = BATCHES

    number = models.TextField(unique=True)
    layout = models.TextField()
    file_name = models.TextField()
    sha256 = models.TextField()
    size = models.BigIntegerField()
    rows_index = models.BinaryField(null=True)  # keyed hash of what the rows say, however they were saved
    user_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    ordered_by_id = models.BigIntegerField(null=True)  # the user in whose name the work in hand goes on
    organization_id = models.BigIntegerField(null=True)
    for_body = models.BooleanField(
        default=False
    )  # uploaded by a body's clerk, not by an office over a region
    region_code = models.IntegerField()
    office_name = models.TextField(blank=True)
    state = models.TextField(default="received")
    version = models.IntegerField(default=0)
    is_read = models.BooleanField(default=False)  # every row of the file lies in a part
    round = models.IntegerField(default=1)  # of checking; parts of an earlier round are still to be checked
    adopt_all = models.BooleanField(
        default=False
    )  # the check in hand adopts every suggestion without an alternative
    refusal = models.JSONField(null=True)  # why it was unreadable, stopped or kept: one obstacle
    reading = models.JSONField(default=dict)  # which sheets, header rows and columns were recognised
    said = models.JSONField(default=dict)  # answers to the layout's questions about the file as a whole
    total = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0)  # of the good ones: new, not changes
    same = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    mendable = models.IntegerField(default=0)  # of the bad ones: a choice of an offer settles each finding
    clash = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    expected = models.IntegerField(default=0)
    tries = models.SmallIntegerField(default=0)  # runs of the worker since the last mark of progress
    received_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    undo_until = models.DateField(null=True)
    reason = models.TextField(blank=True)

    objects = BatchQuerySet.as_manager()
    journalled = ("number", "layout", "sha256", "size", "person_id", "region_code", "state", "taken")
    wall = Open("What rows say lies sealed in parts; hundreds of thousands are staged and counted at a time.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(name="batch_state", condition=Q(state__in=[str(s) for s in BatchState])),
            models.CheckConstraint(name="batch_size", condition=Q(size__gt=0)),
            # The last line against the same file sent twice at one moment.
            models.UniqueConstraint(
                fields=["layout", "sha256", "region_code", "organization_id"],
                condition=~Q(state__in=[str(s) for s in GONE]),
                nulls_distinct=False,
                name="batch_file_once",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="batch_region"),
            models.Index(fields=["person_id", "-id"], name="batch_person"),
            models.Index(fields=["moved_at"], condition=Q(state__in=["received", "checking", "taking", "undoing"]),
                         name="batch_at_work"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def failed(self) -> int:
        """Rows that go back to whoever filled them in."""
        return self.bad + self.clash + self.late

    @property
    def left_out(self) -> int:
        """The same, with the good rows that stayed out when the taking was stopped."""
        return self.failed + (self.good if self.state == BatchState.TAKEN else 0)

    def may_undo(self, on: date) -> bool:
        """Whether the days for undoing are not over."""
        return self.state == BatchState.TAKEN and self.undo_until is not None and on <= self.undo_until


class BatchPart(models.Model):
    """Some hundred rows, sealed; each is checked and taken as one, in one transaction with this row's marks."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="parts")
    number = models.IntegerField()
    rows = models.IntegerField()
    seal_id = models.UUIDField(unique=True)
    content = models.BinaryField()
    round = models.IntegerField()  # of checking that has seen it
    is_taken = models.BooleanField(default=False)

    objects: models.Manager[Any] = models.Manager()
    sealed = (("content", "seal_id"),)

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="batch_part_once")]


class BatchRow(models.Model):
    """What lists and counts need of a row. `key` is a keyed hash of its subject: equal keys of one batch clash."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_index=False)
    place = models.IntegerField()  # 0, 1, 2 … through all sheets
    part = models.IntegerField()
    number = models.IntegerField()  # as the spreadsheet counts
    kind = models.TextField()
    outcome = models.TextField()
    key = models.BigIntegerField(null=True)
    other = models.BigIntegerField(null=True)  # keyed hash of the value that belongs to one subject
    codes = ArrayField(models.TextField(), default=list)
    mendable = models.BooleanField(default=False)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "kernel"
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="batch_row_once"),
            models.CheckConstraint(name="batch_row_kind", condition=Q(kind__in=[str(k) for k in RowKind])),
        ]
        indexes = [
            models.Index(fields=["batch", "kind", "place"], name="batch_row_kind"),
            models.Index(fields=["batch", "key"], condition=Q(key__isnull=False), name="batch_row_key"),
            models.Index(fields=["batch", "other"], condition=Q(other__isnull=False), name="batch_row_other"),
        ]
