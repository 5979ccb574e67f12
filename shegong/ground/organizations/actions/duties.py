"""Which body holds a duty, since when; one proposes a transfer, another decides. Queues follow it: no case moves."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from shegong.ground.organizations.models import Duty, DutyTransfer, Organization
from shegong.ground.organizations.rules import Permission, transfer_decision_obstacles, transfer_obstacles
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@half
@answers("M1.d")
@transaction.atomic
def propose_transfer(
    *, duty: str, region_code: int, organization: Organization, effective: date, basis: str, by: Actor, on: date,
    seal_name: str = "", letterhead: str = "",
) -> DutyTransfer:  # fmt: skip
    """Ask that a duty over a division goes to a body from `effective` on (M1.d: 民政 line → 社会工作部).

    Refuses the present holder, a dissolved body, a day before the present holder began, a transfer without a basis,
    and a second proposal while one waits.
    """
    require(by, Permission.TRANSFER_DUTY, region_code)
    if by.person_id is None:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    if tree().at(region_code, on) is None:
        raise Refused(Obstacle("duty_region", N_("Choose a division from the list."), "region"))
    wish = DutyTransfer(
        duty=duty, region_code=region_code, organization=organization, effective=effective, basis=basis.strip(),
        seal_name=seal_name.strip(), letterhead=letterhead.strip(), proposed_by=by.person_id, proposer=by.name,
    )  # fmt: skip
    _holders(wish)
    try:
        with transaction.atomic():
            wish.save(force_insert=True)
    except IntegrityError as error:
        message = N_("A transfer of this duty already waits for a decision here.")
        raise Refused(Obstacle("transfer_waits", message, "duty", "M1.d")) from error
    _journal("propose", wish, by, reason=wish.basis)
    return wish


def _holders(wish: DutyTransfer) -> list[Duty]:
    """The rows that the transfer changes, locked; refuses with what speaks against it today."""
    rows = Duty.objects.current().filter(duty=wish.duty, region_code=wish.region_code)
    held = list(rows.filter(during__overlap=days(wish.effective)).select_for_update().order_by("during"))
    body = wish.organization
    refuse_if(
        transfer_obstacles(
            effective=wish.effective, holder_since=held[-1].during.lower if held else None, basis=wish.basis,
            is_same=bool(held and held[0].organization_id == body.pk),
            is_dissolved=bool(body.dissolved_on and body.dissolved_on <= wish.effective),
        )
    )  # fmt: skip
    return held


def _journal(step: str, row: DutyTransfer, by: Actor, reason: str = "") -> None:
    facts = {"duty": row.duty, "effective": row.effective.isoformat()}
    journal.write(
        f"organizations.transfer.{step}", by=by, subject=row, region_code=row.region_code, rows=[row], reason=reason,
        facts=facts,
    )  # fmt: skip


@half
@answers("M1.d")
@transaction.atomic
def approve_transfer(row: DutyTransfer, *, by: Actor, on: date, seen: int | None = None) -> Duty:
    """Agree: the duty goes to the body from its day on. What was known before stays in recorded time.

    Refuses the proposer, a proposal decided meanwhile, and whatever spoke against it when it was proposed.
    """
    require(by, Permission.TRANSFER_DUTY, row.region_code)
    refuse_if(transfer_decision_obstacles(decider_id=by.person_id, proposer_id=row.proposed_by))
    row = transition(row, "approve", seen=seen, decided_by=by.person_id)
    held = _holders(row)
    last = held[0] if held else None
    changed: list[Duty] = []
    if last:
        close_recorded(Duty.objects.filter(pk=last.pk))
        changed.append(last)
        if last.during.lower != row.effective:
            changed.append(_row(last, last.organization_id, during=days(last.during.lower, row.effective)))
    added = Duty.objects.create(
        duty=row.duty, region_code=row.region_code, organization=row.organization, during=days(row.effective),
        basis=row.basis, seal_name=row.seal_name or row.organization.name, letterhead=row.letterhead,
    )  # fmt: skip
    journal.write(
        "organizations.duty.transfer", by=by, subject=added, region_code=row.region_code, rows=[*changed, added, row],
        reason=row.basis, facts={"duty": row.duty, "effective": row.effective.isoformat(), "proposed_by": row.proposed_by},
    )  # fmt: skip
    return added


@half
@transaction.atomic
def refuse_transfer(
    row: DutyTransfer, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> DutyTransfer:
    """Do not agree, with the reason: the duty stays where it is. Refuses the proposer, who may withdraw."""
    require(by, Permission.TRANSFER_DUTY, row.region_code)
    refuse_if(transfer_decision_obstacles(decider_id=by.person_id, proposer_id=row.proposed_by))
    if not reason.strip():
        raise Refused(Obstacle("reason", N_("Give the reason."), "reason"))
    row = transition(row, "refuse", seen=seen, decided_by=by.person_id)
    _journal("refuse", row, by, reason=reason.strip())
    return row


@transaction.atomic
def withdraw_transfer(row: DutyTransfer, *, by: Actor, on: date) -> DutyTransfer:
    """The proposer takes the proposal back."""
    if by.person_id is None or by.person_id != row.proposed_by:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    row = transition(row, "withdraw")
    _journal("withdraw", row, by)
    return row


def _row(old: Duty, organization_id: int, **values: object) -> Duty:
    return Duty.objects.create(
        duty=old.duty, region_code=old.region_code, organization_id=organization_id, basis=old.basis,
        seal_name=old.seal_name, letterhead=old.letterhead, **values,
    )  # fmt: skip


@answers("N4")
@transaction.atomic
def date_duty(
    *, duty: str, region_code: int, holders: Sequence[tuple[Organization, date | None, date | None]], basis: str,
    by: Actor, on: date,
) -> list[Duty]:  # fmt: skip
    """Say who holds a duty that nobody holds yet, with the days [since, until) of each; the new rows, none if somebody
    holds it: what stands is changed by a transfer."""
    require(by, Permission.TRANSFER_DUTY, region_code)
    if Duty.objects.current().filter(duty=duty, region_code=region_code).exists():
        return []
    rows = Duty.objects.bulk_create(
        Duty(
            duty=duty, region_code=region_code, organization=body, during=days(since, until), basis=basis,
            seal_name=body.name,
        )
        for body, since, until in holders
    )  # fmt: skip
    journal.write(
        "organizations.duty.date", by=by, subject=rows[0], region_code=region_code, rows=rows, reason=basis,
        facts={"duty": duty},
    )  # fmt: skip
    return rows
