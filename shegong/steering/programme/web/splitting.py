"""The split of a target over its units: a grid whose sum is checked while typing, and again by the server (N10)."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.listing_tables import export_table
from shegong.steering.programme import actions
from shegong.steering.programme.actions.splitting import parts_of
from shegong.steering.programme.models import AnnualPlan, Target, targets_of
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.annual import CLAUSE, PlanState
from shegong.steering.programme.rules.splitting import SPLITTABLE, propose, read_column, typed_amount
from shegong.steering.programme.web.amounts import AmountField
from shegong.steering.programme.web.annual_tabs import leads, plan_title, title_of, unit_of
from shegong.steering.programme.web.plan_tables import annual_day

QUARTERS = ("q1", "q2", "q3")


class SplitForm(forms.Form):
    """The whole, an amount for each unit, and why they differ where they do."""

    total = AmountField(label=gettext_lazy("Target of the whole"))

    def __init__(self, *args: Any, units: list[int], day: date, whole_is_mine: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.units = units
        for code in units:
            self.fields[f"u{code}"] = AmountField(label=tree().name(code, day), required=False)
        self.fields["gap_reason"] = forms.CharField(
            label=_("Why the sum differs"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Only where the units do not make up the whole, for example an amount kept back."),
        )  # fmt: skip
        if whole_is_mine:
            for number, name in enumerate(QUARTERS, 1):
                self.fields[name] = AmountField(
                    label=_("Due by the end of quarter %(n)s, percent") % {"n": number}, required=False
                )
        else:
            self.fields["total"].disabled = True

    @property
    def cells(self) -> list[Any]:
        """The fields of the units."""
        return [self[f"u{code}"] for code in self.units]

    @property
    def curve(self) -> list[Any]:
        """The fields of the quarters, where the whole is this reader's."""
        return [self[name] for name in QUARTERS if name in self.fields]

    @property
    def sum(self) -> int:
        """What stands in the fields of the units, as far as it can be read."""
        return sum(typed_amount(str(cell.value() or "")) or 0 for cell in self.cells)

    @property
    def gap(self) -> int:
        """How much is missing to the whole; negative when there is too much."""
        return (typed_amount(str(self["total"].value() or "")) or 0) - self.sum

    @property
    def over(self) -> int:
        """How much is too much."""
        return -self.gap

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        curve = tuple(said[name] for name in QUARTERS) if "q1" in self.fields else None
        return {
            "total": said["total"], "amounts": {code: said[f"u{code}"] for code in self.units},
            "gap_reason": said["gap_reason"], "quarters": curve,
        }  # fmt: skip


def _target(request: HttpRequest, pk: int) -> Target:
    plans = AnnualPlan.objects.visible_to(actor_of(request), Permission.READ)
    found = (
        Target.objects.filter(plan__in=plans)
        .select_related("plan__subplan__programme", "parent")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        visible_or_404(plans.none(), actor_of(request), Permission.READ, pk=0)
    return found


def may_split(target: Target, actor: Actor) -> bool:
    """The lead splits the whole in a draft; a unit's officer the unit's own, once the plan is issued."""
    if target.kind not in SPLITTABLE:
        return False
    if target.parent_id is None:
        return target.plan.is_open and leads(target.plan, actor)
    return target.plan.state == PlanState.ISSUED and actor.may(Permission.SPLIT, target.region_code)


@page(Permission.READ, methods=("GET", "POST"), about="target", clause=CLAUSE)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """See how a target is split; whoever may, splits it."""
    actor, target = actor_of(request), _target(request, pk)
    day = annual_day(target.plan)
    units = parts_of(target, day)
    mine = target.parent_id is None
    held = dict(target.parts.values_list("region_code", "amount"))
    before = targets_of(target.indicator, year=target.plan.year - 1, on=today())
    start, unread = _start(request, target, units, held, before, day)
    form = SplitForm(
        request.POST if request.method == "POST" else None, units=units, day=day, whole_is_mine=mine,
        initial=typed_before(request) or start,
    )  # fmt: skip
    if form.is_bound:
        done = attempt(form, lambda: actions.split_target(target, **form.values(), by=actor, on=today()))
        if done is not None:
            back = "programme:annual_plan" if mine else "programme:annual_split"
            return see(request, back, _("The split is saved."), pk=target.plan_id if mine else target.pk)
    may_edit = may_split(target, actor) and bool(units)
    context = _table(target, units, held, before) | {
        "form": form, "target": target, "may_edit": may_edit, "title": title_of(target.indicator), "unit": unit_of(target.indicator),
        "place": tree().name(target.region_code, day), "plan_title": plan_title(target.plan), "unread": unread,
        "lines": [(cell, code, before.get(code)) for cell, code in zip(form.cells, units, strict=True)],
        "has_before": any(code in before for code in units), "held": held, "is_unit": not mine,
            }  # fmt: skip
    return render(request, "programme/split.html", context, status=status_of(form))


def _start(
    request: HttpRequest,
    target: Target,
    units: list[int],
    held: dict[int, int],
    before: dict[int, int],
    day: date,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the fields begin with: what is stored, a proposal that was asked for, or a pasted column."""
    amounts: dict[int, int] = dict(held)
    unread: tuple[str, ...] = ()
    asked = request.GET.get("propose", "")
    total = typed_amount(request.GET.get("total", "")) or target.amount
    if asked in ("last", "equal"):
        amounts = propose(total, {code: before.get(code, 0) if asked == "last" else 1 for code in units})
    elif column := request.GET.get("column", ""):
        names = {tree().name(code, day): code for code in units}
        pasted = read_column(column[:8000], units, names)
        amounts, unread = amounts | pasted.amounts, pasted.unread
    said = {f"u{code}": amount for code, amount in amounts.items()}
    curve = dict(zip(QUARTERS, target.quarters, strict=True))
    return {"total": total, "gap_reason": target.gap_reason, **said, **curve}, unread


def _table(target: Target, units: list[int], held: dict[int, int], before: dict[int, int]) -> dict[str, Any]:
    """The split as it is stored, as rows."""
    day = annual_day(target.plan)
    links = dict(target.parts.values_list("region_code", "pk"))
    columns = [
        {"label": _("Area")},
        {"label": _("Target last year"), "right": True},
        {"label": _("Target of the year"), "right": True},
    ]
    rows = [
        {"cells": [
            {"text": tree().name(code, day), "url": reverse("programme:annual_split", args=[links[code]]) if code in links else ""},
            {"text": f"{before[code]:,}" if code in before else "", "css": "r", "label": _("Target last year")},
            {"text": f"{held[code]:,}" if code in held else "", "css": "r", "label": _("Target of the year")},
        ]}
        for code in units
    ]  # fmt: skip
    return {"columns": columns, "rows": rows}


@page(Permission.READ, about="target", clause=CLAUSE)
def split_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The stored split as a file."""
    target = _target(request, pk)
    units = parts_of(target, annual_day(target.plan))
    held = dict(target.parts.values_list("region_code", "amount"))
    before = targets_of(target.indicator, year=target.plan.year - 1, on=today())
    return export_table(
        request, form, key="programme.split", title=f"{plan_title(target.plan)} {title_of(target.indicator)}",
        permission=Permission.READ, region_code=target.region_code, **_table(target, units, held, before),
    )  # fmt: skip


urlpatterns = [
    path("office/annual-plans/split/<int:pk>/", split, name="annual_split"),
    path("office/annual-plans/split/<int:pk>.<str:form>", split_file, name="annual_split_file"),
]
