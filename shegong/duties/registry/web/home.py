"""The officer's first page: what waits for him, what runs out, and his saved views."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Application
from shegong.duties.registry.rules import STAGE_NAMES, STAGE_PERMISSION, Permission, State
from shegong.duties.registry.web.cases import CASES, SOON_DAYS
from shegong.duties.registry.web.links import link
from shegong.duties.registry.web.register import REGISTER
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing_filters import Scene
from shegong.kernel.saved_views import views_of
from shegong.ui.menu import MenuItem

LISTS = {REGISTER.key: (REGISTER, "registry:register"), CASES.key: (CASES, "registry:applications")}


@page(Permission.READ, clause="T4.2.a")
def home(request: HttpRequest) -> HttpResponse:
    """Counts of what needs this officer; each number opens the list behind it."""
    actor, day = actor_of(request), today()
    context = {
        "day": day,
        "stages": list(stages(actor, day)),
        "returned": _returned(actor),
        "figures": list(figures(actor, day)),
        "views": list(shortcuts(actor, day)),
        "queue_url": link("registry:queue"),
    }
    return render(request, "registry/register_home.html", context)


def stages(actor: Actor, day: date) -> Iterator[dict[str, Any]]:
    """For each stage this officer reviews: cases waiting, overdue and due soon, with their lists."""
    for stage, permission in STAGE_PERMISSION.items():
        if not actor.may(permission):
            continue
        waiting = Application.objects.visible_to(actor, permission).filter(
            waiting_for=stage, submitted_at__isnull=False
        )
        counts = waiting.aggregate(
            total=Count("id"),
            late=Count("id", filter=Q(due_on__lt=day)),
            soon=Count("id", filter=Q(due_on__gte=day, due_on__lte=day + timedelta(days=SOON_DAYS))),
        )
        yield {
            "title": gettext(STAGE_NAMES[stage]),
            **counts,
            "url": _cases(stage=stage),
            "late_url": _cases(stage=stage, due="late"),
            "soon_url": _cases(stage=stage, due="soon"),
        }


def _cases(**params: str) -> str:
    return f"{reverse('registry:applications')}?{urlencode(params)}"


def _returned(actor: Actor) -> dict[str, Any]:
    rows = Application.objects.visible_to(actor, Permission.READ).filter(state=str(State.RETURNED))
    return {"total": rows.count(), "url": _cases(state=State.RETURNED)}


def figures(actor: Actor, day: date) -> Iterator[dict[str, Any]]:
    """The register in reach: valid, expiring, lapsed and not renewed, suspended."""
    scene = Scene(actor, day, REGISTER.permission)
    for label, query in (
        (gettext("Valid registrations"), "status=valid"),
        (gettext("Expiring soon"), "status=expiring"),
        (gettext("Expired, not renewed"), "status=lapsed"),
        (gettext("Suspended"), "status=suspended"),
    ):
        count = REGISTER.asked(QueryDict(query), scene).count_words
        yield {"title": label, "count": count, "url": f"{reverse('registry:register')}?{query}"}


def shortcuts(actor: Actor, day: date) -> Iterator[dict[str, Any]]:
    """The officer's saved views with their counts."""
    for view in views_of(actor):
        if view.listing not in LISTS:
            continue
        listing, name = LISTS[view.listing]
        asked = listing.asked(QueryDict(view.query), Scene(actor, day, listing.permission))
        yield {
            "title": view.title,
            "list": listing.title,
            "count": asked.count_words,
            "url": f"{reverse(name)}?{view.query}",
        }


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The home above all groups."""
    yield MenuItem(
        "office", "", _("Office home"), reverse("registry:home"), order=1, permission=Permission.READ
    )


urlpatterns = [path("office/", home, name="home")]
