"""注销 and 撤销: one officer proposes with a reason, another decides (regulations section 2, D19)."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.notices import tell_holder
from shegong.duties.registry.actions.proving import status_changed
from shegong.duties.registry.actions.restricting import claim
from shegong.duties.registry.models import ClosingCase, ClosingProposal, Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.policy_types import ClosingReason
from shegong.duties.registry.rules import (
    Permission,
    approval_obstacles,
    officer_obstacles,
    proposal_obstacles,
    reason_obstacles,
)
from shegong.duties.registry.rules.closing import Inquiry, investigated_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@half
@answers("T4.2.a")
@transaction.atomic
def propose_closing(
    registration: Registration, *, reason_code: str, reason: str, by: Actor, on: date, seen: int | None = None
) -> ClosingProposal:
    """Propose to cancel or revoke a registration for a ground of the policy; nothing changes until another decides.

    Grounds that the policy wants investigated rest on a case of `actions.inquiring` that found it so.
    """
    claim(registration, seen, by=by)
    pending = ClosingProposal.objects.waiting().filter(registration=registration).exists()
    ground = closing_reason(reason_code, on)
    refuse_if(proposal_obstacles(reason_known=ground is not None, reason=reason, pending=pending))
    case = registration.closing_cases.filter(reason_code=reason_code, state=Inquiry.FOUND).first()
    refuse_if(
        investigated_obstacles(needed=ground is not None and ground.investigated, is_found=case is not None)
    )
    proposal = ClosingProposal.objects.create(
        registration=registration, reason_code=reason_code, reason=reason.strip(), proposed_by_id=by.person_id
    )
    if case is not None:
        transition(case, "propose", proposal=proposal)
    _note(proposal, "propose", by, case)
    return proposal


@half
@answers("T4.2.a")
@transaction.atomic
def approve_closing(
    proposal: ClosingProposal, *, by: Actor, on: date, seen: int | None = None
) -> Registration:
    """Close the registration as another officer proposed; it is invalid from today and the holder is told why."""
    registration = _take(proposal, by)
    found = closing_reason(proposal.reason_code, on)
    if found is None:
        raise Refused(Obstacle("reason_unknown", N_("The policy no longer knows this reason. Propose anew.")))
    transition(proposal, "approve", seen=seen, decided_by_id=by.person_id, decided_at=Now())
    Registration.objects.filter(pk=registration.pk).update(
        closed_on=on, closed_kind=found.closed_kind, reason_code=found.code
    )
    registration.refresh_from_db()
    tell_holder(registration, found.closed_kind, day=on.isoformat(), reason=found.title)
    status_changed()
    verb = "revoke" if found.closed_kind == "revoked" else "cancel"
    journal.write(
        f"registry.registration.{verb}", by=by, subject=registration, reason=proposal.reason, rows=[registration, proposal],
        authority=by.authority_for(Permission.RESTRICT, registration.region_code),
        facts={"reason": found.code, "proposed_by": proposal.proposed_by_id},
    )  # fmt: skip
    return registration


@half
@answers("T4.2.a")
@transaction.atomic
def refuse_closing(
    proposal: ClosingProposal, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> ClosingProposal:
    """Do not close; the registration stays as it is, the reason stays on record."""
    _take(proposal, by)
    refuse_if(reason_obstacles(reason))
    transition(
        proposal, "refuse", seen=seen, decided_by_id=by.person_id, decided_at=Now(), note=reason.strip()
    )
    _note(proposal, "refuse", by, _take_up_again(proposal))
    return proposal


@transaction.atomic
def withdraw_closing(
    proposal: ClosingProposal, *, by: Actor, on: date, seen: int | None = None
) -> ClosingProposal:
    """Take one's own proposal back before anybody decided."""
    require(by, Permission.RESTRICT, proposal.registration.region_code)
    if by.person_id != proposal.proposed_by_id:
        raise Refused(Obstacle("not_own_proposal", N_("Only the officer who proposed may take it back.")))
    transition(proposal, "withdraw", seen=seen, decided_at=Now())
    _note(proposal, "withdraw", by, _take_up_again(proposal))
    return proposal


def closing_reason(code: str, on: date) -> ClosingReason | None:
    """The ground of this code in the policy of the day."""
    return next((entry for entry in registration_policy(on).closing_reasons if entry.code == code), None)


def _take(proposal: ClosingProposal, by: Actor) -> Registration:
    """The registration, locked, for somebody who may decide on this proposal."""
    registration = Registration.objects.select_for_update().get(pk=proposal.registration_id)
    require(by, Permission.RESTRICT, registration.region_code)
    closed = registration.closed_on is not None and proposal.state == "proposed"
    refuse_if(
        officer_obstacles(officer_id=by.person_id, holder_id=registration.person_id, closed=closed)
        or approval_obstacles(officer_id=by.person_id, proposer_id=proposal.proposed_by_id)
    )
    return registration


def _take_up_again(proposal: ClosingProposal) -> ClosingCase | None:
    """The case behind a proposal that was not followed may be proposed anew, or dropped."""
    case: ClosingCase | None = proposal.cases.filter(state=Inquiry.PROPOSED).first()
    return transition(case, "take_up_again") if case else None


def _note(proposal: ClosingProposal, verb: str, by: Actor, case: ClosingCase | None = None) -> None:
    registration = proposal.registration
    journal.write(
        f"registry.closing.{verb}", by=by, subject=proposal, about_person_id=registration.person_id,
        region_code=registration.region_code, reason=proposal.note or proposal.reason,
        rows=[proposal, *([case] if case else [])],
        authority=by.authority_for(Permission.RESTRICT, registration.region_code), facts={"reason": proposal.reason_code},
    )  # fmt: skip
