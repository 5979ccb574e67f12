"""The plan: pages."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import URLPattern

from shegong.steering.programme.web import (
    annual,
    annual_steps,
    brief,
    clauses,
    dashboard,
    dashboard_files,
    entering,
    items,
    measures,
    milestones,
    records,
    responsibility,
    splitting,
    targets,
)
from shegong.steering.programme.web.for_tasks import register_for_tasks
from shegong.ui.menu import MenuItem

register_for_tasks()


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of the officers' menu."""
    yield from annual.menu_items(request)
    yield from dashboard.menu_items(request)
    yield from clauses.menu_items(request)


urlpatterns: list[URLPattern] = [
    *annual.urlpatterns,
    *annual_steps.urlpatterns,
    *targets.urlpatterns,
    *splitting.urlpatterns,
    *items.urlpatterns,
    *entering.urlpatterns,
    *responsibility.urlpatterns,
    *measures.urlpatterns,
    *dashboard_files.urlpatterns,
    *dashboard.urlpatterns,
    *records.urlpatterns,
    *brief.urlpatterns,
    *clauses.urlpatterns,
    *milestones.urlpatterns,
]
