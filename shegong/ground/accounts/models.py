"""Means of signing in, and grants: role × region × organization, dated, given by another than the one who asks."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from shegong.ground.accounts.key_orders import KeyOrder as KeyOrder
from shegong.ground.accounts.rules import REQUESTS
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, PersonName
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.temporal import CURRENT, Dated, DatedQuerySet
from shegong.kernel.walls_rows import Open, Wall


class UserManager(BaseUserManager["User"]):
    """Makes users; who they are is a `Person`, what they may do are grants."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """Users with `shown_name`, the name in force today, in the same query: each request needs it."""
        name = PersonName.objects.filter(
            CURRENT, person=OuterRef("person_id"), during__contains=TruncDate(Now())
        )
        return super().get_queryset().annotate(shown_name=Subquery(name.values("name")[:1]))

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
    enabled_at = models.DateTimeField(null=True)  # opened again; as good as a use
    warned_at = models.DateTimeField(null=True)  # told that nobody uses it
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

    wall = Open("Read to learn who signs in, before anybody acts.")


class SignInQuerySet(models.QuerySet["SignIn"]):
    """Reads of sign-ins."""

    def open(self) -> Self:
        """Sign-ins that were not ended."""
        return self.filter(ended_at=None)

    def touch(self, number: int, user_id: int, idle: timedelta | None = None) -> bool:
        """Whether sign-in `number` of this user is open; notes the use, at most every five minutes.

        One that nobody used for longer than `idle` ends here.
        """
        row = self.open().filter(pk=number, user_id=user_id).values_list("seen_at", flat=True).first()
        if row is None:
            return False
        unused = timezone.now() - row
        if idle is not None and unused > idle:
            self.filter(pk=number).update(ended_at=Now())
            return False
        if unused > timedelta(minutes=5):
            self.filter(pk=number).update(seen_at=Now())
        return True


class SignIn(models.Model):
    """One sign-in on one device; ended ones are refused at the next request. Holds no address of the network."""

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins")
    device = models.TextField(blank=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    objects = SignInQuerySet.as_manager()
    wall = Open("Read to learn whether a session is open, before anybody acts.")

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], condition=Q(ended_at=None), name="sign_in_open")]


class BoundIdentityQuerySet(models.QuerySet["BoundIdentity"]):
    """Reads of bound identities."""

    def bound(self) -> Self:
        """Those that still let their user in."""
        return self.filter(ended_at=None)


class BoundIdentity(models.Model):
    """Who a trusted sign-in service says somebody is, bound to a user by the user herself. Only a keyed hash of the
    service's own name for her is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="bound_identities")
    provider = models.TextField()
    subject_index = models.BinaryField()
    bound_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    objects = BoundIdentityQuerySet.as_manager()
    journalled = ("user_id", "provider", "subject_index", "ended_at")
    wall = Open("Read to learn who signs in, before anybody acts.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject_index"], condition=Q(ended_at=None), name="bound_one_user"
            ),
            models.UniqueConstraint(
                fields=["user", "provider"], condition=Q(ended_at=None), name="bound_once_a_service"
            ),
        ]


class CodeRequest(models.Model):
    """A one-time code sent to a phone or an address: ten minutes, few attempts; only a keyed hash of it is kept."""

    token = models.UUIDField(primary_key=True)
    purpose = models.TextField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.TextField()
    value = models.BinaryField()  # sealed, AAD row = token
    index = models.BinaryField()
    code_hash = models.BinaryField()
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    sealed = (("value", "token"),)
    wall = Open("Sealed; read to learn who signs in, before anybody acts.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="code_request_purpose", condition=Q(purpose__in=["enter", "contact"])
            ),
            models.CheckConstraint(name="code_request_kind", condition=Q(kind__in=["phone", "email"])),
            models.CheckConstraint(
                name="code_request_attempts", condition=Q(attempts__gte=0, attempts__lte=5)
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="code_request_expiry")]


class GrantQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of grants."""

    def in_force(self, moment: datetime) -> Self:
        """Grants that hold on the day of `moment`."""
        return self.on(timezone.localdate(moment))


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
    journalled = (
        "person_id",
        "role",
        "organization_id",
        "region_code",
        "during",
        "proposed_by_id",
        "approved_by_id",
    )
    wall = Open("Read to learn what somebody may do, before anybody acts; who holds an office is no secret.")

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

    workflow = REQUESTS

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
    wall = Wall(region="region_code", person="person_id", own=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_request_four_eyes",
                condition=~Q(person=F("proposed_by"))
                & (
                    Q(decided_by__isnull=True)
                    | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person")))
                ),
            ),
            models.CheckConstraint(
                name="grant_request_state",
                condition=Q(state__in=["proposed", "approved", "refused", "withdrawn"]),
            ),
        ]
