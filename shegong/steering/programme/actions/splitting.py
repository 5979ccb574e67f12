"""Targets of a yearly plan: set for the whole, split over the units, and by each unit over its counties (N10)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.steering.programme.actions.annual import require_draft
from shegong.steering.programme.actions.copying import indicators_of
from shegong.steering.programme.models import AnnualPlan, PlanItem, Target
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.annual import PlanState
from shegong.steering.programme.rules.plans import UNITS, Indicator
from shegong.steering.programme.rules.splitting import (
    SPLITTABLE,
    amount_obstacles,
    curve_obstacles,
    split_obstacles,
)

Quarters = tuple[int | None, int | None, int | None]


@answers("N10")
@transaction.atomic
def set_targets(
    annual: AnnualPlan, *, amounts: Mapping[str, int | None], by: Actor, on: date
) -> list[Target]:
    """Set what a draft wants of these indicators in its year; None takes a target out, with its split.

    Answers with the rows that changed. Refuses an indicator of another sub-plan, and a total that its split no longer
    makes up: the two are changed together on the split. The obstacles name the indicator as their field.
    """
    annual = require_draft(annual, by, on)
    known = {one.id: one for one in indicators_of(annual)}
    held = {row.indicator: row for row in annual.targets.filter(parent=None)}
    refuse_if(
        [
            obstacle
            for name, amount in amounts.items()
            for obstacle in _refusals(name, amount, known, held.get(name))
        ]
    )
    rows, gone = [], []
    for name, amount in amounts.items():
        old = held.get(name)
        if amount is None:
            gone += list(annual.targets.filter(indicator=name)) if old else []
        elif old is None or old.amount != amount:
            rows.append(_set(annual, known[name], amount))
    loose = list(PlanItem.objects.filter(target__in=gone))  # work that named a target that goes
    _delete(gone)
    if rows or gone:
        journal.write("programme.target.set", by=by, subject=annual, rows=[*rows, *loose], gone=gone,
                      facts={"set": [row.indicator for row in rows], "out": sorted({row.indicator for row in gone})})  # fmt: skip
    return rows


def _set(annual: AnnualPlan, stated: Indicator, amount: int) -> Target:
    said = {"kind": stated.kind, "amount": amount, "tolerance": stated.tolerance}
    row, _ = Target.objects.update_or_create(
        plan=annual, indicator=stated.id, region_code=annual.region_code, defaults=said
    )
    return row


def _refusals(
    name: str, amount: int | None, known: Mapping[str, Indicator], old: Target | None
) -> list[Obstacle]:
    if name not in known:
        return [Obstacle("target_indicator", N_("Choose an indicator of this sub-plan."), None, "N10")]
    if amount is None:
        return []
    return amount_obstacles({0: amount}, name.replace("%", "") + "%.0s") or _parts_obstacles(old, amount)


def _parts_obstacles(old: Target | None, amount: int) -> list[Obstacle]:
    parts = list(old.parts.values_list("amount", flat=True)) if old else []
    if old is None or not parts or old.gap_reason or sum(parts) == amount:
        return []
    message = N_("Its split adds up to %(sum)s. Change total and split together on the page of the split.")
    return [Obstacle("target_split", message, old.indicator, "N10", {"sum": sum(parts)})]


def _delete(rows: list[Target]) -> None:
    """Parts before their wholes: province, unit, county are three floors."""
    for _floor in range(3):
        Target.objects.filter(pk__in=[one.pk for one in rows], parts=None).delete()


def parts_of(target: Target, day: date) -> list[int]:
    """The units under a target's place on `day`, by the reporting tree: ten units of the province, counties of a unit."""
    return tree().children(target.region_code, day, REPORTING)


@answers("N10")
@transaction.atomic
def split_target(
    target: Target, *, amounts: Mapping[int, int | None], by: Actor, on: date, gap_reason: str = "",
    total: int | None = None, quarters: Quarters | None = None,
) -> list[Target]:  # fmt: skip
    """Split a target over the units under its place (region_code → amount); `total` changes the whole with it, `quarters`
    (percent due by the end of the first three) the curve of whole and parts.

    The whole is split by the lead, in a draft; a unit's own by its officer, once the plan is issued. Refuses a sum that
    differs from the whole without a reason, units that are left out or do not belong here. Counties of a unit whose
    amount changes are split anew.
    """
    target = _held(target, by, on)
    units = parts_of(target, date(target.plan.year, 12, 31))
    if target.kind not in SPLITTABLE or not units:
        raise Refused(
            Obstacle(
                "split_kind", N_("This target is the same for everybody; it is not split."), clause="N10"
            )
        )
    whole = target.amount if total is None else total
    given = {code: amounts.get(code) for code in units}
    curve = target.quarters if quarters is None else quarters
    refuse_if(amount_obstacles({0: whole}, "total%.0s") + amount_obstacles(given) + curve_obstacles(curve))
    wanted = {code: amount for code, amount in given.items() if amount is not None}
    refuse_if(split_obstacles(whole, wanted.values(), gap_reason, _unit(target)))
    sums = sum(wanted.values()) == whole
    said = dict(zip(("q1", "q2", "q3"), curve, strict=True))
    Target.objects.filter(pk=target.pk).update(
        amount=whole, gap_reason="" if sums else gap_reason.strip(), **said
    )
    target.refresh_from_db()
    rows, gone = _place(target, wanted)
    journal.write(
        "programme.target.split", by=by, subject=target, rows=[target, *rows], gone=gone, reason=target.gap_reason,
        facts={"indicator": target.indicator, "units": len(rows), "gap": whole - sum(wanted.values())},
    )  # fmt: skip
    return rows


def _held(target: Target, by: Actor, on: date) -> Target:
    if target.parent_id is None:
        require_draft(target.plan, by, on)
    else:
        require(by, Permission.SPLIT, target.region_code)
        if target.plan.state != PlanState.ISSUED:
            message = N_("Units split their targets once the plan is issued.")
            raise Refused(Obstacle("split_early", message, clause="N10"))
    held: Target = Target.objects.select_for_update(of=("self",)).select_related("plan").get(pk=target.pk)
    return held


def _unit(target: Target) -> str:
    found = next((one for one in indicators_of(target.plan) if one.id == target.indicator), None)
    return UNITS[found.unit] if found else ""


def _place(target: Target, wanted: Mapping[int, int]) -> tuple[list[Target], list[Target]]:
    """(rows changed or made, rows gone): the parts as wanted; a part whose amount changed loses its own split."""
    old = {one.region_code: one for one in target.parts.all()}
    changed = [one for code, one in old.items() if wanted.get(code) != one.amount]
    gone = [
        *Target.objects.filter(parent__in=changed),
        *(one for code, one in old.items() if code not in wanted),
    ]
    _delete(gone)
    Target.objects.filter(pk__in=[one.pk for one in changed]).update(gap_reason="")
    inherited = {"parent": target, "kind": target.kind, "tolerance": target.tolerance,
                 "q1": target.q1, "q2": target.q2, "q3": target.q3}  # fmt: skip
    rows = [
        Target.objects.update_or_create(
            plan=target.plan,
            indicator=target.indicator,
            region_code=code,
            defaults={**inherited, "amount": amount},
        )[0]
        for code, amount in wanted.items()
    ]
    return rows, gone
