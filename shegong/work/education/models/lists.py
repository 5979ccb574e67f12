"""Class lists as they were handed in: a frozen line a person, and what the check said (T3.3)."""

from typing import Self

from django.db import models
from django.db.models import Q

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall
from shegong.work.education.models.courses import Course, Enrolment
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import LIST_FLOW, LIST_STATES, ListState


class ClassListQuerySet(ScopedQuerySet):
    """Reads of class lists."""

    def for_officer(self, actor: Actor) -> Self:
        """Those that wait for this officer: to look first, or second where somebody else was the first."""
        first = self.visible_to(actor, Permission.CHECK).filter(state=ListState.WAITING)
        second = self.visible_to(actor, Permission.APPROVE).filter(state=ListState.VOUCHED)
        return first | second.exclude(vouched_by=actor.person_id or 0)


class ClassList(models.Model):
    """A hand-in: by page, workbook or API. What policy lets through unchecked is accepted as it comes in."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="lists")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    how = models.TextField()
    sent_on = models.DateField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    people = models.IntegerField()
    passed = models.IntegerField()
    minutes = models.IntegerField()
    why_checked = models.TextField(blank=True)
    state = models.TextField(default=str(ListState.WAITING))
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    reason = models.TextField(blank=True)
    # Of a locked year: who let the list through first, and why it comes so late.
    vouched_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    vouched_on = models.DateField(null=True)
    why_late = models.TextField(blank=True)
    version = models.IntegerField(default=0)

    workflow = LIST_FLOW
    objects = ClassListQuerySet.as_manager()
    journalled = ("course_id", "organization_id", "how", "sent_on", "people", "passed", "minutes", "state")
    wall = Wall(region="region_code", body="organization_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(state__in=["waiting", "vouched", "accepted"]),
                name="class_list_one_standing",
            ),
            models.CheckConstraint(name="class_list_state", condition=Q(state__in=list(LIST_STATES))),
            models.CheckConstraint(name="class_list_how", condition=Q(how__in=["page", "workbook", "api"])),
            models.CheckConstraint(name="class_list_counts", condition=Q(passed__lte=models.F("people"))),
            models.CheckConstraint(
                name="class_list_two_people",
                condition=Q(vouched_by=None) | ~Q(state="accepted") | ~Q(decided_by=models.F("vouched_by")),
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "id"], name="class_list_queue")]


class ListLine(models.Model):
    """What the list says of one person; frozen."""

    list = models.ForeignKey(ClassList, models.PROTECT, related_name="lines")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+")
    half_days = models.SmallIntegerField()
    minutes = models.IntegerField()
    score = models.SmallIntegerField(null=True)
    passed = models.BooleanField()
    why_not = models.TextField(blank=True)
    certificate_no = models.TextField(blank=True)

    journalled = ("list_id", "enrolment_id", "half_days", "minutes", "score", "passed", "certificate_no")
    wall = Wall(through="list_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "enrolment"], name="list_line_once")]
