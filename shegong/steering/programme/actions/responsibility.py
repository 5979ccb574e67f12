"""Responsibility sheets: who answers for a sub-plan in a body (N5), and whom to call at a participant (N7)."""

import uuid
from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle, refuse_if
from shegong.kernel.sealing import seal
from shegong.kernel.temporal import days
from shegong.steering.programme.models import Responsibility, SubPlan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.responsibility import office_phone, sheet_obstacles


@answers("N5", "N7")
@transaction.atomic
def fill_sheet(
    subplan: SubPlan, organization: Organization, *, leader: str, section: str, contact: str, phone: str, by: Actor, on: date,
    leader_post: str = "", region_code: int | None = None,
) -> Responsibility:  # fmt: skip
    """Say who answers for a sub-plan in a body from today on; the sheet before ends with yesterday.

    `region_code` is the level it answers for, as a rule the body's own. Refuses a sheet with blanks, a phone that is none,
    and a body outside the actor's reach.
    """
    place = organization.region_code if region_code is None else region_code
    if not by.may(Permission.PLAN, place):
        require(by, Permission.ENTER, place)
    number = office_phone(phone)
    refuse_if(sheet_obstacles(leader=leader, section=section, contact=contact) + _phone(number))
    row_id, mine = uuid.uuid4(), Responsibility.objects.filter(subplan=subplan, organization=organization)
    changed = _end(list(mine.select_for_update().filter(during__contains=on)), on)
    sheet = Responsibility.objects.create(
        subplan=subplan, organization=organization, region_code=place, leader=leader.strip(), section=section.strip(),
        leader_post=leader_post.strip(), contact=contact.strip(), seal_id=row_id, during=days(on),
        phone=seal(str(number), table="programme_responsibility", column="phone", row=row_id),
        phone_masked=mask("phone", str(number)),
    )  # fmt: skip
    journal.write(
        "programme.responsibility.fill", by=by, subject=sheet, rows=[sheet, *changed[0]], gone=changed[1],
        facts={"subplan": subplan.number},
    )  # fmt: skip
    return sheet


def _phone(number: str | list[Obstacle]) -> list[Obstacle]:
    return number if isinstance(number, list) else []


def _end(open_: list[Responsibility], on: date) -> tuple[list[Responsibility], list[Responsibility]]:
    """(ended, gone): the sheets before end with yesterday; one of today is replaced whole."""
    ended, gone = [], []
    for row in open_:
        if row.during.lower == on:
            gone.append(Responsibility(pk=row.pk))
            row.delete()
        else:
            Responsibility.objects.filter(pk=row.pk).update(
                during=days(row.during.lower, on), version=F("version") + 1
            )
            ended.append(row)
    return ended, gone
