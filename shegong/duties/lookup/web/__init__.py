"""Pages of public verification and the first page of the site."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from shegong.duties.lookup.web import home, proof, verify, workbook
from shegong.ui.menu import MenuItem

urlpatterns = [*home.urlpatterns, *proof.urlpatterns, *verify.urlpatterns, *workbook.urlpatterns]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Home and verification on the public site."""
    yield MenuItem("public", "", gettext_lazy("Home"), reverse("lookup:home"), order=1)
    yield MenuItem("public", "", gettext_lazy("Verify"), reverse("lookup:verify"), order=2)
    yield from workbook.menu_items(request)
