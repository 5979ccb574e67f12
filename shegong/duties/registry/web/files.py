"""Closing proposals, special rounds and the leaders' table as files, as their pages show them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web import closings, cockpit, rounds
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.listing_tables import export_table

CLOSING = (
    Column("name", gettext_lazy("Name"), lambda r: r["name"], personal="name"),
    Column("number", gettext_lazy("Register number"), lambda r: r["row"].registration.register_no, "code"),
    Column("area", gettext_lazy("Area"), lambda r: r["place"]),
    Column("reason", gettext_lazy("Ground of closing"), lambda r: str(r["reason"])),
    Column("by", gettext_lazy("Proposed by"), lambda r: r["proposer"], personal="name"),
    Column("at", gettext_lazy("Proposed"), lambda r: timezone.localtime(r["row"].proposed_at).replace(tzinfo=None), "date"),
)  # fmt: skip


@page(Permission.RESTRICT, about="registration", clause="T4.2.a")
def closings_file(request: HttpRequest, form: str) -> HttpResponse:
    """Every proposal in reach that waits."""
    return export_rows(
        request, form, key="registry.closings", title=_("Closing proposals"), permission=Permission.RESTRICT,
        columns=CLOSING, rows=closings.proposals(actor_of(request), None),
    )  # fmt: skip


@page(Permission.OPEN_ROUND, about="round", clause="T4.2.a")
def rounds_file(request: HttpRequest, form: str) -> HttpResponse:
    """The rounds of the reader's area."""
    return export_table(
        request, form, key="registry.rounds", title=_("Special rounds"), permission=Permission.OPEN_ROUND,
        **rounds.table(actor_of(request), None),
    )  # fmt: skip


@page(Permission.READ, clause="G5")
def cockpit_file(request: HttpRequest, form: str) -> HttpResponse:
    """Registered today by unit and level, with the totals of the page."""
    found = cockpit.figures(actor_of(request), today())
    levels = [(str(name), _level(at)) for at, name in enumerate(found["names"])]
    columns = [
        Column("unit", gettext_lazy("Unit"), lambda r: r[0]),
        *(Column(f"level{at}", title, value, "number") for at, (title, value) in enumerate(levels)),
        Column("total", pgettext_lazy("file", "Total"), lambda r: r[-1], "number"),
    ]
    rows: list[tuple[Any, ...]] = [
        (u.name, *(n for _title, n, _url in u.counts), u.total) for u in found["units"]
    ]
    if found["elsewhere"]:
        blank = [None] * len(LEVEL_NAMES)
        rows.append((_("At the unit itself or outside these"), *blank, found["elsewhere"]))
    rows.append((_("Total"), *(n for _title, n, _url in found["levels"]), found["total"]))
    return export_rows(
        request, form, key="registry.cockpit", title=_("By unit and level"), permission=Permission.READ, columns=columns,
        rows=rows, filters={_("Area"): found["area"]},
    )  # fmt: skip


def _level(at: int) -> Any:
    return lambda row: row[1 + at]


urlpatterns: list[URLPattern] = [
    path("office/closings.<str:form>", closings_file, name="closings_file"),
    path("office/rounds.<str:form>", rounds_file, name="rounds_file"),
    path("cockpit.<str:form>", cockpit_file, name="cockpit_file"),
]
