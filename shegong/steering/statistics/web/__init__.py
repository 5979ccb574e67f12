"""Frozen figures: pages."""

from collections.abc import Iterator

from django.http import HttpRequest

from shegong.steering.statistics.web import changes, listing, people, snapshot
from shegong.ui.menu import MenuItem

urlpatterns = [*listing.urlpatterns, *snapshot.urlpatterns, *people.urlpatterns, *changes.urlpatterns]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """One entry, in the offices and in the leaders' space."""
    yield from listing.menu_items(request)
