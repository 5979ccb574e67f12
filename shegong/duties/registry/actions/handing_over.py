"""A case that another county must decide (民发〔2009〕44号 art. 6) goes there whole: number, papers, what was said, its clock."""

from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.duties.registry.actions.applying import TIE
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.actions.reviewing import note, obstacles_for, seat_of
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.changes import county_of
from shegong.duties.registry.models.facts import route_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import State, completeness_due, waiting_for, write_route
from shegong.duties.registry.rules.decide import handing_obstacles
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.refusal import Stale, refuse_if


@answers("T4.2.a")
@transaction.atomic
def hand_over(
    application: Application, *, region_code: int, reason: str, by: Actor, on: date, seen: int | None = None
) -> Application:
    """The county where a case lies gives it to the county of the applicant's work or home; she does nothing anew.

    Only at the first office, before its opinion. A case not yet accepted gives the receiving county its own days; the
    clock of an accepted one runs on. Refuses without a reason, and what is no other county with an office.
    """
    application.refresh_from_db(
        from_queryset=Application.objects.select_for_update(no_key=True, of=("self",))
    )
    if seen is not None and seen != application.version:
        raise Stale()
    seat = seat_of(application, by)
    node, old = tree().at(region_code, on), application.region_code
    route = route_of(application, region_code, on) if node else ()
    refuse_if(
        obstacles_for(application, by)
        or handing_obstacles(
            kind=application.kind, state=application.state, is_county=node is not None and node.level >= 3,
            is_same=county_of(region_code, on) == county_of(old, on), route_found=bool(route), reason=reason,
        )
    )  # fmt: skip
    clock = {}
    if application.state == State.SUBMITTED:
        due = completeness_due(on, registration_policy(on), calendar_in_force())
        clock = {"due_on": due.on, "due_provisional": due.provisional}
    Application.objects.filter(pk=application.pk).update(
        region_code=region_code, from_region_code=old, route=write_route(route),
        waiting_for=waiting_for(route, application.state), version=F("version") + 1, **clock,
    )  # fmt: skip
    application.refresh_from_db()
    people.tie(
        application.person, kind="case", region_code=region_code, origin=TIE, origin_id=application.id, start=on,
        by=by, on=on,
    )  # fmt: skip
    tell(application, "handed_over", place=tree().full_name(region_code, on))
    facts = {"from": str(old), "to": str(region_code)}
    note(application, "hand_over", by, seat, reason=reason.strip(), facts=facts)
    return application
