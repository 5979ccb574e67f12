"""For whom an actor writes, receives and signs: the body of each grant, and bodies whose work that body does."""

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Duties
from shegong.kernel.access import Actor, Authority


def bodies_of(actor: Actor, *permissions: str) -> frozenset[int]:
    """Ids of the bodies for which the actor holds one of `permissions`: that of each grant, else the civil affairs
    office of its place; and bodies placed under it (a leading group and its office)."""
    held = [a for permission in permissions for a in actor.with_permission(permission)]
    own = {a.organization_id for a in held if a.organization_id}
    own |= {pk for a in held if not a.organization_id for pk in _offices(a)}
    if not own:
        return frozenset()
    return frozenset(own) | frozenset(
        Organization.objects.filter(parent__in=own).values_list("pk", flat=True)
    )


def _offices(authority: Authority) -> set[int]:
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
