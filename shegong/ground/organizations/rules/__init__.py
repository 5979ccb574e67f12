"""Bodies: their kinds, names and codes; which office stands for which division; who may change them. Pure."""

from shegong.ground.organizations.rules.duties import DUTIES, Duties, transfer_obstacles
from shegong.ground.organizations.rules.names import name_obstacles, similar_names
from shegong.ground.organizations.rules.offices import NamePeriod, office_name, office_names
from shegong.ground.organizations.rules.registering import KINDS, Kind, Permission, register_obstacles

__all__ = [
    "DUTIES", "KINDS", "Duties", "Kind", "NamePeriod", "Permission", "name_obstacles", "office_name", "office_names",
    "register_obstacles", "similar_names", "transfer_obstacles",
]  # fmt: skip
