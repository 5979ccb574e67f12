"""From a signed-in user to an `Actor`: grants in force today, read from the database at every request (D18)."""

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from shegong.ground.accounts.models import Grant, User
from shegong.ground.accounts.roles import roles
from shegong.ground.regions import models as regions
from shegong.ground.regions.rules.tree import Tree
from shegong.kernel.access import Actor, Authority

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def grants_of(person_id: int | None, day: date) -> QuerySet[Grant]:
    """The grants of a person in force on `day`, each with the level of its region and the name of its office."""
    found = Grant.objects.on(day).filter(person_id=person_id)
    return found.select_related("organization", "region").order_by("id")


def authorities_of(person_id: int | None, day: date) -> tuple[Authority, ...]:
    """What the person may do on `day`, and where. A role that the policy no longer names gives nothing."""
    if person_id is None:
        return ()
    grants = [grant for grant in grants_of(person_id, day) if grant.role in roles()]
    if not grants:
        return ()
    divisions = regions.tree()
    return tuple(_authority(grant, day, divisions) for grant in grants)


def _authority(grant: Grant, day: date, divisions: Tree) -> Authority:
    role = roles()[grant.role]
    return Authority(
        role=role.code,
        permissions=role.permissions,
        ranges=divisions.ranges(grant.region_code, day, tree=grant.tree) if role.reach == "region" else (),
        region_code=grant.region_code,
        level=grant.region.level,
        organization_id=grant.organization_id,
        office_name=grant.organization.name,
    )


def has_factor(user: User) -> bool:
    """Whether the user has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def actor_for(user: User, day: date, **request: Any) -> Actor:
    """The Actor of `user` on `day`, with the authorities of all grants in force (a second factor is the edge's matter)."""
    return Actor(
        user_id=user.pk,
        person_id=user.person_id,
        name=getattr(user, "shown_name", None) or "",
        authorities=authorities_of(user.person_id, day),
        **request,
    )


def actor_of_user(user_id: int, day: date) -> Actor | None:
    """The Actor behind a user, for jobs that go on in that person's name; None when the account is disabled or gone."""
    user = User.objects.filter(pk=user_id, disabled_at__isnull=True).first()
    return actor_for(user, day) if user is not None else None


def holders(
    permission: str, day: date, *, body: int | None = None, region_code: int | None = None
) -> list[int]:
    """Persons with an open account who hold `permission` by a grant in exactly this body, or over exactly this division."""
    carrying = [role.code for role in roles().values() if permission in role.permissions]
    found = Grant.objects.on(day).filter(
        role__in=carrying, person__user__disabled_at=None, person__user__isnull=False
    )
    if body is not None:
        found = found.filter(organization_id=body)
    if region_code is not None:
        found = found.filter(region_code=region_code)
    return sorted(set(found.values_list("person_id", flat=True)))
