"""Personal information: the public notice, a person's own rights, and the offices that decide on them."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.kernel.http import actor_of
from shegong.steering.privacy.rules import Permission
from shegong.steering.privacy.web import copies, holds, mine, notice, requests
from shegong.ui.menu import MenuItem

holds.register_panels()

urlpatterns = [
    *notice.urlpatterns,
    *copies.urlpatterns,
    *mine.urlpatterns,
    *requests.urlpatterns,
    *holds.urlpatterns,
]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """A person's own rights; requests, holds and the inventory for officers."""
    if actor_of(request).person_id is not None:
        yield MenuItem("my", "", _("My data, my rights"), reverse("privacy:mine"), order=65)
    yield from requests.menu_items(request)
    yield from holds.menu_items(request)
    yield MenuItem(
        "office", "admin", _("Personal information, field by field"), reverse("privacy:fields"), order=85,
        permission=Permission.READ, fold="reference",
    )  # fmt: skip
