"""The list of bodies: search by any fragment, pinyin or code; filters; export."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations.models import Organization, named
from shegong.ground.organizations.rules import KINDS, Permission
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order


def kind_choices() -> list[tuple[str, Any]]:
    """Kinds with their names in the reader's language."""
    return [(str(kind), _(label)) for kind, label in KINDS.items()]


def _rows(ids: Sequence[int], scene: Scene) -> list[Organization]:
    return list(Organization.objects.filter(pk__in=ids))


def _standing(value: str, scene: Scene) -> Forks:
    gone = Q(dissolved_on__lte=scene.day)
    return (gone,) if value == "dissolved" else (Q(dissolved_on__isnull=True), Q(dissolved_on__gt=scene.day))


LIST = Listing(
    key="organizations.organizations",
    title=_("Register of organisations"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Organization.objects.all(),
    load=_rows,
    columns=(
        Column("name", _("Name of the organisation"), lambda o: o.name, fixed=True, address=lambda o: reverse("organizations:one", args=[o.pk])),
        Column("kind", _("Kind of organisation"), lambda o: o.kind, words=lambda value: _(KINDS.get(value, value))),
        Column("region", _("Place"), lambda o: tree().full_name(o.region_code, today()), phone=False),
        Column("uscc", _("Unified social credit code"), lambda o: o.uscc or "", kind="code"),
        Column("founded", _("Founded on"), lambda o: o.founded_on, kind="date", shown=False),
        Column("dissolved", _("Dissolved on"), lambda o: o.dissolved_on, kind="date", phone=False),
    ),
    filters=(
        text("q", _("Name, pinyin or code"), lambda value, scene: (named(value),)),
        Filter("kind", _("Kind of organisation"), lambda value, scene: (Q(kind=value),), lambda scene: kind_choices()),
        Filter(
            "standing", _("Standing"), _standing,
            lambda scene: [("existing", _("Existing")), ("dissolved", _("Dissolved"))], default="existing",
        ),
    ),
    region=place_filter(_("Place")),
    orders=(Order("place", _("By place"), ("region_code", "kind", "id")), Order("name", _("By pinyin"), ("pinyin", "id"))),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"))
def list_page(request: HttpRequest) -> HttpResponse:
    """The list; a POST saves a view."""
    return answer(request, LIST, template="organizations/list.html")


@page(Permission.READ)
def list_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)
