"""The targets of a draft: one number an indicator for the whole place, beside what the programme itself says (N10)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.steering.programme import actions
from shegong.steering.programme.actions.copying import indicators_of
from shegong.steering.programme.models import AnnualPlan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.annual import CLAUSE
from shegong.steering.programme.rules.plans import Indicator
from shegong.steering.programme.web.amounts import AmountField
from shegong.steering.programme.web.annual_tabs import plan_title, title_of, unit_of


class TargetsForm(forms.Form):
    """A number for each indicator; an empty one leaves the indicator out of this year's plan."""

    def __init__(self, *args: Any, indicators: list[Indicator], year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for one in indicators:
            stated = one.target(year)
            hint = f"{one.id} · {unit_of(one.id)}"
            if stated is not None:
                hint = _("%(id)s; the programme says %(amount)s for this year") % {
                    "id": hint,
                    "amount": stated,
                }
            elif one.total is not None:
                hint = _("%(id)s; the programme says %(amount)s in all") % {"id": hint, "amount": one.total}
            self.fields[one.id] = AmountField(label=title_of(one.id), required=False, help_text=hint)


@page(Permission.PLAN, methods=("GET", "POST"), about="annual_plan", clause=CLAUSE)
def targets(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the year's targets."""
    actor = actor_of(request)
    annual = visible_or_404(
        AnnualPlan.objects.select_related("subplan__programme"), actor, Permission.PLAN, pk=pk
    )
    if not annual.is_open:
        raise Http404
    held = dict(annual.targets.filter(parent=None).values_list("indicator", "amount"))
    form = TargetsForm(
        request.POST or None,
        indicators=indicators_of(annual),
        year=annual.year,
        initial=typed_before(request) or held,
    )
    if form.is_bound:
        done = attempt(
            form, lambda: actions.set_targets(annual, amounts=form.cleaned_data, by=actor, on=today())
        )
        if done is not None:
            return see(request, "programme:annual_plan", _("The targets are set."), pk=pk)
    context = {"form": form, "form_title": _("Targets of the year"), "lead": plan_title(annual), "submit": _("Save"),
               "back": reverse("programme:annual_plan", args=[pk])}  # fmt: skip
    return render(request, "programme/form.html", context, status=status_of(form))


urlpatterns = [path("office/annual-plans/<int:pk>/targets/", targets, name="annual_targets")]
