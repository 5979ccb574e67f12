"""Meetings: when, what about, who came."""

from django.db import models
from django.db.models import Q

from shegong.ground.documents.models import Folder, OfficialDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.walls_rows import Wall
from shegong.steering.council.models.conferences import Conference, CouncilQuerySet, Member
from shegong.steering.council.rules import WORKFLOW, Kind, Presence, State

# A member's liaison sees the meetings of a conference in which her body sits: what she sees of `Member` says which.
SEEN_BY_MEMBERS = 'council_member m WHERE m.conference_id = "council_meeting"."conference_id"'


class MeetingQuerySet(CouncilQuerySet):
    """Reads of meetings."""

    conference_column = "conference"


class Meeting(models.Model):
    """A meeting of a conference, numbered by year. Notice and minutes are official documents."""

    workflow = WORKFLOW

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="meetings")
    region = RegionField()
    year = models.SmallIntegerField()
    number = models.SmallIntegerField()
    title = models.TextField()
    held_on = models.DateField()
    place = models.TextField(blank=True)
    notice = models.ForeignKey(OfficialDocument, models.PROTECT, null=True, related_name="+")
    minutes = models.ForeignKey(OfficialDocument, models.PROTECT, null=True, related_name="+")
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    notified_on = models.DateField(null=True)
    state = models.TextField(default=State.PLANNED)
    version = models.IntegerField(default=0)

    objects = MeetingQuerySet.as_manager()
    journalled = (
        "conference_id", "region_code", "year", "number", "title", "held_on", "notice_id", "minutes_id", "folder_id", "state",
        "version",
    )  # fmt: skip
    wall = Wall(region="region_code", also=SEEN_BY_MEMBERS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conference", "year", "number"], name="meeting_number_once"),
            models.CheckConstraint(name="meeting_state", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(
                name="meeting_minuted", condition=~Q(state="minuted") | Q(minutes__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["region", "held_on", "id"], name="meeting_list")]

    def __str__(self) -> str:
        return self.title

    @property
    def has_minutes(self) -> bool:
        """Whether minutes are drafted; a draft that was given up does not count."""
        return self.minutes is not None and self.minutes.state != "dropped"


class AgendaItem(models.Model):
    """One item of the agenda, with who put it there."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    position = models.SmallIntegerField()
    kind = models.TextField()
    title = models.TextField()
    proposer = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")

    journalled = ("meeting_id", "position", "kind", "title", "proposer_id")
    wall = Wall(through="meeting_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once"),
            models.CheckConstraint(name="agenda_kind", condition=Q(kind__in=[str(k) for k in Kind])),
        ]


class Attendance(models.Model):
    """Whether a member came, whom it sent, why it did not come."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    presence = models.TextField()
    name = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    journalled = ("meeting_id", "member_id", "presence")
    wall = Wall(through="meeting_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once"),
            models.CheckConstraint(
                name="attendance_presence", condition=Q(presence__in=[str(p) for p in Presence])
            ),
        ]


def without_attendance(meeting: Meeting) -> models.QuerySet[Member]:
    """Members sitting on the day of the meeting of whom nothing is noted yet."""
    sitting = Member.objects.sitting(meeting.conference, meeting.held_on)
    return sitting.exclude(pk__in=meeting.attendances.values("member"))
