"""The joint conference: conferences, meetings, the ledger of resolutions."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from shegong.kernel.http import actor_of
from shegong.kernel.listing_pages import paths
from shegong.steering.council.rules import Permission
from shegong.steering.council.web import conference, lists, meeting
from shegong.ui.menu import MenuItem


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The conferences, and everything that they decided."""
    is_clerk = not any(one.ranges for one in actor_of(request).authorities)
    space, group = ("organisation", "") if is_clerk else ("office", "returns")
    for label, name, order in (
        (_("Joint conference"), "council:conferences", 30),
        (_("Resolutions"), "council:resolutions", 31),
    ):
        yield MenuItem(
            space, group, label, reverse(name), order=order, permission=Permission.READ, fold="tasks"
        )


urlpatterns = [
    *paths("office/council", lists.conferences, lists.conferences_file, "conferences"),
    *paths("office/meetings", lists.meetings, lists.meetings_file, "meetings"),
    *paths("office/resolutions", lists.resolutions, lists.resolutions_file, "resolutions"),
    path("office/council/found/", conference.found, name="found"),
    path("office/council/<int:pk>/", conference.one, name="conference"),
    path("office/council/<int:pk>/plan/", conference.plan, name="plan"),
    path("office/council/<int:pk>/office/", conference.office, name="office"),
    path("office/council/<int:pk>/members/new/", conference.new_member, name="new_member"),
    path("office/council/<int:pk>/members/<int:member>/", conference.member, name="member"),
    path("office/council/<int:pk>/members/<int:member>/leave/", conference.leave, name="leave"),
    path("office/meetings/<int:pk>/", meeting.one, name="meeting"),
    path("office/meetings/<int:pk>/papers/<int:item>/", meeting.paper, name="paper"),
]
