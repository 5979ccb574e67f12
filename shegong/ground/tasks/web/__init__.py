"""Tasks: the ledger, one task, setting one."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.tasks.models import Task, to_do
from shegong.ground.tasks.rules import Permission
from shegong.ground.tasks.web import drafting, ledger, one
from shegong.kernel.http import actor_of
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The ledger, with the number of tasks in which it is the reader's turn."""
    actor = actor_of(request)
    if not actor.may(Permission.READ):
        return
    is_clerk = not any(one.ranges for one in actor.authorities)

    def waiting() -> QuerySet[Task]:
        return Task.objects.visible_to(actor, Permission.READ).filter(to_do(actor))

    space, group = ("organisation", "") if is_clerk else ("office", "todo")
    url = reverse("tasks:ledger")
    yield MenuItem(
        space, group, _("Tasks"), url, count=waiting, order=12, permission=Permission.READ, fold="tasks"
    )


urlpatterns = [
    *paths("office/tasks", ledger.ledger, ledger.ledger_file, "ledger"),
    path("office/tasks/new/", drafting.new, name="new"),
    path("office/tasks/<int:pk>/", one.one, name="one"),
    path("office/tasks/<int:pk>/under/", drafting.under, name="under"),
    path("office/tasks/<int:pk>/papers/<int:item>/", one.paper, name="paper"),
]
