"""The register: certificates are issued (民发〔2009〕44号 art. 4, 7)."""

import logging
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from shegong.duties.registry.actions.applying import TIE, hold, let_go
from shegong.duties.registry.actions.effects import EFFECTS
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import OPEN_STATES, Kind, State, recall_obstacles
from shegong.ground.people import actions as people
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

log = logging.getLogger(__name__)


@answers("T4.2.a")
@transaction.atomic
def issue_certificate(application: Application, *, by: Actor, on: date) -> Registration:
    """出证: what the application's kind does to the register. After the recall time, or early by the decider."""
    policy = registration_policy(on)
    if application.state != State.ADMITTED or application.decided_at is None:
        raise Refused(
            Obstacle(
                "not_admitted", N_("Only an application that passed the final review gets a certificate.")
            )
        )
    if by.is_system:
        refuse_if(_still_recallable(application, policy.recall_minutes))
    elif by.person_id != application.decider_id:
        raise Refused(
            Obstacle("not_decider", N_("Only the officer who decided may end the recall time early."))
        )
    admitted_on = timezone.localdate(application.decided_at)
    transition(application, "issue", final_on=on, waiting_for="")
    effect = EFFECTS[Kind(application.kind)](application, admitted_on, by=by, on=on)
    people.end_tie(origin=TIE, origin_id=application.id, kind="case", by=by, on=on)
    registration = effect.registration
    tell(
        application, effect.words, by=by, register_no=registration.register_no,
        valid_to=registration.valid_to.isoformat(), **effect.params,
    )  # fmt: skip
    journal.write(
        effect.verb, by=by, subject=registration, rows=[application, registration, *effect.rows],
        facts={"application": application.number, **effect.facts},
    )  # fmt: skip
    return registration


def issue_due(*, on: date) -> int:
    """Issue every admitted application whose recall time is over; the job of each minute. Returns how many."""
    end_moot(on=on)
    minutes = registration_policy(on).recall_minutes
    limit = timezone.now() - timedelta(minutes=minutes)
    count = 0
    for application in Application.objects.filter(state=State.ADMITTED, decided_at__lte=limit).order_by(
        "decided_at"
    ):
        try:
            with transaction.atomic():
                issue_certificate(application, by=SYSTEM, on=on)
        except (Refused, IntegrityError) as problem:  # one that cannot be issued now holds up no other
            log.error("application %s could not be issued: %s", application.pk, type(problem).__name__)
            continue
        count += 1
    return count


@answers("T4.2.a")
@unguarded("the clock: the registration that the application was about has ended")
@transaction.atomic
def end_application(application: Application, *, by: Actor = SYSTEM, on: date) -> Application:
    """Close an application whose registration has ended, and tell the applicant. Refuses one whose registration stands."""
    hold(application)
    registration = (
        Registration.objects.select_for_update(no_key=True).filter(pk=application.registration_id).first()
    )
    if registration is None or registration.closed_on is None:
        raise Refused(Obstacle("not_ended", N_("The registration that this application is about stands.")))
    was_draft = application.submitted_at is None
    transition(application, "end", final_on=on, waiting_for="")
    people.end_tie(origin=TIE, origin_id=application.id, kind="case", by=by, on=on)
    let_go(application, "over", by=by, on=on)
    if not was_draft:
        tell(
            application, "ended", register_no=registration.register_no, day=registration.closed_on.isoformat()
        )
    journal.write(
        "registry.application.end", by=by, subject=application, rows=[application],
        facts={"register_no": registration.register_no, "closed": registration.closed_kind},
    )  # fmt: skip
    return application


def end_moot(*, on: date) -> int:
    """Close what nobody can grant any more because the registration it is about has ended; how many.

    After a revocation only what was admitted: a review may set the registration up again, and the day on which a renewal
    was handed in goes on counting then.
    """
    ended = Application.objects.filter(registration__closed_on__isnull=False, state__in=OPEN_STATES)
    recallable = timezone.now() - timedelta(minutes=registration_policy(on).recall_minutes)
    moot = ended.exclude(state=State.ADMITTED).exclude(registration__closed_kind="revoked")
    moot |= ended.filter(state=State.ADMITTED, decided_at__lte=recallable)
    count = 0
    for application in moot.order_by("id"):
        try:
            end_application(application, on=on)
        except (Refused, IntegrityError) as problem:  # holds up no other
            log.error("application %s could not be closed: %s", application.pk, type(problem).__name__)
            continue
        count += 1
    return count


def _still_recallable(application: Application, minutes: int) -> list[Obstacle]:
    seconds = (timezone.now() - application.decided_at).total_seconds()
    over = recall_obstacles(
        is_own=True, seconds_since=seconds, recall_minutes=minutes, already_recalled=False
    )
    return (
        []
        if over
        else [
            Obstacle("recallable", N_("The decision may still be taken back; wait until that time is over."))
        ]
    )
