"""For whom an actor writes, receives and signs: the body of each grant, and bodies whose work that body does."""

from django.db.models import Q

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Duties
from shegong.kernel.access import Actor, Authority


def own_bodies(actor: Actor, *permissions: str) -> frozenset[int]:
    """Ids of the bodies of the grants that carry one of `permissions`: that of the grant, else the civil affairs office
    of its place."""
    held = [a for permission in permissions for a in actor.with_permission(permission)]
    return frozenset(pk for a in held for pk in bodies_of_grant(a))


def of_bodies(actor: Actor, permission: str, column: str = "organization") -> Q:
    """Condition: the body in `column` is one for which the actor holds `permission`, or is placed under one (a leading
    group and its office)."""
    own = own_bodies(actor, permission)
    return Q(**{f"{column}__in": own}) | Q(**{f"{column}__parent__in": own}) if own else Q(pk__in=[])


def bodies_of(actor: Actor, *permissions: str) -> frozenset[int]:
    """Ids of all bodies for which the actor holds one of `permissions`; see `of_bodies`."""
    own = own_bodies(actor, *permissions)
    if not own:
        return own
    return own | frozenset(Organization.objects.filter(parent__in=own).values_list("pk", flat=True))


def bodies_of_grant(authority: Authority) -> set[int]:
    """Ids of the bodies for which one grant is: the one it names, else the civil affairs office of its place."""
    if authority.organization_id:
        return {authority.organization_id}
    if authority.region_code is None:
        return set()
    rows = Duty.objects.current().filter(
        duty=Duties.SOCIAL_WORK, region_code=authority.region_code, during__upper_inf=True
    )
    return set(rows.values_list("organization_id", flat=True))


def acts_for(actor: Actor, organization_id: int, permission: str) -> bool:
    """Whether the actor holds `permission` for this body."""
    return actor.is_system or organization_id in bodies_of(actor, permission)


def authority_over(actor: Actor, organization_id: int, permission: str) -> Authority | None:
    """The grant under which the actor does `permission` for this body, for the journal."""
    held = actor.with_permission(permission)
    return next((a for a in held if a.organization_id == organization_id), next(iter(held), None))
