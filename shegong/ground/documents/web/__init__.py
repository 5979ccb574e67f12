"""Pages of the library of policy documents and of official documents."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.documents.models import Addressee
from shegong.ground.documents.rules import Permission
from shegong.ground.documents.web import drafting, library, library_forms, listing, official, papers
from shegong.kernel.http import actor_of
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of the officers', the members' and the public menus."""
    actor, inbox, policies = actor_of(request), reverse("documents:received"), reverse("documents:library")
    for space in ("office", "organisation"):
        yield MenuItem(
            space, "returns" if space == "office" else "", _("Official documents"), inbox, order=60, permission=Permission.READ,
            count=lambda: Addressee.objects.visible_to(actor, Permission.ACKNOWLEDGE).waiting(), fold="documents",
        )  # fmt: skip
    yield MenuItem(
        "office",
        "returns",
        _("Policy documents"),
        policies,
        order=65,
        permission=Permission.READ,
        fold="documents",
    )
    yield MenuItem("cockpit", "", _("Official documents"), inbox, order=60, permission=Permission.READ)
    yield MenuItem("public", "", _("Policy documents"), reverse("documents:policies"), order=70)


urlpatterns = [
    *library_forms.urlpatterns,
    *library.urlpatterns,
    *drafting.urlpatterns,
    *paths("office/documents", listing.officials, listing.officials_file, "officials"),
    *paths("office/received", listing.received, listing.received_file, "received"),
    *official.urlpatterns,
    *papers.urlpatterns,
]
