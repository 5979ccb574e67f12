"""Renewals for officers: due, being decided, kept, short of hours, lapsed and done, as a list and by area (demands 1–5)."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.endings import BY_HAND
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.renewal_rows import (
    STANDING_NAMES,
    RenewalRow,
    Standing,
    renewal_rows,
    with_standing,
)
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.rules.lapsing import WHY_NAMES, Why
from shegong.duties.registry.rules.reminding import AGAIN
from shegong.duties.registry.web.regions import region_filter, seat
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.people.models import PersonName
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor, Range
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, choice, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.listing_tables import export_table
from shegong.ui.menu import MenuItem
from shegong.work.education.rules import hours_cell, hours_shown

TONES = {
    Standing.DUE: "warn", Standing.DECIDING: "info", Standing.HELD: "warn", Standing.UNPROVEN: "err",
    Standing.LAPSED: "err", Standing.DONE: "ok",
}  # fmt: skip


def _found(typed: str, scene: Scene) -> Forks:
    if any(map(str.isdigit, typed)):
        return (Q(register_no__startswith=typed.upper().replace(" ", "")),)
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


STANDING = Filter(
    "standing", _("Renewal"), lambda value, scene: (with_standing(value, scene.day),),
    lambda scene: ((str(one), gettext(name)) for one, name in STANDING_NAMES.items()), default=str(Standing.DUE),
)  # fmt: skip
FILTERS = (
    STANDING,
    choice("level", _("Level"), tuple((str(k), _(v)) for k, v in LEVEL_NAMES.items()), "level"),
    text("q", _("Name, pinyin or register number"), _found),
)


def stage_name(code: str) -> str:
    """A step of the reminders in the reader's language."""
    if code == BY_HAND:
        return gettext("Told by an officer")
    if code.startswith(AGAIN):
        return gettext("Told again")
    titles = {stage.code: stage.title for stage in registration_policy(today()).reminders}
    return titles[code].says(get_language()) if code in titles else code


def _stands(row: RenewalRow) -> str:
    name = gettext(STANDING_NAMES[Standing(row.standing)]) if row.standing else ""
    return f"{name}：{gettext(WHY_NAMES[Why(row.why)])}" if row.why else name


def _proof(row: RenewalRow) -> Any:
    return row.proven_on.isoformat() if row.proven_on else gettext("Not proven") if row.told_on else ""


def _missing(row: RenewalRow) -> float | None:
    return None if row.missing is None else hours_cell(row.missing)


COLUMNS = (
    Column("name", _("Name"), lambda r: r.row.name, fixed=True, personal="name",
           address=lambda r: reverse("registry:reminders", args=[r.row.register_no])),
    Column("number", _("Register number"), lambda r: r.row.register_no, "code"),
    Column("level", _("Level"), lambda r: r.row.level, words=lambda v: gettext(LEVEL_NAMES[v]), phone=False),
    Column("region", _("Region"), lambda r: r.row.region),
    Column("employer", _("Employer"), lambda r: r.row.employer, personal="employer", phone=False),
    Column("ends", _("Term ends"), lambda r: r.ends_on, "date"),
    Column("until", _("Valid to"), lambda r: r.row.valid_to, "date"),
    Column("standing", _("Renewal"), _stands, tone=lambda r: TONES.get(r.standing, "")),
    Column("missing", _("Hours missing"), _missing, "number", words=hours_shown),
    Column("told", _("Last reminder"), lambda r: r.told_on, "date"),
    Column("stage", _("Which reminder"), lambda r: stage_name(r.stage) if r.stage else "", shown=False),
    Column("proof", _("Reached on"), _proof),
)  # fmt: skip


def _rows(ids: Sequence[int], scene: Scene) -> list[RenewalRow]:
    return renewal_rows(ids, scene.day, seat(scene))


RENEWALS = Listing(
    key="registry.renewals",
    title=_("Renewals"),
    permission=Permission.READ,
    export_permission=Permission.EXPORT,
    rows=lambda scene: Registration.objects.all(),
    load=_rows,
    columns=COLUMNS,
    orders=(Order("expires", _("Valid to, soonest first"), ("valid_to", "id"), blocks=(1000, 100_000)),),
    filters=FILTERS,
    region=region_filter(),
)


@page(Permission.READ, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def renewals(request: HttpRequest) -> HttpResponse:
    """Renewals within the officer's reach; each name leads to the reminders and their proof."""
    may = actor_of(request).may(Permission.RESTRICT)
    return answer(request, RENEWALS, template="registry/renewal_list.html", more={"may_decide": may})


@page(Permission.EXPORT, about="registration", clause="T4.2.a")
def renewals_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, RENEWALS, form)


SHOWN = (
    Standing.DUE, Standing.DECIDING, Standing.SHORT, Standing.UNPROVEN, Standing.HELD, Standing.LAPSED, Standing.DONE,
)  # fmt: skip


@page(Permission.READ, about="registration", clause="T4.2.a")
def renewal_areas(request: HttpRequest) -> HttpResponse:
    """How many stand where, by the units below the reader's own; each number opens its list."""
    return render(request, "registry/renewal_areas.html", areas(actor_of(request)))


@page(Permission.EXPORT, about="registration", clause="T4.2.a")
def renewal_areas_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same numbers as a file."""
    return export_table(
        request, form, key="registry.renewal_areas", title=gettext("Renewals by area"), permission=Permission.EXPORT,
        **areas(actor_of(request)),
    )  # fmt: skip


def areas(actor: Actor) -> dict[str, Any]:
    """Columns and rows: a line for each unit, the whole reach first."""
    day, regions = today(), tree()
    chief = min(
        (a for a in actor.with_permission(Permission.READ) if a.region_code),
        key=lambda a: a.level or 9,
        default=None,
    )
    counts = {one: _counted(actor, one) for one in SHOWN}
    heads = [gettext("Unit"), *(gettext(STANDING_NAMES[one]) for one in SHOWN)]
    units: list[tuple[str, str, Sequence[Range]]] = [
        (gettext("All in your reach"), "", actor.reach(Permission.READ))
    ]
    for code in regions.children(chief.region_code, day) if chief and chief.region_code else ():
        units.append((regions.name(code, day), str(code // 1000), regions.ranges(code, day)))
    rows = []
    for name, region, ranges in units:
        numbers = [_number(counts[one], ranges, one, region) for one in SHOWN]
        rows.append({"cells": [{"text": name, "label": heads[0]}, *_labelled(numbers, heads[1:])]})
    return {"columns": [{"label": head, "right": at > 0} for at, head in enumerate(heads)], "rows": rows}


def _number(
    counts: dict[int, int], ranges: Sequence[Range], standing: Standing, region: str
) -> dict[str, Any]:
    asked = urlencode({"standing": str(standing), "region": region})
    total = sum(n for code, n in counts.items() if any(code in one for one in ranges))
    return {"text": str(total), "css": "r", "url": f"{reverse('registry:renewals')}?{asked}"}


def _labelled(numbers: list[dict[str, Any]], heads: list[str]) -> Iterator[dict[str, Any]]:
    for number, head in zip(numbers, heads, strict=True):
        yield {**number, "label": head}


def _counted(actor: Actor, standing: Standing) -> dict[int, int]:
    rows = Registration.objects.visible_to(actor, Permission.READ).filter(with_standing(standing, today()))
    return dict(rows.order_by().values_list("region_code").annotate(n=Count("id")))


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Renewals among the registers."""
    yield MenuItem(
        "office",
        "registers",
        _("Renewals"),
        reverse("registry:renewals"),
        order=22,
        permission=Permission.READ,
        fold="renewal",
    )


urlpatterns = [
    *paths("office/renewals", renewals, renewals_file, "renewals"),
    path("office/renewals/areas/", renewal_areas, name="renewal_areas"),
    path("office/renewals/areas.<str:form>", renewal_areas_file, name="renewal_areas_file"),
]
