"""Pages of this context: divisions, and the calendar of working days."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.ground.regions.rules import Permission
from shegong.ground.regions.web import calendar, calendar_day, divisions, files
from shegong.ui.menu import MenuItem


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of the officers' menu."""
    yield MenuItem(
        "office",
        "admin",
        _("Divisions"),
        reverse("regions:list"),
        order=60,
        permission=Permission.READ,
        fold="reference",
    )
    days = reverse("regions:calendar")
    yield MenuItem(
        "office", "admin", _("Working days"), days, order=65, permission=Permission.READ, fold="reference"
    )


urlpatterns = [
    *files.urlpatterns,
    path("office/regions/", divisions.list_, name="list"),
    path("office/regions/<int:code>/", divisions.one, name="one"),
    path("office/regions/<int:code>/change/", divisions.change, name="change"),
    path("office/calendar/", calendar.year_page, name="calendar"),
    path("office/calendar/day/", calendar_day.day_page, name="calendar_day"),
    path("office/calendar/import/", calendar.import_page, name="calendar_import"),
]
