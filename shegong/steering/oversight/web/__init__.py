"""Dispatch, inspection, circulars, reports and acceptance of the plan: pages."""

from collections.abc import Iterator

from django.http import HttpRequest

from shegong.steering.oversight.web import cases, circular_forms, inspected, returns, rounds, shown, unit
from shegong.ui.menu import MenuItem

urlpatterns = [
    *unit.urlpatterns,
    *rounds.urlpatterns,
    *returns.urlpatterns,
    *circular_forms.urlpatterns,
    *inspected.urlpatterns,
    *cases.urlpatterns,
    *shown.urlpatterns,
]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Two entries for officers: what their unit has to do, and all that is steered; cases for people and the public."""
    yield from unit.menu_items(request)
    yield from shown.menu_items(request)
