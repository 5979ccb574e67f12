"""The decision: proposed by the panel, signed by another, in force at once in the register and wherever it is read (D19)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.exchanging import written
from shegong.duties.conduct.actions.guarding import telling_obstacles
from shegong.duties.conduct.actions.hearing import tally_of
from shegong.duties.conduct.actions.interim import end_interims
from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.actions.publishing import publish, withdraw
from shegong.duties.conduct.actions.telling_complainant import tell_complainant
from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.decisions import Decision
from shegong.duties.conduct.models.inquiry import Inquiry
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.sides import parts_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.recusal import decider_obstacles, panel_obstacles
from shegong.duties.conduct.rules.sanctions import proposal_obstacles, respondent_obstacles, span
from shegong.duties.conduct.sealed_text import closed, opened
from shegong.duties.conduct.telling import tell_respondent
from shegong.duties.registry.actions import (
    impose_suspension,
    reinstate_person,
    revoke_by_decision,
    shorten_suspension,
)
from shegong.duties.registry.models import Registration
from shegong.ground.people.models import surviving
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.numbering import next_number
from shegong.kernel.policy import Wording
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

ORIGIN = "conduct.decision"


@half
@answers("T4.2.f")
@transaction.atomic
def propose_decision(
    inquiry: Inquiry, *, measure: str, months: int = 0, grounds: Sequence[str] = (), reasons: str, answer: str,
    by: Actor, on: date,
) -> Decision:  # fmt: skip
    """Put the panel's decision to the signatory: the measure that more than half voted for, its grounds, its reasons, and
    the answer to whoever complained. Refuses reasons that name who complained: the respondent reads them (A18)."""
    row = claim(inquiry.complaint, Permission.DECIDE, by=by, on=on)
    if not inquiry.seats.filter(person=by.person_id, recused_on__isnull=True).exists():
        raise Refused(Obstacle("not_on_panel", N_("Only a member of the panel may propose the decision.")))
    if row.state != "heard":
        raise Refused(Obstacle("not_heard", N_("The panel votes once the case has been heard.")))
    if inquiry.decisions.filter(state="proposed").exists():
        raise Refused(Obstacle("proposed_before", N_("A decision is waiting for its signature already.")))
    policy = sanction_policy(on)
    refuse_if(
        proposal_obstacles(policy=policy, code=measure, months=months, grounds=list(grounds), reasons=reasons,
                           answer=answer, votes=tally_of(inquiry))
        + telling_obstacles(row, reasons, by=by, on=on, field="reasons")
        + _reach(row, measure, on)
    )  # fmt: skip
    made = draft(
        inquiry, measure=measure, months=months, grounds=grounds, reasons=reasons, answer=answer, by=by, on=on
    )
    write(
        "conduct.decision.propose", inquiry, by=by, rows=[made], facts={"measure": measure, "months": months}
    )
    return made


def draft(
    inquiry: Inquiry, *, measure: str, months: int, grounds: Sequence[str], reasons: str, answer: str = "",
    by: Actor, on: date, replaces: Decision | None = None,
) -> Decision:  # fmt: skip
    """The row of a proposed decision; the caller has asked and journals it."""
    row = inquiry.complaint
    made = Decision(
        complaint=row, inquiry=inquiry, respondent_id=row.respondent_id, respondent_body_id=row.respondent_body_id,
        measure=measure, months=months, grounds=list(grounds), proposer_id=by.person_id, proposed_on=on,
        replaces=replaces,
    )  # fmt: skip
    made.reasons = closed(Decision, "reasons", made.seal_id, reasons.strip())
    made.answer = closed(Decision, "answer", made.seal_id, answer.strip()) if answer.strip() else b""
    made.save(force_insert=True)
    return made


@answers("T4.2.f")
@transaction.atomic
def send_back(decision: Decision, *, note: str, by: Actor, on: date, seen: int | None = None) -> Decision:
    """Do not sign; the panel words its decision anew."""
    claim(decision.complaint, Permission.PUBLISH, by=by, on=on)
    refuse_if(reason_obstacles(note, "note"))
    transition(decision, "send_back", seen=seen, note=note.strip())
    write("conduct.decision.send_back", decision.inquiry, by=by, rows=[decision])
    return decision


@half
@answers("T4.2.f")
@transaction.atomic
def decide(decision: Decision, *, by: Actor, on: date, seen: int | None = None) -> Decision:
    """Sign: the decision binds, reaches the register, is served with the right of review, and is published as policy says.

    Refuses who proposed it, investigated or sat on the panel, and everybody with a side.
    """
    row = claim(decision.complaint, Permission.PUBLISH, by=by, on=on)
    refuse_if(
        decider_obstacles(by.person_id, parts_of(row), decision.proposer_id)
        + panel_obstacles(decision.proposer_id, parts_of(row))
        + _reach(row, decision.measure, on)
    )
    end_interims(row, why="decided", by=by, on=on)
    before = _before(decision)
    if before is not None:
        retire(before, step="change", why="changed", by=by, on=on)
        decision.replaces = before
        Decision.objects.filter(pk=decision.pk).update(replaces=before)
    take(decision, body_id=row.routed_to_id, start=on, by=by, on=on, seen=seen)
    transition(row, "decide")
    said = written(row, "office", "decision", opened(decision, "answer"), on=on)
    _note_taken(decision, row, by, [*stages.end(row, on=on), said])
    publish(decision, by=by, on=on)
    tell_complainant(row, on=on)
    return decision


def _before(decision: Decision) -> Decision | None:
    """The decision of an earlier round that still binds: a reopened case."""
    rows = Decision.objects.select_for_update().filter(complaint=decision.complaint_id, state="in_force")
    return rows.exclude(pk=decision.pk).order_by("-pk").first()


def take(
    decision: Decision, *, body_id: int | None, start: date, by: Actor, on: date, seen: int | None = None,
    reviewable: bool = True,
) -> Decision:  # fmt: skip
    """Give it its number, its days and its effect; the caller has asked, moves the complaint and journals it."""
    policy = sanction_policy(on)
    measure = policy.measure(decision.measure)
    assert measure is not None
    first, end = span(start, decision.months) if measure.effect == "suspended" else (on, None)
    code = decision.complaint.routed_region_code
    number = next_number(policy.decision_number, region=f"{code // 1000:06d}", year=on.year)
    due = calendar_in_force().add_days(on, policy.review_days).on if reviewable else None
    transition(
        decision, "sign", seen=seen, number=number, decider_id=by.person_id, decided_on=on, body_id=body_id, starts_on=first,
        ends_on=end, served_on=on, review_due=due,
    )  # fmt: skip
    _apply(decision, measure.effect, by=by, on=on)
    if reviewable:  # else it is what a review came to, and the answer to that is told
        _serve(decision, measure.title, on)
    return decision


def _apply(decision: Decision, effect: str, *, by: Actor, on: date) -> None:
    """The sanction in the register: at once and everywhere, in this transaction."""
    origin = (ORIGIN, decision.pk)
    if decision.respondent is None or effect not in ("suspended", "revoked"):
        return
    person = surviving(decision.respondent)
    titles = [g.title.zh for code in decision.grounds if (g := sanction_policy(on).ground(code))]
    ground = "；".join(titles) or decision.measure
    if effect == "revoked":
        revoke_by_decision(person, title=ground, origin=origin, by=by, on=on)
    elif (
        decision.starts_on is not None
        and decision.ends_on is not None
        and decision.ends_on > decision.starts_on
    ):
        row = impose_suspension(
            person, start=decision.starts_on, end=decision.ends_on, ground=ground, origin=origin, by=by, on=on
        )
        Decision.objects.filter(pk=decision.pk).update(restriction=row)
        decision.refresh_from_db()


def retire(
    decision: Decision,
    *,
    step: str,
    why: str,
    whole: bool = False,
    replaced: bool = False,
    by: Actor,
    on: date,
) -> Decision:
    """A decision that no longer binds: its effect ends, its history stays. `step`: change or annul; `whole`: another
    decision counts all of its days, those that are over too; `replaced`: that one is a suspension as well."""
    if decision.restriction is not None:
        current = decision.restriction
        if whole or current.during.upper > on:
            end = current.during.lower if whole else max(on, current.during.lower)
            kept = shorten_suspension(
                current, end=end, origin=(ORIGIN, decision.pk), replaced=replaced, by=by, on=on
            )
            Decision.objects.filter(pk=decision.pk).update(restriction=kept or current)
            decision.refresh_from_db()
    elif decision.measure == "revoked" and decision.respondent is not None:
        reinstate_person(surviving(decision.respondent), by=by, on=on)
    transition(decision, step)
    withdraw(decision, why=why, by=by, on=on)
    write(f"conduct.decision.{step}", decision.inquiry, by=by, rows=[decision], about=decision.respondent_id)
    return decision


def _serve(decision: Decision, title: Wording, on: date) -> None:
    due = decision.review_due
    body = decision.complaint.appeal_body or decision.body
    tell_respondent(
        decision.inquiry, "decided", on=on, number=decision.number, measure=title,
        body=body.name if body else "—", due=due.isoformat() if due else "—",
    )  # fmt: skip


def _note_taken(decision: Decision, row: Complaint, by: Actor, rows: Sequence[object]) -> None:
    facts = {"measure": decision.measure, "months": decision.months, "proposed_by": decision.proposer_id}
    write("conduct.decision.take", decision.inquiry, by=by, rows=[decision, row, *rows], facts=facts,
          about=decision.respondent_id)  # fmt: skip


def _reach(row: Complaint, code: str, on: date) -> list[Obstacle]:
    """A registration can be reached only where there is one: asked before the panel's proposal and before the signature."""
    measure = sanction_policy(on).measure(code)
    if measure is None:
        return []
    person = row.respondent and surviving(row.respondent)
    registered = Registration.objects.filter(person=person, closed_on__isnull=True).exists()
    return respondent_obstacles(measure, is_person=person is not None, registered=registered)
