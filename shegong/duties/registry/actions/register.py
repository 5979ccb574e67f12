"""The register: issue, suspend, lift, close (民发〔2009〕44号 art. 4, 7; regulations section 2)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from shegong.duties.registry.actions.applying import TIE
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.models import Application, Card, Registration, Restriction, Term
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Permission, State, recall_obstacles, valid_to
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.numbering import take
from shegong.kernel.patterns import counter_name, render
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


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
        with transaction.atomic():
            issue_certificate(application, by=SYSTEM, on=on)
        count += 1
    return count


@answers("T4.2.f")
@transaction.atomic
def suspend_person(
    person: Person, *, start: date, end: date, ground: str, region_code: int, by: Actor, on: date
) -> Restriction:
    """Suspend a person's registration for a time that has an end; it shows at once on the public page."""
    require(by, Permission.RESTRICT, region_code)
    if end <= start:
        raise Refused(Obstacle("ends_before_start", N_("The suspension must end after it begins."), "end"))
    if by.person_id == person.id:
        raise Refused(
            Obstacle("own_case", N_("This is your own registration. A colleague must decide on it."))
        )
    row = Restriction.objects.create(
        person=person,
        kind="suspended",
        during=days(start, end),
        ground=ground.strip(),
        decided_by_id=by.person_id,
    )
    journal.write(
        "registry.restriction.impose",
        by=by,
        subject=row,
        about_person_id=person.id,
        region_code=region_code,
        rows=[row],
    )
    return row


@transaction.atomic
def lift_suspension(
    restriction: Restriction, *, reason: str, region_code: int, by: Actor, on: date
) -> Restriction:
    """End a suspension from today; what was in force before stays answerable for every earlier day."""
    require(by, Permission.RESTRICT, region_code)
    close_recorded(Restriction.objects.filter(pk=restriction.pk))
    rows = []
    if restriction.during.lower < on:
        rows.append(
            Restriction.objects.create(
                person=restriction.person, kind=restriction.kind, ground=restriction.ground,
                during=days(restriction.during.lower, on), decided_by=restriction.decided_by,
            )
        )  # fmt: skip
    journal.write(
        "registry.restriction.lift", by=by, subject=restriction, about_person_id=restriction.person_id,
        region_code=region_code, reason=reason, rows=[restriction, *rows],
    )  # fmt: skip
    return restriction


@answers("T4.2.a")
@transaction.atomic
def close_registration(
    registration: Registration, *, reason_code: str, reason: str, proposed_by: Actor, by: Actor, on: date
) -> Registration:
    """注销 or 撤销 by a reason code of the policy; one proposes, another decides (D19). Invalid from today."""
    require(proposed_by, Permission.RESTRICT, registration.region_code)
    require(by, Permission.RESTRICT, registration.region_code)
    if by.person_id == proposed_by.person_id:
        raise Refused(Obstacle("four_eyes", N_("Another officer must decide on what you proposed.")))
    found = {entry.code: entry for entry in registration_policy(on).closing_reasons}.get(reason_code)
    if found is None:
        raise Refused(Obstacle("reason_needed", N_("Choose the reason."), "reason_code"))
    open_rows = Registration.objects.filter(pk=registration.pk, closed_on__isnull=True)
    if not open_rows.update(closed_on=on, closed_kind=found.closed_kind, reason_code=reason_code):
        raise Refused(Obstacle("closed_before", N_("This registration has already been closed.")))
    registration.refresh_from_db()
    journal.write(
        f"registry.registration.{'revoke' if found.closed_kind == 'revoked' else 'cancel'}", by=by, subject=registration,
        reason=reason, facts={"reason": reason_code, "proposed_by": proposed_by.person_id}, rows=[registration],
    )  # fmt: skip
    return registration


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
