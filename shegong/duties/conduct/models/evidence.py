"""Evidence: sealed apart under keys of its own; every reading is written down."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shegong.duties.conduct.models.complaints import Complaint, new_token
from shegong.duties.conduct.rules.inquiry import Side
from shegong.ground.people.models import Person
from shegong.kernel.vault import Vault
from shegong.kernel.walls_rows import Open, Wall

# Bytes on disk, under the keys of this table.
EVIDENCE = Vault("evidence", "conduct_evidence", "content")


class Evidence(models.Model):
    """One piece: photo or PDF with what it shows. Title and bytes open with the keys of evidence alone."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="evidence")
    token = models.TextField(unique=True, default=new_token)
    side = models.TextField()
    seal_id = models.UUIDField(default=uuid4, editable=False)
    title = models.BinaryField()
    sha256 = models.TextField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    added_on = models.DateField()
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    sealed = (("title", "seal_id"),)
    sealed_by = "evidence"
    journalled = ("complaint_id", "side", "sha256", "media_type", "size", "added_on", "added_by_id")
    wall = Wall(through="complaint_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "side", "sha256"], name="evidence_once"),
            models.CheckConstraint(name="evidence_side", condition=Q(side__in=[str(s) for s in Side])),
        ]


class EvidenceRead(models.Model):
    """One reading of one piece: by whom, why. Append-only; the discipline inspector sees all of them."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="reads")
    reader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    read_at = models.DateTimeField(db_default=Now())

    journalled = ("evidence_id", "reader_id", "reason")
    wall = Open(
        "Who read and why, nothing of what was read; the inspector belongs to no office that handles complaints."
    )

    class Meta:
        indexes = [models.Index(fields=["evidence", "-id"], name="evidence_read_newest")]
