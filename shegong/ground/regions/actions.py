"""Changes of the divisions: a file of a province, what a code becomes, a managed area. All by the province, by file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from shegong.ground.regions.models import AreaMember, Region, RegionName, Succession, tree
from shegong.ground.regions.rules import Divisions, MemberRow, NameRow, Permission, Place, SuccessionRow
from shegong.ground.regions.rules.changes import area_obstacles, import_obstacles, succession_obstacles
from shegong.ground.regions.rules.names import short_name
from shegong.kernel import holidays, journal
from shegong.kernel.access import Actor, require
from shegong.kernel.calendar import HolidayRow
from shegong.kernel.holidays import CalendarYear, Holiday
from shegong.kernel.refusal import refuse_if
from shegong.kernel.temporal import days


@transaction.atomic
def import_divisions(
    divisions: Divisions, *, by: Actor, on: date, document: str = "", reason: str = ""
) -> list[Region]:
    """Load the divisions that are not known yet; the regions added. Known codes are left as they are.

    Refuses rows whose parent is neither known nor in the file, and codes outside the national range.
    """
    known = tree()
    require_all(by, divisions.places)
    refuse_if(import_obstacles(divisions, known))
    places = [place for place in divisions.places if place.code not in known.places]
    successions = [
        row for row in divisions.successions if row.origin not in {s.origin for s in known.successions}
    ]
    members = [row for row in divisions.members if not known.area_of(row.region, row.start or on)]
    rows = _write(places, successions, members)
    if rows:
        facts = {"regions": len(places), "successions": len(successions), "members": len(members)}
        _note("import", rows, by, document, reason, **facts)
    return [row for row in rows if isinstance(row, Region)]


def require_all(by: Actor, places: Sequence[Place]) -> None:
    """The actor must be allowed to edit every province that the rows lie in."""
    for code in {place.code // 10_000_000 * 10_000_000 for place in places}:
        require(by, Permission.EDIT, code)


def _write(
    places: Sequence[Place], successions: Sequence[SuccessionRow] = (), members: Sequence[MemberRow] = ()
) -> list[Model]:
    """Insert rows, those above before those below."""
    ordered = sorted(places, key=lambda place: (place.level, place.code))
    return [
        *Region.objects.bulk_create(map(_region, ordered)),
        *RegionName.objects.bulk_create(_name(row) for place in ordered for row in place.names),
        *Succession.objects.bulk_create(
            Succession(
                origin_code=row.origin,
                target_code=row.target,
                on=row.on,
                kind=row.kind,
                main=row.main,
                basis=row.basis,
            )
            for row in successions
        ),
        *AreaMember.objects.bulk_create(
            AreaMember(area_code=row.area, region_code=row.region, during=days(row.start, row.end))
            for row in members
        ),
    ]


def _region(place: Place) -> Region:
    return Region(
        code=place.code, level=place.level, kind=place.kind, name=place.name, parent_code=place.parent,
        authority=place.authority, during=days(place.start, place.end),
        reports_to_province_since=place.province_since,
    )  # fmt: skip


def _name(row: NameRow) -> RegionName:
    return RegionName(region_code=row.code, name=row.name, kind=row.kind, during=days(row.start, row.end))


def _note(verb: str, rows: Sequence[Model], by: Actor, document: str, reason: str, **facts: object) -> None:
    subject = next(row for row in rows if isinstance(row, Region))
    journal.write(
        f"regions.region.{verb}", by=by, subject=subject, region_code=subject.code, reason=reason, rows=rows,
        facts={"document": document, **facts},
    )  # fmt: skip


@transaction.atomic
def add_succession(
    origin: int,
    target: Place,
    *,
    kind: str,
    effective: date,
    by: Actor,
    on: date,
    document: str,
    reason: str = "",
) -> Region:
    """A division gets a new code, name or parent from `effective` on: it ends, the `target` begins or grows.

    `kind` renamed, moved (to another parent), merged (into one that exists) or split (the target goes on as the main
    part). Facts keep the old code. Refuses an unknown or ended origin, a target that exists unless it merges, a parent
    that does not fit, and a change without a document.
    """
    require(by, Permission.EDIT, origin)
    require(by, Permission.EDIT, target.code)
    refuse_if(succession_obstacles(tree(), origin, target, kind, effective, document))
    rows = [*_end(origin, effective)]
    if target.code not in tree().places:
        rows += _write([replace(target, start=effective, names=names_for(target, effective))])
    row = SuccessionRow(origin, target.code, effective, kind, basis=document)
    rows += _write([], [row])
    _note(
        kind, rows, by, document, reason, origin=origin, target=target.code, effective=effective.isoformat()
    )
    return Region.objects.get(code=target.code)


def names_for(place: Place, start: date) -> tuple[NameRow, ...]:
    """Official and short name of a new division."""
    short = short_name(place.name)
    others = [NameRow(place.code, short, "short", start)] if short != place.name else []
    return (NameRow(place.code, place.name, "official", start), *others)


def _end(code: int, effective: date) -> list[Model]:
    """End a division and its names; townships under it end with it."""
    ended: list[Model] = []
    found = Region.objects.filter(code=code) | Region.objects.filter(
        parent_code=code, level=4, authority="mca"
    )
    for row in [*found, *RegionName.objects.filter(region__in=found)]:
        if row.during.upper is None and (row.during.lower is None or row.during.lower < effective):
            row.during = days(row.during.lower, effective)
            type(row)._base_manager.filter(pk=row.pk).update(during=row.during)
            ended.append(row)
    return ended


@transaction.atomic
def rename(
    code: int, name: str, *, effective: date, by: Actor, on: date, document: str, reason: str = ""
) -> Region:
    """A division keeps its code and has another official name from `effective` on (八道江区 → 浑江区)."""
    require(by, Permission.EDIT, code)
    place = replace(tree().places[code], name=name)
    refuse_if(succession_obstacles(tree(), code, place, "name", effective, document))
    names = [row for row in RegionName.objects.filter(region_code=code, kind__in=["official", "short"])]
    open_names = [row for row in names if row.during.upper is None]
    for row in open_names:
        row.during = days(row.during.lower, effective)
        RegionName.objects.filter(pk=row.pk).update(during=row.during)
    added = RegionName.objects.bulk_create(map(_name, names_for(place, effective)))
    Region.objects.filter(code=code).update(name=name)
    region = Region.objects.get(code=code)
    _note("rename", [region, *open_names, *added], by, document, reason, effective=effective.isoformat())
    return region


@transaction.atomic
def open_area(
    area: Place,
    members: Sequence[int],
    *,
    effective: date,
    by: Actor,
    on: date,
    document: str,
    reason: str = "",
) -> Region:
    """A managed area takes `members` out of their counties in the reporting tree from `effective` on.

    Our own code, never exported as a legal one. Refuses members that are unknown or belong to an area already.
    """
    require(by, Permission.EDIT, area.code)
    area = replace(area, authority="own", start=effective)
    refuse_if(area_obstacles(tree(), area, members, effective, document))
    rows = _write(
        [replace(area, names=area.names or names_for(area, effective))], [],
        [MemberRow(area.code, code, effective) for code in members],
    )  # fmt: skip
    _note("open_area", rows, by, document, reason, members=list(members), effective=effective.isoformat())
    return Region.objects.get(code=area.code)


def import_year(
    year: int, rows: Sequence[HolidayRow], *, by: Actor, on: date, source: str = ""
) -> CalendarYear:
    """Make `rows` the official schedule of a year. Refuses whoever may not edit the province's common ground."""
    require(by, Permission.EDIT, settings.PROVINCE)
    return holidays.import_year(year, rows, by=by, on=on, source=source)


def set_day(
    day: date, kind: str | None, name: str = "", *, by: Actor, on: date, reason: str
) -> Holiday | None:
    """Make one day of the calendar what it is. Refuses whoever may not edit the province's common ground."""
    require(by, Permission.EDIT, settings.PROVINCE)
    return holidays.set_day(day, kind, name, by=by, on=on, reason=reason)
