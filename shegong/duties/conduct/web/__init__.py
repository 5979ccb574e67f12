"""Conduct: pages."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.looks import with_some_office
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.web import (
    case,
    complain,
    ethics,
    evidence,
    figures,
    flags,
    inspecting,
    mine,
    public,
    queue,
    relations,
    steps,
    track,
)
from shegong.duties.conduct.web.inquiry_panels import register_panels
from shegong.kernel.http import actor_of
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem

register_panels()

urlpatterns: list[URLPattern] = [
    *complain.urlpatterns, *track.urlpatterns, *ethics.urlpatterns, *relations.urlpatterns, *inspecting.urlpatterns,
    *paths("office/complaints", queue.queue, queue.queue_file, "queue"), *mine.urlpatterns, *public.urlpatterns,
    *figures.urlpatterns, *case.urlpatterns, *steps.urlpatterns, *evidence.urlpatterns, *flags.urlpatterns,
]  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Menus of this context."""
    yield MenuItem("public", "", _("Complain"), reverse("conduct:new"), order=30)
    actor = actor_of(request)

    def waiting() -> QuerySet[Complaint]:
        open_ones = Complaint.objects.visible_to(actor, Permission.READ)
        return open_ones.filter(with_some_office())

    yield MenuItem("office", "todo", _("Complaints"), reverse("conduct:queue"), count=waiting, order=14,
                   permission=Permission.READ, fold="complaints")  # fmt: skip
    yield MenuItem("office", "registers", _("Who read who complained"), reverse("conduct:reads"), order=60,
                   permission=Permission.AUDIT, fold="complaints")  # fmt: skip
    yield MenuItem("office", "todo", _("Possible retaliation"), reverse("conduct:flags"), order=15,
                   permission=Permission.AUDIT, fold="complaints")  # fmt: skip
    yield from mine.menu_items(request)
