"""Pages of work: the work history, the answers of both sides, and what the county decides."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.kernel.http import actor_of
from shegong.ui.menu import MenuItem
from shegong.work.employment.panels import register_panels
from shegong.work.employment.web import clerk, county, mine, work

urlpatterns = [*work.urlpatterns, *mine.urlpatterns, *clerk.urlpatterns, *county.urlpatterns]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The person's own jobs, the clerk's staff, the county's disputes."""
    if actor_of(request).person_id is not None:
        yield MenuItem("my", "", _("My work"), reverse("employment:mine"), order=58)
    yield from clerk.menu_items(request)
    yield from county.menu_items(request)


register_panels()
