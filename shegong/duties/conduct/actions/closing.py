"""Ends of a case: rounds that no decision ends, and cases of which nobody can ask for anything any more."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shegong.duties.conduct.actions.interim import end_interims
from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.actions.looking import look_obstacles
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.models import Appeal, Complaint, Repair
from shegong.duties.conduct.models.repairs import OPEN
from shegong.duties.conduct.models.timing import review_until
from shegong.duties.conduct.rules import State
from shegong.duties.conduct.rules.sanctions import Outcome
from shegong.duties.conduct.telling import tell_respondent
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.jobs import at_start, job
from shegong.kernel.transition import transition

REFUSED = (State.NOT_ACCEPTED, State.TRANSFERRED)


def end_rounds(complaint: Complaint, *, why: str, by: Actor, on: date) -> None:
    """The inquiry that runs ends without a decision, and with it what it had suspended; whom it is about is told when she
    had been told of it. `why`: withdrawn, transferred; moved: another office begins anew, and an interim measure holds
    until that office reviews it. The caller has asked."""
    if why != "moved":
        end_interims(complaint, why=why, by=by, on=on)
    for row in complaint.inquiries.filter(closed_on=None, decisions__isnull=True):
        row.closed_on, row.closed_why = on, why
        row.save(update_fields=["closed_on", "closed_why"])
        if why != "moved" and (row.disclosed_on or row.interims.filter(signed_on__isnull=False).exists()):
            tell_respondent(row, "ended", on=on)
        about = row.respondent_id if row.disclosed_on else None
        write("conduct.inquiry.end", row, by=by, rows=[row], facts={"why": why}, about=about)
    if why != "moved":
        tell_what_stands(complaint, on=on)


def tell_what_stands(complaint: Complaint, *, on: date) -> None:
    """Tell whom it is about that a case that was opened again ended and the decision before it binds; nobody, where none
    does."""
    binding = complaint.decisions.filter(state=Outcome.IN_FORCE).order_by("-pk").first()
    if binding is not None:
        tell_respondent(binding.inquiry, "stands", on=on, number=binding.number)


@at_start
@job("conduct.close", cron="30 16 * * *")
def close_cases(every: bool = False) -> int:
    """After midnight in China: cases whose term for a review has passed, unused or answered, are closed; evidence that
    comes later can open them again. How many."""
    on, closed = timezone.localdate(), 0
    rows = Complaint.objects.filter(Q(state=State.DECIDED) | Q(state__in=[str(one) for one in REFUSED]))
    for row in rows.order_by("pk"):
        if not _is_over(row, on):
            continue
        with transaction.atomic():
            transition(row, "close", closed_on=row.closed_on or on)
            note("conduct.complaint.close", row, by=SYSTEM)
        closed += 1
    return closed


def _is_over(row: Complaint, on: date) -> bool:
    """Nobody can ask for a review any more, and nothing that was asked waits."""
    if row.state in REFUSED:
        return on > review_until(row)
    if row.looks.running().exists() or not look_obstacles(row, on):
        return False
    last = row.decisions.filter(decided_on__isnull=False).order_by("-pk").first()
    if last is None or Repair.objects.filter(decision__complaint=row, state__in=OPEN).exists():
        return False
    asked = Appeal.objects.filter(decision=last).exists()
    return asked or last.review_until is None or on > last.review_until
