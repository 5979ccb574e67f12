"""Bodies whose classes count, and how each stood since when (T3.3)."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.work.education.rules.providers import (
    LIVE,
    PROVIDER_FLOW,
    PROVIDER_STATES,
    ProviderState,
    may_teach,
)


class ProviderQuerySet(ScopedQuerySet):
    """Reads of providers."""

    def of_clerk(self, actor: Actor, permission: str) -> Self:
        """The recognitions of the bodies that the actor is clerk of."""
        bodies = [
            a.organization_id for a in actor.with_permission(permission) if a.organization_id and not a.ranges
        ]
        return self.filter(organization__in=bodies)

    def public(self, day: date) -> Self:
        """Recognised on `day`, as the register stands now."""
        return self.filter(Q(during__contains=day), state=ProviderState.RECOGNISED)


class Provider(models.Model):
    """A recognition: which body, for which kinds of teaching, on which days; `reason` of its last step."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="recognitions")
    region = RegionField()
    kinds = ArrayField(models.TextField())
    during = DateRangeField(null=True)
    state = models.TextField(default=str(ProviderState.APPLIED))
    reason = models.TextField(blank=True)
    decision_no = models.TextField(blank=True)
    applied_on = models.DateField()
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=0)

    workflow = PROVIDER_FLOW
    objects = ProviderQuerySet.as_manager()
    journalled = ("organization_id", "region_code", "kinds", "during", "state", "decision_no")
    wall = Open("Which bodies may teach is public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state__in=list(map(str, LIVE))), name="provider_one_live"
            ),
            models.CheckConstraint(name="provider_state", condition=Q(state__in=list(PROVIDER_STATES))),
            models.CheckConstraint(
                name="provider_days", condition=Q(state__in=["applied", "refused"]) | Q(during__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["region", "id"], name="provider_list")]

    def __str__(self) -> str:
        return self.organization.name

    def teaches_on(self, day: date) -> bool:
        """Whether its classes of `day` count, as it stands now."""
        return may_teach(self.state, days_of(self), day)


class ProviderStanding(models.Model):
    """Since when a recognition stands as it does, and why: one row with each step; what was before stays answered."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="standings")
    state = models.TextField()
    on = models.DateField()
    reason = models.TextField(blank=True)

    journalled = ("provider_id", "state", "on")
    wall = Open("How a provider stood on a day is public.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="provider_standing_state", condition=Q(state__in=list(PROVIDER_STATES))
            ),
        ]
        indexes = [models.Index(fields=["provider", "id"], name="provider_standing_order")]


def days_of(provider: Any) -> tuple[date | None, date | None]:
    """The days of a recognition: first, and first no longer."""
    return (provider.during.lower, provider.during.upper) if provider.during else (None, None)


def taught_on(provider: Provider, days: list[date]) -> bool:
    """Whether the provider stood as recognised on each of these days, by the steps of its life."""
    steps = list(provider.standings.order_by("on", "id").values_list("on", "state"))
    for day in days:
        state = next((state for on, state in reversed(steps) if on <= day), ProviderState.APPLIED)
        if not may_teach(state, days_of(provider), day):
            return False
    return bool(days)
