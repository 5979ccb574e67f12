"""Which body holds a duty, since when; the queues follow it, so a transfer moves no case."""

from datetime import date

from django.db import transaction

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import Permission, transfer_obstacles
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_


@answers("M1.d")
@transaction.atomic
def transfer_duty(
    *, duty: str, region_code: int, organization: Organization, effective: date, basis: str, by: Actor, on: date,
    seal_name: str = "", letterhead: str = "",
) -> Duty:  # fmt: skip
    """Give a duty over a division to a body from `effective` on (M1.d: 民政 line → 社会工作部).

    Refuses the present holder, a dissolved body, a day before the present holder began, and a transfer without a basis.
    What was known before stays in recorded time.
    """
    require(by, Permission.TRANSFER_DUTY, region_code)
    if tree().at(region_code, on) is None:
        raise Refused(Obstacle("duty_region", N_("Choose a division from the list."), "region"))
    rows = Duty.objects.current().filter(duty=duty, region_code=region_code)
    held = list(rows.filter(during__overlap=days(effective)).select_for_update().order_by("during"))
    last = held[0] if held else None
    refuse_if(
        transfer_obstacles(
            effective=effective, holder_since=held[-1].during.lower if held else None, basis=basis,
            is_same=bool(last and last.organization_id == organization.pk),
            is_dissolved=bool(organization.dissolved_on and organization.dissolved_on <= effective),
        )
    )  # fmt: skip
    changed: list[Duty] = []
    if last:
        close_recorded(Duty.objects.filter(pk=last.pk))
        changed.append(last)
        if last.during.lower != effective:
            changed.append(_row(last, last.organization_id, during=days(last.during.lower, effective)))
    added = Duty.objects.create(
        duty=duty, region_code=region_code, organization=organization, during=days(effective), basis=basis.strip(),
        seal_name=seal_name.strip() or organization.name, letterhead=letterhead.strip(),
    )  # fmt: skip
    journal.write(
        "organizations.duty.transfer", by=by, subject=added, region_code=region_code, rows=[*changed, added],
        reason=basis, facts={"duty": duty, "effective": effective.isoformat()},
    )  # fmt: skip
    return added


def _row(old: Duty, organization_id: int, **values: object) -> Duty:
    return Duty.objects.create(
        duty=old.duty, region_code=old.region_code, organization_id=organization_id, basis=old.basis,
        seal_name=old.seal_name, letterhead=old.letterhead, **values,
    )  # fmt: skip
