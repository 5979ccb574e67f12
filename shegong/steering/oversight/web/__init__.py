"""Dispatch, inspection, circulars, reports and acceptance of the plan: pages."""

from collections.abc import Iterator

from django.http import HttpRequest

from shegong.steering.oversight.web import (
    acceptance_items,
    cases,
    circular_forms,
    differences,
    freezing,
    inspected,
    report_forms,
    returns,
    rounds,
    shown,
    unit,
)
from shegong.steering.oversight.web.for_dashboard import register_for_dashboard
from shegong.steering.oversight.web.for_tasks import register_for_tasks
from shegong.steering.oversight.web.parts import indicator_title
from shegong.steering.statistics.panels import Freezing, name_indicators, offer_freezing
from shegong.ui.menu import MenuItem

name_indicators(indicator_title)
offer_freezing(Freezing("oversight:freeze", "oversight:freeze_again"))
register_for_dashboard()
register_for_tasks()

urlpatterns = [
    *unit.urlpatterns,
    *rounds.urlpatterns,
    *differences.urlpatterns,
    *freezing.urlpatterns,
    *returns.urlpatterns,
    *circular_forms.urlpatterns,
    *inspected.urlpatterns,
    *cases.urlpatterns,
    *shown.urlpatterns,
    *report_forms.urlpatterns,
    *acceptance_items.urlpatterns,
]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Two entries for officers: what their unit has to do, and all that is steered; cases for people and the public."""
    yield from unit.menu_items(request)
    yield from shown.menu_items(request)
