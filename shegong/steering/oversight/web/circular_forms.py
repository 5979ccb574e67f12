"""Drafting a supervision notice: its head, then who is praised and who is named, and why."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, typed_before
from shegong.kernel.listing_pages import paths
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.oversight import actions
from shegong.steering.oversight.models.policies import oversight_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.circulars import MARK_NAMES, Standing
from shegong.steering.oversight.rules.dispatch import period_of
from shegong.steering.oversight.web import circulars
from shegong.steering.oversight.web.forms import CircularForm
from shegong.steering.oversight.web.parts import amount, day_or_none, default_day, indicator_title, words_of
from shegong.steering.programme.models import SubPlan, plan


def _proposed(request: HttpRequest) -> dict[str, Any]:
    """What the address says (`?region=…&indicator=…&asof=…`, as the dashboard links), the rest from the plan."""
    on, known = today(), plan()
    as_of = day_or_none(request.GET.get("asof", "")) or default_day()
    indicator = known.indicators.get(request.GET.get("indicator", ""))
    number = (indicator.subplan if indicator else None) or known.main
    subplan = SubPlan.objects.filter(programme__code=known.code, number=number).first()
    region = _above(whole_number(request.GET.get("region", "")) or known.region, as_of)
    period = (
        str(as_of.year)
        if (as_of.month, as_of.day) == (12, 31)
        else period_of(as_of, oversight_policy(on).cadence)
    )
    title = gettext("Notice on “%(what)s”") % {"what": indicator_title(indicator.id) if indicator else ""}
    return {
        "subplan": str(subplan.pk) if subplan else "", "region": str(region), "indicator": indicator.id if indicator else "",
        "as_of": min(as_of, on), "period": period, "title": title if indicator else "",
        "due_on": on + timedelta(days=oversight_policy(on).days_to_rectify),
    }  # fmt: skip


def _above(region: int, day: Any) -> int:
    """The place whose units are ranked: a county asked for means those of its prefecture."""
    place = tree().at(region, day)
    if place is None or place.level <= 2:
        return region
    return tree().ancestor(region, 2, day, tree="reporting") or region


@page(Permission.DISPATCH, methods=("GET", "POST"), clause="N12")
def circular_new(request: HttpRequest) -> HttpResponse:
    """Draft a notice, pre-filled from where the reader came."""
    form = CircularForm(
        request.POST or None, request=request, initial=typed_before(request) or _proposed(request)
    )
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    done = attempt(form, lambda: actions.draft_circular(**form.values(), **common)) if form.is_bound else None
    if done is not None:
        return see(
            request,
            "oversight:circular_edit",
            gettext("The table is drawn up. Say who is praised and who is named."),
            done.pk,
        )
    context = {"form": form, "form_title": gettext("New notice"), "back": reverse("oversight:circulars")}
    return render(request, "oversight/form.html", context, status=status_of(form))


class WordsForm(CircularForm):
    """Head of a draft, and of each unit: mark, reason, what to put right."""

    def __init__(self, *args: Any, rows: Any, **kwargs: Any):
        super().__init__(*args, fixed=True, **kwargs)
        self.rows = list(rows)
        for one in self.rows:
            code = one.region_code
            self.fields[f"mark_{code}"] = forms.ChoiceField(
                label=_("In the notice"), choices=words_of(MARK_NAMES), required=False
            )
            self.fields[f"reason_{code}"] = forms.CharField(
                label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"required_{code}"] = forms.CharField(
                label=_("What has to be put right"),
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def words(self) -> Mapping[int, actions.Word]:
        """What is said of each unit."""
        said = self.cleaned_data
        return {
            one.region_code: actions.Word(
                *(said[f"{name}_{one.region_code}"] for name in ("mark", "reason", "required"))
            )
            for one in self.rows
        }


def _stored(row: Any, rows: Any) -> dict[str, Any]:
    found = {"title": row.title, "due_on": row.due_on, "text": row.text}
    for one in rows:
        code = one.region_code
        found |= {f"mark_{code}": one.mark, f"reason_{code}": one.reason, f"required_{code}": one.required}
    return found


@page(Permission.DISPATCH, methods=("GET", "POST"), about="circular", clause="N12")
def circular_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft: its head and what it says of each unit."""
    row = circulars.see_circular(request, Permission.DISPATCH, pk)
    rows = circulars.rows_of(row, actor_of(request))
    form = WordsForm(
        request.POST or None, request=request, rows=rows, initial=typed_before(request) or _stored(row, rows)
    )
    common: dict[str, Any] = {
        "by": actor_of(request),
        "on": today(),
        "seen": seen_version(request, row.version),
    }
    if form.is_bound and attempt(form, lambda: _edit(row, form, common)):
        return see(request, "oversight:circular", gettext("The draft is kept."), pk)
    context = {
        "row": row, "form": form, "units": [_unit(row, one, form) for one in rows], "version": seen_version(request, row.version),
        "head": [form[name] for name in ("title", "due_on", "text")], "figure": indicator_title(row.indicator),
    }  # fmt: skip
    return render(request, "oversight/circular_edit.html", context, status=status_of(form))


def _edit(row: Any, form: WordsForm, common: dict[str, Any]) -> Any:
    head = {name: form.cleaned_data[name] for name in ("title", "due_on", "text")}
    return actions.edit_circular(row, words=form.words(), **head, **common)


def _unit(row: Any, one: Any, form: WordsForm) -> dict[str, Any]:
    stood = Standing(one.region_code, one.value, one.planned)
    fields = [form[f"{name}_{one.region_code}"] for name in ("mark", "reason", "required")]
    return {
        "name": tree().name(one.region_code, row.as_of), "rank": one.rank, "value": amount(one.value),
        "planned": amount(one.planned), "rate": "" if stood.rate is None else f"{stood.rate:.1f}%", "fields": fields,
        "is_open": bool(one.mark) or any(field.errors for field in fields), "mark": one.mark,
    }  # fmt: skip


urlpatterns = [
    *paths("office/notices", circulars.circulars, circulars.circulars_file, "circulars"),
    path("office/notices/new/", circular_new, name="circular_new"),
    path("office/notices/<int:pk>/", circulars.one, name="circular"),
    path("office/notices/<int:pk>.<str:form>", circulars.one_file, name="circular_file"),
    path("office/notices/<int:pk>/edit/", circular_edit, name="circular_edit"),
]
