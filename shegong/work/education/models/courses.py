"""Classes (班次), their half-days, and who has a seat (T3.3)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField, tree
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.walls_rows import Open, Wall
from shegong.work.education.models.providers import Provider
from shegong.work.education.rules.courses import COURSE_FLOW, COURSE_STATES, HALVES, CourseState
from shegong.work.education.rules.hand_in import digest_of
from shegong.work.education.rules.providers import PROVIDER_KINDS, ProviderState

NEAREST = 20


class CourseQuerySet(ScopedQuerySet):
    """Reads of classes."""

    def of_clerk(self, actor: Actor, permission: str) -> Self:
        """Classes of the bodies that the actor is clerk of."""
        bodies = [
            a.organization_id for a in actor.with_permission(permission) if a.organization_id and not a.ranges
        ]
        return self.filter(organization__in=bodies)

    def public(self) -> Self:
        """Classes that the public may know of."""
        return self.exclude(state=CourseState.PLANNED)

    def open_for(self, region_code: int | None, on: date) -> Self:
        """Classes near a place that take people on `on`: of its county, else of the county's prefecture, nearest first."""
        return self._announced(region_code, on).filter(taken__lt=F("capacity"))

    def full_for(self, region_code: int | None, on: date) -> Self:
        """The same for classes that have no seat left: one may wait for one."""
        return self._announced(region_code, on).filter(taken__gte=F("capacity"), first_on__gt=on)

    def _announced(self, region_code: int | None, on: date) -> Self:
        found = self.filter(
            Q(enrol_until__isnull=True) | Q(enrol_until__gte=on), state=CourseState.OPEN, last_on__gte=on,
            provider__state=ProviderState.RECOGNISED,
        )  # fmt: skip
        if region_code is None:
            return found.order_by("first_on", "id")
        units = tree()
        county = units.ancestor(region_code, 3, on) or region_code
        wide = units.ancestor(region_code, 2, on) or county
        near, far = (_inside(code, on) for code in (county, wide))
        distance = models.Case(
            models.When(near, then=0), models.When(far, then=1), default=2, output_field=models.IntegerField()
        )  # fmt: skip
        return found.annotate(distance=distance).order_by("distance", "first_on", "id")


def _inside(code: int, on: date) -> Q:
    where = Q(pk__in=[])
    for one in tree().ranges(code, on):
        where |= one.q("region_code")
    return where


class Course(models.Model):
    """One class: what, where, for whom, how many seats. `number` is what its room shows and its list names.

    `taken` is raised and lowered by conditional updates alone; `minutes` and the days are those of its half-days.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="courses")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="courses")
    number = models.IntegerField(unique=True)
    region = RegionField()
    kind = models.TextField()
    title = models.TextField()
    notice = models.TextField(blank=True)
    syllabus = models.TextField()
    teachers = models.TextField(blank=True)
    place = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    levels = ArrayField(models.TextField(), default=list)
    capacity = models.IntegerField()
    taken = models.IntegerField(default=0)
    first_on = models.DateField()
    last_on = models.DateField()
    minutes = models.IntegerField()
    enrol_until = models.DateField(null=True)
    has_test = models.BooleanField(default=True)
    state = models.TextField(default=str(CourseState.PLANNED))
    reason = models.TextField(blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=0)

    workflow = COURSE_FLOW
    objects = CourseQuerySet.as_manager()
    journalled = (
        "provider_id", "organization_id", "number", "region_code", "kind", "title", "capacity", "first_on", "last_on",
        "minutes", "has_test", "state",
    )  # fmt: skip
    wall = Open("Classes are announced to everybody; one in preparation names no person but its teachers.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="course_state", condition=Q(state__in=list(COURSE_STATES))),
            models.CheckConstraint(name="course_kind", condition=Q(kind__in=list(PROVIDER_KINDS))),
            models.CheckConstraint(name="course_seats", condition=Q(taken__gte=0, taken__lte=F("capacity"))),
            models.CheckConstraint(name="course_days", condition=Q(last_on__gte=F("first_on"))),
        ]
        indexes = [
            models.Index(fields=["organization", "first_on"], name="course_of_provider"),
            models.Index(fields=["state", "region"], name="course_open"),
            models.Index(fields=["region", "first_on"], name="course_list"),
        ]

    def __str__(self) -> str:
        return self.title


class HalfDay(models.Model):
    """A half-day of a class: its clock, what it counts, the sealed secret of its codes, and who vouched for its list."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="half_days")
    on = models.DateField()
    half = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.IntegerField()
    teacher = models.TextField(blank=True)
    seal_id = models.UUIDField(unique=True)
    secret = models.BinaryField()
    cosigned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cosigned_at = models.DateTimeField(null=True)
    cosigned_count = models.IntegerField(null=True)
    cosigned_marks = models.TextField(blank=True)  # digest of the marks that were vouched for

    sealed = (("secret", "seal_id"),)
    journalled = (
        "course_id",
        "on",
        "half",
        "starts_at",
        "ends_at",
        "minutes",
        "cosigned_by_id",
        "cosigned_count",
    )
    wall = Open("When a class meets is public; what its room shows is made of the sealed secret.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "on", "half"], name="half_day_once"),
            models.CheckConstraint(name="half_day_known", condition=Q(half__in=list(HALVES))),
            models.CheckConstraint(
                name="half_day_clock",
                condition=Q(ends_at__gt=F("starts_at"), minutes__gt=0, minutes__lte=300),
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="half_day_clocked")]

    def is_signed_for(self, marks: Collection[int]) -> bool:
        """Whether the teacher co-signed these marks and no others; before digests were kept, as many."""
        if self.cosigned_marks:
            return self.cosigned_marks == digest_of(marks)
        return self.cosigned_at is not None and self.cosigned_count == len(marks)


class EnrolmentQuerySet(ScopedQuerySet):
    """Reads of seats."""

    def seated(self) -> Self:
        """Seats that were not given back."""
        return self.filter(cancelled_at__isnull=True)

    def to_come(self) -> Self:
        """Of these, seats in classes whose hours nobody has entered yet."""
        return self.seated().exclude(course__state__in=[CourseState.CREDITED, CourseState.CANCELLED])


class Enrolment(Batched):
    """A person's seat in a class, who put her down, and how she did: test, proof of passing and its number."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    entry = models.TextField(default="self")
    enrolled_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True)
    score = models.SmallIntegerField(null=True)
    passed_test = models.BooleanField(null=True)
    certificate_no = models.TextField(blank=True)

    objects = EnrolmentQuerySet.as_manager()
    journalled = ("course_id", "person_id", "entry", "cancelled_at", "score", "passed_test", "certificate_no")
    wall = Wall(region="region_code", person="person_id", body="organization_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person"], condition=Q(cancelled_at__isnull=True), name="enrolment_once"
            ),
            models.CheckConstraint(name="enrolment_entry", condition=Q(entry__in=["self", "provider", "list"])),
            models.CheckConstraint(name="enrolment_score", condition=Q(score=None) | Q(score__gte=0, score__lte=100)),
            models.UniqueConstraint(
                fields=["organization", "certificate_no"], condition=~Q(certificate_no=""),
                name="enrolment_certificate_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["person", "id"], name="enrolment_person")]


def closing_gap(
    region_code: int | None, on: date, minutes: int, until: date, level: str = ""
) -> list[Course]:
    """Classes that take people of a level on `on` and end by `until`: those whose hours close a gap of `minutes` alone,
    nearest first, then those that close part of it, longest first."""
    rows = Course.objects.open_for(region_code, on).filter(first_on__gte=on, last_on__lte=until)
    if level:
        rows = rows.filter(Q(levels=[]) | Q(levels__contains=[level]))
    found: Sequence[Course] = list(rows[: NEAREST * 3])
    enough = [one for one in found if one.minutes >= minutes]
    part = sorted((one for one in found if one.minutes < minutes), key=lambda one: -one.minutes)
    return [*enough, *part][:NEAREST]
