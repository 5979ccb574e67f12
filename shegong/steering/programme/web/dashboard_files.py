"""Everything that a leaders' page shows, as one table: headline figures, units, months, what needs attention."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.kernel.http import page
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.web.asking import Asked, asked_of
from shegong.steering.programme.web.dashboard import context

COLUMNS = (
    Column("part", gettext_lazy("Part"), lambda r: r["part"]),
    Column("what", gettext_lazy("What"), lambda r: r["what"]),
    Column("unit", gettext_lazy("Measured in"), lambda r: r.get("unit", "")),
    Column("target", gettext_lazy("Target"), lambda r: r.get("target"), "number"),
    Column("value", gettext_lazy("Reached"), lambda r: r.get("value"), "number"),
    Column("planned", gettext_lazy("Due by the day"), lambda r: r.get("planned"), "number"),
    Column("rate", gettext_lazy("Rate (%)"), lambda r: _tenth(r.get("rate")), "number"),
    Column("apart", gettext_lazy("Points against the plan"), lambda r: _tenth(r.get("apart")), "number"),
    Column("note", gettext_lazy("Note"), lambda r: r.get("note", "")),
)


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@page(Permission.READ, clause="N12")
def dashboard_file(request: HttpRequest, form: str) -> HttpResponse:
    """The whole plan as a file."""
    return _sent(request, form, asked_of(request))


@page(Permission.READ, about="plan_place", clause="N12")
def place_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One division as a file."""
    return _sent(request, form, asked_of(request, code))


def _sent(request: HttpRequest, form: str, asked: Asked) -> HttpResponse:
    found = context(asked)
    name = found["whole"]["name"]
    return export_rows(
        request, form, key="programme.dashboard", title=f"{_('Plan progress')} {name}", permission=Permission.READ,
        columns=COLUMNS, rows=list(file_rows(found)), as_of=asked.on, region_code=asked.region,
        filters={gettext_lazy("As of"): asked.on.isoformat(), gettext_lazy("Area"): name},
    )  # fmt: skip


def file_rows(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of the page, one after the other."""
    first = found["first"]
    for tile in [first, *found["tiles"]]:
        yield {**tile, "part": _("Figures"), "what": f"{tile['title']} ({tile['id']})", "note": _source(tile)}
    for row in [*found["rows"], *([found["whole"]] if found["rows"] else [])]:
        yield {
            **row,
            "part": f"{_('By unit')}: {first['title']}",
            "what": row["name"],
            "unit": first["unit"],
            "note": "",
        }
    if found["elsewhere"]:
        yield {
            "part": f"{_('By unit')}: {first['title']}", "what": _("At its own seat or without a known place"),
            "unit": first["unit"], "value": found["elsewhere"],
        }  # fmt: skip
    planned = dict(found["board"].planned)
    for day, value in found["board"].points:
        yield {
            "part": f"{_('By month')}: {first['title']}", "what": day.isoformat(), "unit": first["unit"], "value": value,
            "planned": planned.get(day),
        }  # fmt: skip
    for one in found["concerns"]:
        yield {
            "part": _("Needs attention"),
            "what": one["title"],
            "note": " ".join([one["word"], *one["reasons"]]),
        }


def _source(tile: dict[str, Any]) -> str:
    words = {
        "counted": _("Counted"),
        "entered": _("Entered by hand"),
        "both": _("Counted"),
        "none": _("Nothing known"),
    }
    return words[tile["source"]]


urlpatterns: list[URLPattern] = [
    path("cockpit/plan.<str:form>", dashboard_file, name="dashboard_file"),
    path("cockpit/plan/<str:code>.<str:form>", place_file, name="place_file"),
]
