"""Where a complaint goes: to the first body above that has no side in it; to another procedure; never to whom it is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.closing import end_rounds
from shegong.duties.conduct.actions.exchanging import written
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.actions.telling_complainant import tell_complainant, tell_office
from shegong.duties.conduct.models import Complaint, Inquiry, StageDate
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.routes import ladder, sides_of
from shegong.duties.conduct.models.timing import misrouted_until
from shegong.duties.conduct.rules import Permission, Stage, State
from shegong.duties.conduct.rules.intake import message_obstacles, misrouted_obstacles
from shegong.duties.conduct.rules.routing import Candidate, above, choose, conflicts
from shegong.duties.registry.models import Registration
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import SYSTEM, Actor, require
from shegong.kernel.characters import plain
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted

RECEIVE = Permission.RECEIVE


def place(
    complaint: Complaint,
    *,
    on: date,
    step: str = "route",
    above_body: int | None = None,
    stage: str = Stage.SORTING,
) -> list[StageDate]:
    """Find the body and begin its clock, inside the caller's transaction; a matter of another procedure goes there at
    once. Without a body that has no side it stays where it is: the discipline inspector names one."""  # fmt: skip
    found = choose(above(ladder(complaint.region_code, on), above_body), sides_of(complaint, on))
    own = conduct_policy(on).matter(complaint.matter).own
    if not own and step == "route" and complaint.state == State.LODGED:
        fields = _fields(found) if found else {}
        transition(complaint, "transfer", reason_code=complaint.matter, closed_on=on, **fields)
        return []
    if found is None:
        return []
    transition(complaint, step, reason_code="", closed_on=None, **_fields(found))
    return stages.begin(complaint, stage, on=on)


def _fields(found: Candidate) -> dict[str, int]:
    return {"routed_to_id": found.body, "routed_region_code": found.region_code}


@answers("T4.2.f")
@transaction.atomic
def identify(
    complaint: Complaint,
    *,
    register_no: str = "",
    body: Organization | None = None,
    by: Actor,
    on: date,
    seen: int | None = None,
) -> Complaint:
    """Say whom it is about, by registration number or as a body. When the office that says so has a side then, the
    complaint leaves it in the same step (A19)."""  # fmt: skip
    row = claim(complaint, RECEIVE, Permission.INVESTIGATE, by=by, on=on, seen=seen)
    _untold(row)
    if body is None:
        registration = Registration.objects.filter(register_no=plain(register_no).upper()).first()
        if registration is None:
            message = N_("No registration has this number.")
            raise Refused(Obstacle("register_no", message, field="register_no"))
        row.registration, row.respondent_id, row.respondent_body_id = (
            registration,
            registration.person_id,
            None,
        )
    else:
        row.registration, row.respondent_id, row.respondent_body_id = None, None, body.pk
    fields = {
        "registration": row.registration, "respondent_id": row.respondent_id,
        "respondent_body_id": row.respondent_body_id,
    }  # fmt: skip
    with lifted("the case may leave this office"):
        held = row.routed_to_id
        rows = _said(row, fields, on)
        note("conduct.complaint.identify", row, by=by, rows=rows, facts={"moved": row.routed_to_id != held})
    return row


def _untold(row: Complaint) -> None:
    """Refuses another name once somebody has been told or suspended: she answers for herself, nobody for another."""
    rounds = row.inquiries.filter(closed_on=None)
    if rounds.filter(Q(disclosed_on__isnull=False) | Q(interims__signed_on__isnull=False)).exists():
        message = N_("Whom it is about has been told. For somebody else, take in another complaint.")
        raise Refused(Obstacle("told_before", message, field="register_no"))


def _rounds_about(row: Complaint) -> list[Inquiry]:
    """The round that runs is about whom the complaint is about."""
    rounds = list(row.inquiries.filter(closed_on=None, disclosed_on=None))
    for one in rounds:
        one.respondent_id, one.respondent_body_id = row.respondent_id, row.respondent_body_id
        one.save(update_fields=["respondent", "respondent_body"])
    return rounds


def _said(row: Complaint, fields: dict[str, Any], on: date) -> Sequence[StageDate | Inquiry]:
    sides = sides_of(row, on)
    steps = ladder(row.region_code, on)
    here = next((one for one in steps if one.body == row.routed_to_id), Candidate(row.routed_to_id or 0, 0))
    if not conflicts(sides, here):
        version = row.version + 1
        Complaint._base_manager.filter(pk=row.pk).update(version=version, **fields)
        row.refresh_from_db()
        return _rounds_about(row)
    found = choose(above(steps, row.routed_to_id), sides) or choose(steps, sides)
    if found is None:
        raise Refused(Obstacle("no_body", N_("There is no body above that could take it.")))
    transition(row, "route", investigator_id=None, **fields, **_fields(found))
    end_rounds(row, why="moved", by=SYSTEM, on=on)
    changed = stages.begin(row, Stage.SORTING, on=on)
    tell_office(row, on=on)
    return changed


@answers("T4.2.f")
@transaction.atomic
def pass_up(complaint: Complaint, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Complaint:
    """Another body is in charge: the complaint goes to the next one of the ladder, with a reason, within the working days
    that the body has to say so (信访工作条例 art. 23)."""
    row = claim(complaint, RECEIVE, by=by, on=on, seen=seen)
    refuse_if(reason_obstacles(reason) + misrouted_obstacles(misrouted_until(row, on), on))
    found = choose(above(ladder(row.region_code, on), row.routed_to_id), sides_of(row, on))
    if found is None:
        raise Refused(Obstacle("no_body", N_("There is no body above that could take it.")))
    with lifted("the case leaves this office"):
        transition(row, "route", investigator_id=None, **_fields(found))
        end_rounds(row, why="moved", by=by, on=on)
        changed: list[object] = [*stages.begin(row, Stage.SORTING, on=on)]
        changed.append(written(row, "office", "handover", reason, on=on))
        note("conduct.complaint.pass_up", row, by=by, rows=changed)
        tell_office(row, on=on)
    return row


@answers("T4.2.f")
@transaction.atomic
def transfer(
    complaint: Complaint, *, matter: str, text: str, by: Actor, on: date, seen: int | None = None
) -> Complaint:
    """It belongs to another procedure: who complained learns to which, and where to go (信访工作条例 art. 31)."""
    row = claim(complaint, RECEIVE, by=by, on=on, seen=seen)
    if matter not in {one.code for one in conduct_policy(on).matters}:
        raise Refused(Obstacle("matter", N_("Choose from the list."), field="matter"))
    refuse_if(message_obstacles(text))
    changed: list[object] = [*stages.end(row, on=on), written(row, "office", "answer", text, on=on)]
    transition(row, "transfer", reason_code=matter, closed_on=on, due_on=None)
    tell_complainant(row, on=on)
    note("conduct.complaint.transfer", row, by=by, rows=changed,
         facts={"to": matter})  # fmt: skip
    end_rounds(row, why="transferred", by=by, on=on)
    return row


@answers("T4.2.f")
@transaction.atomic
def place_by_hand(complaint: Complaint, body: Organization, *, reason: str, by: Actor, on: date) -> Complaint:
    """The discipline inspector names a body for a complaint that no body of the ladder may have. Refuses one with a side."""
    require(by, Permission.AUDIT)
    refuse_if(reason_obstacles(reason))
    with lifted("nobody handles it yet: the inspector belongs to no office that does"):
        row = Complaint._base_manager.select_for_update().get(pk=complaint.pk)
        if row.state != State.LODGED:
            raise Refused(Obstacle("placed", N_("A body has it already.")))
        chain: list[int] = []
        at = body
        while at is not None and len(chain) < 12:
            chain.append(at.pk)
            at = at.parent  # type: ignore[assignment]
        here = Candidate(body.pk, body.region_code, tuple(chain))
        refuse_if(conflicts(sides_of(row, on), here))
        transition(row, "route", **_fields(here))
        changed = stages.begin(row, Stage.SORTING, on=on)
        note("conduct.complaint.place", row, by=by, rows=changed)
        tell_office(row, on=on)
    return row
