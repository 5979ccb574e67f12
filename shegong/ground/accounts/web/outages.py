"""Outages: the public log, and the administrator's page where gaps are answered and outages declared."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy

from shegong.ground.accounts.actions.outages import declare_outage, dismiss_gap
from shegong.ground.accounts.rules import Permission
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.outages import Outage, ServiceGap, notice_in, open_gaps
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.fields import DateTextField
from shegong.ui.menu import MenuItem

CHINA = ZoneInfo("Asia/Shanghai")
MOST = 100


def _clock() -> forms.TimeField:
    return forms.TimeField(
        label=gettext_lazy("At"), help_text=gettext_lazy("Beijing time, such as 08:30"),
        widget=forms.TimeInput(attrs={"class": "w-s", "autocomplete": "off"}, format="%H:%M"),
    )  # fmt: skip


class OutageForm(forms.Form):
    """From when to when, in Beijing time, and what people read."""

    start_day = DateTextField(label=gettext_lazy("Began on"))
    start_time = _clock()
    end_day = DateTextField(label=gettext_lazy("Ended on"))
    end_time = _clock()
    notice_zh = forms.CharField(
        label=gettext_lazy("Notice in Chinese"), max_length=300, widget=forms.Textarea,
        help_text=gettext_lazy("What people could not do, and why. Everybody reads it."),
    )  # fmt: skip
    notice_en = forms.CharField(
        label=gettext_lazy("Notice in English"), max_length=300, widget=forms.Textarea, required=False
    )

    def moments(self) -> dict[str, datetime]:
        """The two moments."""
        typed = self.cleaned_data
        return {
            at: datetime.combine(typed[f"{at}_day"], typed[f"{at}_time"], CHINA) for at in ("start", "end")
        }

    def add_error(self, field: str | None, error: Any) -> None:
        """What the rules say of a moment stands beside its day."""
        super().add_error(f"{field}_day" if field in ("start", "end") else field, error)


class DismissForm(forms.Form):
    """Why a gap was no outage."""

    reason = forms.CharField(
        label=gettext_lazy("Why it was no outage"), max_length=300, widget=forms.Textarea,
        help_text=gettext_lazy("For example: only the job worker stood still, pages were served."),
    )  # fmt: skip


@page(PUBLIC, clause="T4.2.a")
def outages(request: HttpRequest) -> HttpResponse:
    """Every outage, the latest first: from when to when, what was given back."""
    return render(request, "accounts/outages.html", {"outages": shown()})


def shown() -> list[dict[str, Any]]:
    """Outages as pages show them."""
    rows = Outage.objects.order_by("-during")[:MOST]
    return [{"row": row, "notice": notice_in(row, get_language())} for row in rows]


@page(Permission.DECLARE_OUTAGE, whole_province=True)
def outages_office(request: HttpRequest) -> HttpResponse:
    """Gaps that wait for an answer, and what was declared."""
    return render(
        request, "accounts/outages_office.html", {"gaps": list(open_gaps()[:MOST]), "outages": shown()}
    )


@page(Permission.DECLARE_OUTAGE, methods=("GET", "POST"), whole_province=True)
def outage_new(request: HttpRequest) -> HttpResponse:
    """Declare an outage; a gap that the pulse found fills in its hours."""
    asked = whole_number(request.GET.get("gap", ""), digits=18)
    gap = get_object_or_404(open_gaps(), pk=asked) if asked is not None else None
    bound = request.method == "POST"
    form = OutageForm(request.POST) if bound else OutageForm(initial=_hours(gap) | typed_before(request))

    def change() -> Outage:
        typed = form.cleaned_data
        return declare_outage(
            **form.moments(), notice_zh=typed["notice_zh"], notice_en=typed["notice_en"], gap=gap,
            by=actor_of(request), on=today(),
        )  # fmt: skip

    if bound and (row := attempt(form, change)):
        text = gettext("%(hours)s hours are declared as an outage. Deadlines follow now.") % {
            "hours": row.hours
        }
        return see(request, "accounts:outages_office", text)
    context = {"form": form, "back": reverse("accounts:outages_office"), "gap": gap}
    return render(request, "accounts/outage_new.html", context, status=status_of(form))


@page(Permission.DECLARE_OUTAGE, methods=("GET", "POST"), about="gap", whole_province=True)
def gap_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer that a gap was no outage."""
    gap = get_object_or_404(open_gaps(), pk=pk)
    bound = request.method == "POST"
    form = DismissForm(request.POST) if bound else DismissForm(initial=typed_before(request))
    if bound and attempt(
        form, lambda: dismiss_gap(gap, reason=form.cleaned_data["reason"], by=actor_of(request), on=today())
    ):
        return see(request, "accounts:outages_office", gettext("Noted: this was no outage."))
    context = {"form": form, "back": reverse("accounts:outages_office"), "gap": gap}
    return render(request, "accounts/gap_dismiss.html", context, status=status_of(form))


def _hours(gap: ServiceGap | None) -> dict[str, Any]:
    if gap is None:
        return {}
    found: dict[str, Any] = {}
    for name, moment in (("start", gap.during.lower), ("end", gap.during.upper)):
        local = timezone.localtime(moment, CHINA)
        found |= {f"{name}_day": local.date(), f"{name}_time": time(local.hour, local.minute)}
    return found


def menu(request: HttpRequest) -> list[MenuItem]:
    """Under administration, with the gaps that wait."""
    return [
        MenuItem(
            "office", "admin", gettext_lazy("Outages"), reverse("accounts:outages_office"), order=97, count=open_gaps,
            permission=Permission.DECLARE_OUTAGE,
        )
    ]  # fmt: skip


urlpatterns = [
    path("outages/", outages, name="outages"),
    path("office/outages/", outages_office, name="outages_office"),
    path("office/outages/new/", outage_new, name="outage_new"),
    path("office/outages/gaps/<int:pk>/dismiss/", gap_dismiss, name="gap_dismiss"),
]
