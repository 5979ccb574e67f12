"""Protection of who complained, and what is held against complaints that come in series without ground."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.duties.conduct.models.complaints import Complaint
from shegong.ground.people.models import Person
from shegong.kernel.walls_rows import Wall


class Flag(models.Model):
    """A change to the records of who complained, made from the side of the unit complained of within the days set.

    It leads from the complaint to whoever complained, so nobody but the discipline inspector reads it, as the system.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()  # of the journal
    raised_at = models.DateTimeField(db_default=Now())
    looked_on = models.DateField(null=True)
    looked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    finding = models.TextField(blank=True)  # none, retaliation
    note = models.TextField(blank=True)

    journalled = ("complaint_id", "seq", "looked_on", "looked_by_id", "finding", "note")
    wall = Wall()  # the system alone

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="flag_once"),
            models.CheckConstraint(name="flag_finding", condition=Q(finding__in=["", "none", "retaliation"])),
        ]


class SerialFinding(models.Model):
    """That a complaint continues a series that was looked into before: proposed with evidence, signed by another. It
    shortens nothing away: the complaint is read and answered, with what was found before."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="serial")
    seal_id = models.UUIDField(default=uuid4, editable=False)
    evidence = models.BinaryField()
    proposer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField()
    signer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField(null=True)

    sealed = (("evidence", "seal_id"),)
    sealed_by = "conduct"
    journalled = ("complaint_id", "proposer_id", "proposed_on", "signer_id", "signed_on")
    wall = Wall(through="complaint_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="serial_four_eyes", condition=Q(signer__isnull=True) | ~Q(signer=F("proposer"))
            )
        ]
