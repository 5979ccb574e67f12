"""The tables of duties and of the public offices as files, as their pages show them."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.organizations.rules import DUTIES, Permission, duty_name
from shegong.ground.organizations.web import duties, public
from shegong.ground.regions.models import tree
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import actor_of, page, today, visible_or_404
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows

_PLACE = Column(
    "place", gettext_lazy("Place"), lambda r: tree().full_name(r.region_code, r.during.lower or today())
)
_DATES = (
    Column("from", gettext_lazy("In force from"), lambda r: r.during.lower, "date"),
    Column("until", gettext_lazy("Until before"), lambda r: r.during.upper, "date"),
    Column("basis", gettext_lazy("Basis"), lambda r: r.basis or "", words=_),
)
DUTY = (_PLACE, Column("body", gettext_lazy("Body"), lambda r: r.organization.name), *_DATES)
OF_BODY = (
    Column("duty", gettext_lazy("Duty"), lambda r: r.duty, words=lambda v: _(duty_name(v))),
    _PLACE,
    *_DATES,
)
OFFICE = (
    Column("office", gettext_lazy("Office"), lambda r: r.organization.name_on(today())),
    Column("place", gettext_lazy("Place"), lambda r: tree().full_name(r.region_code, today())),
)


@page(Permission.READ, clause="M1.d")
def duties_file(request: HttpRequest, form: str) -> HttpResponse:
    """Who holds one duty where, all rows."""
    duty, everything, rows = duties.listed(request)
    scope = _("Also past and future") if everything else _("Only in force today")
    return export_rows(
        request, form, key="organizations.duties", title=_("Duties"), permission=Permission.READ, columns=DUTY, rows=rows,
        filters={_("Duty"): _(DUTIES[duty]), _("Period"): scope},
    )  # fmt: skip


@page(Permission.READ, about="organization")
def one_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The duties of one body."""
    body = visible_or_404(Organization.objects.all(), actor_of(request), Permission.READ, pk=pk)
    rows = Duty.objects.current().filter(organization=body).order_by("duty", "during")
    return export_rows(
        request, form, key="organizations.duties", title=_("Duties"), permission=Permission.READ, columns=OF_BODY,
        rows=rows, filters={_("Body"): body.name}, region_code=body.region_code,
    )  # fmt: skip


@page(PUBLIC, clause="T4.2.e")
def offices_file(request: HttpRequest, form: str) -> HttpResponse:
    """The public list of offices."""
    text, rows = public.offices_found(request)
    return export_rows(
        request, form, key="organizations.offices", title=_("Offices"), permission=PUBLIC, columns=OFFICE, rows=rows,
        filters={_("Name of the place or of the office"): text},
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("office/duties.<str:form>", duties_file, name="duties_file"),
    path("office/organizations/<int:pk>.<str:form>", one_file, name="one_file"),
    path("offices.<str:form>", offices_file, name="offices_file"),
]
