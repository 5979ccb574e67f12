"""Officers for the benchmarks: one county, one prefecture, the province; and the register's list as they ask for it."""

from datetime import date

from django.http import QueryDict

from shegong.duties.registry.web.register import REGISTER
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor, Authority
from shegong.kernel.listing import Asked
from shegong.kernel.listing_filters import Scene

UNITS = {"county": (222401000, 3), "prefecture": (222400000, 2), "province": (220000000, 1)}
HELD = frozenset({"registry.read", "people.read"})


def officer(unit: str, day: date) -> Actor:
    """Who reads the register of one unit."""
    code, level = UNITS[unit]
    ranges = tree().ranges(code, day, tree="reporting")
    held = Authority(role="leader", permissions=HELD, ranges=ranges, region_code=code, level=level)
    return Actor(user_id=1, person_id=1, authorities=(held,))


def asked(actor: Actor, day: date, query: str) -> Asked:
    """The list at one address."""
    return Asked(REGISTER, QueryDict(query), Scene(actor, day, str(REGISTER.permission)))
