"""Whose clerk asks: what belongs to a provider is changed by a clerk of that body alone."""

from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.work.education.rules import Permission


def require_clerk(by: Actor, organization_id: int) -> None:
    """Refuse unless `by` holds classes for this body."""
    bodies = {a.organization_id for a in by.with_permission(Permission.TEACH) if not a.ranges}
    if not by.is_system and organization_id not in bodies:
        message = N_("Only a clerk of the provider may do this.")
        raise Refused(Obstacle("not_allowed", message, params={"permission": str(Permission.TEACH)}))
