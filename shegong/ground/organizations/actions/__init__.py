"""Changes of bodies and of the duties they hold."""

from shegong.ground.organizations.actions.duties import (
    approve_transfer,
    date_duty,
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)
from shegong.ground.organizations.actions.intake import withdraw_batch
from shegong.ground.organizations.actions.loading import import_schools, open_offices
from shegong.ground.organizations.actions.organizations import (
    dissolve_organization,
    edit_organization,
    register_organization,
    rename_organization,
)

__all__ = [
    "approve_transfer",
    "date_duty",
    "dissolve_organization",
    "edit_organization",
    "import_schools",
    "open_offices",
    "propose_transfer",
    "refuse_transfer",
    "register_organization",
    "rename_organization",
    "withdraw_batch",
    "withdraw_transfer",
]
