"""Means of signing in, and grants: role × region × organization, dated, given by another than the one who asks."""

from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.temporal import Dated, DatedQuerySet


class UserManager(BaseUserManager["User"]):
    """Makes users; who they are is a `Person`, what they may do are grants."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a hashed password (unusable when None)."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A means of signing in. `username` is chosen for staff and opaque for people who sign in by phone or e-mail."""

    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="user")
    username = models.TextField(unique=True)
    disabled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """False from the moment of disabling: signing in and every further request are refused."""
        return self.disabled_at is None

    @property
    def is_staff(self) -> bool:
        return False


class GrantQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of grants."""

    def in_force(self, moment: datetime) -> Self:
        """Grants that hold on the day of `moment`."""
        return self.on(moment.date())


class Grant(Dated):
    """A role of a person in a body over a region. Two others gave it: one proposed, one approved (D19)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = models.TextField()
    role_group = models.TextField(blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants")
    region = RegionField()
    tree = models.TextField(default="legal")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = GrantQuerySet.as_manager()
    journalled = ("person_id", "role", "organization_id", "region_code", "during", "proposed_by_id", "approved_by_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_four_eyes",
                condition=~Q(person=F("proposed_by"))
                & ~Q(person=F("approved_by"))
                & ~Q(proposed_by=F("approved_by")),
            ),
            models.CheckConstraint(name="grant_tree", condition=Q(tree__in=["legal", "reporting"])),
            ExclusionConstraint(
                name="grant_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            # 三员分立: system, security and audit administrator never in one person.
            ExclusionConstraint(
                name="grant_three_administrators",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role_group", RangeOperators.NOT_EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=~Q(role_group=""),
            ),
        ]


class GrantRequest(models.Model):
    """Somebody proposes a grant; another decides."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grant_requests")
    role = models.TextField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.TextField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default="proposed")
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_request_four_eyes",
                condition=~Q(person=F("proposed_by"))
                & (Q(decided_by__isnull=True) | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person")))),
            ),
            models.CheckConstraint(
                name="grant_request_state", condition=Q(state__in=["proposed", "approved", "refused", "withdrawn"])
            ),
        ]
