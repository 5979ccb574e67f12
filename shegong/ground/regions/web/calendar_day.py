"""One day of the calendar of working days, set by hand with its reason."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.actions import set_day
from shegong.ground.regions.rules import Permission
from shegong.ground.regions.web.calendar import KINDS
from shegong.kernel.holidays import Holiday
from shegong.kernel.http import actor_of, attempt, page, status_of, today, typed_before
from shegong.kernel.typed_dates import last_day_meant
from shegong.ui.fields import DateTextField

ORDINARY = "ordinary"


class DayForm(forms.Form):
    """What a day is from now on, and why."""

    day = DateTextField(label=_("Day"), earliest=date(2004, 1, 1), latest=date(2100, 12, 31))
    kind = forms.ChoiceField(label=_("Kind of day"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Occasion"), max_length=60, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea,
        help_text=_("For example the notice of the State Council or of the province, with its number"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = [(code, gettext(name)) for code, name in KINDS.items()]
        self.fields["kind"].choices = [*kinds, (ORDINARY, gettext("As in an ordinary week"))]


@page(Permission.EDIT, methods=("GET", "POST"), clause="T4.2.a", whole_province=True)
def day_page(request: HttpRequest) -> HttpResponse:
    """Add, change or remove one day; deadlines that it touches are computed again."""
    bound = request.method == "POST"
    form = DayForm(request.POST) if bound else DayForm(initial=_known(request) | typed_before(request))
    if bound and attempt(form, lambda: _set(request, form.cleaned_data)):
        day = form.cleaned_data["day"]
        text = gettext("%(day)s is set. Deadlines that it touches are being computed again.")
        messages.success(request, text % {"day": day.isoformat()})
        return redirect(f"{reverse('regions:calendar')}?year={day.year}")
    return render(request, "regions/calendar_day.html", {"form": form}, status=status_of(form))


def _set(request: HttpRequest, typed: dict[str, Any]) -> bool:
    kind = None if typed["kind"] == ORDINARY else typed["kind"]
    set_day(typed["day"], kind, typed["name"], by=actor_of(request), on=today(), reason=typed["reason"])
    return True


def _known(request: HttpRequest) -> dict[str, Any]:
    """The day asked for, as it is now."""
    day = last_day_meant(request.GET.get("day", "")[:20])
    if day is None:
        return {}
    row = Holiday.objects.filter(day=day).first()
    return {"day": day, "kind": row.kind if row else ORDINARY, "name": row.name if row else ""}
