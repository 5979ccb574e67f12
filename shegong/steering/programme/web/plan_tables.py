"""Rows of a yearly plan's page: its targets with their split, its work."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.regions.models import tree
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import STATES
from shegong.kernel.access import Actor
from shegong.kernel.http import today
from shegong.steering.programme.actions.splitting import parts_of
from shegong.steering.programme.models import AnnualPlan, PlanItem, Target
from shegong.steering.programme.models.annual import origin_of
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.splitting import SPLITTABLE
from shegong.steering.programme.web.annual_tabs import title_of, unit_of


def target_columns(*, whole: bool = False) -> list[dict[str, Any]]:
    """Heads; `whole` for the file, which names the place of each row."""
    labels = [_("Indicator"), _("Indicator number"), *([_("Area")] if whole else [])]
    labels += [_("Target of the year"), _("Unit"), _("Tolerance"), _("Split over the units")]
    return [{"label": label, "right": label == _("Target of the year")} for label in labels]


def target_rows(annual: AnnualPlan, *, whole: bool = False) -> list[dict[str, Any]]:
    """The targets of the place itself, or with `whole` those of all units and counties too."""
    rows = list(annual.targets.order_by("pk"))
    parts: dict[int, list[Target]] = defaultdict(list)
    for row in rows:
        parts[row.parent_id or 0].append(row)
    shown = _in_order(parts, 0) if whole else parts[0]
    return [{"cells": _cells(annual, row, parts[row.pk], whole)} for row in shown]


def _in_order(parts: dict[int, list[Target]], above: int) -> list[Target]:
    """Each whole before its parts."""
    found = []
    for row in parts[above]:
        found += [row, *_in_order(parts, row.pk)]
    return found


def _cells(annual: AnnualPlan, row: Target, parts: list[Target], whole: bool) -> list[dict[str, Any]]:
    split = reverse("programme:annual_split", args=[row.pk]) if row.kind in SPLITTABLE else ""
    cells: list[dict[str, Any]] = [
        {"text": title_of(row.indicator), "url": split}, {"text": row.indicator, "css": "id hm", "label": _("Indicator number")},
        *([{"text": tree().full_name(row.region_code, annual_day(annual)), "label": _("Area")}] if whole else []),
        {"text": f"{row.amount:,}", "css": "r", "label": _("Target of the year")},
        {"text": unit_of(row.indicator), "label": _("Unit")},
        {"text": f"±{row.tolerance}%" if row.tolerance else "", "css": "hm", "label": _("Tolerance")},
        {"text": split_said(row, parts), "low": _is_off(row, parts), "label": _("Split over the units")},
    ]  # fmt: skip
    return cells


DIVISIONS = {"prefecture", "county", "township"}


def annual_day(annual: AnnualPlan) -> date:
    """The day whose divisions count for a plan: the last of its year."""
    return date(annual.year, 12, 31)


def _is_off(row: Target, parts: list[Target]) -> bool:
    return bool(parts) and sum(part.amount for part in parts) != row.amount


def split_said(row: Target, parts: list[Target]) -> str:
    """How a target is split, in words."""
    if row.kind not in SPLITTABLE:
        return _("the same everywhere")
    if not parts:
        return _("not split yet") if is_by_place(row) else _("not split over divisions")
    gap = row.amount - sum(part.amount for part in parts)
    words = {"units": len(parts), "gap": abs(gap), "reason": row.gap_reason}
    if gap > 0:
        return _("%(units)s units, %(gap)s short: %(reason)s") % words
    return (
        _("%(units)s units, %(gap)s too many: %(reason)s") % words
        if gap
        else _("%(units)s units, the sum is right") % words
    )


def own_targets(annual: AnnualPlan, actor: Actor) -> list[dict[str, Any]]:
    """What the plan in force gives to the units of whoever is looking, and how far it is split over their counties."""
    places = {held.region_code for held in actor.with_permission(Permission.SPLIT)}
    if not annual.is_in_force or not places:
        return []
    rows = annual.targets.filter(parent__isnull=False, region_code__in=places, kind__in=SPLITTABLE)
    rows = rows.order_by("region_code", "pk")
    return [_own_target(annual, row) for row in rows.prefetch_related("parts")]


def _own_target(annual: AnnualPlan, row: Target) -> dict[str, Any]:
    parts = list(row.parts.all())
    shown = {"label": title_of(row.indicator), "value": f"{row.amount:,} {unit_of(row.indicator)}"}
    if not parts_of(row, annual_day(annual)):  # a county has nobody to split it over
        return shown
    return shown | {
        "note": split_said(row, parts),
        "change_url": reverse("programme:annual_split", args=[row.pk]),
    }


def split_note(annual: AnnualPlan) -> int:
    """How many targets of the place are not split yet, of those that the plan breaks down by division."""
    rows = annual.targets.filter(parent=None, kind__in=SPLITTABLE, parts=None)
    return sum(is_by_place(row) for row in rows)


def is_by_place(row: Target) -> bool:
    """Whether the plan breaks this figure down by division: classes, schools and the province's own staff have none."""
    one = plan().indicators.get(row.indicator)
    return one is not None and bool(DIVISIONS & set(one.breakdown))


def item_columns(may_edit: bool) -> list[dict[str, Any]]:
    """Heads of the work."""
    labels = [
        _("Planned work"),
        _("Clause"),
        _("Responsible bodies"),
        _("Until"),
        _("Money"),
        _("Target"),
        _("Task"),
    ]
    return [{"label": label} for label in labels]


def item_rows(annual: AnnualPlan, may_edit: bool, may_assign: bool = False) -> list[dict[str, Any]]:
    """The work in its order, with the task that each piece became."""
    items = list(
        annual.items.order_by("position").select_related("target").prefetch_related("bodies__organization")
    )
    origins = [origin_of(item) for item in items]
    tasks = {task.origin: task for task in Task.objects.filter(origin__in=origins)}
    return [{"cells": _item_cells(item, tasks.get(origin_of(item)), may_edit, may_assign)} for item in items]


def _item_cells(item: PlanItem, task: Task | None, may_edit: bool, may_assign: bool) -> list[dict[str, Any]]:
    bodies = "、".join(body.organization.name for body in sorted(item.bodies.all(), key=lambda b: b.position))
    return [
        {"text": f"{item.position}. {item.what}", "url": reverse("programme:annual_item", args=[item.pk]) if may_edit else ""},
        {"text": item.clause, "css": "id", "label": _("Clause")},
        {"text": bodies, "label": _("Responsible bodies")},
        {"text": item.due_on.isoformat(), "label": _("Until")},
        {"text": item.budget, "label": _("Money")},
        {"text": title_of(item.target.indicator) if item.target else "", "label": _("Target")},
        _task_cell(item, task, may_assign),
    ]  # fmt: skip


def _task_cell(item: PlanItem, task: Task | None, may_assign: bool) -> dict[str, Any]:
    if task is not None:
        return {
            "text": _(STATES[task.state]),
            "url": reverse("tasks:one", args=[task.pk]),
            "label": _("Task"),
        }
    if may_assign and item.due_on >= today():
        return {
            "text": _("Give out"),
            "url": reverse("programme:annual_item_assign", args=[item.pk]),
            "label": _("Task"),
        }
    return {"text": "", "label": _("Task")}
