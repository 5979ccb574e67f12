"""Yearly figures: stages and times, whose the days beyond were, outcomes. Public with small cells hidden; offices see theirs whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.timing import outcomes_of, runs_of, years_of
from shegong.duties.conduct.rules import (
    KIND_NAMES,
    MATTER_NAMES,
    PARTY_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    Permission,
    Stage,
)
from shegong.duties.conduct.rules.appeals import RESULT_NAMES
from shegong.duties.conduct.rules.figures import hidden, stage_times
from shegong.duties.conduct.rules.looks import FINDING_NAMES
from shegong.duties.conduct.web.public import measure_title
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.typed_numbers import whole_number
from shegong.kernel.walls_acting import lifted

FEW = "*"
COLUMNS = (
    Column("stage", _("Stage"), lambda r: r["stage"]),
    Column("complaints", _("Complaints"), lambda r: r["complaints"]),
    Column("median", _("Median of days"), lambda r: r["median"]),
    Column("late", _("Late"), lambda r: r["late"]),
)


def _columns() -> list[Column]:
    """The table's columns, one for each party that days beyond are put down to."""
    found = list(COLUMNS)
    for party, name in PARTY_NAMES.items():
        title = gettext("Days beyond: %(who)s") % {"who": gettext(name)}
        found.append(Column(f"by_{party}", title, lambda r, p=str(party): r["by"][p]))
    return found


def _year(request: HttpRequest, years: list[int]) -> int:
    asked = whole_number(request.GET.get("year", ""), digits=4)
    return asked if asked in years else years[0]


def _said(value: float | None, *, some: bool = True) -> str:
    if value is None:
        return FEW if some else "—"
    return f"{value:g}"


def _stages(year: int, least: int, complaints: Any = None) -> list[dict[str, Any]]:
    """The table of stages: days and overruns, with what few complaints stand behind as a star."""
    lines = stage_times(runs_of(year, complaints), list(STAGE_NAMES), list(PARTY_NAMES), least)
    # None and few second looks look alike: the other side is not told that somebody asked.
    lines = [one for one in lines if not least or one.stage != Stage.LOOK or one.complaints]
    return [
        {"stage": gettext(STAGE_NAMES[one.stage]), "complaints": _said(one.complaints),
         "median": _said(one.median_days, some=one.complaints is None), "late": _said(one.late),
         "by": {str(party): _said(days) for party, days in one.days_by.items()},
            "beyond": [(gettext(PARTY_NAMES[party]), _said(days)) for party, days in one.days_by.items()],}
        for one in lines
    ]  # fmt: skip


def _outcomes(year: int, least: int, complaints: Any = None) -> list[dict[str, Any]]:
    words = {
        "kind": (gettext("Received, by kind"), lambda c: gettext(KIND_NAMES[c])),
        "matter": (gettext("Received, by matter"), lambda c: gettext(MATTER_NAMES[c])),
        "state": (gettext("Received, as they stand"), lambda c: gettext(STATE_NAMES[c])),
        "measure": (gettext("Decisions by measure"), measure_title),
        "review": (gettext("Reviews"), lambda c: gettext(RESULT_NAMES[c])),
        "look": (gettext("Second looks asked for by who complained"), lambda c: gettext(FINDING_NAMES[c])),
    }
    found = outcomes_of(year, complaints)
    if any(found["kind"].get(code, 0) < least for code in KIND_NAMES):
        del words["kind"]  # how few complain tells the other side of one of them who it was (A18)
    if sum(found["look"].values()) < least:
        del words["look"]  # none and few look alike: the other side is not told that somebody asked
    return [
        {"title": title, "total": sum(found[key].values()) if not 0 < sum(found[key].values()) < least else FEW,
         "cells": [{"label": word(code), "n": _said(n)} for code, n in sorted(hidden(found[key], least).items())]}
        for key, (title, word) in words.items()
    ]  # fmt: skip


def _public(request: HttpRequest) -> tuple[int, list[int], list[dict[str, Any]], list[dict[str, Any]], int]:
    least = sanction_policy(today()).small_cell
    with lifted("figures of a year, without persons and small cells"):
        years = years_of(today())
        year = _year(request, years)
        return year, years, _stages(year, least), _outcomes(year, least), least


@page(PUBLIC, clause="T4.2.f")
def figures(request: HttpRequest) -> HttpResponse:
    """How long complaints take and whose the delays are, year by year, for everybody."""
    year, years, stages, outcomes, least = _public(request)
    context = {"year": year, "years": years, "stages": stages, "outcomes": outcomes, "least": least,
               "parties": [gettext(name) for name in PARTY_NAMES.values()]}  # fmt: skip
    return render(request, "conduct/figures.html", context)


@page(PUBLIC, clause="T4.2.f")
def figures_file(request: HttpRequest, form: str) -> HttpResponse:
    """The table of stages as a file."""
    year, _years, stages, _rows, _least = _public(request)
    return export_rows(request, form, key="conduct.figures", title=_("Stages and times of complaints"), permission=PUBLIC,
                       columns=_columns(), rows=stages, filters={_("Year"): str(year)})  # fmt: skip


def _own(request: HttpRequest) -> tuple[int, list[int], list[dict[str, Any]], list[dict[str, Any]]]:
    mine = Complaint.objects.visible_to(actor_of(request), Permission.READ).values("pk")
    years = years_of(today())
    year = _year(request, years)
    return year, years, _stages(year, 0, mine), _outcomes(year, 0, mine)


@page(Permission.READ, clause="T4.2.f")
def office_figures(request: HttpRequest) -> HttpResponse:
    """The same of the complaints that this office handles, whole."""
    year, years, stages, outcomes = _own(request)
    context = {"year": year, "years": years, "stages": stages, "outcomes": outcomes,
               "parties": [gettext(name) for name in PARTY_NAMES.values()]}  # fmt: skip
    return render(request, "conduct/office_figures.html", context)


@page(Permission.READ, clause="T4.2.f")
def office_figures_file(request: HttpRequest, form: str) -> HttpResponse:
    """The office's table of stages as a file."""
    year, _years, stages, _rows = _own(request)
    return export_rows(request, form, key="conduct.office_figures", title=_("Stages and times of complaints"),
                       permission=Permission.READ, columns=_columns(), rows=stages, filters={_("Year"): str(year)})  # fmt: skip


urlpatterns = [
    path("conduct/figures/", figures, name="figures"),
    path("conduct/figures.<str:form>", figures_file, name="figures_file"),
    path("office/complaint-figures/", office_figures, name="office_figures"),
    path("office/complaint-figures.<str:form>", office_figures_file, name="office_figures_file"),
]
