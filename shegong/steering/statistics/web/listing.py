"""Frozen figures as a list: title, day, place, version, hash; the same rows as a file."""

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.statistics.models import Snapshot
from shegong.steering.statistics.panels import freezing_url
from shegong.steering.statistics.rules import Permission
from shegong.ui.menu import MenuItem

STANDING, SUPERSEDED = "standing", "superseded"
STATES = {STANDING: _("Standing version"), SUPERSEDED: _("Corrected by a newer version")}


def state_of(snapshot: Snapshot) -> str:
    """Whether a newer version has corrected it."""
    return SUPERSEDED if hasattr(snapshot, "successor") else STANDING


def _rows(ids: Sequence[int], scene: Scene) -> Sequence[Snapshot]:
    return list(Snapshot.objects.filter(pk__in=ids).select_related("successor"))


def _in_state(value: str, scene: Scene) -> Forks:
    return (Q(successor__isnull=value == STANDING),)


def _years(scene: Scene) -> Iterator[tuple[str, str]]:
    found = Snapshot.objects.visible_to(scene.actor, scene.permission).dates("as_of", "year", order="DESC")
    for day in found:
        yield str(day.year), str(day.year)


LIST = Listing(
    key="statistics.snapshots",
    title=_("Frozen figures"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Snapshot.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    columns=(
        Column("title", _("Title"), lambda r: r.title, fixed=True,
               address=lambda r: reverse("statistics:snapshot", args=[r.pk])),
        Column("as_of", _("As of"), lambda r: r.as_of, "date"),
        Column("region", _("Place"), lambda r: tree().full_name(r.region_code, r.as_of), phone=False),
        Column("version", _("Version"), lambda r: r.version, "number", phone=False),
        Column("known", _("Frozen at"), lambda r: timezone.localtime(r.known_at).replace(tzinfo=None), "date", phone=False,
               words=lambda v: v.strftime("%Y-%m-%d %H:%M")),
        Column("people", _("People in it"), lambda r: r.people, "number", phone=False),
        Column("sha", _("Hash"), lambda r: r.sha, "code", phone=False, words=lambda v: v[:12]),
        Column("state", _("State"), state_of, words=lambda v: STATES[v],
               tone=lambda r: "ok" if state_of(r) == STANDING else "warn"),
        Column("reason", _("Reason for the correction"), lambda r: r.reason, shown=False),
    ),
    filters=(
        Filter("state", _("State"), _in_state, lambda scene: list(STATES.items()), default=STANDING),
        Filter("year", _("Year"), lambda value, scene: (Q(as_of__year=int(value)),), _years),
    ),
    orders=(Order("as_of", _("Newest first"), ("as_of", "id"), descending=True),),
    note=_("Nothing frozen is changed. A correction is a new version with its reason; the older one stays."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N11")
def snapshots(request: HttpRequest) -> HttpResponse:
    """Snapshots with figures in the reader's reach; a POST saves a view."""
    may = actor_of(request).may(Permission.FREEZE)
    more = {"freeze_url": freezing_url() if may else ""}
    return answer(request, LIST, template="statistics/list.html", more=more)


@page(Permission.READ, clause="N11")
def snapshots_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Frozen figures, for whoever reads figures."""
    for space, group, order in (("office", "returns", 60), ("cockpit", "", 70)):
        yield MenuItem(
            space,
            group,
            gettext("Frozen figures"),
            reverse("statistics:snapshots"),
            order=order,
            permission=Permission.READ,
            fold="returns",
        )


urlpatterns = paths("office/figures", snapshots, snapshots_file, "snapshots")
