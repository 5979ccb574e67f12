"""Second thoughts and many at once: take back one's own decision, pass all clean cases together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.applying import TIE
from shegong.duties.registry.actions.holding import keep_while_decided
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.actions.reviewing import note, pass_stage
from shegong.duties.registry.models import Application, Decision
from shegong.duties.registry.models.facts import case_facts, ground_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import (
    STAGE_PERMISSION,
    Kind,
    all_passed,
    checks,
    read_route,
    recall_obstacles,
    waiting_for,
)
from shegong.ground.people import actions as people
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@answers("T4.2.a")
@transaction.atomic
def recall_decision(application: Application, *, reason: str, by: Actor, on: date) -> Application:
    """Take back one's own last decision within the minutes of the policy, while nobody went on from it."""
    decision = application.decisions.filter(recalled_at__isnull=True).order_by("-id").first()
    if decision is None:
        raise Refused(Obstacle("nothing_to_recall", N_("There is no decision to take back.")))
    require(by, STAGE_PERMISSION[decision.stage], application.region_code)
    refuse_if(
        recall_obstacles(
            is_own=decision.officer_id == by.person_id,
            seconds_since=_seconds_since(decision),
            recall_minutes=registration_policy(on).recall_minutes,
            already_recalled=decision.recalled_at is not None,
        )
    )
    back = decision.before_state
    transition(application, f"recall_to_{back}", **_undo(application, decision, back))
    Decision.objects.filter(pk=decision.pk).update(recalled_at=Now(), recall_reason=reason.strip())
    application.return_items.filter(settled_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=Now()
    )
    if decision.step in ("fail", "refuse"):
        _reopen_tie(application, by, on)
        if application.kind == Kind.RENEWAL:
            keep_while_decided(application, by=by, on=on)
    tell(application, "recalled")
    decision.refresh_from_db()
    note(application, "recall", by, None, facts={"step": decision.step, "back_to": back}, rows=[decision])
    return application


@dataclass(frozen=True)
class BulkResult:
    """What became of one case of a bulk: passed, or why not."""

    application: Application
    obstacles: Sequence[Obstacle] = ()


def pass_many(applications: Sequence[Application], *, opinion: str, by: Actor, on: date) -> list[BulkResult]:
    """Pass cases whose automatic checks all pass, when handed in and now; each in its own transaction, the others go on if
    one is refused."""
    results = []
    for application in applications:
        if not application.clean or _fails_now(application, on):
            not_clean = Obstacle("not_clean", N_("Not all automatic checks passed; open the case."))
            results.append(BulkResult(application, [not_clean]))
            continue
        try:
            with transaction.atomic():
                pass_stage(application, opinion=opinion, by=by, on=on, seen=application.version)
            results.append(BulkResult(application))
        except Refused as refused:
            results.append(BulkResult(application, refused.obstacles))
    return results


def _fails_now(application: Application, on: date) -> bool:
    """What changed after it was handed in, and somebody must see: a denial, hours taken out, an inquiry."""
    ground = ground_of(application, on)
    facts, handed_in = case_facts(application, ground), ground.facts.handed_in or on
    return not all_passed(checks(facts, ground.policy, ground.calendar, handed_in))


def _seconds_since(decision: Decision) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - %s)", [decision.decided_at])
        return float(cursor.fetchone()[0])


def _undo(application: Application, decision: Decision, back: str) -> dict[str, Any]:
    undone: dict[str, Any] = {
        "waiting_for": waiting_for(read_route(application.route), back),
        "decided_at": None,
    }
    if decision.step in ("admit", "refuse"):
        undone["decider_id"] = None
    elif application.first_reviewer_id == decision.officer_id:
        undone["first_reviewer_id"] = None
    return undone


def _reopen_tie(application: Application, by: Actor, on: date) -> None:
    people.tie(
        application.person, kind="case", region_code=application.region_code, origin=TIE, origin_id=application.id,
        start=on, by=by, on=on,
    )  # fmt: skip
