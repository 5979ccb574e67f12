"""Pages of this context: bodies, the duties they hold, the picker for forms, and the public list of offices."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.ground.organizations.rules import Permission
from shegong.ground.organizations.web import bodies, duties, files, listing, public, transfers
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of the officers' and of the public menu."""
    bodies_url, duties_url = reverse("organizations:list"), reverse("organizations:duties")
    yield MenuItem(
        "office",
        "registers",
        _("Register of organisations"),
        bodies_url,
        order=40,
        permission=Permission.READ,
        fold="bodies",
    )
    yield MenuItem(
        "office", "admin", _("Duties"), duties_url, order=55, permission=Permission.READ, fold="reference"
    )
    yield MenuItem("public", "", _("Offices"), reverse("organizations:offices"), order=60)


urlpatterns = [
    *files.urlpatterns,
    *transfers.urlpatterns,
    *paths("office/organizations", listing.list_page, listing.list_file, "list"),
    path("office/organizations/new/", bodies.new, name="new"),
    path("office/organizations/<int:pk>/", bodies.one, name="one"),
    path("office/organizations/<int:pk>/edit/", bodies.edit, name="edit"),
    path("office/organizations/<int:pk>/rename/", bodies.rename, name="rename"),
    path("office/organizations/<int:pk>/dissolve/", bodies.dissolve, name="dissolve"),
    path("office/duties/", duties.list_, name="duties"),
    path("office/duties/transfer/", duties.transfer, name="transfer"),
    path("organizations/pick/", public.pick, name="pick"),
    path("offices/", public.offices, name="offices"),
]
