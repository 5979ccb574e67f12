"""A conference of a division, and the bodies that are its members."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, OuterRef, Q

from shegong.ground.documents.models import own_bodies
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.policy import Policy, load
from shegong.kernel.sealing import open_sealed
from shegong.kernel.temporal import Dated, DatedQuerySet
from shegong.kernel.walls_rows import Open, Wall
from shegong.steering.council.rules import CouncilPolicy

PHONES = {"table": "council_member", "column": "phone"}


@cache
def _policy() -> Policy[CouncilPolicy]:
    return load(settings.POLICY_DIR / "council.toml", CouncilPolicy)


def council_policy(on: date) -> CouncilPolicy:
    """The version of policy/council.toml that holds on `on`."""
    return _policy().on(on)


def sits(bodies: Collection[int], conference: str) -> Exists:
    """Condition: one of these bodies is a member of the conference in this column."""
    return Exists(Member.objects.filter(conference=OuterRef(conference), organization__in=bodies))


class CouncilQuerySet(ScopedQuerySet):
    """Reads of conferences and what is theirs: by place, and by the bodies that are members."""

    conference_column = "pk"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Rows in the actor's reach, and those of conferences in which a body sits that the actor acts for."""
        if actor.is_system:
            return self
        where = Q(pk__in=[])
        for one in actor.reach(permission):
            where |= one.q(self.region_column)
        bodies = own_bodies(actor, permission)
        return self.filter(where | sits(bodies, self.conference_column) if bodies else where)

    def own(self, actor: Actor) -> Self:
        """Conferences belong to bodies, never to a person."""
        return self.none()


class ConferenceQuerySet(CouncilQuerySet, DatedQuerySet):
    """Reads of conferences."""


class Conference(Dated):
    """The joint conference of a province, prefecture or county: who convenes it, whose office follows up."""

    region = RegionField()
    convenor = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    office = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    objects = ConferenceQuerySet.as_manager()
    journalled = ("region_code", "convenor_id", "office_id", "during")
    wall = Open("Which bodies meet is public.")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="conference_one_a_place",
                expressions=[("region", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]


def conference_of(region_code: int, day: date) -> Conference | None:
    """The conference of exactly this division on `day`."""
    return (
        Conference.objects.on(day)
        .filter(region_code=region_code)
        .select_related("convenor", "office")
        .first()
    )


class MemberQuerySet(DatedQuerySet):
    """Reads of members."""

    def sitting(self, conference: Conference, day: date) -> Self:
        """The members of a conference on `day`, in the order in which they came."""
        return (
            self.on(day)
            .filter(conference=conference)
            .select_related("organization")
            .order_by("position", "pk")
        )


class Member(Dated):
    """A body with a seat, who represents it and who is its liaison (联络员); the phone is sealed."""

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="members")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    position = models.SmallIntegerField(default=0)
    representative = models.TextField(blank=True)
    liaison = models.TextField(blank=True)
    seal_id = models.UUIDField(unique=True)
    phone = models.BinaryField(null=True)

    objects = MemberQuerySet.as_manager()
    sealed = (("phone", "seal_id"),)
    journalled = ("conference_id", "organization_id", "during")
    wall = Wall(region="region_code", body="organization_id")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="member_once",
                expressions=[
                    ("conference", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.organization.name


def phone_of(member: Member) -> str:
    """The liaison's phone, opened; "" when there is none. Showing it whole is the caller's matter."""
    return open_sealed(member.phone, **PHONES, row=member.seal_id) if member.phone else ""
