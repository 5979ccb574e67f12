"""Pages of the talent base, of duplicates and merging: the lists, one case, putting two records together by hand."""

from collections.abc import Iterator

from django.http import HttpRequest

from shegong.steering.dossier.web import case, listing, pairing, talents
from shegong.steering.dossier.web.panels import register_panels
from shegong.ui.menu import MenuItem

register_panels()

urlpatterns = [*listing.urlpatterns, *pairing.urlpatterns, *case.urlpatterns, *talents.urlpatterns]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The talent base; likely duplicates with the number of pairs that wait for this officer."""
    yield from listing.menu_items(request)
    yield from talents.menu_items(request)
