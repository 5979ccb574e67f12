"""Pages of centres: the register, one centre, its checks and standing."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem
from shegong.work.centres.rules import Permission
from shegong.work.centres.web import centre, listing


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The register of centres in the officers' menu."""
    url = reverse("centres:list")
    yield MenuItem(
        "office", "registers", _("Service centres"), url, order=42, permission=Permission.READ, fold="bodies"
    )


urlpatterns = [
    *paths("office/centres", listing.list_page, listing.list_file, "list"),
    path("office/centres/new/", centre.new, name="new"),
    path("office/centres/<int:pk>/", centre.one, name="one"),
    path("office/centres/<int:pk>/correct/", centre.correct, name="correct"),
    path("office/centres/<int:pk>/check/", centre.check, name="check"),
    path("office/centres/<int:pk>/standing/", centre.standing, name="standing"),
]
