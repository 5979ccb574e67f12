"""Who waits for a seat of a full class, in the order in which they came (T3.3)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.walls_acting import lifted
from shegong.kernel.walls_rows import Wall
from shegong.work.education.models.courses import Course
from shegong.work.education.rules.waiting import IN_LINE, WAITING_FLOW, WaitingState


class WaitingQuerySet(ScopedQuerySet):
    """Reads of waiting lists."""

    def in_line(self) -> Self:
        """Those without an end, the first first."""
        return self.filter(state__in=list(map(str, IN_LINE))).order_by("pk")


def ahead_of(place: "WaitingPlace") -> int:
    """How many others wait before her; their number alone."""
    with lifted("how long the line is before somebody, not who stands in it"):
        return int(WaitingPlace.objects.in_line().filter(course=place.course_id, pk__lt=place.pk).count())


class WaitingPlace(models.Model):
    """A place on the waiting list of a class. While a seat is offered it is counted among the seats taken."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="waiting")
    person = models.ForeignKey(Person, models.PROTECT, related_name="waiting_places")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    joined_at = models.DateTimeField(db_default=Now())
    kept_until = models.DateTimeField(null=True)
    state = models.TextField(default=str(WaitingState.WAITING))
    version = models.IntegerField(default=0)

    workflow = WAITING_FLOW
    objects = WaitingQuerySet.as_manager()
    journalled = ("course_id", "person_id", "kept_until", "state", "version")
    wall = Wall(region="region_code", person="person_id", body="organization_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waiting_place_once",
            ),
            models.CheckConstraint(name="waiting_place_state", condition=Q(state__in=list(WaitingState))),
            models.CheckConstraint(
                name="waiting_place_kept", condition=~Q(state="offered") | Q(kept_until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["kept_until"], condition=Q(state="offered"), name="waiting_place_due"),
        ]
