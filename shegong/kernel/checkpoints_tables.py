"""What the database itself remembers of checkpoints, and the journal's Merkle tree above single entries.

Both are for speed and for pages. Neither is evidence: whoever can change the journal can change them too; what proves
something is the signed copy outside and the tree computed anew from the entries.
"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from shegong.kernel.walls_rows import Open

ENOUGH = 2  # places outside the database


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    """Reads of checkpoints."""

    def newest(self) -> "Checkpoint | None":
        """The last one, wherever it is kept."""
        return self.order_by("-id").first()

    def kept(self) -> Self:
        """Those that are at two places outside the database at least."""
        return self.filter(kept__len__gte=ENOUGH)

    def covering(self, seq: int) -> "Checkpoint | None":
        """The newest kept one whose tree holds entry `seq`; one that is kept nowhere else when there is no better."""
        found = self.filter(size__gte=seq).order_by("-id")
        return found.kept().first() or found.first()


class Checkpoint(models.Model):
    """The signed head of the journal's tree over its first `size` entries; `kept` names where it was written."""

    size = models.BigIntegerField()
    algorithm = models.TextField()
    root = models.BinaryField()
    chain = models.BinaryField()  # hash of the last entry
    at = models.DateTimeField()
    origin = models.TextField()
    kid = models.TextField()
    alg = models.TextField()
    signature = models.BinaryField()
    kept = ArrayField(models.TextField(), default=list)
    failed = ArrayField(models.TextField(), default=list)
    made_at = models.DateTimeField(db_default=Now())

    objects = CheckpointQuerySet.as_manager()
    wall = Open("Heads of the journal: counts, hashes, signatures.")

    class Meta:
        app_label = "kernel"
        constraints = [models.CheckConstraint(name="checkpoint_of_entries", condition=models.Q(size__gt=0))]
        indexes = [models.Index(fields=["size"], name="checkpoint_size")]


class MerkleNode(models.Model):
    """The hash of a complete subtree of 2 ** `level` entries, from level 8 up: the `position`th of its level."""

    algorithm = models.TextField()
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()

    objects: models.Manager["MerkleNode"] = models.Manager()
    wall = Open("Hashes over the journal.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.UniqueConstraint(fields=["algorithm", "level", "position"], name="merkle_node_once")
        ]


class Witnessed(models.Model):
    """A checkpoint of another installation, taken in by this one; `line` is it as it was signed."""

    name = models.TextField()
    size = models.BigIntegerField()
    algorithm = models.TextField()
    root = models.BinaryField()
    line = models.TextField()
    received_at = models.DateTimeField(db_default=Now())

    objects: models.Manager["Witnessed"] = models.Manager()
    wall = Open("Checkpoints of other installations.")

    class Meta:
        app_label = "kernel"
        indexes = [models.Index(fields=["name", "-id"], name="witnessed_last")]
