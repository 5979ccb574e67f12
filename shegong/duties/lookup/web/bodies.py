"""The bodies that the reader acts for: as the clerk of an employer, as an officer of an office."""

from shegong.duties.registry.rules import Permission
from shegong.ground.organizations import panels
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor, Authority


def own_body(actor: Actor, code: str) -> Organization:
    """The body of this address, if the actor is its clerk; 404 for every other one."""
    return panels.own_body(actor, code, Permission.STAFF)


def offices_of(actor: Actor) -> list[Authority]:
    """The offices whose area the actor may read, each with its region."""
    found = {
        (a.organization_id, a.region_code): a
        for a in actor.with_permission(Permission.READ)
        if a.organization_id and a.region_code and a.ranges
    }
    return list(found.values())
