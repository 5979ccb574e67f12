"""The work that a yearly plan names: what, by whom, until when, with what money (N10)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import refuse_if
from shegong.steering.programme.actions.annual import require_draft
from shegong.steering.programme.models import AnnualPlan, PlanItem, PlanItemBody, Target, plan
from shegong.steering.programme.rules.annual import item_obstacles


@answers("N10")
@transaction.atomic
def add_item(
    annual: AnnualPlan, *, what: str, clause: str, bodies: Sequence[Organization], due_on: date | None, by: Actor, on: date,
    target: Target | None = None, budget: str = "",
) -> PlanItem:  # fmt: skip
    """Add a piece of work to a draft. The first body leads; `budget` says the money in words.

    Refuses what lacks words, clause, bodies or a day, and a clause that the plan does not have.
    """
    annual = require_draft(annual, by, on)
    _refuse(what, clause, bodies, due_on)
    position = (annual.items.aggregate(last=Max("position"))["last"] or 0) + 1
    item = PlanItem.objects.create(
        plan=annual, position=position, **_said(annual, what, clause, due_on, target, budget)
    )
    _name_bodies(item, bodies)
    journal.write("programme.plan_item.add", by=by, subject=item, rows=[item], region_code=annual.region_code,
                  facts={"clause": clause, "bodies": [one.pk for one in bodies]})  # fmt: skip
    return item


@transaction.atomic
def change_item(
    item: PlanItem, *, what: str, clause: str, bodies: Sequence[Organization], due_on: date | None, by: Actor, on: date,
    target: Target | None = None, budget: str = "",
) -> PlanItem:  # fmt: skip
    """Change a piece of work of a draft; refuses what adding refuses."""
    annual = require_draft(item.plan, by, on)
    _refuse(what, clause, bodies, due_on)
    PlanItem.objects.filter(pk=item.pk).update(**_said(annual, what, clause, due_on, target, budget))
    item.bodies.all().delete()
    _name_bodies(item, bodies)
    item.refresh_from_db()
    journal.write("programme.plan_item.change", by=by, subject=item, rows=[item], region_code=annual.region_code,
                  facts={"clause": clause, "bodies": [one.pk for one in bodies]})  # fmt: skip
    return item


@transaction.atomic
def drop_item(item: PlanItem, *, by: Actor, on: date) -> None:
    """Take a piece of work out of a draft."""
    annual = require_draft(item.plan, by, on)
    gone = PlanItem(pk=item.pk)
    item.delete()
    journal.write(
        "programme.plan_item.drop", by=by, subject=annual, gone=[gone], facts={"position": item.position}
    )


def _refuse(what: str, clause: str, bodies: Sequence[Organization], due_on: date | None) -> None:
    known = set(plan().clauses)
    refuse_if(item_obstacles(what=what, clause=clause, clauses=known, bodies=len(bodies), due_on=due_on))


def _said(
    annual: AnnualPlan, what: str, clause: str, due_on: date | None, target: Target | None, budget: str
) -> dict[str, Any]:
    mine = target if target is not None and target.plan_id == annual.pk else None
    return {
        "what": what.strip(),
        "clause": clause,
        "due_on": due_on,
        "target": mine,
        "budget": budget.strip(),
    }


def _name_bodies(item: PlanItem, bodies: Sequence[Organization]) -> None:
    PlanItemBody.objects.bulk_create(
        PlanItemBody(item=item, organization=body, position=place) for place, body in enumerate(bodies, 1)
    )
