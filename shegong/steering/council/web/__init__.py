"""The joint conference: conferences, meetings, the ledger of resolutions."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.tasks.models import Task
from shegong.ground.tasks.panels import Source, task_sources
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of
from shegong.kernel.listing_pages import paths
from shegong.steering.council.models import Resolution
from shegong.steering.council.rules import Permission
from shegong.steering.council.web import conference, lists, meeting
from shegong.ui.menu import MenuItem


def resolution_source(actor: Actor, task: Task) -> Source | None:
    """The meeting that decided what a task is to do, for who may see it."""
    rows = Resolution.objects.visible_to(actor, Permission.READ).filter(task=task)
    found = rows.select_related("item__meeting").first()
    if found is None:
        return None
    title = gettext("%(meeting)s, resolution %(n)s") % {
        "meeting": found.item.meeting.title,
        "n": found.number,
    }
    return Source(title, reverse("council:meeting", args=[found.item.meeting_id]))


task_sources["council.resolution"] = resolution_source


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
