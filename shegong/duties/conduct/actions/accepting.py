"""A complaint is accepted, or refused with a reason that whoever complained reads."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.closing import tell_what_stands
from shegong.duties.conduct.actions.exchanging import written
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.actions.telling_complainant import tell_complainant
from shegong.duties.conduct.models import ComplainantVault, Complaint, VaultRead
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.rules import Permission, Stage
from shegong.duties.conduct.rules.intake import message_obstacles
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel.access import Actor, in_person, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted


@answers("T4.2.f")
@transaction.atomic
def accept(complaint: Complaint, *, by: Actor, on: date, seen: int | None = None) -> Complaint:
    """Take it in hand: the clock of the inquiry begins (信访工作条例 art. 23, 34)."""
    row = claim(complaint, Permission.RECEIVE, by=by, on=on, seen=seen)
    transition(row, "accept", accepted_on=on)
    changed: list[object] = [*stages.begin(row, Stage.INQUIRY, on=on)]
    tell_complainant(row, on=on)
    note("conduct.complaint.accept", row, by=by, rows=changed)
    return row


@answers("T4.2.f")
@transaction.atomic
def refuse(
    complaint: Complaint, *, reason: str, text: str, by: Actor, on: date, seen: int | None = None
) -> Complaint:
    """Do not accept it: a reason of the list (policy) and words for who complained, who may ask the body above to look
    again. A refusal because the same was decided before names the earlier case: series are answered by evidence."""
    row = claim(complaint, Permission.RECEIVE, by=by, on=on, seen=seen)
    if conduct_policy(on).refusal(reason) is None:
        raise Refused(Obstacle("reason", N_("Choose from the list."), field="reason"))
    refuse_if(message_obstacles(text))
    if reason == "decided_before" and not row.earlier.exists():
        message = N_("No earlier complaint is laid beside this one: find the one that was decided first.")
        raise Refused(Obstacle("no_earlier", message, field="reason"))
    changed: list[object] = [*stages.end(row, on=on), written(row, "office", "answer", text, on=on)]
    transition(row, "refuse", reason_code=reason, closed_on=on, due_on=None)
    tell_complainant(row, on=on)
    note("conduct.complaint.refuse", row, by=by, rows=changed,
         facts={"reason": reason})  # fmt: skip
    tell_what_stands(row, on=on)
    return row


@in_person("who reads who complained is on record: read it on the page, with a fresh second factor")
@transaction.atomic
def open_vault(complaint: Complaint, *, reason: str, by: Actor, on: date) -> dict[str, str]:
    """Read who complained. The reading is on record with its reason, for the discipline inspector, before it is shown.

    Refuses who has a side, and says nothing of an anonymous complaint, for nothing is known.
    """
    require(by, Permission.OPEN_VAULT)
    row = claim(complaint, Permission.OPEN_VAULT, by=by, on=on)
    refuse_if(reason_obstacles(reason))
    with lifted("the one reading of who complained; it is written down"):
        kept = ComplainantVault.objects.filter(complaint=row).first()
        if kept is None:
            raise Refused(
                Obstacle("anonymous", N_("Nobody knows who complained: the complaint is anonymous."))
            )
        read = VaultRead.objects.create(complaint=row, reader_id=by.person_id, reason=reason.strip())
        note("conduct.vault.open", row, by=by, rows=[read])
        return {"name": opened(kept, "name"), "contact": opened(kept, "contact")}
