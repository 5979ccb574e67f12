"""Pages of people: one's own particulars and who looked at them; the officer's search and the card of a person."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.rules import Permission
from shegong.ground.people.web import death, files, mine, office
from shegong.kernel.http import actor_of
from shegong.ui.menu import MenuItem

urlpatterns = [
    *files.urlpatterns,
    path("my/profile/", mine.profile, name="profile"),
    path("my/profile/places/", mine.places, name="places"),
    path("my/profile/skills/<int:pk>/drop/", mine.drop, name="my_drop"),
    path("my/profile/<slug:section>/", mine.edit, name="my_edit"),
    path("my/access-log/", mine.access_log, name="access_log"),
    path("office/search/", office.search, name="search"),
    path("office/people/<slug:token>/", office.card, name="card"),
    path("office/people/<slug:token>/identities/<int:pk>/", office.reveal, name="reveal"),
    path("office/people/<slug:token>/skills/<int:pk>/drop/", office.drop, name="drop"),
    path("office/people/<slug:token>/death/", death.death, name="death"),
    path("office/people/<slug:token>/<slug:section>/", office.edit, name="edit"),
]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The person's own data and its access log; the officer's search."""
    if actor_of(request).person_id is not None:
        yield MenuItem("my", "", _("Personal data"), reverse("people:profile"), order=60)
        yield MenuItem("my", "", _("Who viewed my data"), reverse("people:access_log"), order=70)
    yield MenuItem(
        "office",
        "registers",
        _("Find people"),
        reverse("people:search"),
        order=5,
        permission=Permission.READ,
        fold="people",
    )
