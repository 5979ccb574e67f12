"""Pages of the working-day calendar: a year at a glance, and the import of a year's official schedule."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions.actions import import_year
from shegong.ground.regions.rules import Permission
from shegong.kernel.calendar import HOLIDAY, IN_LIEU, MAKEUP, read_schedule
from shegong.kernel.holidays import CalendarYear, Holiday, calendar_in_force
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number

KINDS = {HOLIDAY: N_("Day off"), IN_LIEU: N_("Day off in lieu"), MAKEUP: N_("Working day on a weekend")}
LARGEST = 200_000


@page(Permission.READ, clause="T4.2.a")
def year_page(request: HttpRequest) -> HttpResponse:
    """Every month of a year, with days off, days in lieu and working weekends; which years are published."""
    known = sorted(CalendarYear.objects.values_list("year", flat=True))
    asked = whole_number(request.GET.get("year", "")) or 0
    year = asked if 1990 <= asked <= 2100 else today().year
    special = {row.day: row for row in Holiday.objects.filter(day__year=year)}
    calendar = calendar_in_force()
    source = CalendarYear.objects.filter(year=year).values_list("source", flat=True).first() or ""
    if source.endswith(".csv"):
        source = _("as shipped with the platform")
    context = {
        "year": year, "published": year in known, "source": source,
        "tabs": [{"label": str(y), "url": f"?year={y}", "current": y == year} for y in _around(year, known)],
        "months": [_month(year, month, special, calendar) for month in range(1, 13)],
        "working_days": sum(calendar.is_working_day(day) for day in _days(year)),
        "rows": [
            {"cells": [_day_cell(request, row.day), {"text": _(KINDS[row.kind]), "label": _("Kind of day")}, {"text": row.name}]}
            for row in sorted(special.values(), key=lambda row: row.day)
        ],
        "columns": [{"label": _("Day")}, {"label": _("Kind of day")}, {"label": _("Occasion")}],
        "may_edit": may_edit(request),
    }  # fmt: skip
    return render(request, "regions/calendar.html", context)


def _day_cell(request: HttpRequest, day: date) -> dict[str, str]:
    url = f"{reverse('regions:calendar_day')}?day={day.isoformat()}"
    return {"text": day.isoformat()} | ({"url": url} if may_edit(request) else {})


def may_edit(request: HttpRequest) -> bool:
    """The calendar is one for the province: a prefecture's administrator edits its own divisions only."""
    return actor_of(request).may(Permission.EDIT, settings.PROVINCE)


def _around(year: int, known: list[int]) -> list[int]:
    return sorted({y for y in known if abs(y - year) <= 3} | {year, year - 1, year + 1})


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _month(year: int, month: int, special: dict[date, Holiday], calendar: Any) -> dict[str, Any]:
    """Weeks of a month from Monday; each day with its number and what it is."""
    weeks: list[list[dict[str, Any]]] = []
    for day in (d for d in _days(year) if d.month == month):
        if not weeks or day.weekday() == 0:
            weeks.append([{}] * (day.weekday() if not weeks else 0))
        row = special.get(day)
        works = calendar.is_working_day(day)
        weeks[-1].append(
            {
                "n": day.day,
                "day": day.isoformat(),
                "off": not works,
                "mark": _mark(row, works),
                "title": row.name if row else "",
            }
        )
    return {"n": month, "weeks": weeks}


def _mark(row: Holiday | None, works: bool) -> str:
    if row is None:
        return ""
    return _("works") if works else _("off")


class ImportForm(forms.Form):
    """A year's schedule as a file; the year must be named, so that a wrong file is noticed."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2004, max_value=2100)
    source = forms.CharField(
        label=gettext_lazy("Document number"), max_length=200,
        help_text=gettext_lazy("Number of the State Council's notice, for example 国办发明电〔2025〕7号"),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy(
            "CSV in UTF-8 with the columns date, kind, name. Kinds: holiday, in_lieu_day_off, makeup_workday."
        ),
    )  # fmt: skip


@page(Permission.EDIT, methods=("GET", "POST"), clause="T4.2.a", whole_province=True)
def import_page(request: HttpRequest) -> HttpResponse:
    """Import a year: it replaces what was there; provisional deadlines of that year are computed again."""
    initial: dict[str, object] = {"year": today().year + 1, **typed_before(request)}
    form = ImportForm(request.POST or None, request.FILES or None, initial=initial)
    done = attempt(form, lambda: _import(request, form.cleaned_data)) if request.method == "POST" else None
    if done is not None:
        text = _("%(year)s is imported. Deadlines that were provisional are being computed again.")
        return see(request, "regions:calendar", text % {"year": done.year})
    return render(request, "regions/calendar_import.html", {"form": form}, status=status_of(form))


def _import(request: HttpRequest, typed: dict[str, Any]) -> CalendarYear:
    try:
        rows = read_schedule(_text(typed["file"]))
    except ValueError as error:
        message = N_("The file cannot be read: %(why)s.")
        raise Refused(Obstacle("schedule_unreadable", message, "file", params={"why": str(error)})) from error
    try:
        return import_year(typed["year"], rows, by=actor_of(request), on=today(), source=typed["source"])
    except Refused as refused:
        raise Refused([_at_file(obstacle) for obstacle in refused.obstacles[:10]]) from refused


def _text(file: UploadedFile) -> str:
    if (file.size or 0) > LARGEST:
        raise Refused(
            Obstacle(
                "schedule_large", N_("The file is larger than any schedule. Choose the right one."), "file"
            )
        )
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            Obstacle("schedule_encoding", N_("Save the file as CSV in UTF-8 and choose it again."), "file")
        ) from error


def _at_file(obstacle: Obstacle) -> Obstacle:
    return Obstacle(obstacle.code, obstacle.message, "file", obstacle.clause, obstacle.params)
