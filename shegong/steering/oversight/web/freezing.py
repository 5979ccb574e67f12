"""Freezing the figures of a sub-plan on their own, outside a report; and freezing them anew with a reason (N11)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.steering.oversight.actions.freezing import correct_snapshot, freeze_subplan, frozen_of
from shegong.steering.oversight.models.units import units_below
from shegong.steering.oversight.web.parts import default_day, main_subplan, subplan_choices
from shegong.steering.programme.models import SubPlan, plan
from shegong.steering.statistics.models import Snapshot
from shegong.steering.statistics.rules import Permission
from shegong.ui.fields import DateTextField


class FreezeForm(forms.Form):
    """Which figures, of which day."""

    region = forms.TypedChoiceField(
        label=_("Place"), coerce=int, help_text=_("Its own figures and those of the units below it.")
    )
    subplan = forms.ChoiceField(label=_("Sub-plan"))
    as_of = DateTextField(label=_("Figures as of"))
    year = forms.TypedChoiceField(
        label=_("Year beside the term"), required=False, coerce=int, empty_value=None,
        help_text=_("The same figures once more, of this year alone."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=80)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = places  # type: ignore[attr-defined]
        self.fields["subplan"].choices = subplan_choices()  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", "—"), *((year, str(year)) for year in plan().years)]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        return {**said, "subplan": SubPlan.objects.get(pk=said["subplan"])}


class CorrectForm(forms.Form):
    """Why the figures are frozen anew."""

    reason = forms.CharField(
        label=_("Reason for the correction"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The registers are counted anew as of the same day; the older version stays."),
    )  # fmt: skip


def _places(actor: Actor) -> list[tuple[str, str]]:
    """The places of the actor's office and the units right below them."""
    own = sorted({one.region_code for one in actor.with_permission(Permission.FREEZE) if one.region_code})
    found = dict.fromkeys(own) | dict.fromkeys(code for one in own for code in units_below(one, today()))
    return [(str(code), tree().name(code, today())) for code in found if actor.may(Permission.FREEZE, code)]


def _proposed(places: list[tuple[str, str]]) -> dict[str, Any]:
    day, subplan = default_day(), main_subplan()
    return {
        "region": places[0][0] if places else "", "as_of": day, "year": day.year, "subplan": str(subplan.pk) if subplan else "",
        "title": gettext("Figures of %(day)s") % {"day": day.isoformat()},
    }  # fmt: skip


@page(Permission.FREEZE, methods=("GET", "POST"), clause="N11")
def freeze(request: HttpRequest) -> HttpResponse:
    """Freeze the figures of a sub-plan as of a day, with everybody behind them and a hash over all of it."""
    actor = actor_of(request)
    places = _places(actor)
    form = FreezeForm(request.POST or None, places=places, initial=typed_before(request) or _proposed(places))
    common: dict[str, Any] = {"by": actor, "on": today()}
    done = attempt(form, lambda: freeze_subplan(**form.values(), **common)) if form.is_bound else None
    if done is not None:
        return see(request, "statistics:snapshot", gettext("The figures are frozen."), done.pk)
    context = {
        "form": form, "form_title": gettext("Freeze figures"), "back": reverse("statistics:snapshots"),
        "submit": gettext("Freeze"),
    }  # fmt: skip
    return render(request, "oversight/form.html", context, status=status_of(form))


@page(Permission.FREEZE, methods=("GET", "POST"), about="snapshot", clause="N11")
def freeze_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the figures of a snapshot anew: a new version with its reason."""
    actor = actor_of(request)
    row = visible_or_404(Snapshot.objects.all(), actor, Permission.FREEZE, pk=pk)
    if not actor.may(
        Permission.FREEZE, row.region_code
    ):  # the figures of a greater place hold some of one's own
        raise Http404
    form = CorrectForm(request.POST or None, initial=typed_before(request))
    common: dict[str, Any] = {"by": actor, "on": today()}
    done = (
        attempt(form, lambda: correct_snapshot(row, reason=form.cleaned_data["reason"], **common))
        if form.is_bound
        else None
    )
    if done is not None:
        return see(request, "statistics:changes", gettext("The figures are frozen anew."), done.pk)
    subplan, year = frozen_of(row)
    lead = [
        row.title,
        tree().name(row.region_code, row.as_of),
        row.as_of.isoformat(),
        subplan.title if subplan else "",
        str(year or ""),
    ]
    context = {
        "form": form, "form_title": gettext("Correct frozen figures"), "lead": " · ".join(filter(None, lead)),
        "back": reverse("statistics:snapshot", args=[pk]), "submit": gettext("Freeze anew"),
    }  # fmt: skip
    return render(request, "oversight/form.html", context, status=status_of(form))


urlpatterns = [
    path("office/figures/new/", freeze, name="freeze"),
    path("office/figures/<int:pk>/correct/", freeze_again, name="freeze_again"),
]
