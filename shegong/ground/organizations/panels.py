"""What higher contexts add to the page of a body. They register here when their web.py is loaded; nothing here knows them."""

from collections.abc import Callable

from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor
from shegong.ui.panels import Panel

# The reach over the body has been checked; whom of its people the reader may see is the source's business.
organization_panels: list[Callable[[Actor, Organization], Panel | None]] = []
