"""Groups of addressees: a name that becomes bodies on the day (N0). Contexts above add theirs by `register_group`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Duties, Kind
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.text import N_

Resolve = Callable[[Organization, date], Sequence[Organization]]


@dataclass(frozen=True)
class AddressGroup:
    """`title` is a source string; `resolve(issuer, day)` gives its bodies; `words` is printed instead of their names."""

    name: str
    title: str
    resolve: Resolve
    words: str = ""


_groups: dict[str, AddressGroup] = {}


def register_group(group: AddressGroup) -> AddressGroup:
    """Offer a group on the drafting page; the same name again replaces it."""
    _groups[group.name] = group
    return group


def address_groups() -> Mapping[str, AddressGroup]:
    """All groups by name."""
    return _groups


def _offices(codes: Sequence[int], day: date, but: int) -> list[Organization]:
    rows = (
        Duty.objects.in_force(day)
        .filter(duty=Duties.SOCIAL_WORK, region_code__in=codes)
        .exclude(organization=but)
    )
    found = {row.region_code: row.organization for row in rows.select_related("organization")}
    return list(dict.fromkeys(found[code] for code in codes if code in found))


def units_of(issuer: Organization, day: date) -> list[Organization]:
    """The offices of all prefecture units of the issuer's province: nine prefectures and the managed area."""
    units = tree()
    province = units.ancestor(issuer.region_code, 1, day, REPORTING)
    codes = [
        code for code in units.units(2, day, REPORTING) if units.ancestor(code, 1, day, REPORTING) == province
    ]
    return _offices(codes, day, issuer.pk)


def counties_of(issuer: Organization, day: date) -> list[Organization]:
    """The offices of all counties below the issuer's place: of the province, or of its prefecture."""
    units = tree()
    place = units.at(issuer.region_code, day)
    level = place.level if place else 1
    codes = [
        code
        for code in units.units(3, day, REPORTING)
        if level < 3 and units.ancestor(code, level, day, REPORTING) == issuer.region_code
    ]
    return _offices(codes, day, issuer.pk)


def departments_of(issuer: Organization, day: date) -> list[Organization]:
    """Departments of Party and government and mass bodies seated at the issuer's place, of its own level."""
    kinds = (Kind.PARTY_DEPARTMENT, Kind.GOVERNMENT_DEPARTMENT, Kind.MASS_ORGANIZATION)
    rows = Organization.objects.existing(day).filter(kind__in=[str(kind) for kind in kinds])
    return list(
        rows.filter(region_code=issuer.region_code, level=issuer.level).exclude(pk=issuer.pk).order_by("pk")
    )


register_group(
    AddressGroup("units", N_("All prefecture units"), units_of, "各市（州）民政局，长白山管委会民政部门")
)
register_group(
    AddressGroup("counties", N_("All counties below the issuer"), counties_of, "各县（市、区）民政局")
)
register_group(AddressGroup("departments", N_("Departments of the same level"), departments_of))
