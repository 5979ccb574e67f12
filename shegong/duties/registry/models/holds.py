"""What keeps a status beyond its printed end, what reminded its holder, and lapses of many that wait for people."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.register import Registration
from shegong.duties.registry.rules.lapsing import BATCH_WORKFLOW, Batch, Why
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.messages import Message
from shegong.kernel.outages import Outage
from shegong.kernel.walls_rows import Open, Wall


class OfRegistration(ScopedQuerySet):
    """Reads by the place and holder of the registration."""

    region_column = "registration__region_code"
    person_column = "registration__person_id"


class LapseBatchQuerySet(ScopedQuerySet):
    """Reads of lapses that wait."""

    def waiting(self) -> "LapseBatchQuerySet":
        """Those that two people have not decided yet."""
        return self.filter(state__in=[str(Batch.WAITING), str(Batch.CONFIRMED)])


class LapseBatch(models.Model):
    """The registrations of one province whose validity would end on one day: a run of the gate.

    `below` were few enough to lapse by themselves; all others wait until two people have looked at the list.
    """

    workflow = BATCH_WORKFLOW

    last_day = models.DateField()
    region = RegionField()
    ending = models.IntegerField()  # whose validity ends on the day
    held = models.IntegerField()  # kept for a reason of their own
    lapsing = models.IntegerField()  # the others
    live = models.IntegerField()  # registrations in force then, for the share
    made_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    state = models.TextField(default=Batch.WAITING)
    version = models.IntegerField(default=0)

    objects = LapseBatchQuerySet.as_manager()
    journalled = (
        "last_day", "region_code", "ending", "held", "lapsing", "live", "confirmed_by_id", "decided_by_id", "reason",
        "state", "version",
    )  # fmt: skip
    wall = Open("Counts of a day; whose registrations they are stands in the register.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["last_day", "region"], name="lapse_batch_once_a_day"),
            models.CheckConstraint(name="lapse_batch_state", condition=Q(state__in=[str(s) for s in Batch])),
            models.CheckConstraint(
                name="lapse_batch_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("confirmed_by")),
            ),
        ]


class StatusHold(models.Model):
    """A reason why a registration keeps its status beyond its printed end, until the last day `until`.

    The held term of the registration reaches to the latest `until` of its open holds. A hold that waits for something
    (a decision, a proof, two people) is carried on each night while it waits.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="holds")
    why = models.TextField()
    until = models.DateField()
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(LapseBatch, models.PROTECT, null=True, related_name="holds")
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)
    ended = models.TextField(blank=True)  # what ended it: granted, refused, proven, lapsed, over …

    objects = OfRegistration.as_manager()
    journalled = ("registration_id", "why", "until", "application_id", "batch_id", "released_at", "ended")
    wall = Wall(through="registration_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_why", condition=Q(why__in=[str(why) for why in Why])),
            models.UniqueConstraint(
                fields=["registration", "why"],
                condition=Q(released_at__isnull=True),
                name="hold_one_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(released_at__isnull=True), name="hold_running"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="hold_of_batch"),
        ]


class Reminder(models.Model):
    """One step of the ladder told to one holder before one end; append-only. Its message carries the proof.

    `missing` are the minutes of continuing education that were missing then, null where nothing was known.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="reminders")
    ends_on = models.DateField()
    stage = models.TextField()
    missing = models.IntegerField(null=True)
    # A message may be deleted when its time is over; that it was sent stands here and in its deliveries.
    message = models.ForeignKey(Message, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    sent_at = models.DateTimeField(db_default=Now())

    objects = OfRegistration.as_manager()
    journalled = ("registration_id", "ends_on", "stage", "missing")
    wall = Wall(through="registration_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "ends_on", "stage"], name="reminder_once_a_stage")
        ]
        indexes = [models.Index(fields=["ends_on", "stage"], name="reminder_by_end")]
