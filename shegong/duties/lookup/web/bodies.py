"""The bodies that the reader acts for: as the clerk of an employer, as an officer of an office."""

from django.http import Http404

from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor, Authority


def code_of(body: Organization) -> str:
    """What stands for a body in addresses."""
    return body.uscc or str(body.pk)


def bodies_of(actor: Actor) -> list[Organization]:
    """The bodies whose clerk the actor is."""
    ids = {a.organization_id for a in actor.with_permission(Permission.STAFF) if a.organization_id}
    return list(Organization.objects.filter(pk__in=ids).order_by("pk")) if ids else []


def own_body(actor: Actor, code: str) -> Organization:
    """The body of this address, if the actor is its clerk; 404 for every other one."""
    found = next((one for one in bodies_of(actor) if code_of(one) == code), None)
    if found is None:
        raise Http404
    return found


def offices_of(actor: Actor) -> list[Authority]:
    """The offices whose area the actor may read, each with its region."""
    found = {
        (a.organization_id, a.region_code): a
        for a in actor.with_permission(Permission.READ)
        if a.organization_id and a.region_code and a.ranges
    }
    return list(found.values())
