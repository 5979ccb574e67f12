"""Counties to choose from, grouped by the ten units of the reporting tree."""

from datetime import date

from django.conf import settings
from django.db.models import Q

from shegong.ground.organizations.models import Organization, OrganizationQuerySet
from shegong.ground.regions.models import tree

Group = tuple[str, list[tuple[int, str]]]


def county_choices(on: date) -> list[Group]:
    """(unit, [(code, name)]) for a select: counties, and the members of a managed area."""
    divisions = tree()
    units = divisions.children(settings.PROVINCE, on, tree="reporting")
    return [
        (
            divisions.name(unit, on),
            [(c, divisions.name(c, on)) for c in divisions.children(unit, on, tree="reporting")],
        )
        for unit in units
    ]


def employers_in(region_code: int, on: date) -> OrganizationQuerySet:
    """Bodies whose seat lies in the unit on `on` and that still exist."""
    where = Q()
    for one in tree().ranges(region_code, on):
        where |= one.q("region_code")
    return Organization.objects.filter(where).existing(on)
