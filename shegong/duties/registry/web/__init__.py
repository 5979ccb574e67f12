"""Pages of the registry. Each module has its own `urlpatterns` and, where it offers menu entries, `menu_items`."""

from collections.abc import Iterator

from django.http import HttpRequest

from shegong.duties.registry.web import (
    bulk,
    case,
    cases,
    closings,
    cockpit,
    compliance,
    decide,
    explained,
    files,
    foreseen,
    home,
    inquiries,
    lapses,
    measures,
    my,
    my_cards,
    my_changes,
    my_hours,
    my_papers,
    my_renewal,
    my_steps,
    office_hours,
    organisation,
    queue,
    register,
    registration,
    reminders,
    renewals,
    rounds,
    whole_file,
    yearly,
)
from shegong.duties.registry.web.panels import register_panels
from shegong.ui.menu import MenuItem

# Every module with pages stands here, one line each.
PAGES = (
    files,
    home,
    register,
    registration,
    measures,
    renewals,
    reminders,
    lapses,
    closings,
    inquiries,
    explained,
    whole_file,
    cases,
    cockpit,
    yearly,
    compliance,
    foreseen,
    organisation,
    office_hours,
    my,
    my_steps,
    my_papers,
    my_renewal,
    my_changes,
    my_cards,
    my_hours,
    queue,
    bulk,
    case,
    decide,
    rounds,
)

register_panels()

urlpatterns = [pattern for module in PAGES for pattern in module.urlpatterns]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of all modules; the menu sorts them."""
    for module in PAGES:
        if hasattr(module, "menu_items"):
            yield from module.menu_items(request)
