"""Who complained: a table of its own under keys of its own. Nobody lists it, every reading is written down (D22)."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now

from shegong.duties.conduct.models.complaints import Complaint
from shegong.ground.people.models import Person
from shegong.kernel.walls_rows import Open, Wall


class ComplainantVault(models.Model):
    """The name and contact of one complainant, sealed; none for an anonymous complaint.

    `person` is there only where somebody asked, signed in, to be told in the inbox. `same` is a keyed hash of the
    contact: equal for equal complainants, it opens nothing; `who` is one of the person's number.
    """

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="+")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    name = models.BinaryField(blank=True)
    contact = models.BinaryField(blank=True)
    person = models.BinaryField(blank=True)  # the number of the account's person, sealed like the rest
    same = models.BinaryField(blank=True)
    who = models.BinaryField(blank=True)  # keyed hash of that number: found without opening anything
    tell = models.BooleanField(default=False)  # type: ignore[assignment]  # wants a word when something moves
    moved_on = models.DateField(null=True)  # a word is owed, and goes out with those of the morning

    sealed = (("name", "seal_id"), ("contact", "seal_id"), ("person", "seal_id"))
    sealed_by = "vault"
    wall = Wall()  # the system alone

    class Meta:
        indexes = [
            models.Index(fields=["same"], name="vault_same"),
            models.Index(fields=["who"], name="vault_who"),
        ]


class VaultRead(models.Model):
    """One reading of who complained: by whom, why. Append-only; the discipline inspector sees all of them."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="vault_reads")
    reader = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    what = models.TextField(default="complainant")
    reason = models.TextField()
    read_at = models.DateTimeField(db_default=Now())

    journalled = ("complaint_id", "reader_id", "what", "reason")
    wall = Open(
        "Who read and why, nothing of what was read; the inspector belongs to no office that handles complaints."
    )

    class Meta:
        indexes = [models.Index(fields=["complaint", "-id"], name="vault_read_newest")]


class ComplaintDraft(models.Model):
    """What somebody typed and did not send yet, sealed whole; found by a random key that her browser keeps."""

    key_hash = models.BinaryField(primary_key=True)
    seal_id = models.UUIDField(default=uuid4, editable=False)
    typed = models.BinaryField()
    folder_id = models.BigIntegerField(null=True)
    ends_at = models.DateTimeField()

    sealed = (("typed", "seal_id"),)
    sealed_by = "vault"
    wall = Wall()  # the system alone

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="complaint_draft_ends")]
