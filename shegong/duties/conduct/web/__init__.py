"""Conduct: pages."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import URLPattern

from shegong.duties.conduct.web import figures, mine, public
from shegong.ui.menu import MenuItem

urlpatterns: list[URLPattern] = [*mine.urlpatterns, *public.urlpatterns, *figures.urlpatterns]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Menus of this context."""
    yield from mine.menu_items(request)
