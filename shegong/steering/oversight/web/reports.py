"""Year-end reports: which of the sub-plans have reported and which are missing; one report with its figures and steps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from shegong.ground.documents.rules.official import STATE_NAMES as DOCUMENT_STATES
from shegong.ground.people.models import names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, see, status_of, today, visible_or_404
from shegong.kernel.listing_tables import export_table
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.report_text import lines_of
from shegong.steering.oversight.models import Acceptance, Report
from shegong.steering.oversight.models.report_policies import report_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.reports import (
    HANDED_IN,
    SECTIONS,
    STATE_NAMES,
    Line,
    ReportKind,
    ReportState,
)
from shegong.steering.oversight.web.parts import amount, cell, missing
from shegong.steering.oversight.web.report_fields import ReasonStepForm, ReceiveForm
from shegong.steering.oversight.web.report_steps import step
from shegong.steering.oversight.web.tabs import tabs
from shegong.steering.programme.models import SubPlan, plan
from shegong.steering.programme.models.annual import may_lead

TONES = {
    "drafted": "info",
    "reviewed": "info",
    "signing": "warn",
    "submitted": "ok",
    "received": "ok",
    "archived": "",
}
FINAL = "final"


# -- the list: who is missing ------------------------------------------------------------------------------------------


def asked_year(request: HttpRequest) -> int | None:
    """The year of the address; None for the final summaries. Without one the newest year of the plan that has begun."""
    text, years = request.GET.get("year", ""), plan().years
    if text == FINAL:
        return None
    wanted = whole_number(text)
    begun = [year for year in years if year <= today().year] or [years[0]]
    return wanted if wanted in years else begun[-1]


def _table(year: int | None, actor: Actor) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    heads = [gettext("Sub-plan"), gettext("Led by"), gettext("State"), gettext("Due on"), gettext("Submitted on"),
             gettext("Received on"), gettext("Document number")]  # fmt: skip
    held = Report.objects.visible_to(actor, Permission.READ).filter(year=year).select_related("document")
    known = {row.subplan_id: row for row in held}
    rows = [_line(one, known.get(one.pk), year, heads) for one in subplans()]
    return [{"label": head} for head in heads], rows


def subplans() -> Sequence[SubPlan]:
    """The sub-plans of the plan in force."""
    return list(
        SubPlan.objects.filter(programme__code=plan().code).select_related("programme").order_by("number")
    )


def due_of(year: int | None) -> date:
    """Until when the reports of a year, or the final summaries, are due."""
    policy = report_policy(today())
    return policy.final_due(plan().ends) if year is None else policy.due(year)


def _line(subplan: SubPlan, row: Report | None, year: int | None, heads: Sequence[str]) -> dict[str, Any]:
    due = row.due_on if row else due_of(year)
    lead = subplan.lead(min(due, today()))
    late = today() > due and not (row and row.is_handed_in)
    words = gettext(STATE_NAMES[ReportState(row.state)]) if row else gettext("Not begun")
    if late:
        words = f"{words} · {gettext('%(days)s days late') % {'days': (today() - due).days}}"
    number = row.document.number if row and row.document and row.document.number else ""
    return {
        "cells": [
            cell(f"{subplan.number} {subplan.title}", heads[0],
                 url=reverse("oversight:report", args=[row.pk]) if row else ""),
            cell(lead.name if lead else "—", heads[1]), cell(words, heads[2], low=late),
            cell(due.isoformat(), heads[3]), cell(_day(row and row.submitted_on), heads[4]),
            cell(_day(row and row.received_on), heads[5]), cell(number, heads[6]),
        ],
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"


@page(Permission.READ, methods=("GET", "POST"), clause="N11")
def reports(request: HttpRequest) -> HttpResponse:
    """The six sub-plans with their report of a year; who leads one begins it here."""
    actor, year = actor_of(request), asked_year(request)
    if request.method == "POST":
        return _begin(request, year)
    columns, rows = _table(year, actor)
    missing = sum(row["cells"][4]["text"] == "—" for row in rows)
    choices = [*((str(one), str(one)) for one in plan().years), (FINAL, gettext("Final summary"))]
    current = FINAL if year is None else str(year)
    context = {
        "columns": columns, "rows": rows, "missing": missing, "total": len(rows), "due": due_of(year), "year": current,
        "years": [{"label": words, "url": f"?year={value}", "current": value == current} for value, words in choices],
        "begin": _to_begin(actor, year), "section_tabs": tabs(request, "oversight:reports"), "is_final": year is None,
    }  # fmt: skip
    return render(request, "oversight/reports.html", context)


def _to_begin(actor: Actor, year: int | None) -> list[SubPlan]:
    """Sub-plans that this reader leads and that have no report of the year yet."""
    if not actor.may(Permission.REPORT):
        return []
    held = set(
        Report.objects.visible_to(actor, Permission.REPORT)
        .filter(year=year)
        .values_list("subplan_id", flat=True)
    )
    return [
        one
        for one in subplans()
        if one.pk not in held and may_lead(one, actor, Permission.REPORT, today(), plan().years)
    ]


def _begin(request: HttpRequest, year: int | None) -> HttpResponse:
    wanted = whole_number(request.POST.get("subplan", ""))
    subplan = next((one for one in subplans() if one.pk == wanted), None)
    if subplan is None:
        raise Refused(Obstacle("subplan", "Choose one from the list.", "subplan"))
    kind = ReportKind.FINAL if year is None else ReportKind.YEAR_END
    row = actions.draft_report(subplan=subplan, kind=str(kind), year=year, by=actor_of(request), on=today())
    return see(
        request, "oversight:report_edit", gettext("The report is begun. Its figures are filled in."), row.pk
    )


@page(Permission.READ, clause="N11")
def reports_file(request: HttpRequest, form: str) -> HttpResponse:
    """Who has reported, as a file."""
    year = asked_year(request)
    columns, rows = _table(year, actor_of(request))
    title = (
        gettext("Final summaries")
        if year is None
        else gettext("Year-end reports of %(year)s") % {"year": year}
    )
    return export_table(
        request, form, key="oversight.reports", title=title, permission=Permission.READ, columns=columns, rows=rows,
        region_code=plan().region,
    )  # fmt: skip


# -- one report --------------------------------------------------------------------------------------------------------


def see_report(request: HttpRequest, permission: str, pk: int) -> Report:
    """The report in the reader's reach, or 404."""
    found: Report = visible_or_404(
        Report.objects.select_related("subplan__programme", "snapshot", "document"),
        actor_of(request),
        permission,
        pk=pk,
    )
    return found


def figures_table(lines: Sequence[Line]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The figures of a report as columns and rows."""
    heads = [gettext("Indicator"), gettext("What is counted"), gettext("Figure"), gettext("Unit of count"),
             gettext("Target"), gettext("Share of the target"), gettext("Planned by then"), gettext("Missing")]  # fmt: skip
    columns = [{"label": head, "right": n in (2, 4, 5, 6, 7)} for n, head in enumerate(heads)]
    return columns, [_figure(one, heads) for one in lines]


def _figure(one: Line, heads: Sequence[str]) -> dict[str, Any]:
    share = "—" if one.rate is None else f"{one.rate:.1f}%"
    is_behind = one.gap is not None and one.gap > 0
    return {
        "cells": [
            cell(one.indicator, heads[0], "id"), cell(one.title, heads[1]), cell(amount(one.value), heads[2], "r"),
            cell(one.unit, heads[3]), cell(amount(one.target), heads[4], "r"), cell(share, heads[5], "r"),
            cell(amount(one.planned), heads[6], "r"),
            cell(missing(one.gap), heads[7], "r", low=is_behind),
        ]
    }  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="report", clause="N11")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report: its words, figures, document, and what comes next."""
    row, actor = see_report(request, Permission.READ, pk), actor_of(request)
    forms = {"reason": ReasonStepForm(), "receive": ReceiveForm(initial={"received_on": today()})}
    status = 200
    if request.method == "POST":
        done = step(request, row, forms)
        if done is not None:
            return done
        status = max(status_of(form) for form in forms.values())
    columns, rows = figures_table(lines_of(row))
    context = {
        **head_of(row, actor), "columns": columns, "rows": rows, "sections": _sections(row), "forms": forms,
        "section_tabs": tabs(request, "oversight:reports"), "form": next((f for f in forms.values() if f.is_bound), None),
    }  # fmt: skip
    return render(request, "oversight/report.html", context, status=status)


def head_of(row: Report, actor: Actor) -> dict[str, Any]:
    """What the pages of a report say at their top, and who may do what."""
    names = names_of([one for one in (row.drafter_id, row.reviewer_id, row.receiver_id) if one])
    leads = may_lead(row.subplan, actor, Permission.REPORT, today(), plan().years)
    return {
        "row": row, "state": gettext(STATE_NAMES[ReportState(row.state)]), "tone": TONES[row.state],
        "drafter": names.get(row.drafter_id, "—"), "reviewer": names.get(row.reviewer_id, ""),
        "receiver": names.get(row.receiver_id, ""), "leads": leads, "is_author": actor.person_id == row.drafter_id,
        "receives": actor.may(Permission.RECEIVE, row.region_code), "late": not row.is_handed_in and row.is_late(today()),
        "is_signed": bool(row.document and row.document.state in ("signed", "issued")),
        "document_state": gettext(DOCUMENT_STATES[row.document.state]) if row.document else "",
        "handed_in": row.state in HANDED_IN, "may_apply": leads and _may_apply(row),
    }  # fmt: skip


def _may_apply(row: Report) -> bool:
    """Whether this final summary can be applied with."""
    if row.kind != ReportKind.FINAL or row.state not in HANDED_IN:
        return False
    return not Acceptance.objects.filter(subplan=row.subplan_id).exclude(state="failed").exists()


def _sections(row: Report) -> list[dict[str, str]]:
    names = SECTIONS[ReportKind(row.kind)]
    return [{"title": gettext(names[key]), "text": text} for key, text in row.texts().items()]


@page(Permission.READ, about="report", clause="N11")
def report_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The figures of a report as a file."""
    row = see_report(request, Permission.READ, pk)
    columns, rows = figures_table(lines_of(row))
    sha = row.snapshot.sha if row.snapshot else ""
    return export_table(
        request, form, key="oversight.report", title=row.title, permission=Permission.READ, columns=columns, rows=rows,
        filters={gettext("As of"): row.as_of.isoformat(), gettext("Hash"): sha}, region_code=row.region_code,
    )  # fmt: skip
