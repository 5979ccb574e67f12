"""Silence goes to the county after the days set; the county decides what is disputed, with a reason."""

from contextlib import suppress
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.people import actions as people
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import job
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted
from shegong.work.employment.actions import notices
from shegong.work.employment.actions.asking import clerks_of, note
from shegong.work.employment.actions.confirming import carry_out
from shegong.work.employment.actions.declaring import ORIGIN
from shegong.work.employment.models import Confirmation, Employment
from shegong.work.employment.rules import Answer, Permission, Side, What, decision_obstacles


@unguarded("the clock: whoever was asked did not answer")
@transaction.atomic
def escalate(question: Confirmation, *, by: Actor = SYSTEM, on: date) -> Confirmation:
    """Nobody answered in time: the county decides; the side that was asked may still answer."""
    if question.answer_by >= on:
        raise Refused(Obstacle("not_due", N_("The other side may still answer.")))
    transition(question, "escalate")
    notices.tell_all(question, notices.ESCALATED, clerks_of(question.employer_id, on))
    note(question, "escalate", by)
    return question


@job("employment.escalate", cron="20 17 * * *")
def escalate_due() -> int:
    """Each night after midnight (17:20 UTC): what nobody answered by yesterday goes to its county; how many."""
    on, count = timezone.localdate(), 0
    for question in Confirmation.objects.filter(state=Answer.ASKED, due_on__lt=on).order_by("id"):
        with suppress(Refused):  # answered while this ran: the others still go on
            escalate(question, on=on)
            count += 1
    return count


@answers("T4.2.a")
@transaction.atomic
def decide(
    question: Confirmation, *, stands: bool, reason: str, by: Actor, on: date, seen: int | None = None
) -> Confirmation:
    """The county decides whether what was stated stands, with a reason that both sides read.

    A begin that does not stand is taken off the record from its first day; an end that does not stand is open again.
    """
    require(by, Permission.DECIDE, question.region_code)
    refuse_if(
        decision_obstacles(
            state=question.state, reason=reason, officer_id=by.person_id, person_id=question.person_id
        )
    )
    step = "uphold" if stands else "dismiss"
    transition(question, step, seen=seen, decided_by_id=by.person_id, decided_at=Now(), ruling=reason.strip())
    if stands:
        carry_out(question, by=by, on=on)
    elif question.side == Side.EMPLOYER:
        _undo(question, by, on)
    notices.tell_all(
        question,
        notices.ENDED[str(question.state)],
        clerks_of(question.employer_id, on),
        reason=question.ruling,
    )
    note(question, "decide", by, reason=question.ruling, stands=stands)
    return question


def _undo(question: Confirmation, by: Actor, on: date) -> None:
    """What the person stated of herself no longer stands."""
    with lifted("the employments of one person, wherever they lie"):
        row = question.row()
        if row is None:
            return
        if question.what == What.BEGIN:
            _withdraw(row, by, on)
        elif row.during.upper is not None:
            _open_again(row, by, on)


def _withdraw(row: Employment, by: Actor, on: date) -> None:
    people.hold(row.person)
    close_recorded(Employment.objects.filter(pk=row.pk))
    if row.main:
        people.end_tie(origin=ORIGIN, origin_id=row.pk, kind="work", by=by, on=on, end=row.during.lower)
    journal.write("employment.employment.withdraw", by=by, subject=row, rows=[row])


def _open_again(row: Employment, by: Actor, on: date) -> None:
    """The employment goes on. Refuses where another main one began since: that one must be settled first."""
    people.hold(row.person)
    later = Employment.objects.current().filter(person=row.person_id, main=True).exclude(pk=row.pk)
    if row.main and later.filter(during__overlap=days(row.during.lower)).exists():
        message = N_("Another main employment began since. Decide about that one first.")
        raise Refused(Obstacle("employment_overlap", message))
    close_recorded(Employment.objects.filter(pk=row.pk))
    again = Employment.objects.create(
        person_id=row.person_id, employer_id=row.employer_id, region_code=row.region_code, entry=row.entry,
        main=row.main, position=row.position, service_field=row.service_field, source=row.source,
        during=days(row.during.lower),
    )  # fmt: skip
    if row.main:
        people.tie(row.person, kind="work", region_code=row.region_code, origin=ORIGIN, origin_id=again.pk,
                   start=row.during.lower, by=by, on=on)  # fmt: skip
    journal.write("employment.employment.reopen", by=by, subject=again, rows=[row, again])
