"""Change, cancellation and reissue: what the holder states; a lost certificate stops counting at once; a file that moves."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from shegong.duties.registry.actions.applying import require_editable
from shegong.duties.registry.actions.beginning import begin
from shegong.duties.registry.actions.effects import new_card
from shegong.duties.registry.actions.notices import tell, tell_holder
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.changes import (
    ChangeDetail,
    card_day,
    county_of,
    employer_on_record,
    main_job,
)
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import State, completeness_due, read_route, waiting_for, write_route
from shegong.duties.registry.rules.changes import KIND_OF, What, move_obstacles
from shegong.duties.registry.rules.facts import Step
from shegong.ground.credentials.models import Certificate
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.jobs import job
from shegong.kernel.names import canonical_name
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_

LONGEST = 400


@answers("T4.2.a")
@transaction.atomic
def begin_change(registration: Registration, *, what: str, by: Actor, on: date) -> Application:
    """A draft that asks for `what`, or the holder's open one of the same kind. Refuses an open one that asks for something
    else: it is finished or withdrawn first."""
    asked = What(what)

    def note(application: Application) -> None:
        detail = ChangeDetail.objects.create(
            application=application, what=asked, from_employer_id=employer_on_record(registration),
            from_certificate_id=registration.certificate_id, from_region_code=registration.region_code,
            name_on=card_day(registration),
        )  # fmt: skip
        journal.write("registry.application.save", by=by, subject=application, rows=[application, detail],
                      facts={"item": str(Step.CHANGE), "what": str(asked)})  # fmt: skip

    application = begin(
        registration.person, KIND_OF[asked], registration=registration, change=note, by=by, on=on
    )
    if application.change.what != asked:
        message = N_("Another application of this kind is open. Finish it or take it back first.")
        raise Refused(Obstacle("open_change", message))
    return application


@answers("T4.2.a")
@transaction.atomic
def state_change(
    application: Application, *, certificate: Certificate | None = None, region_code: int | None = None,
    ground: str = "", name: str = "", note: str = "", by: Actor, on: date,
) -> ChangeDetail:  # fmt: skip
    """What the register should hold from now on. Refuses what is no county, and others' certificates.

    A certificate that is reported lost stops counting at once: a scan of the old code says that it was replaced.
    """
    require_editable(application, Step.CHANGE, by)
    detail = ChangeDetail.objects.select_for_update().get(application=application)
    if detail.what == What.NAME:
        given = {"to_name": _new_name(name)}
    else:
        given = _STATE[What(detail.what)](application, certificate, region_code, ground, by, on)
    on_application = {name: given.pop(name) for name in tuple(given) if name in _OF_APPLICATION}
    ChangeDetail.objects.filter(pk=detail.pk).update(stated_at=Now(), note=note.strip()[:LONGEST], **given)
    Application.objects.filter(pk=application.pk).update(saved_at=Now(), **on_application)
    application.return_items.filter(item=str(Step.CHANGE), settled_at=None).update(settled_at=Now())
    rows: list[Any] = []
    if detail.what == What.LOST and detail.stated_at is None and application.registration is not None:
        rows = list(new_card(application.registration))
        tell_holder(application.registration, "card_replaced")
    application.refresh_from_db()
    detail.refresh_from_db()
    journal.write("registry.application.save", by=by, subject=application, rows=[application, detail, *rows],
                  facts={"item": str(Step.CHANGE), "what": detail.what})  # fmt: skip
    return detail


_OF_APPLICATION = ("workplace", "certificate", "region_code", "from_region_code", "ground")


def _employer(
    application: Application,
    certificate: Certificate | None,
    region_code: int | None,
    ground: str,
    by: Actor,
    on: date,
) -> dict[str, Any]:
    work = main_job(application.person_id, on)
    if work is None:
        message = N_("No employer is on record. State it under “My work” first.")
        raise Refused(Obstacle("employer_missing", message))
    return {"workplace": work, "to_employer_id": work.employer_id, "ground": "workplace"}


def _level(
    application: Application,
    certificate: Certificate | None,
    region_code: int | None,
    ground: str,
    by: Actor,
    on: date,
) -> dict[str, Any]:
    if certificate is None or certificate.person_id != application.person_id:
        raise Refused(
            Obstacle("not_higher", N_("Choose the certificate of the higher level."), "certificate")
        )
    return {"certificate": certificate, "to_certificate": certificate}


def _region(
    application: Application,
    certificate: Certificate | None,
    region_code: int | None,
    ground: str,
    by: Actor,
    on: date,
) -> dict[str, Any]:
    node = tree().at(region_code, on) if region_code else None
    if node is None or node.level < 3:
        raise Refused(Obstacle("not_a_county", N_("Choose a county, city or district."), "region"))
    work = main_job(application.person_id, on)
    if ground == "workplace" and (
        work is None or county_of(work.region_code, on) != county_of(region_code, on)
    ):
        message = N_(
            "No employer in this county is on record. State it under “My work” first, or choose where you live."
        )
        raise Refused(Obstacle("employer_missing", message, "region"))
    if ground == "domicile":
        people.tie(
            application.person, kind="domicile", region_code=region_code, origin="people.person",
            origin_id=application.person_id, start=on, by=by, on=on,
        )  # fmt: skip
    old = application.registration.region_code if application.registration else None
    return {"region_code": region_code, "from_region_code": old, "ground": ground, "to_region_code": region_code,
            "workplace": work if ground == "workplace" else None}  # fmt: skip


def _new_name(name: str) -> str:
    stated = canonical_name(name)
    if isinstance(stated, list):
        raise Refused(stated)
    return stated


def _nothing(
    application: Application,
    certificate: Certificate | None,
    region_code: int | None,
    ground: str,
    by: Actor,
    on: date,
) -> dict[str, Any]:
    return {}


_STATE: dict[What, Any] = {
    What.EMPLOYER: _employer, What.LEVEL: _level, What.REGION: _region, What.NAME: _nothing,
    What.REQUEST: _nothing, What.LOST: _nothing, What.DAMAGED: _nothing,
}  # fmt: skip


@unguarded("the clock: the receiving county did not accept the file")
@transaction.atomic
def escalate_move(application: Application, *, by: Actor = SYSTEM, on: date) -> Application:
    """The receiving county was silent: the file goes to the office above it, whose days begin anew."""
    application.refresh_from_db(from_queryset=Application.objects.select_for_update(no_key=True))
    detail = ChangeDetail.objects.select_for_update().filter(application=application).first()
    is_region = detail is not None and detail.what == What.REGION and detail.escalated_on is None
    refuse_if(move_obstacles(is_region=is_region, state=application.state, due_on=application.due_on, on=on))
    stages = read_route(application.route)
    if len(stages) < 2 or detail is None:
        raise Refused(Obstacle("nobody_above", N_("No office stands above this one.")))
    route = write_route(stages[1:])
    due = completeness_due(on, registration_policy(on), calendar_in_force())
    Application.objects.filter(pk=application.pk).update(
        route=route, waiting_for=waiting_for(read_route(route), State.SUBMITTED), due_on=due.on,
        due_provisional=due.provisional, version=F("version") + 1,
    )  # fmt: skip
    ChangeDetail.objects.filter(pk=detail.pk).update(escalated_on=on)
    application.refresh_from_db()
    detail.refresh_from_db()
    tell(application, "moved_up", due=due.on.isoformat())
    journal.write("registry.application.escalate", by=by, subject=application, rows=[application, detail],
                  facts={"due": due.on.isoformat(), "route": route})  # fmt: skip
    return application


@job("registry.escalate_moves", cron="30 17 * * *")
def escalate_moves() -> int:
    """Each night after midnight (17:30 UTC): files that a receiving county left lying go up; how many."""
    on, count = timezone.localdate(), 0
    waiting = Application.objects.filter(
        state=State.SUBMITTED, change__what=What.REGION, change__escalated_on=None, due_on__lt=on
    )
    for application in waiting.order_by("id"):
        if len(read_route(application.route)) > 1:
            escalate_move(application, on=on)
            count += 1
    return count
