"""One body: entered, renamed, corrected, dissolved."""

from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.organizations.models import Duty, Organization, OrganizationName
from shegong.ground.organizations.rules import (
    Permission,
    name_obstacles,
    register_obstacles,
    similar_names,
)
from shegong.ground.organizations.rules.names import canonical
from shegong.ground.organizations.rules.registering import SYSTEMS
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.codes import canonical_uscc
from shegong.kernel.pinyin import grams, pinyin
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.temporal import days
from shegong.kernel.text import N_


@answers("N0")
@transaction.atomic
def register_organization(
    *, name: str, kind: str, region_code: int, by: Actor, on: date, uscc: str = "", level: int | None = None,
    parent: Organization | None = None, old_registration_no: str = "", system: str = "other",
    founded_on: date | None = None, source: str = "office", accept_similar: bool = False, batch_id: int | None = None,
) -> Organization:  # fmt: skip
    """Enter a body with its seat. `uscc` may be empty (offices, old bodies); `level` defaults to that of the seat;
    `batch_id` is the workbook that named it.

    Refuses an unusable name, a code whose check digit is wrong or that another body has, an unknown place, and a name
    like that of another body unless `accept_similar` says that the clerk compared them.
    """
    require(by, Permission.EDIT, region_code)
    name, code = canonical(name), usable_uscc(uscc)
    place = tree().at(region_code, on)
    alike = similar_names(name, Organization.objects.near(name))
    taken = Organization.objects.filter(uscc=code).first() if code else None
    refuse_if(
        name_obstacles(name)
        + register_obstacles(
            kind=kind, region_known=place is not None, uscc_taken=taken.name if taken else "", similar=alike,
            accepted=accept_similar,
        )
        + _founding(founded_on, on)
    )  # fmt: skip
    body = Organization.objects.create(
        kind=kind, level=level or (place.level if place else None), region_code=region_code, parent=parent, uscc=code,
        old_registration_no=old_registration_no.strip(), system=system if system in SYSTEMS else "other", name=name,
        founded_on=founded_on, source=source, batch_id=batch_id, **found_by(name),
    )  # fmt: skip
    row = OrganizationName.objects.create(organization=body, name=name, during=days(founded_on))
    journal.write(
        "organizations.organization.register", by=by, subject=body, rows=[body, row], facts={"kind": kind}
    )
    return body


def usable_uscc(raw: str) -> str | None:
    """The canonical code, None for an empty one; refuses a wrong one."""
    if not raw.strip():
        return None
    code = canonical_uscc(raw)
    if isinstance(code, list):
        raise Refused(code)
    return code


def found_by(name: str, *former: str) -> dict[str, object]:
    """The columns by which a body is found: its pinyin, and fragments of its name and former names."""
    pieces = {gram for one in (name, *former) for gram in grams(one)}
    return {"pinyin": "".join(pinyin(name)), "grams": sorted(pieces)}


def _founding(founded_on: date | None, on: date) -> list[Obstacle]:
    if founded_on is None or founded_on <= on:
        return []
    return [Obstacle("founded_later", N_("The day of founding lies in the future."), "founded_on")]


@transaction.atomic
def rename_organization(
    body: Organization,
    *,
    name: str,
    effective: date,
    by: Actor,
    on: date,
    reason: str = "",
    seen: int | None = None,
) -> Organization:
    """A new official name from `effective` on; documents of earlier days keep the earlier one.

    Refuses the same name, a day before the present name began, and a dissolved body.
    """
    require(by, Permission.EDIT, body.region_code)
    _nobody_was_faster(body, seen)
    name = canonical(name)
    current = OrganizationName.objects.filter(organization=body).order_by("-during").first()
    since = current.during.lower if current else None
    refuse_if(name_obstacles(name) + _renaming(body, name, effective, since))
    rows: list[OrganizationName] = []
    if current:
        current.during = days(since, effective)
        OrganizationName.objects.filter(pk=current.pk).update(during=current.during)
        rows.append(current)
    rows.append(OrganizationName.objects.create(organization=body, name=name, during=days(effective)))
    former = [row.name for row in OrganizationName.objects.filter(organization=body).exclude(name=name)]
    _change(body, name=name, **found_by(name, *former))
    journal.write(
        "organizations.organization.rename", by=by, subject=body, rows=[body, *rows], reason=reason,
        facts={"effective": effective.isoformat()},
    )  # fmt: skip
    return body


def _renaming(body: Organization, name: str, effective: date, since: date | None) -> list[Obstacle]:
    found = []
    if name == body.name:
        found.append(Obstacle("name_same", N_("This is the present name."), "name"))
    if since is not None and effective <= since:
        message = N_("The present name began on %(day)s; the new one must begin later.")
        found.append(Obstacle("name_before", message, "effective", params={"day": since.isoformat()}))
    return found + _not_dissolved(body)


def _not_dissolved(body: Organization) -> list[Obstacle]:
    if body.dissolved_on is None:
        return []
    message = N_("This organisation was dissolved on %(day)s.")
    return [Obstacle("organization_dissolved", message, params={"day": body.dissolved_on.isoformat()})]


def _nobody_was_faster(body: Organization, seen: int | None) -> None:
    """Hold the row until the end; a clerk who looked at an older version is told so before anything else."""
    body.refresh_from_db(from_queryset=Organization.objects.select_for_update())
    if seen is not None and body.version != seen:
        raise Stale()


def _change(body: Organization, **values: object) -> None:
    Organization.objects.filter(pk=body.pk).update(version=F("version") + 1, **values)
    body.refresh_from_db()


@transaction.atomic
def edit_organization(
    body: Organization, *, kind: str, uscc: str, region_code: int, by: Actor, on: date, seen: int | None = None,
    old_registration_no: str = "", system: str = "other", founded_on: date | None = None, reason: str = "",
) -> Organization:  # fmt: skip
    """Correct what was entered, all but the name. Needs the right over the old and the new place.

    Refuses what `register_organization` refuses, and a dissolved body.
    """
    require(by, Permission.EDIT, body.region_code)
    require(by, Permission.EDIT, region_code)
    _nobody_was_faster(body, seen)
    code = usable_uscc(uscc)
    taken = Organization.objects.filter(uscc=code).exclude(pk=body.pk).first() if code else None
    known = tree().at(region_code, on) is not None
    refuse_if(
        register_obstacles(kind=kind, region_known=known, uscc_taken=taken.name if taken else "")
        + _founding(founded_on, on)
        + _not_dissolved(body)
    )
    before = {name: getattr(body, name) for name in ("kind", "uscc", "region_code", "founded_on", "system")}
    _change(
        body, kind=kind, uscc=code, region_code=region_code, founded_on=founded_on,
        old_registration_no=old_registration_no.strip(), system=system if system in SYSTEMS else "other",
    )  # fmt: skip
    changed = [name for name, value in before.items() if getattr(body, name) != value]
    journal.write(
        "organizations.organization.edit",
        by=by,
        subject=body,
        rows=[body],
        reason=reason,
        facts={"changed": changed},
    )
    return body


@transaction.atomic
def dissolve_organization(
    body: Organization, *, effective: date, by: Actor, on: date, reason: str, seen: int | None = None
) -> Organization:
    """The body ends on `effective`; it stays readable, and can be chosen no more.

    Refuses without a reason, twice, before its founding, and while it holds a duty on that day or later.
    """
    require(by, Permission.EDIT, body.region_code)
    _nobody_was_faster(body, seen)
    found = _not_dissolved(body)
    if not reason.strip():
        found.append(Obstacle("reason_missing", N_("Enter the reason."), "reason"))
    if body.founded_on and effective < body.founded_on:
        found.append(Obstacle("dissolved_before", N_("The day lies before the founding."), "effective"))
    held = Duty.objects.current().filter(organization=body, during__endswith__gt=effective)
    open_ended = Duty.objects.current().filter(organization=body, during__upper_inf=True)
    if held.exists() or open_ended.exists():
        message = N_("It still holds a duty. Transfer the duty first.")
        found.append(Obstacle("holds_duty", message, "effective", "M1.d"))
    refuse_if(found)
    _change(body, dissolved_on=effective)
    journal.write(
        "organizations.organization.dissolve", by=by, subject=body, rows=[body], reason=reason,
        facts={"effective": effective.isoformat()},
    )  # fmt: skip
    return body
