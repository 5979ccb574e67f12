"""Where a unit's own number and the register's are two: both, by how much, and why; the register's stands (N6)."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.http import page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Scene
from shegong.kernel.listing_pages import export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.oversight.models import Answer, Dispatch, DispatchReturn
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.web.parts import indicator_title
from shegong.steering.oversight.web.tabs import listed


def _rows(ids: Sequence[int], scene: Scene) -> Sequence[Answer]:
    found = Answer.objects.filter(pk__in=ids)
    return list(found.select_related("asked", "dispatch_return", "dispatch_return__dispatch"))


def _rounds(scene: Scene) -> list[tuple[str, str]]:
    seen = Dispatch.objects.visible_to(scene.actor, scene.permission).order_by("-due_on", "-id")[:40]
    return [(str(row.pk), row.title) for row in seen]


def _unit(row: Answer) -> str:
    form = row.dispatch_return
    return tree().name(form.region_code, form.dispatch.as_of)


LIST = Listing(
    key="oversight.differences",
    title=_("Differences from the registers"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Answer.objects.differing().filter(
        dispatch_return__in=DispatchReturn.objects.visible_to(scene.actor, scene.permission)
    ),
    load=_rows,
    columns=(
        Column("indicator", _("Indicator"), lambda r: f"{r.asked.indicator} {indicator_title(r.asked.indicator)}", fixed=True,
               address=lambda r: reverse("oversight:return", args=[r.dispatch_return_id])),
        Column("unit", _("Unit"), _unit),
        Column("counted", _("The registers counted"), lambda r: r.counted, "number"),
        Column("own", _("The unit's own number"), lambda r: r.own, "number"),
        Column("difference", _("Difference"), lambda r: r.own - r.counted, "number", words=lambda v: f"{v:+,}"),
        Column("why", _("Why it differs"), lambda r: r.text),
        Column("round", _("Round"), lambda r: r.dispatch_return.dispatch.title, phone=False),
        Column("as_of", _("Figures as of"), lambda r: r.dispatch_return.dispatch.as_of, "date", phone=False),
    ),
    filters=(
        Filter("round", _("Round"), lambda value, scene: (Q(dispatch_return__dispatch=int(value)),), _rounds),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("The register's number stands. Have the missing facts entered, or the unit's number put right."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N6")
def differences(request: HttpRequest) -> HttpResponse:
    """All that differ in returns in reach; a POST saves a view."""
    return listed(request, LIST, "oversight:rounds")


@page(Permission.READ, clause="N6")
def differences_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


urlpatterns = paths("office/dispatch/differences", differences, differences_file, "differences")
