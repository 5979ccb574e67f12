"""Who works where: the declared relation of a person with an employer, and what the other side answered."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import SOURCE_KNOWN, Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.lost_time import Lost, extended
from shegong.kernel.outages import lost_time
from shegong.kernel.policy import Policy, load
from shegong.kernel.temporal import CURRENT, HOLDING, Dated, DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Places, Wall
from shegong.work.employment.rules import (
    CONFIRMING,
    FOR_COUNTY,
    WAITING,
    Answer,
    EmploymentPolicy,
    Side,
    What,
)

WAITS = Q(state__in=[str(state) for state in WAITING])


@cache
def _policy() -> Policy[EmploymentPolicy]:
    return load(settings.POLICY_DIR / "employment.toml", EmploymentPolicy)


def employment_policy(on: date) -> EmploymentPolicy:
    """The version of policy/employment.toml that holds on `on`."""
    return _policy().on(on)


def newest_policy() -> EmploymentPolicy:
    """The last version: how figures are counted for every day."""
    return _policy().versions[-1].value


class EmploymentQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of employments."""


class Employment(Dated, Recorded, Batched):
    """Relation of a person with an employer; several may run, one is the main one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    employer = models.ForeignKey(Organization, models.PROTECT, related_name="employments")
    region = RegionField()
    entry = models.TextField(default="declared")
    main = models.BooleanField(default=True)
    position = models.TextField(blank=True)
    service_field = models.TextField(blank=True)
    source = models.TextField(default="self")

    objects = EmploymentQuerySet.as_manager()
    journalled = ("person_id", "employer_id", "region_code", "main", "during")
    wall = Wall(region="region_code", person="person_id", body="employer_id")
    wall_places = Places(body="employer_id", where=HOLDING)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="employment_entry",
                condition=Q(entry__in=["open_recruitment", "transfer", "direct", "declared", "import"]),
            ),
            models.CheckConstraint(name="employment_source", condition=SOURCE_KNOWN),
            ExclusionConstraint(
                name="employment_one_main",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=CURRENT & Q(main=True),
            ),
        ]
        indexes = [models.Index(fields=["employer", "person"], condition=CURRENT, name="employment_staff")]


class ConfirmationQuerySet(ScopedQuerySet):
    """Reads of questions."""

    def waiting(self) -> Self:
        """Those without an end."""
        return self.filter(WAITS)

    def for_county(self) -> Self:
        """Disputed or never answered: the county decides."""
        return self.filter(state__in=[str(state) for state in FOR_COUNTY])

    def asking(self, side: str) -> Self:
        """Those that this side may still answer."""
        return self.filter(side=side, state__in=[str(Answer.ASKED), str(Answer.SILENT)])


class Confirmation(models.Model):
    """What one side said of an employment (known by person, employer and first day) and the other is asked about."""

    workflow = CONFIRMING

    person = models.ForeignKey(Person, models.PROTECT, related_name="confirmations")
    employer = models.ForeignKey(Organization, models.PROTECT, related_name="confirmations")
    region = RegionField()
    what = models.TextField()
    side = models.TextField()
    since = models.DateField()
    ends_on = models.DateField(null=True)  # of an end: the first day without it
    position = models.TextField(blank=True)
    service_field = models.TextField(blank=True)
    main = models.BooleanField(default=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField()
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # why it was denied
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ruling = models.TextField(blank=True)  # why the county decided so
    state = models.TextField(default=Answer.ASKED)
    version = models.IntegerField(default=0)

    objects = ConfirmationQuerySet.as_manager()
    journalled = (
        "person_id", "employer_id", "region_code", "what", "side", "since", "ends_on", "due_on", "answered_by_id",
        "decided_by_id", "state", "version",
    )  # fmt: skip
    wall = Wall(region="region_code", person="person_id", body="employer_id")
    # Whoever must answer or decide sees whom it is about, also before she is on the staff.
    wall_places = Places(body="employer_id", where="state IN ('asked', 'silent', 'disputed')")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="confirmation_state", condition=Q(state__in=[str(state) for state in Answer])
            ),
            models.CheckConstraint(
                name="confirmation_what", condition=Q(what__in=[str(one) for one in What])
            ),
            models.CheckConstraint(
                name="confirmation_side", condition=Q(side__in=[str(one) for one in Side])
            ),
            models.CheckConstraint(
                name="confirmation_end_has_day",
                condition=Q(what=str(What.BEGIN), ends_on__isnull=True)
                | Q(what=str(What.END), ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="confirmation_not_by_oneself",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("person")),
            ),
            models.CheckConstraint(
                name="confirmation_decided_by_somebody",
                condition=Q(state__in=["upheld", "dismissed"], decided_by__isnull=False)
                | Q(~Q(state__in=["upheld", "dismissed"]), decided_by__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["person", "employer", "since", "what"], condition=WAITS, name="confirmation_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state", "due_on", "id"], name="confirmation_list"),
            models.Index(fields=["employer", "state"], name="confirmation_staff"),
        ]

    @property
    def answer_by(self) -> date:
        """Last day to answer, with the hours of outages since the question was put given back."""
        return self.ends_after(lost_time())

    def ends_after(self, lost: Iterable[Lost]) -> date:
        """The same where the hours lost are at hand, for many questions at once."""
        return extended(self.due_on, lost, opened=timezone.localdate(self.asked_at))

    def row(self) -> "Employment | None":
        """The employment that is spoken of, as the register stands by it now; None where none is on record."""
        rows = Employment.objects.current().filter(
            person=self.person_id, employer=self.employer_id, during__startswith=self.since
        )
        return rows.order_by("-pk").first()
