"""Who was there, half-day by half-day: rows are added, never changed; a wrong mark is struck by a row of its own."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.walls_rows import Wall
from shegong.work.education.models.courses import Enrolment, HalfDay
from shegong.work.education.rules.sign_in import SENT_LATER

HOW = ("code", "paper", "list")


class AttendanceQuerySet(ScopedQuerySet):
    """Reads of presence."""

    def standing(self) -> Self:
        """Marks that nobody struck."""
        return self.filter(struck__isnull=True)

    def sent_later(self) -> Self:
        """Codes that were handed in long after their time."""
        return self.filter(how="code", uploaded_at__gt=F("signed_at") + SENT_LATER)


class Attendance(Batched):
    """A person was in the room. `signed_at` is the time she claims, by code, or the start of the half-day; `device` a
    keyed hash of her phone, so that one phone signs in one person."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances")
    how = models.TextField()
    device = models.BinaryField(null=True)
    signed_at = models.DateTimeField()
    uploaded_at = models.DateTimeField()

    objects = AttendanceQuerySet.as_manager()
    journalled = ("half_day_id", "enrolment_id", "how", "signed_at", "uploaded_at")
    wall = Wall(through="enrolment_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["half_day", "enrolment"], name="presence_once"),
            models.UniqueConstraint(
                fields=["half_day", "device"], condition=Q(device__isnull=False), name="presence_one_phone"
            ),
            models.CheckConstraint(name="presence_how", condition=Q(how__in=HOW)),
        ]
        indexes = [
            models.Index(fields=["enrolment"], name="presence_of_seat"),
            # What else a phone signed in: asked of each class that comes into the ledger.
            models.Index(fields=["device"], condition=Q(device__isnull=False), name="presence_phone"),
        ]


class StruckAttendance(models.Model):
    """A mark that should not have been made, and why; the mark itself stays."""

    attendance = models.OneToOneField(Attendance, models.PROTECT, related_name="struck")
    reason = models.TextField()
    struck_at = models.DateTimeField(auto_now_add=True)

    journalled = ("attendance_id",)
    wall = Wall(through="attendance_id")
