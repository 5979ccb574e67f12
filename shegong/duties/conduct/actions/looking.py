"""Second looks: whoever complained asks by the code; the body above answers, two people who had no part in the case. Either the
answer stands, or the case is looked into anew where it was decided; nothing is made graver here (信访工作条例 art. 35, 36)."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions import stages
from shegong.duties.conduct.actions.claiming import claim
from shegong.duties.conduct.actions.exchanging import AS_NOBODY, written
from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.actions.telling_complainant import tell_complainant, tell_office
from shegong.duties.conduct.models import Complaint, Decision, SecondLook
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.routes import body_above, sides_of
from shegong.duties.conduct.models.sides import parts_of
from shegong.duties.conduct.models.timing import look_until
from shegong.duties.conduct.rules import Permission, Stage
from shegong.duties.conduct.rules.inquiry import text_obstacles
from shegong.duties.conduct.rules.looks import (
    Finding,
    asking_obstacles,
    finding_obstacles,
    state_obstacles,
)
from shegong.duties.conduct.rules.recusal import FOUR_EYES, looker_obstacles
from shegong.duties.conduct.sealed_text import closed, opened
from shegong.duties.conduct.telling import tell_respondent
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import ANONYMOUS, Actor, half, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted


def last_decision(complaint: Complaint) -> Decision | None:
    """The signed decision that answers whoever complained: the last one."""
    return complaint.decisions.filter(decided_on__isnull=False).order_by("-pk").first()


def look_body(complaint: Complaint, on: date) -> Organization | None:
    """Who would look: the nearest office above the one that answered last, in which the other side has none. Where no
    office stands above, the one that answered, by other people of it; None where the policy leaves that out."""
    last = last_decision(complaint)
    if last is None:
        return None
    before = complaint.looks.filter(decision=last).order_by("-instance").first()
    review = last.appeals.filter(decided_on__isnull=False).order_by("-pk").first()
    answered = (before or review or last).body or complaint.routed_to
    if answered is None:
        return None
    above = body_above(answered, sides_of(complaint, on), on)
    return above or (answered if conduct_policy(on).look_at_home else None)


def look_obstacles(complaint: Complaint, on: date) -> list[Obstacle]:
    """Why no second look may be asked for now; empty where it may."""
    last = last_decision(complaint)
    asked = complaint.looks.filter(decision=last).count() if last else 0
    found = asking_obstacles(
        state=complaint.state, until=look_until(complaint), on=on, asked=asked, most=conduct_policy(on).looks,
        open_one=complaint.looks.running().exists(),
    )  # fmt: skip
    if not found and look_body(complaint, on) is None:
        found = [Obstacle("no_body", N_("There is no body above that could take it."))]
    return found


@answers("T4.2.f")
@unguarded("whoever has the code")
@transaction.atomic
def ask_look(complaint: Complaint, *, text: str, on: date) -> SecondLook:
    """Whoever complained asks the body above to look at the decision again, with her reasons. Refuses without a decision,
    past the days, while a review of the other side runs, and after the last look. Nothing that the other side is
    shown changes by it."""
    with lifted(AS_NOBODY):
        row = Complaint._base_manager.select_for_update().get(pk=complaint.pk)
        refuse_if(look_obstacles(row, on) or text_obstacles(text))
        last, body = last_decision(row), look_body(row, on)
        assert last is not None and body is not None
        made = SecondLook(
            complaint=row, decision=last, instance=row.looks.filter(decision=last).count() + 1, asked_on=on, due_on=on,
            body=body,
        )  # fmt: skip
        made.text = closed(SecondLook, "text", made.seal_id, text.strip())
        made.save(force_insert=True)
        Complaint._base_manager.filter(pk=row.pk).update(look_body=body)
        clock = stages.begin(row, Stage.LOOK, on=on, look=made)
        row.refresh_from_db()
        note("conduct.look.ask", row, by=ANONYMOUS, rows=[made, *clock], facts={"instance": made.instance})
        tell_office(row, on=on, body=body.pk, permission=Permission.DECIDE)
    return made


@half
@answers("T4.2.f")
@transaction.atomic
def propose_look(
    look: SecondLook, *, finding: str, answer: str, by: Actor, on: date, seen: int | None = None
) -> SecondLook:
    """Somebody of the body that looks proposes what comes of it, and the words for whoever complained. Refuses who had a
    part in the case."""
    row = claim(look.complaint, Permission.DECIDE, by=by, on=on)
    refuse_if(
        _asked_here(look, by, Permission.DECIDE)
        + looker_obstacles(by.person_id, parts_of(row, but=look))
        + finding_obstacles(finding, answer)
    )
    transition(
        look, "propose", seen=seen, finding=finding, proposer_id=by.person_id,
        answer=closed(SecondLook, "answer", look.seal_id, answer.strip()),
    )  # fmt: skip
    note("conduct.look.propose", row, by=by, rows=[look], facts={"finding": finding})
    return look


@half
@answers("T4.2.f")
@transaction.atomic
def answer_look(look: SecondLook, *, by: Actor, on: date, seen: int | None = None) -> SecondLook:
    """Sign it. The answer stands: whoever complained reads so, and may ask once more where an instance is left. Looked into
    anew: the office that decided accepts the case again with a new clock; what was decided holds until another decision."""
    row = claim(look.complaint, Permission.PUBLISH, by=by, on=on)
    look = SecondLook.objects.select_for_update().get(pk=look.pk)
    if seen is not None and look.version != seen:
        raise Stale()
    refuse_if(
        _asked_here(look, by, Permission.PUBLISH)
        + looker_obstacles(by.person_id, parts_of(row, but=look))
        + ([FOUR_EYES] if by.person_id == look.proposer_id else [])
        + state_obstacles(row.state)
    )
    transition(look, "answer", decider_id=by.person_id, answered_on=on)
    rows: list[object] = [look, written(row, "office", "look", opened(look, "answer"), on=on)]
    rows += stages.end(row, on=on, look=look)
    if look.finding == Finding.AGAIN:
        transition(row, "again", investigator_id=None, closed_on=None)
        rows += stages.begin(row, Stage.INQUIRY, on=on)
        told = row.inquiries.filter(disclosed_on__isnull=False).order_by("-pk").first()
        if told is not None:
            tell_respondent(told, "again", on=on)
        tell_office(row, on=on)
    row.refresh_from_db()
    tell_complainant(row, on=on)
    note(
        "conduct.look.answer",
        row,
        by=by,
        rows=rows,
        facts={"finding": look.finding, "instance": look.instance},
    )
    return look


@answers("T4.2.f")
@transaction.atomic
def rest_look(look: SecondLook, *, why: str, by: Actor, on: date, seen: int | None = None) -> SecondLook:
    """Let the clock of a second look rest for a reason that the law knows, such as a hearing (信访工作条例 art. 36); the days go
    to whose they are. Refuses where it rests already."""
    row = claim(look.complaint, Permission.DECIDE, by=by, on=on, seen=seen)
    refuse_if(_asked_here(look, by, Permission.DECIDE))
    changed = stages.rest(row, why=why, on=on, look=look)
    if not changed:
        raise Refused(Obstacle("no_clock", N_("No clock runs that could rest."), field="why"))
    note("conduct.stage.pause", row, by=by, rows=changed, facts={"why": why})
    return look


@answers("T4.2.f")
@transaction.atomic
def run_look_on(look: SecondLook, *, by: Actor, on: date, seen: int | None = None) -> SecondLook:
    """Let the clock of a second look run on; its last day moves by the days of the rest."""
    row = claim(look.complaint, Permission.DECIDE, by=by, on=on, seen=seen)
    refuse_if(_asked_here(look, by, Permission.DECIDE))
    changed = stages.run_on(row, on=on, look=look)
    if not changed:
        raise Refused(Obstacle("no_pause", N_("The clock does not rest.")))
    note("conduct.stage.resume", row, by=by, rows=[*changed, look])
    return look


def _asked_here(look: SecondLook, by: Actor, permission: str) -> list[Obstacle]:
    if by.is_system or look.body_id in {a.organization_id for a in by.with_permission(permission)}:
        return []
    return [Obstacle("not_body_above", N_("The second look is answered by the office that it was sent to."))]
