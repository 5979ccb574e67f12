"""The tables of divisions and of the calendar as files, as their pages show them."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import LEGAL, REPORTING, Permission, Place, Tree
from shegong.ground.regions.web import calendar, divisions
from shegong.kernel.holidays import Holiday
from shegong.kernel.http import page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.listing_tables import export_table
from shegong.kernel.typed_numbers import whole_number

DAYS = (
    Column("day", gettext_lazy("Day"), lambda row: row.day, "date"),
    Column("kind", gettext_lazy("Kind of day"), lambda row: row.kind, words=lambda kind: _(calendar.KINDS[kind])),
    Column("name", gettext_lazy("Occasion"), lambda row: row.name),
)  # fmt: skip


@page(Permission.READ, clause="N0")
def list_file(request: HttpRequest, form: str) -> HttpResponse:
    """What a text means, else the units of the only province, else the provinces."""
    units, (day, _typed) = tree(), divisions.asof(request)
    query, tops = request.GET.get("q", "").strip()[:60], list(units.alive(day, 1))
    if len(tops) == 1 and not query:
        return _below(request, form, units, tops[0], day)
    matches = units.matches(query, day) if query else []
    old = {match.code for match in matches if match.old}
    places = [units.places[match.code] for match in matches] if query else list(tops)
    return _table(request, form, units, places, day, LEGAL, {_("Name or code"): query}, old)


@page(Permission.READ, about="region", clause="N0")
def one_file(request: HttpRequest, code: int, form: str) -> HttpResponse:
    """The units below a division."""
    units, (day, _typed) = tree(), divisions.asof(request)
    if code not in units.places:
        raise Http404
    return _below(request, form, units, units.places[code], day)


def _below(request: HttpRequest, form: str, units: Tree, place: Place, day: date) -> HttpResponse:
    used = REPORTING if request.GET.get("tree") == REPORTING or place.is_area else LEGAL
    stands = units.at(place.code, day) or place
    places = [units.places[code] for code in units.children(stands.code, day, used)]
    filters = {_("Units below"): units.full_name(stands.code, day), _("Tree"): _(divisions.TREES[used])}
    return _table(request, form, units, places, day, used, filters)


def _table(
    request: HttpRequest, form: str, units: Tree, places: list[Place], day: date, used: str, filters: dict[str, str],
    old: set[int] = frozenset(),  # type: ignore[assignment]
) -> HttpResponse:  # fmt: skip
    return export_table(
        request, form, key="regions.regions", title=_("Divisions"), permission=Permission.READ,
        columns=divisions.columns(), filters={**filters, _("As of"): day.isoformat() if day != today() else ""},
        rows=[divisions.row_of(units, place, day, "", used, old) for place in places],
    )  # fmt: skip


@page(Permission.READ, clause="T4.2.a")
def calendar_file(request: HttpRequest, form: str) -> HttpResponse:
    """The days of a year that differ from an ordinary week."""
    asked = whole_number(request.GET.get("year", "")) or 0
    year = asked if 1990 <= asked <= 2100 else today().year
    rows = Holiday.objects.filter(day__year=year).order_by("day")
    return export_rows(
        request, form, key="regions.calendar", title=_("Days that differ from an ordinary week"),
        permission=Permission.READ, columns=DAYS, rows=rows, filters={_("Year"): year},
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("office/regions.<str:form>", list_file, name="list_file"),
    path("office/regions/<int:code>.<str:form>", one_file, name="one_file"),
    path("office/calendar.<str:form>", calendar_file, name="calendar_file"),
]
