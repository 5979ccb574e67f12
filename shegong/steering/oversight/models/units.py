"""The units of the plan: which are below a division, which office answers for each, who is told."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Duties
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules.tree import REPORTING
from shegong.kernel.access import Actor, Authority, holders

PROVINCE, PREFECTURE = 1, 2


def units_below(region_code: int, day: date) -> list[int]:
    """The units that report to a division on `day`: the ten of the province, the counties of one of these."""
    place = tree().at(region_code, day)
    if place is None:
        return []
    if place.level == PROVINCE:
        return sorted(tree().units(PREFECTURE, day, REPORTING))
    return sorted(tree().children(place.code, day, REPORTING)) if place.level == PREFECTURE else []


def same_today(region_code: int, on: date) -> int:
    """The code that stands on `on` for a division of an earlier day."""
    place = tree().at(region_code, on)
    return place.code if place else region_code


def bodies_of_units(regions: Iterable[int], duty: str, on: date) -> dict[int, Organization]:
    """The office that answers for each unit on `on`: who holds the sub-plan's duty there, else the work on social workers."""
    today = {code: same_today(code, on) for code in regions}
    rows = Duty.objects.in_force(on).filter(
        duty__in=(duty, Duties.SOCIAL_WORK), region__in=set(today.values())
    )
    found: dict[int, Organization] = {}
    for row in sorted(rows.select_related("organization"), key=lambda row: row.duty == duty):
        found[row.region_code] = row.organization
    return {code: found[now] for code, now in today.items() if now in found}


def candidates_below(region_code: int, duty: str, on: date) -> list[Organization]:
    """The offices that answer for the units below a place and below these, each once, in the order of their divisions."""
    units, places = units_below(region_code, on), tree()
    lower = [code for unit in units for code in units_below(unit, on)]
    found = bodies_of_units([*units, *lower], duty, on)
    return list({found[code].pk: found[code] for code in sorted(found) if places.at(code, on)}.values())


def authority_of_unit(
    by: Actor, permission: str, region_code: int, body_id: int | None, on: date
) -> Authority | None:
    """The grant under which the actor answers for a unit: given over exactly this division, or in the office that answers."""
    now = same_today(region_code, on)
    held = by.with_permission(permission)
    return next(
        (a for a in held if a.region_code == now or (a.organization_id and a.organization_id == body_id)),
        None,
    )


def own_units(actor: Actor, permission: str) -> Q:
    """Condition: rows with `region` and `body` of units that the actor answers for, by place or by office."""
    places = [one.region_code for one in actor.with_permission(permission) if one.region_code]
    return Q(region__in=places) | Q(body__in=actor.bodies(permission))


def people_of_unit(permission: str, region_code: int, body_id: int | None, on: date) -> list[int]:
    """Who answers for a unit: those given the right over the division, and those in its office."""
    found = set(holders(permission, on, region_code=same_today(region_code, on)))
    if body_id:
        found |= set(holders(permission, on, body=body_id))
    return sorted(found)
