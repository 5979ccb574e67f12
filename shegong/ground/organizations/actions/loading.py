"""Many bodies at once: the civil affairs offices of a province, and its colleges. One journal entry a batch."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Model

from shegong.ground.organizations.actions.organizations import found_by
from shegong.ground.organizations.models import Duty, Organization, OrganizationName, School
from shegong.ground.organizations.rules import Duties, Kind, NamePeriod, Permission, office_names
from shegong.ground.organizations.rules.offices import merged
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING, Place
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.temporal import days
from shegong.kernel.text import N_

DEFAULT_BASIS = N_("Civil affairs line by default (M1.d)")


@transaction.atomic
def open_offices(province: int, *, by: Actor, on: date) -> list[Organization]:
    """A civil affairs office for the province, each prefecture, county and managed area that has none; the new ones.

    Each holds the daily work on social workers and the registration, also over the codes its division had before.
    """
    require(by, Permission.EDIT, province)
    known = set(Duty.objects.filter(duty=Duties.SOCIAL_WORK).values_list("region_code", flat=True))
    units = tree()
    places = [
        place for place in units.alive(on)
        if place.level <= 3 and place.code not in known and units.ancestor(place.code, 1, on, REPORTING) == province
    ]  # fmt: skip
    offices = [(place, office_names(units, place, on)) for place in places]
    bodies = Organization.objects.bulk_create(
        [_office(place, names[-1].name, names) for place, names in offices]
    )
    pairs = list(zip(bodies, offices, strict=True))
    rows: list[Model] = [*bodies, *OrganizationName.objects.bulk_create(_name_rows(pairs))]
    rows += Duty.objects.bulk_create(_duty_rows(pairs, known))
    if rows:
        journal.write(
            "organizations.office.open", by=by, subject=bodies[0], region_code=province, rows=rows,
            facts={"offices": len(bodies)},
        )  # fmt: skip
    return bodies


def _office(place: Place, name: str, names: Iterable[NamePeriod]) -> Organization:
    return Organization(
        kind=Kind.GOVERNMENT_DEPARTMENT, level=place.level, region_code=place.code, system="civil_affairs", name=name,
        source="divisions", **found_by(name, *(period.name for period in names)),
    )  # fmt: skip


Pairs = list[tuple[Organization, tuple[Place, list[NamePeriod]]]]


def _name_rows(pairs: Pairs) -> list[OrganizationName]:
    return [
        OrganizationName(organization=body, name=period.name, during=days(period.start, period.end))
        for body, (_, names) in pairs
        for period in merged(names)
    ]


def _duty_rows(pairs: Pairs, known: set[int]) -> list[Duty]:
    """For every code that the division had, the days on which it had it."""
    rows = []
    for body, (_, names) in pairs:
        spans: dict[int, tuple[date | None, date | None]] = {}
        for period in names:
            spans[period.code] = (spans.get(period.code, (period.start, None))[0], period.end)
        rows += [
            Duty(
                duty=duty, region_code=code, organization=body, during=days(start, end), basis=DEFAULT_BASIS,
                seal_name=body.name,
            )
            for code, (start, end) in spans.items()
            if code not in known
            for duty in (Duties.SOCIAL_WORK, Duties.REGISTRATION)
        ]  # fmt: skip
    return rows


@transaction.atomic
def import_schools(
    rows: Iterable[Mapping[str, str]], *, by: Actor, on: date, provenance: str = ""
) -> list[Organization]:
    """Colleges of a list (columns as in hei/jilin_hei.csv) that are not known by their code; the new ones.

    A later name with its year in brackets is a rename on 1 January of that year; one without stays a note.
    """
    known = set(School.objects.values_list("school_code", flat=True))
    wanted = [row for row in rows if row["moe_code"] not in known]
    for row in wanted:
        require(by, Permission.EDIT, int(row["prefecture_code"]) * 1000)
    bodies = Organization.objects.bulk_create([_college(row) for row in wanted])
    pairs = list(zip(bodies, wanted, strict=True))
    names = [name for body, row in pairs for name in _college_names(body, row)]
    changed: list[Model] = [*bodies, *OrganizationName.objects.bulk_create(names)]
    School.objects.bulk_create([_school(body, row, provenance) for body, row in pairs])
    if bodies:
        journal.write(
            "organizations.school.import",
            by=by,
            subject=bodies[0],
            rows=changed,
            facts={"schools": len(bodies)},
        )
    return bodies


def _later_name(row: Mapping[str, str]) -> tuple[str, int | None]:
    """(name, year of the rename or None)."""
    found = re.fullmatch(r"(.+?)[((](\d{4})[))]", row["later_name_from_memory"].strip())
    return (found[1], int(found[2])) if found else (row["later_name_from_memory"].strip(), None)


def _college(row: Mapping[str, str]) -> Organization:
    later, year = _later_name(row)
    name = later if year else row["name_in_source"]
    others = [other for other in (row["name_in_source"], later) if other and other != name]
    return Organization(
        kind=Kind.UNIVERSITY, level=2, region_code=int(row["prefecture_code"]) * 1000, name=name,
        source="school list", **found_by(name, *others),
    )  # fmt: skip


def _college_names(body: Organization, row: Mapping[str, str]) -> list[OrganizationName]:
    later, year = _later_name(row)
    change = date(year, 1, 1) if year else None
    found = [OrganizationName(organization=body, name=row["name_in_source"], during=days(None, change))]
    return found + ([OrganizationName(organization=body, name=later, during=days(change))] if change else [])


def _school(body: Organization, row: Mapping[str, str], provenance: str) -> School:
    later, year = _later_name(row)
    note = f"later name from memory: {later}" if later and not year else ""
    offered = {"Y": True, "N": False}
    return School(
        organization=body, school_code=row["moe_code"], level=row["level"], authority=row["authority"],
        ownership=row["ownership"], offers_bsw=offered.get(row["bsw"]), offers_msw=offered.get(row["msw"]),
        programme_confidence=row["programme_confidence"],
        provenance="; ".join(part for part in (provenance, row["programme_source"], note) if part),
    )  # fmt: skip
