"""Review of a decision: the respondent asks within the term; the level above decides, two people who had no part in it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext, override

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import answers_here, claim
from shegong.duties.conduct.actions.deciding import draft, retire, take
from shegong.duties.conduct.actions.exchanging import written
from shegong.duties.conduct.actions.guarding import telling_obstacles
from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.actions.publishing import publish, stay
from shegong.duties.conduct.actions.replying import HER_OWN
from shegong.duties.conduct.actions.telling_complainant import tell_complainant, tell_office
from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.appeals import Appeal
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.routes import body_above, sides_of
from shegong.duties.conduct.models.sides import parts_of
from shegong.duties.conduct.rules import OVER, Permission, Stage
from shegong.duties.conduct.rules.appeals import RESULT_NAMES, Result, lodging_obstacles, result_obstacles
from shegong.duties.conduct.rules.recusal import decider_obstacles, review_obstacles
from shegong.duties.conduct.rules.sanctions import span
from shegong.duties.conduct.sealed_text import closed, opened
from shegong.duties.conduct.telling import Word, tell_respondent
from shegong.duties.registry.actions import stay_suspension
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.refusal import Obstacle, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted


def review_body(decision: Decision, on: date) -> Organization | None:
    """Who reviews: the nearest office for complaints above the one that decided, in which the respondent has no side;
    the deciding one where none is (other people of it then). Who has been asked once stays."""
    row, body = decision.complaint, decision.body
    if row.appeal_body is not None or body is None:
        return row.appeal_body or body
    return body_above(body, sides_of(row, on), on) or body


@answers("T4.2.f")
@transaction.atomic
def lodge_appeal(decision: Decision, *, text: str, by: Actor, on: date) -> Appeal:
    """Ask for a review. What the public reads of the decision waits from now on; what else waits, policy says."""
    answers_here(decision, by)
    with lifted(HER_OWN):
        return _asked(decision, text=text, by=by, on=on)


def _asked(decision: Decision, *, text: str, by: Actor, on: date) -> Appeal:
    row = Complaint.objects.select_for_update().get(pk=decision.complaint_id)
    decision = (
        Decision.objects.select_for_update(of=("self",)).select_related("restriction").get(pk=decision.pk)
    )
    refuse_if(
        lodging_obstacles(
            text, state=decision.state, due=decision.review_until, on=on, reopened=row.state not in OVER,
            asked_before=decision.appeals.exists(),
        )
    )  # fmt: skip
    body = review_body(decision, on)
    policy = sanction_policy(on)
    made = Appeal(
        complaint=row, decision=decision, instance=decision.appeals.count() + 1, person_id=by.person_id, lodged_on=on,
        due_on=calendar_in_force().add_days(on, policy.review_decision_days).on, body=body,
    )  # fmt: skip
    made.text = closed(Appeal, "text", made.seal_id, text.strip())
    made.save(force_insert=True)
    transition(decision, "ask_review")
    transition(row, "appeal", appeal_body=body, closed_on=None)
    if "display" in policy.stays:
        stay(decision, stayed=True, by=by, on=on)
    if "effect" in policy.stays and decision.restriction is not None:
        held = stay_suspension(decision.restriction, stayed=True, by=by, on=on)
        Decision.objects.filter(pk=decision.pk).update(restriction=held)
        decision.refresh_from_db()
    clock = stages.begin(row, Stage.APPEAL, on=on)
    write(
        "conduct.appeal.lodge",
        decision.inquiry,
        by=by,
        rows=[made, decision, row, *clock],
        about=by.person_id,
    )
    if body is not None:
        tell_office(row, on=on, body=body.pk, permission=Permission.DECIDE)
    return made


@answers("T4.2.f")
@transaction.atomic
def withdraw_appeal(appeal: Appeal, *, by: Actor, on: date) -> Appeal:
    """Take the request back: the decision stands and is shown again."""
    answers_here(appeal.decision, by)
    with lifted(HER_OWN):
        return _taken_back(appeal, by=by, on=on)


def _taken_back(appeal: Appeal, *, by: Actor, on: date) -> Appeal:
    row = Complaint.objects.select_for_update().get(pk=appeal.complaint_id)
    transition(appeal, "withdraw")
    _stand(appeal.decision, "give_up", by=by, on=on)
    transition(row, "uphold")
    clock = stages.end(row, on=on)
    write("conduct.appeal.withdraw", appeal.decision.inquiry, by=by, rows=[appeal, appeal.decision, row, *clock],
          about=by.person_id)  # fmt: skip
    return appeal


@half
@answers("T4.2.f")
@transaction.atomic
def propose_result(
    appeal: Appeal, *, result: str, measure: str = "", months: int = 0, reasons: str, by: Actor, on: date,
    seen: int | None = None,
) -> Appeal:  # fmt: skip
    """Somebody of the body above proposes what comes of the review; it may make nothing graver. Refuses who had a part."""
    row = claim(appeal.complaint, Permission.DECIDE, by=by, on=on)
    decision = appeal.decision
    refuse_if(
        _at_body(appeal, by, Permission.DECIDE)
        + review_obstacles(by.person_id, parts_of(row))
        + result_obstacles(
            policy=sanction_policy(on), result=result, old=decision.measure, old_months=decision.months, code=measure,
            months=months, reasons=reasons,
        )
        + telling_obstacles(row, reasons, by=by, on=on, field="reasons")
    )  # fmt: skip
    changed = result == Result.CHANGED
    transition(
        appeal, "propose", seen=seen, result=result, measure=measure if changed else "", months=months if changed else 0,
        proposer_id=by.person_id, reasons=closed(Appeal, "reasons", appeal.seal_id, reasons.strip()),
    )  # fmt: skip
    write("conduct.appeal.propose", decision.inquiry, by=by, rows=[appeal], facts={"result": result})
    return appeal


@half
@answers("T4.2.f")
@transaction.atomic
def decide_appeal(appeal: Appeal, *, by: Actor, on: date, seen: int | None = None) -> Appeal:
    """Sign the review: upheld, the decision is shown again; changed, a milder one takes its place from its first day;
    annulled, its effect ends. What was in force until now stays answerable for every earlier day."""
    row = claim(appeal.complaint, Permission.PUBLISH, by=by, on=on)
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if seen is not None and appeal.version != seen:
        raise Stale()
    refuse_if(
        _at_body(appeal, by, Permission.PUBLISH)
        + review_obstacles(by.person_id, parts_of(row))
        + decider_obstacles(by.person_id, parts_of(row), appeal.proposer_id)
    )
    transition(appeal, "decide", decider_id=by.person_id, decided_on=on)
    decision = Decision.objects.select_for_update().get(pk=appeal.decision_id)
    rows: list[object] = [appeal]
    if appeal.result == Result.UPHELD:
        _stand(decision, "uphold", by=by, on=on)
    elif appeal.result == Result.ANNULLED:
        retire(decision, step="annul", why="annulled", by=by, on=on)
    else:
        rows.append(_change(appeal, decision, by=by, on=on))
    transition(row, "uphold")
    rows += [*stages.end(row, on=on), written(row, "office", "review", _answer(appeal), on=on)]
    facts = {"result": appeal.result, "measure": appeal.measure, "months": appeal.months}
    write(
        "conduct.appeal.decide",
        decision.inquiry,
        by=by,
        rows=[*rows, row],
        facts=facts,
        about=appeal.person_id,
    )
    decision.refresh_from_db()
    tell_respondent(decision.inquiry, "reviewed", on=on, number=decision.number,
                    result=Word(RESULT_NAMES[Result(appeal.result)]))  # fmt: skip
    tell_complainant(row, on=on)
    return appeal


def _answer(appeal: Appeal) -> str:
    """What who complained reads: that a review took place and what it came to; nothing of what the other side wrote."""
    with override("zh-hans"):  # written once, as the office writes
        said = gettext("The decision was reviewed. %(office)s decided on %(day)s: %(result)s.")
        result = gettext(RESULT_NAMES[Result(appeal.result)])
        return said % {"office": appeal.body.name, "day": appeal.decided_on.isoformat(), "result": result}


def _change(appeal: Appeal, decision: Decision, *, by: Actor, on: date) -> Decision:
    """The milder decision in its place, counted from the first day of the old one."""
    start = decision.starts_on or on
    # A shorter suspension that still holds; one whose days are over already is told as lifted.
    replaced = appeal.measure == decision.measure and span(start, appeal.months)[1] > on
    retire(decision, step="change", why="changed", whole=True, replaced=replaced, by=by, on=on)
    made = draft(
        decision.inquiry, measure=appeal.measure, months=appeal.months, grounds=decision.grounds,
        reasons=opened(appeal, "reasons"), by=by, on=on, replaces=decision,
    )  # fmt: skip
    Decision.objects.filter(pk=made.pk).update(proposer_id=appeal.proposer_id)
    made.refresh_from_db()
    take(made, body_id=appeal.body_id, start=start, by=by, on=on, reviewable=False)
    write("conduct.decision.take", made.inquiry, by=by, rows=[made], about=made.respondent_id,
          facts={"measure": made.measure, "months": made.months, "replaces": decision.pk})  # fmt: skip
    publish(made, by=by, on=on)
    return made


def _stand(decision: Decision, step: str, *, by: Actor, on: date) -> None:
    """The decision stands: shown again, in force again where the review had stopped it."""
    if decision.restriction is not None and decision.restriction.stayed_on is not None:
        held = stay_suspension(decision.restriction, stayed=False, by=by, on=on)
        Decision.objects.filter(pk=decision.pk).update(restriction=held)
        decision.refresh_from_db()
    transition(decision, step)
    stay(decision, stayed=False, by=by, on=on)
    write("conduct.decision.stand", decision.inquiry, by=by, rows=[decision], about=decision.respondent_id)


def _at_body(appeal: Appeal, by: Actor, permission: str) -> list[Obstacle]:
    """A review is decided where it was sent: not by the body that decided first, unless none is above it."""
    bodies = {a.organization_id for a in by.with_permission(permission)}
    if by.is_system or appeal.body_id in bodies:
        return []
    return [Obstacle("not_body_above", N_("The review is decided by the office above."))]
