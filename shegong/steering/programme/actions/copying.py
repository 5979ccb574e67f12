"""What a new edition begins with: the edition in force, or the figures that the programme itself states."""

from typing import Any

from django.db.models import Model

from shegong.steering.programme.models import AnnualPlan, PlanItem, PlanItemBody, Target, plan
from shegong.steering.programme.rules.plans import Indicator

TARGET = ("indicator", "region_code", "kind", "amount", "tolerance", "gap_reason", "q1", "q2", "q3")
# What the office itself does (plans, reports, acceptance, years) is work, no target of a plan.
OWN_WORK = frozenset({"document", "year", "unit"})
ITEM = ("position", "clause", "what", "due_on", "budget")


def copy_content(old: AnnualPlan, new: AnnualPlan) -> list[Model]:
    """Targets with their splits, and items, of one edition for another. Answers with the new rows."""
    old_targets = list(old.targets.order_by("pk"))
    made = Target.objects.bulk_create(Target(plan=new, **_said(one, TARGET)) for one in old_targets)
    new_of = {one.pk: copy for one, copy in zip(old_targets, made, strict=True)}
    for one in old_targets:
        if one.parent_id:
            new_of[one.pk].parent = new_of[one.parent_id]
    Target.objects.bulk_update(made, ["parent"])
    return [*made, *_items(old, new, new_of)]


def _items(old: AnnualPlan, new: AnnualPlan, new_of: dict[int, Target]) -> list[PlanItem]:
    found = list(old.items.order_by("position").prefetch_related("bodies"))
    made = PlanItem.objects.bulk_create(
        PlanItem(plan=new, target=new_of.get(one.target_id or 0), **_said(one, ITEM)) for one in found
    )
    PlanItemBody.objects.bulk_create(
        PlanItemBody(item=copy, organization_id=body.organization_id, position=body.position)
        for one, copy in zip(found, made, strict=True)
        for body in one.bodies.all()
    )
    return made


def _said(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def first_targets(new: AnnualPlan) -> list[Target]:
    """The year's figures of the programme's own text, for the whole place."""
    stated = [(one, one.yearly.get(new.year)) for one in indicators_of(new)]
    return Target.objects.bulk_create(
        Target(
            plan=new, indicator=one.id, region_code=new.region_code, kind=one.kind, amount=amount,
            tolerance=one.tolerance,
        )
        for one, amount in stated
        if amount is not None
    )  # fmt: skip


def indicators_of(annual: AnnualPlan) -> list[Indicator]:
    """The indicators of its sub-plan that are counted or entered by themselves, in the plan's order."""
    known = [one for one in plan().indicators.values() if one.subplan == annual.subplan.number]
    return [one for one in known if not one.of and not one.summed and one.unit not in OWN_WORK]
