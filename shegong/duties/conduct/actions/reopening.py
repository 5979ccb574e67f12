"""A case is opened again on new evidence: another round, by people who need not be those of the first."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.investigating import begin_round
from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.evidence import Evidence
from shegong.duties.conduct.models.inquiry import Inquiry
from shegong.duties.conduct.rules import Permission, Stage
from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.duties.conduct.telling import tell_respondent
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@answers("T4.2.f")
@transaction.atomic
def reopen(complaint: Complaint, *, plan: str, by: Actor, on: date, seen: int | None = None) -> Inquiry:
    """Look into it again because of evidence that came after the decision; the decision holds until another takes its place.

    Refuses without such evidence, and while a review runs.
    """
    row = claim(complaint, Permission.INVESTIGATE, by=by, on=on, seen=seen)
    refuse_if(text_obstacles(plan, "plan"))
    last = Decision.objects.filter(complaint=row, decided_on__isnull=False).order_by("-pk").first()
    fresh = Evidence.objects.filter(complaint=row)
    if last is not None and last.decided_on is not None:
        fresh = fresh.filter(added_on__gte=last.decided_on)
    if last is None or not fresh.exists():
        message = N_("Put the new evidence on file first: a case is opened again because of it.")
        raise Refused(Obstacle("nothing_new", message))
    transition(row, "reopen", investigator_id=by.person_id, closed_on=None)
    clock = stages.begin(row, Stage.INQUIRY, on=on)
    inquiry = begin_round(row, plan=plan, by=by, on=on, clock=clock)
    first = complaint.inquiries.filter(disclosed_on__isnull=False).order_by("pk").first()
    if first is not None:
        tell_respondent(first, "reopened", on=on)
    return inquiry
