"""Who may act in a case: asked before every change of it, with the complaint locked until commit."""

from datetime import date

from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.inquiry import Inquiry, Investigator, answers_for
from shegong.duties.conduct.models.records import standing_record
from shegong.duties.conduct.models.secrets import complained
from shegong.duties.conduct.models.sides import actor_as_member, respondent_of
from shegong.duties.conduct.rules.recusal import COMPLAINANT, conflicts
from shegong.kernel.access import Actor, require
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_

NOT_ALLOWED = Obstacle("not_allowed", N_("Your role does not cover this."))


def claim(complaint: Complaint, *permissions: str, by: Actor, on: date, seen: int | None = None) -> Complaint:
    """The complaint, locked, for somebody of the body that handles it who holds one of `permissions`, has no side and did
    not complain in it herself.

    Refuses everybody else; `Stale` when it moved on since `seen`.
    """
    held = [one for one in permissions if by.may(one)]
    if not held:
        require(by, permissions[0])
    if not any(Complaint.objects.visible_to(by, one).filter(pk=complaint.pk).exists() for one in held):
        raise Refused(NOT_ALLOWED)
    row = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if seen is not None and row.version != seen:
        raise Stale()
    if not by.is_system:
        refuse_if(conflicts(actor_as_member(by, on), respondent_of(row, on)))
        if complained(row, by.person_id):  # said to herself alone, who knows it
            raise Refused(COMPLAINANT)
    return row


def answers_here(about: Inquiry | Decision, by: Actor) -> None:
    """Refuses everybody but whom it is about: the person herself, or who answers for the body."""
    if not is_herself(about, by) and (
        by.person_id is None or about.respondent_body_id not in answers_for(by)
    ):
        raise Refused(Obstacle("not_yours", N_("Only the person complained of answers here.")))


def is_herself(about: Inquiry | Decision, by: Actor) -> bool:
    """Whether it is about who acts, under whichever of her records."""
    if by.person_id is None or about.respondent_id is None:
        return False
    return by.person_id == about.respondent_id or by.person_id == standing_record(about.respondent_id)


def investigates(inquiry: Inquiry, by: Actor) -> None:
    """Refuses who is not one of the investigators of this round."""
    here = Investigator.objects.filter(inquiry=inquiry, person=by.person_id, left_on__isnull=True)
    if not by.is_system and not here.exists():
        raise Refused(Obstacle("not_investigator", N_("Only who investigates this case may do this.")))
