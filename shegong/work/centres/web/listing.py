"""The register of centres as a list (report R8 of the plan: the centre register)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shegong.ground.organizations.models import Organization, named
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.work.centres.models import AnnualCheck, Centre
from shegong.work.centres.rules import CLAUSE, RESULTS, STATES, Permission

TONES = {"active": "ok", "abnormal": "warn", "cancelled": "err"}


def _newest(name: str) -> Subquery:
    return Subquery(AnnualCheck.objects.filter(centre=OuterRef("pk")).order_by("-year").values(name)[:1])


def _rows(ids: Sequence[int], scene: Scene) -> list[Centre]:
    found = Centre.objects.filter(pk__in=ids).select_related("organization")
    return list(found.annotate(year=_newest("year"), result=_newest("result"), staff=_newest("staff"), certified=_newest("certified")))  # fmt: skip


def _named(value: str, scene: Scene) -> Forks:
    return (
        Q(organization__in=Organization.objects.filter(named(value)).values("pk"))
        | Q(registration_no=value.strip()),
    )


def _check(centre: Any) -> str:
    return f"{centre.year} {_(RESULTS[centre.result])}" if centre.year else ""


LIST = Listing(
    key="centres.centres",
    title=_("Register of service centres"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Centre.objects.all(),
    load=_rows,
    columns=(
        Column("name", _("Name of the centre"), lambda c: c.organization.name, fixed=True,
               address=lambda c: reverse("centres:one", args=[c.pk])),
        Column("place", _("Township or subdistrict"), lambda c: tree().full_name(c.region_code, today()), phone=False),
        Column("uscc", _("Unified social credit code"), lambda c: c.organization.uscc or "", kind="code", phone=False),
        Column("number", _("Former registration number"), lambda c: c.registration_no, kind="code", shown=False),
        Column("legal", _("Legal representative"), lambda c: c.legal_representative),
        Column("address", _("Address of the centre"), lambda c: c.address, shown=False),
        Column("fund", _("Start-up fund, yuan"), lambda c: None if c.fund_fen is None else c.fund_fen / 100, kind="number",
               shown=False),
        Column("supervisor", _("Supervising body"), lambda c: c.supervisor, shown=False),
        Column("registered", _("Registered on"), lambda c: c.registered_on, kind="date", phone=False),
        Column("check", _("Newest check"), _check, phone=False),
        Column("staff", _("Staff reported"), lambda c: c.staff, kind="number", phone=False),
        Column("certified", _("Certificate holders reported"), lambda c: c.certified, kind="number", phone=False),
        Column("state", _("How it stands"), lambda c: c.state, words=lambda value: _(STATES[value]), tone=lambda c: TONES[c.state]),
    ),
    filters=(
        text("q", _("Name, code or number"), _named),
        Filter("state", _("How it stands"), lambda value, scene: (Q(state=value),),
               lambda scene: [(str(k), _(v)) for k, v in STATES.items()]),
    ),
    region=place_filter(_("Place")),
    orders=(Order("place", _("By place"), ("region_code", "id")),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def list_page(request: HttpRequest) -> HttpResponse:
    """The list; a POST saves a view."""
    return answer(request, LIST, template="centres/list.html")


@page(Permission.READ, clause=CLAUSE)
def list_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)
