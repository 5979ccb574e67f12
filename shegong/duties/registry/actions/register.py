"""The register: certificates are issued (民发〔2009〕44号 art. 4, 7)."""

import logging
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from shegong.duties.registry.actions.applying import TIE
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.actions.proving import prove
from shegong.duties.registry.models import Application, Card, Registration, Term
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import State, recall_obstacles, valid_to
from shegong.ground.people import actions as people
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.clauses import answers
from shegong.kernel.numbering import take
from shegong.kernel.patterns import counter_name, render
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

log = logging.getLogger(__name__)


@answers("T4.2.a")
@transaction.atomic
def issue_certificate(application: Application, *, by: Actor, on: date) -> Registration:
    """出证: number, term of three years from the decision, card. After the recall time, or early by the decider."""
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
    registration, superseded = _register(application, admitted_on)
    term = Term.objects.create(
        registration=registration, application=application,
        during=days(admitted_on, registration.valid_to + timedelta(days=1)),
    )  # fmt: skip
    card = Card.objects.create(registration=registration, term=term)
    prove(card)
    people.end_tie(origin=TIE, origin_id=application.id, kind="case", by=by, on=on)
    tell(
        application,
        "issued",
        by=by,
        register_no=registration.register_no,
        valid_to=registration.valid_to.isoformat(),
    )
    journal.write(
        "registry.registration.admit", by=by, subject=registration, rows=[application, registration, term, card, *superseded],
        facts={"application": application.number, "superseded": [row.register_no for row in superseded]},
    )  # fmt: skip
    return registration


def issue_due(*, on: date) -> int:
    """Issue every admitted application whose recall time is over; the job of each minute. Returns how many."""
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


def _register(application: Application, admitted_on: date) -> tuple[Registration, list[Registration]]:
    policy = registration_policy(admitted_on)
    superseded = list(Registration.objects.filter(person=application.person_id, closed_on__isnull=True))
    Registration.objects.filter(pk__in=[row.pk for row in superseded]).update(
        closed_on=admitted_on, closed_kind="superseded"
    )
    for row in superseded:
        row.refresh_from_db()
    level = application.certificate.level
    registration = Registration.objects.create(
        person_id=application.person_id, certificate=application.certificate, level=level,
        register_no=_register_no(application, admitted_on, level), region_code=application.region_code,
        admitted_on=admitted_on, valid_to=valid_to(admitted_on, policy),
    )  # fmt: skip
    return registration, superseded


def _register_no(application: Application, on: date, level: str) -> str:
    pattern = registration_policy(on).register_number
    province = application.region_code // 10_000_000
    parts = {"region": f"{province:02d}", "year": on.year, "level": level}
    return render(pattern, seq=take(counter_name(pattern, **parts)), **parts)
