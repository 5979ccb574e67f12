"""A leaders' page: renewals and continuing education of a year under both rules, by unit and month (T3.3, T4.2.a, R11)."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.register_rows import register_rows
from shegong.duties.registry.models.yearly import (
    BY_KEY,
    COLUMNS,
    MONTHLY,
    Year,
    by_month,
    by_unit,
    people_of,
    year_of,
)
from shegong.duties.registry.rules import STATUS_NAMES, Permission
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing_filters import short
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.menu import MenuItem

FIRST_YEAR, SIZE = 2009, 50
TABLES = ("units", "months")


def _place(request: HttpRequest, actor: Actor) -> int:
    """The unit asked for, inside the reader's reach; without one, the reader's widest."""
    held = [a for a in actor.with_permission(Permission.READ) if a.region_code]
    root = min(held, key=lambda a: a.level or 9, default=None)
    typed = whole_number(request.GET.get("region", ""))
    if typed is None:
        if root is None or root.region_code is None:
            raise Http404
        return root.region_code
    code = typed * 1000 if typed < 1_000_000 else typed
    if tree().at(code, today()) is None or not actor.may(Permission.READ, code):
        raise Http404
    return code


def _year(request: HttpRequest) -> Year:
    typed = whole_number(request.GET.get("year", "")) or today().year
    return year_of(min(max(typed, FIRST_YEAR), today().year), today())


def _below(code: int, day: date) -> list[int]:
    regions = tree()
    place = regions.at(code, day)
    if place is not None and place.level == 1:
        return list(regions.units(2, day, tree=REPORTING))
    return [
        one
        for one in regions.children(code, day, tree=REPORTING)
        if (found := regions.at(one, day)) and found.level < 4
    ]


def _people_url(seen: Year, unit: int, key: str, month: int | None = None) -> str:
    asked = {"year": seen.year, "region": short(unit), "what": key, **({"month": month} if month else {})}
    return f"{reverse('registry:yearly_people')}?{urlencode(asked)}"


def _share(row: dict[str, int], key: str) -> str:
    whole = row.get(BY_KEY[key].of, 0)
    return f"{100 * row[key] / whole:.1f}%" if whole else "–"


def _cells(
    seen: Year, unit: int, row: dict[str, int], keys: tuple[str, ...], month: int | None = None
) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = []
    for key in keys:
        count, title = row.get(key, 0), gettext(BY_KEY[key].title)
        cells.append(
            {"text": f"{count:,}", "url": _people_url(seen, unit, key, month), "css": "r", "label": title}
        )
        if BY_KEY[key].of:
            cells.append({"text": _share(row, key), "css": "r", "label": gettext("Share")})
    return cells


def _heads(first: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"label": first}]
    for key in keys:
        found.append({"label": gettext(BY_KEY[key].title), "right": True})
        if BY_KEY[key].of:
            found.append({"label": gettext("Share"), "right": True})
    return found


def _units(seen: Year, code: int) -> dict[str, Any]:
    """The unit itself, then the units below it."""
    units, keys = [code, *_below(code, seen.on)], tuple(one.key for one in COLUMNS)
    found = by_unit(seen, units)
    rows = []
    for unit in units:
        url = "" if unit == code else f"?{urlencode({'year': seen.year, 'region': short(unit)})}"
        name = gettext("Total") if unit == code else tree().name(unit, seen.on)
        rows.append(
            {
                "cells": [
                    {"text": name, "url": url, "label": gettext("Unit")},
                    *_cells(seen, unit, found[unit], keys),
                ]
            }
        )
    return {"columns": _heads(gettext("Unit"), keys), "rows": rows}


def _months(seen: Year, code: int) -> dict[str, Any]:
    found = by_month(seen, code)
    rows = [
        {
            "cells": [
                {"text": f"{seen.year}-{month:02d}", "label": gettext("Month")},
                *_cells(seen, code, row, MONTHLY, month),
            ]
        }
        for month, row in found.items()
    ]
    return {"columns": _heads(gettext("Month"), MONTHLY), "rows": rows}


@page(Permission.READ, clause="T3.3")
def yearly(request: HttpRequest) -> HttpResponse:
    """Renewals and hours of a year, the unit and those below it, and month by month."""
    actor, seen = actor_of(request), _year(request)
    code = _place(request, actor)
    above = tree().parent(code, seen.on, REPORTING)
    up = above if above and actor.may(Permission.READ, above) else None
    context = {
        "place": tree().full_name(code, seen.on), "seen": seen, "units": _units(seen, code), "months": _months(seen, code),
        "years": [{"label": str(year), "url": f"?{urlencode({'year': year, 'region': short(code)})}", "current": year == seen.year}
                  for year in range(today().year, max(today().year - 5, FIRST_YEAR - 1), -1)],
        "region": short(code), "up_url": f"?{urlencode({'year': seen.year, 'region': short(up)})}" if up else "",
    }  # fmt: skip
    return render(request, "registry/yearly.html", context)


@page(Permission.READ, clause="T3.3")
def yearly_file(request: HttpRequest, form: str) -> HttpResponse:
    """The units, or the months, as a file."""
    actor, seen = actor_of(request), _year(request)
    code = _place(request, actor)
    table = _months(seen, code) if request.GET.get("table") == "months" else _units(seen, code)
    filters = {gettext("Year"): seen.year, gettext("Area"): tree().full_name(code, seen.on)}
    return export_table(request, form, key="registry.yearly", title=gettext("Registration and continuing education"),
                        permission=Permission.READ, filters=filters, region_code=code, **table)  # fmt: skip


def _asked(request: HttpRequest) -> tuple[Actor, Year, int, Any, int | None]:
    actor, seen = actor_of(request), _year(request)
    column = BY_KEY.get(request.GET.get("what", "owed"))
    month = whole_number(request.GET.get("month", ""))
    if column is None or (month is not None and not (1 <= month <= 12 and column.key in MONTHLY)):
        raise Http404
    return actor, seen, _place(request, actor), column, month


def _people(actor: Actor, ids: list[int]) -> dict[str, Any]:
    """A row for everybody who is counted; who lies beyond the reader's reach has no name."""
    rows = (
        Registration.objects.visible_to(actor, Permission.READ)
        .filter(person__in=ids)
        .order_by("person", "pk")
    )
    newest = {row.person_id: row.pk for row in rows}
    held = {row.person_id: row for row in register_rows(list(newest.values()), today())}
    heads = [
        gettext("Name"),
        gettext("Register number"),
        gettext("Level"),
        gettext("Area"),
        gettext("Status"),
        gettext("Valid to"),
    ]
    out = []
    for pk in ids:
        one = held.get(pk)
        texts = [one.name, one.register_no, gettext(LEVEL_NAMES[one.level]), one.region, gettext(STATUS_NAMES[one.status]),
                 one.valid_to.isoformat()] if one else [gettext("Beyond your reach"), "", "", "", "", ""]  # fmt: skip
        cells: list[dict[str, Any]] = [
            {"text": text, "label": head} for text, head in zip(texts, heads, strict=True)
        ]
        if one:
            cells[1] |= {"url": reverse("registry:registration", args=[one.register_no]), "css": "id"}
        out.append({"cells": cells})
    return {"columns": [{"label": head} for head in heads], "rows": out}


@page(Permission.READ, clause="T3.3")
def yearly_people(request: HttpRequest) -> HttpResponse:
    """The people behind one figure, a page at a time."""
    actor, seen, code, column, month = _asked(request)
    ids = people_of(seen, column, code, month)
    after = whole_number(request.GET.get("after", "")) or 0
    shown = [pk for pk in ids if pk > after]
    more = request.GET.copy()
    more["after"] = str(shown[SIZE - 1]) if len(shown) > SIZE else ""
    context = {
        **_people(actor, shown[:SIZE]), "title": gettext(column.title), "total": len(ids), "month": f"{seen.year}-{month:02d}" if month else seen.year,
        "place": tree().full_name(code, seen.on), "next_url": f"?{more.urlencode()}" if len(shown) > SIZE else "", "first": after == 0,
        "back": f"{reverse('registry:yearly')}?{urlencode({'year': seen.year, 'region': short(code)})}",
    }  # fmt: skip
    return render(request, "registry/yearly_people.html", context)


@page(Permission.EXPORT, clause="T3.3")
def yearly_people_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same people as a file, all of them."""
    actor, seen, code, column, month = _asked(request)
    table = _people(actor, people_of(seen, column, code, month))
    return export_table(request, form, key="registry.yearly_people", title=gettext(column.title), permission=Permission.EXPORT,
                        region_code=code, **table)  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """In the leaders' space."""
    yield MenuItem("cockpit", "", _("Registration and continuing education"), reverse("registry:yearly"), order=4,
                   permission=Permission.READ)  # fmt: skip


urlpatterns = [
    *paths("cockpit/registration", yearly, yearly_file, "yearly"),
    *paths("cockpit/registration/people", yearly_people, yearly_people_file, "yearly_people"),
]
