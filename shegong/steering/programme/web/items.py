"""The work of a yearly plan: entering a piece of it, changing it, the list as a file; and two editions compared (N10)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.listing_tables import export_table
from shegong.steering.programme import actions
from shegong.steering.programme.models import AnnualPlan, PlanItem, Target, plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.annual import CLAUSE
from shegong.steering.programme.web.annual_tabs import leads, plan_title, title_of
from shegong.steering.programme.web.plan_tables import annual_day, item_columns, item_rows
from shegong.ui.fields import DateTextField


class BodiesField(forms.CharField):
    """Bodies by their official names, one a line; the first leads."""

    def to_python(self, value: Any) -> Any:
        """The bodies; refuses names that nobody bears."""
        text = super().to_python(value) or ""
        names = [
            name.strip() for name in text.replace("、", "\n").replace("\r", "\n").split("\n") if name.strip()
        ]
        known = {body.name: body for body in Organization.objects.filter(name__in=names, dissolved_on=None)}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise forms.ValidationError(
                _("There is no body “%(text)s”. Write its official name.") % {"text": "、".join(unknown[:5])}
            )
        return [known[name] for name in dict.fromkeys(names)]


class ItemForm(forms.Form):
    """A piece of work."""

    what = forms.CharField(
        label=gettext_lazy("Planned work"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    clause = forms.ChoiceField(label=gettext_lazy("Clause"))
    bodies = BodiesField(
        label=gettext_lazy("Responsible bodies"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Official names, one a line; the first leads."),
    )  # fmt: skip
    due_on = DateTextField(label=gettext_lazy("Until"))
    budget = forms.CharField(label=gettext_lazy("Money"), max_length=200, required=False,
                             help_text=gettext_lazy("In words, for example 省级财政 120 万元"))  # fmt: skip
    target = forms.TypedChoiceField(
        label=gettext_lazy("Target"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, annual: AnnualPlan, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known = {row.pk: row for row in annual.targets.filter(parent=None).order_by("pk")}
        targets = [(pk, title_of(row.indicator)) for pk, row in self.known.items()]
        self.fields["target"].choices = [("", "—"), *targets]  # type: ignore[attr-defined]
        english = (get_language() or "").startswith("en")
        clauses = [
            (one.id, f"{one.id} {(one.title_en if english else one.title_zh)[:60]}")
            for one in plan().clauses.values()
        ]
        self.fields["clause"].choices = [("", "—"), *clauses]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return self.cleaned_data | {"target": self.known.get(self.cleaned_data["target"])}


def _form_page(
    request: HttpRequest, form: ItemForm, annual: AnnualPlan, title: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "form_title": title, "lead": plan_title(annual), "submit": _("Save"),
               "back": reverse("programme:annual_plan", args=[annual.pk]), **more}  # fmt: skip
    return render(request, "programme/item.html", context, status=status_of(form))


@page(Permission.PLAN, methods=("GET", "POST"), about="annual_plan", clause=CLAUSE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a piece of work to a draft."""
    actor = actor_of(request)
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan__programme"), actor, Permission.PLAN, pk=pk
    )
    if not annual.is_open:
        raise Http404
    lead = annual.subplan.lead(annual_day(annual))
    begin = {"bodies": lead.name if lead else "", "due_on": annual_day(annual)}
    form = ItemForm(request.POST or None, annual=annual, initial=typed_before(request) or begin)
    if (
        form.is_bound
        and attempt(form, lambda: actions.add_item(annual, **form.values(), by=actor, on=today())) is not None
    ):
        return see(request, "programme:annual_plan", _("The work is added."), pk=pk)
    return _form_page(request, form, annual, _("Add work"))


def _item(request: HttpRequest, pk: int) -> PlanItem:
    plans = AnnualPlan.objects.visible_to(actor_of(request), Permission.PLAN)
    found = PlanItem.objects.filter(plan__in=plans, pk=pk).select_related("plan__subplan__programme").first()
    if found is None or not found.plan.is_open or not leads(found.plan, actor_of(request)):
        raise Http404
    return found


@page(Permission.PLAN, methods=("GET", "POST"), about="plan_item", clause=CLAUSE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a piece of work of a draft, or take it out."""
    actor, item = actor_of(request), _item(request, pk)
    annual = item.plan
    if request.method == "POST" and "drop" in request.POST:
        actions.drop_item(item, by=actor, on=today())
        return see(request, "programme:annual_plan", _("The work is taken out."), pk=annual.pk)
    names = "\n".join(
        body.organization.name for body in item.bodies.order_by("position").select_related("organization")
    )
    held = {"what": item.what, "clause": item.clause, "bodies": names, "due_on": item.due_on, "budget": item.budget,
            "target": item.target_id}  # fmt: skip
    form = ItemForm(request.POST or None, annual=annual, initial=typed_before(request) or held)
    if (
        form.is_bound
        and attempt(form, lambda: actions.change_item(item, **form.values(), by=actor, on=today()))
        is not None
    ):
        return see(request, "programme:annual_plan", _("The change is entered."), pk=annual.pk)
    return _form_page(request, form, annual, _("Change work"), may_drop=True)


@page(Permission.PLAN, methods=("GET", "POST"), about="plan_item", clause=CLAUSE)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a piece of work of the plan in force out as a task."""
    actor = actor_of(request)
    plans = AnnualPlan.objects.visible_to(actor, Permission.PLAN)
    item = PlanItem.objects.filter(plan__in=plans, pk=pk).select_related("plan__subplan__programme").first()
    if item is None:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_bound:
        done = attempt(form, lambda: actions.assign_item(item, by=actor, on=today()))
        if done is not None:
            return see(
                request, "programme:annual_plan", _("The work is given out as a task."), pk=item.plan_id
            )
    context = {
        "form": form, "title": _("Give out"), "text": item.what, "submit": _("Give out"), "danger": False, "version": None,
        "plan_title": plan_title(item.plan), "cancel_url": reverse("programme:annual_plan", args=[item.plan_id]),
    }  # fmt: skip
    return render(request, "programme/annual_step.html", context, status=status_of(form))


@page(Permission.READ, about="annual_plan", clause=CLAUSE)
def work_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The work of a plan as a file."""
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan"), actor_of(request), Permission.READ, pk=pk
    )
    return export_table(request, form, key="programme.work", title=plan_title(annual), permission=Permission.READ,
                        columns=item_columns(False), rows=item_rows(annual, False))  # fmt: skip


def _differences(new_: AnnualPlan, old: AnnualPlan) -> dict[str, Any]:
    """Targets that differ between two editions, as rows."""
    day = annual_day(new_)
    sides = [dict(_amounts(one)) for one in (old, new_)]
    keys = sorted({*sides[0], *sides[1]}, key=lambda key: (key[0], key[1]))
    heads = [_("Indicator"), _("Area"), _("Before"), _("Now"), _("Difference")]
    rows = []
    for key in keys:
        before, now = sides[0].get(key), sides[1].get(key)
        if before != now:
            words = ["" if side is None else str(side) for side in (before, now)]
            texts = [title_of(key[0]), tree().name(key[1], day), *words, f"{(now or 0) - (before or 0):+d}"]
            cells = [
                {"text": text, "label": head, "css": "r" if n > 1 else ""}
                for n, (text, head) in enumerate(zip(texts, heads, strict=True))
            ]
            rows.append({"cells": cells})
    return {"columns": [{"label": head, "right": n > 1} for n, head in enumerate(heads)], "rows": rows}


def _amounts(annual: AnnualPlan) -> list[tuple[tuple[str, int], int]]:
    return [((row.indicator, row.region_code), row.amount) for row in Target.objects.filter(plan=annual)]


def _two(request: HttpRequest, pk: int) -> AnnualPlan:
    annual: AnnualPlan = visible_or_404(
        AnnualPlan.objects.select_related("subplan", "supersedes__subplan"),
        actor_of(request),
        Permission.READ,
        pk=pk,
    )
    if annual.supersedes is None:
        raise Http404
    return annual


@page(Permission.READ, about="annual_plan", clause=CLAUSE)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What an edition changes of the one before: targets, and work that came or went."""
    annual = _two(request, pk)
    old = annual.supersedes
    was, is_ = [{item.what: item for item in PlanItem.objects.filter(plan=side)} for side in (old, annual)]
    context = _differences(annual, old) | {
        "annual": annual, "old": old, "title": plan_title(annual), "added": [what for what in is_ if what not in was],
        "dropped": [what for what in was if what not in is_],
        "moved": [(what, was[what].due_on, is_[what].due_on) for what in is_ if what in was and was[what].due_on != is_[what].due_on],
    }  # fmt: skip
    return render(request, "programme/annual_compare.html", context)


@page(Permission.READ, about="annual_plan", clause=CLAUSE)
def compare_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The targets that differ, as a file."""
    annual = _two(request, pk)
    return export_table(request, form, key="programme.compare", title=plan_title(annual), permission=Permission.READ,
                        **_differences(annual, annual.supersedes))  # fmt: skip


urlpatterns = [
    path("office/annual-plans/<int:pk>/work/new/", new, name="annual_item_new"),
    path("office/annual-plans/<int:pk>-work.<str:form>", work_file, name="annual_plan_work_file"),
    path("office/annual-plans/items/<int:pk>/", one, name="annual_item"),
    path("office/annual-plans/items/<int:pk>/assign/", assign, name="annual_item_assign"),
    path("office/annual-plans/<int:pk>/compare/", compare, name="annual_compare"),
    path("office/annual-plans/<int:pk>/compare.<str:form>", compare_file, name="annual_compare_file"),
]
