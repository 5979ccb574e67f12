"""Bodies: their kinds, names and codes; which office stands for which division; who may change them. Pure."""

from shegong.ground.organizations.rules.duties import (
    DUTIES,
    TRANSFERS,
    Duties,
    TransferState,
    duty_name,
    transfer_decision_obstacles,
    transfer_obstacles,
)
from shegong.ground.organizations.rules.names import name_obstacles, similar_names
from shegong.ground.organizations.rules.offices import NamePeriod, office_name, office_names
from shegong.ground.organizations.rules.registering import KINDS, Kind, Permission, register_obstacles

__all__ = [
    "DUTIES", "KINDS", "TRANSFERS", "Duties", "Kind", "NamePeriod", "Permission", "TransferState", "duty_name", "name_obstacles",
    "office_name", "office_names", "register_obstacles", "similar_names", "transfer_decision_obstacles",
    "transfer_obstacles",
]  # fmt: skip
