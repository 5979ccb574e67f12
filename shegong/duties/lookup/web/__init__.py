"""Pages of public verification, the first page of the site, and what watchers are told."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from shegong.duties.lookup.web import alert_settings, alerts, home, proof, verify, watched, watchers, workbook
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel.http import actor_of
from shegong.ui.menu import MenuItem

urlpatterns = [
    *home.urlpatterns, *proof.urlpatterns, *verify.urlpatterns, *workbook.urlpatterns, *alerts.urlpatterns,
    *alert_settings.urlpatterns, *watched.urlpatterns, *watchers.urlpatterns,
]  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Home and verification on the public site; what watchers are told."""
    yield MenuItem("public", "", gettext_lazy("Home"), reverse("lookup:home"), order=1)
    yield MenuItem("public", "", gettext_lazy("Verify"), reverse("lookup:verify"), order=2)
    actor = actor_of(request)
    bodies = list(Organization.objects.acted_for(actor, Permission.STAFF))
    yield from workbook.menu_items(bodies)
    yield from alerts.menu_items(actor, bodies)
    yield from watchers.menu_items(request)
