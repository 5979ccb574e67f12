"""What the offices do with a case: accept, return, pass, fail, take back (民发〔2009〕44号 art. 6, 7; route policy)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from shegong.duties.registry.actions.applying import TIE, let_go
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.models import Application, Decision, ReturnItem
from shegong.duties.registry.models.facts import ground_of, papers_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import (
    STAGE_PERMISSION,
    Chair,
    Kind,
    Stage,
    State,
    accepted_from,
    complete_by,
    decision_due,
    decision_obstacles,
    failing_step,
    granting_obstacles,
    opinion_obstacles,
    passing_step,
    read_route,
    returnable_items,
    stage_at,
    waiting_for,
)
from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.kernel import journal
from shegong.kernel.access import Actor, Authority
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Obstacle, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

SUBMITTED = "registry.application.submit"
STATEMENTS = ("people.name.state", "people.identity.state")


@dataclass(frozen=True)
class Seat:
    """The stage that must act and the authority under which this officer acts there."""

    stage: Stage
    authority: Authority | None


def seat_of(application: Application, by: Actor) -> Seat | None:
    """Where the officer sits for this case now; None when the case waits for nobody or for another office."""
    stage = stage_at(read_route(application.route), application.state)
    if stage is None:
        return None
    if by.is_system:
        return Seat(stage, None)
    for authority in by.with_permission(STAGE_PERMISSION[stage.stage]):
        if authority.level == stage.level and any(application.region_code in r for r in authority.ranges):
            return Seat(stage, authority)
    return None


def obstacles_for(application: Application, by: Actor) -> list[Obstacle]:
    """Why this officer may not decide on this case now; the desk shows it, every decision refuses with it."""
    officers = application.decisions.filter(recalled_at__isnull=True).exclude(stage=application.waiting_for)
    chair = Chair(
        officer_id=by.person_id,
        applicant_id=application.person_id,
        earlier_officers=set(officers.values_list("officer_id", flat=True)),
        may_at_stage=seat_of(application, by) is not None,
        someone_must_act=bool(application.waiting_for),
    )
    return decision_obstacles(chair)


@answers("T4.2.a")
@transaction.atomic
def accept_application(
    application: Application, *, by: Actor, on: date, seen: int | None = None
) -> Application:
    """受理: the papers are complete; the clock of 30 working days starts (art. 7), on the day of handing in when nobody
    said anything in time (行政许可法 art. 32)."""
    seat = _seat(application, by)
    policy, calendar = registration_policy(on), calendar_in_force()
    start = accepted_from(timezone.localdate(application.submitted_at), on, policy, calendar)
    due = decision_due(start, policy, calendar)
    transition(
        application, "accept", seen=seen, accepted_on=start, due_on=due.on, due_provisional=due.provisional
    )
    tell(application, "accepted", due=due.on.isoformat())
    facts = {"due": due.on.isoformat(), "provisional": due.provisional, "since": start.isoformat()}
    note(application, "accept", by, seat, facts=facts)
    return application


@answers("T4.2.a")
@transaction.atomic
def return_for_completion(
    application: Application, items: Mapping[str, str], *, by: Actor, on: date, seen: int | None = None
) -> Application:
    """补正: give back, field by field, everything that is missing; the holder corrects only these (art. 6)."""
    seat = _seat(application, by)
    refuse_if(_return_obstacles(application, items))
    round_no = 1 + len(set(application.return_items.values_list("round_no", flat=True)))
    ReturnItem.objects.bulk_create(
        ReturnItem(application=application, round_no=round_no, item=item, text=text.strip())
        for item, text in items.items()
    )
    decision = _decide(application, "return_for_completion", by, seat, "")
    due = complete_by(on, registration_policy(on), calendar_in_force())
    transition(application, "return_for_completion", seen=seen, waiting_for="", complete_by=due)
    tell(application, "returned", count=len(items), due=due.isoformat())
    note(application, "return", by, seat, facts={"items": sorted(items)}, rows=[decision])
    return application


@answers("T4.2.a")
@transaction.atomic
def pass_stage(
    application: Application, *, opinion: str, by: Actor, on: date, seen: int | None = None
) -> Application:
    """A positive opinion at the stage where the case is; a case not yet accepted is accepted first.

    The first positive opinion confirms the certificate against the original shown; the last one admits.
    """
    seat = _seat(application, by)
    if application.state == State.SUBMITTED:
        accept_application(application, by=by, on=on, seen=seen)
        seen = None
    step = passing_step(read_route(application.route), application.state)
    return _conclude(application, step, opinion, "", by, seat, on, seen)


@answers("T4.2.a")
@transaction.atomic
def fail_stage(
    application: Application, *, opinion: str, reason_code: str, by: Actor, on: date, seen: int | None = None
) -> Application:
    """不予通过, with the reason that the applicant is told (art. 7)."""
    seat = _seat(application, by)
    step = failing_step(read_route(application.route), application.state)
    reasons = {reason.code for reason in registration_policy(on).refusal_reasons}
    refuse_if(opinion_obstacles(step, opinion, reason_code if reason_code in reasons else ""))
    if application.state == State.SUBMITTED:
        accept_application(application, by=by, on=on, seen=seen)
        seen = None
    return _conclude(application, step, opinion, reason_code, by, seat, on, seen)


def _seat(application: Application, by: Actor) -> Seat:
    refuse_if(obstacles_for(application, by))
    seat = seat_of(application, by)
    assert seat is not None  # obstacles_for refused otherwise
    return seat


def _conclude(
    application: Application, step: str, opinion: str, reason_code: str, by: Actor, seat: Seat, on: date,
    seen: int | None,
) -> Application:  # fmt: skip
    if step not in ("fail", "refuse"):
        refuse_if(_changed_since(application))
        found = ground_of(application, on).facts
        refuse_if(granting_obstacles(found, is_last=step == "admit"))
    decision = _decide(application, step, by, seat, opinion, reason_code)
    changes: dict[str, object] = {}
    if step in ("admit", "refuse"):
        changes["decider_id"] = by.person_id
    elif application.first_reviewer_id is None:
        changes["first_reviewer_id"] = by.person_id
    after = application.workflow.steps[step].after
    if step in ("admit", "refuse", "fail"):
        changes |= {"decided_at": Now()}
    transition(
        application, step, seen=seen, waiting_for=waiting_for(read_route(application.route), after), **changes
    )
    _consequences(application, step, by, on)
    facts = {"stage": seat.stage.stage, "reason": reason_code}
    note(application, step, by, seat, facts=facts, rows=[decision])
    return application


def _changed_since(application: Application) -> list[Obstacle]:
    """What an office passes is what was submitted: the applicant's later statements come in by a return only."""
    about = JournalEntry.objects.filter(
        about_person_id=application.person_id, person_id=application.person_id
    )
    sent = (
        about.filter(verb=SUBMITTED, subject_id=application.pk)
        .order_by("-seq")
        .values_list("seq", flat=True)
        .first()
    )
    stated = sent is not None and about.filter(seq__gt=sent, verb__in=STATEMENTS).exists()
    if application.certificate.state in ("declared", "verified") and not stated:
        return []
    message = N_(
        "The applicant changed name, number or certificate after submitting. Return the case for completion."
    )
    return [Obstacle("changed_since", message)]


def _consequences(application: Application, step: str, by: Actor, on: date) -> None:
    certificate = application.certificate
    if step in ("pass_first", "admit") and certificate.state == "declared":
        credentials.verify_certificate(certificate, source="office", by=by, on=on)
    if step in ("pass_first", "admit"):
        for identity in application.person.identities.filter(verified_on=None):
            people.verify_identity(identity, by=by, on=on)
    if step in ("fail", "refuse"):
        people.end_tie(origin=TIE, origin_id=application.id, kind="case", by=by, on=on)
        tell(application, "refused")
        let_go(application, "refused", by=by, on=on)
    if step == "admit":
        tell(application, "admitted_cancel" if application.kind == Kind.CANCEL else "admitted")


def _decide(
    application: Application, step: str, by: Actor, seat: Seat, opinion: str, reason_code: str = ""
) -> Decision:
    return Decision.objects.create(
        application=application, stage=seat.stage.stage, step=step, before_state=application.state,
        officer_id=by.person_id, office_id=seat.authority.organization_id if seat.authority else None,
        opinion=opinion.strip(), reason_code=reason_code,
    )  # fmt: skip


def _return_obstacles(application: Application, items: Mapping[str, str]) -> list[Obstacle]:
    if not items:
        return [Obstacle("nothing_returned", N_("Mark what must be put right."), "items")]
    papers = {paper.kind for paper in papers_of(application)} | set(_asked(application))
    known = returnable_items(papers, Kind(application.kind))
    found = [
        Obstacle("unknown_item", N_("This item cannot be returned."), item)
        for item in items
        if item not in known
    ]
    empty = [item for item, text in items.items() if len(text.strip()) < 4]
    return found + [
        Obstacle(
            "say_what", N_("Say in a few words what is wrong and what to do; the applicant reads it."), item
        )
        for item in empty
    ]


def _asked(application: Application) -> list[str]:
    policy = registration_policy(timezone.localdate(application.submitted_at))
    return [material.code for material in policy.materials_for(application.kind, application.ground)]


def note(application: Application, verb: str, by: Actor, seat: Seat | None, **details: object) -> None:
    rows = [application, *details.pop("rows", [])]
    authority = seat.authority if seat else None
    journal.write(
        f"registry.application.{verb}", by=by, subject=application, rows=rows, authority=authority, **details
    )
