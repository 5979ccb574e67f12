"""Changes of bodies and of the duties they hold."""

from shegong.ground.organizations.actions.duties import transfer_duty
from shegong.ground.organizations.actions.intake import withdraw_batch
from shegong.ground.organizations.actions.loading import import_schools, open_offices
from shegong.ground.organizations.actions.organizations import (
    dissolve_organization,
    edit_organization,
    register_organization,
    rename_organization,
)

__all__ = [
    "dissolve_organization", "edit_organization", "import_schools", "open_offices", "register_organization",
    "rename_organization", "transfer_duty", "withdraw_batch",
]  # fmt: skip
