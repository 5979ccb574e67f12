"""What pages of higher contexts share about bodies: the body in an address, for who acts for it; and what they add to the page
of a body. They register here when their web.py is loaded; nothing here knows them."""

from collections.abc import Callable

from django.http import Http404

from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor
from shegong.ui.panels import Panel

# The reach over the body has been checked; whom of its people the reader may see is the source's business.
organization_panels: list[Callable[[Actor, Organization], Panel | None]] = []


def own_body(actor: Actor, code: str, permission: str, *, clerk: bool = False) -> Organization:
    """The body of this address (`Organization.code`), for who holds `permission` for it; 404 for every other one."""
    bodies = Organization.objects.acted_for(actor, permission, clerk=clerk)
    found = next((one for one in bodies if one.code == code), None)
    if found is None:
        raise Http404
    return found
