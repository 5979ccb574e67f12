"""Early repair of a record: whom a decision is about asks for it after the least time, one officer proposes, another signs."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions.claiming import answers_here, claim
from shegong.duties.conduct.actions.guarding import telling_obstacles
from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.actions.publishing import repair
from shegong.duties.conduct.actions.replying import HER_OWN
from shegong.duties.conduct.models import Complaint, Decision, Repair
from shegong.duties.conduct.models.decisions import Publication
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.repairs import OPEN
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.recusal import FOUR_EYES
from shegong.duties.conduct.rules.repairs import asking_obstacles, earliest
from shegong.duties.conduct.sealed_text import closed
from shegong.duties.conduct.telling import tell_respondent
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Refused, Stale, reason_obstacles, refuse_if
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted


def first_day(decision: Decision, on: date) -> date | None:
    """From when early repair of this decision may be asked for; None: never."""
    measure = sanction_policy(on).measure(decision.measure)
    return (
        earliest(measure, decision.decided_on, decision.ends_on) if measure and decision.decided_on else None
    )


@answers("T4.2.f")
@transaction.atomic
def ask_repair(decision: Decision, *, text: str, by: Actor, on: date) -> Repair:
    """Ask that the decision be shown no longer, and say what was done since. Refuses before the least time (policy), while
    a request waits, and soon after a refusal."""
    answers_here(decision, by)
    with lifted(HER_OWN):
        row = Complaint.objects.select_for_update().get(pk=decision.complaint_id)
        decision = Decision.objects.get(pk=decision.pk)
        before = Repair.objects.filter(decision=decision).order_by("-pk").first()
        shown = Publication.objects.filter(decision=decision, withdrawn_on=None, shown_until__gt=on).exists()
        refuse_if(
            asking_obstacles(
                text, state=decision.state, shown=shown, first=first_day(decision, on), on=on,
                open_one=before is not None and before.state in OPEN,
                refused_on=before.decided_on if before is not None else None,
                again_days=sanction_policy(on).repair_again_days,
            )
        )  # fmt: skip
        made = Repair(decision=decision, person_id=by.person_id, asked_on=on)
        made.text = closed(Repair, "text", made.seal_id, text.strip())
        made.save(force_insert=True)
        write("conduct.repair.ask", decision.inquiry, by=by, rows=[made], about=decision.respondent_id,
              facts={"complaint": row.pk})  # fmt: skip
    return made


@half
@answers("T4.2.f")
@transaction.atomic
def propose_repair(
    repair_: Repair, *, granted: bool, reasons: str, by: Actor, on: date, seen: int | None = None
) -> Repair:
    """An officer of the case's office says what should come of the request, with reasons that whom it is about reads."""
    decision = repair_.decision
    row = claim(decision.complaint, Permission.INVESTIGATE, by=by, on=on)
    found = reason_obstacles(reasons, "reasons")
    refuse_if(found + telling_obstacles(row, reasons, by=by, on=on, field="reasons"))
    transition(
        repair_, "propose", seen=seen, granted=granted, proposer_id=by.person_id,
        reasons=closed(Repair, "reasons", repair_.seal_id, reasons.strip()),
    )  # fmt: skip
    write("conduct.repair.propose", decision.inquiry, by=by, rows=[repair_], facts={"granted": granted})
    return repair_


@half
@answers("T4.2.f")
@transaction.atomic
def decide_repair(repair_: Repair, *, by: Actor, on: date, seen: int | None = None) -> Repair:
    """Sign: granted, the decision is shown no longer from now on; refused, it is shown to its end. Refuses the proposer."""
    claim(repair_.decision.complaint, Permission.PUBLISH, by=by, on=on)
    row = Repair.objects.select_for_update().get(pk=repair_.pk)
    if seen is not None and row.version != seen:
        raise Stale()
    if by.person_id == row.proposer_id:
        raise Refused(FOUR_EYES)
    transition(row, "decide", decider_id=by.person_id, decided_on=on)
    decision = Decision.objects.select_for_update().get(pk=row.decision_id)
    shown = Publication.objects.filter(decision=decision, withdrawn_on=None).first()
    write("conduct.repair.decide", decision.inquiry, by=by, rows=[row], about=decision.respondent_id,
          facts={"granted": row.granted})  # fmt: skip
    if row.granted:
        repair(decision, why="repaired", by=by, on=on)
    elif shown is not None:
        tell_respondent(decision.inquiry, "repair_refused", on=on, number=decision.number,
                        day=shown.shown_until.isoformat())  # fmt: skip
    return row
