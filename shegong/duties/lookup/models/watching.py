"""Who watches which registrations, what there was to tell, for whom it was, and through which message it was told."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.duties.lookup.rules.news import DIGESTS, KINDS, What
from shegong.duties.registry.models import Registration
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor
from shegong.kernel.walls_rows import Open, Wall


class WatchQuerySet(models.QuerySet["Watch"]):
    """Reads of watches."""

    def running(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ended_on__isnull=True)

    def of(self, actor: Actor) -> Self:
        """Staff and lists of the bodies whose clerk the reader is; areas inside the reach of an officer."""
        bodies = actor.bodies(Permission.STAFF)
        where = Q(kind__in=["staff", "list"], body__in=bodies)
        for one in actor.reach(Permission.READ):
            where |= Q(kind="region") & one.q("region_code")
        return self.filter(where)


class Watch(models.Model):
    """A body watches: its own staff, its area, or a list of people it named by number and name for a stated purpose."""

    kind = models.TextField()
    body = models.ForeignKey(Organization, models.PROTECT, related_name="watches")
    region = RegionField(null=True)
    purpose = models.TextField(blank=True)
    started_on = models.DateField()
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = WatchQuerySet.as_manager()
    journalled = ("kind", "body_id", "region_code", "purpose", "started_on", "ended_on")
    wall = Open("Which body watches, since when and what for; whom it watches lies in tables with walls.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="watch_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(name="watch_area", condition=Q(kind="region") ^ Q(region__isnull=True)),
            models.CheckConstraint(name="watch_list_says_why", condition=~Q(kind="list") | ~Q(purpose="")),
            models.UniqueConstraint(
                fields=["body", "kind"], condition=Q(kind="staff", ended_on__isnull=True), name="watch_staff_once"
            ),
            models.UniqueConstraint(
                fields=["body", "region"], condition=Q(kind="region", ended_on__isnull=True), name="watch_area_once"
            ),
            models.UniqueConstraint(
                fields=["body", "purpose"], condition=Q(kind="list", ended_on__isnull=True), name="watch_list_once"
            ),
        ]  # fmt: skip


class WatchedQuerySet(models.QuerySet["Watched"]):
    """Reads of the people on lists."""

    def running(self) -> Self:
        """Those not taken off, on lists that nobody ended."""
        return self.filter(until__isnull=True, watch__ended_on__isnull=True)


class Watched(models.Model):
    """Somebody on a list: the watcher knew number and name. `body` repeats the watch's for the wall."""

    watch = models.ForeignKey(Watch, models.PROTECT, related_name="watched")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = WatchedQuerySet.as_manager()
    journalled = ("watch_id", "registration_id", "person_id", "since", "until")
    wall = Wall(body="body_id", person="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "registration"], condition=Q(until__isnull=True), name="watched_once"
            )
        ]
        indexes = [models.Index(fields=["registration"], condition=Q(until__isnull=True), name="watched_now")]


class WatchReader(models.Model):
    """How one person of the body wants to be told; who has no row is told as the policy says."""

    watch = models.ForeignKey(Watch, models.PROTECT, related_name="readers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    digest = models.TextField()
    sms = models.BooleanField()
    email = models.BooleanField()

    journalled = ("watch_id", "person_id", "digest", "sms", "email")
    wall = Wall(person="person_id", own=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "person"], name="watch_reader_once"),
            models.CheckConstraint(name="watch_reader_digest", condition=Q(digest__in=list(DIGESTS))),
        ]


class AlertQuerySet(models.QuerySet["Alert"]):
    """Reads of alerts."""

    def of(self, actor: Actor) -> Self:
        """What there was to tell to the bodies that the reader acts for."""
        return self.filter(watch__in=Watch.objects.of(actor))


class Alert(models.Model):
    """One change of one registration for one watch; append-only. `cause` is the journal's entry or the day of the clock."""

    watch = models.ForeignKey(Watch, models.PROTECT, related_name="alerts")
    body = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField(null=True)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    what = models.TextField()
    on = models.DateField()
    until = models.DateField(null=True)
    cause = models.TextField()
    at = models.DateTimeField(db_default=Now())

    objects = AlertQuerySet.as_manager()
    wall = Wall(region="region_code", body="body_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="alert_what", condition=Q(what__in=[str(one) for one in What])),
            models.UniqueConstraint(
                fields=["watch", "registration", "what", "cause"], name="alert_told_once"
            ),
        ]
        indexes = [models.Index(fields=["watch", "-id"], name="alert_list")]


class Due(models.Model):
    """For whom an alert was, when he is to be told and where; append-only, written with the alert."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="dues")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    channels = models.TextField()

    wall = Wall(through="alert_id", person="person_id", own=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "person"], name="due_once")]
        indexes = [models.Index(fields=["due_at"], name="due_by_time")]


class Told(models.Model):
    """That somebody was told: the message (kernel.messages) whose deliveries prove it; append-only."""

    due = models.OneToOneField(Due, models.PROTECT, related_name="told")
    message_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    wall = Wall(through="due_id")


class Following(models.Model):
    """Up to which day the clock was asked for alerts; one row for each thing that one run does at a time."""

    name = models.TextField(primary_key=True)
    day = models.DateField(null=True)


def pending(now: datetime, since: datetime | None) -> models.QuerySet[Due]:
    """Who is to be told by now and was not; `since`: everybody due before was told, so nobody looks there again."""
    rows = Due.objects.filter(due_at__lte=now, told__isnull=True)
    rows = rows.filter(due_at__gt=since) if since else rows
    return rows.select_related("alert", "alert__watch").order_by(
        "person_id", F("alert__watch_id"), "alert_id"
    )
