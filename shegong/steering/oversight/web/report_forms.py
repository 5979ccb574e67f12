"""Writing a report beside the sentences that its figures propose; the addresses of reports."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext

from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, typed_before
from shegong.kernel.listing_pages import paths
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.report_text import proposals
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.reports import ReportKind
from shegong.steering.oversight.web import reports
from shegong.steering.oversight.web.report_fields import ReportForm
from shegong.steering.oversight.web.reports import head_of, see_report


@page(Permission.REPORT, methods=("GET", "POST"), about="report", clause="N11")
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft; sentences that the figures propose stand beside it."""
    row = see_report(request, Permission.REPORT, pk)
    stored = {"title": row.title, "as_of": row.as_of, **row.texts()}
    form = ReportForm(
        request.POST or None, kind=ReportKind(row.kind), initial=typed_before(request) or stored
    )
    given: dict[str, Any] = {
        "by": actor_of(request),
        "on": today(),
        "seen": seen_version(request, row.version),
    }

    def change() -> Any:
        said = form.cleaned_data
        return actions.write_report(
            row, texts=form.texts(), title=said["title"], as_of=said["as_of"], **given
        )

    if form.is_bound and attempt(form, change):
        return see(request, "oversight:report", gettext("The draft is kept."), pk)
    context = {
        **head_of(row, actor_of(request)), "form": form, "version": seen_version(request, row.version),
        "proposals": proposals(row),
    }  # fmt: skip
    return render(request, "oversight/report_edit.html", context, status=status_of(form))


urlpatterns = [
    *paths("office/reports", reports.reports, reports.reports_file, "reports"),
    *paths("office/reports/<int:pk>", reports.report, reports.report_file, "report"),
    path("office/reports/<int:pk>/edit/", report_edit, name="report_edit"),
]
