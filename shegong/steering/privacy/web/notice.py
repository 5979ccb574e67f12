"""我们保存哪些个人信息、为什么、多久: for the public; the same, field by field, for officers."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page, today
from shegong.kernel.inventory import (
    LEVEL_NAMES,
    Level,
    PersonalField,
    Table,
    every_field,
    inventory,
    notice_version,
    period,
    period_source,
)
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.steering.privacy.rules import Permission
from shegong.steering.privacy.web.copies import says


def _by_purpose() -> Iterator[dict[str, Any]]:
    for purpose in inventory().purposes.values():
        parts = []
        for table in inventory().personal():
            fields = [one for one in table.fields.values() if one.purpose == purpose.key and not one.acts]
            shown = [one for one in fields if one.level != Level.SECRET and one.is_exported]
            if shown:
                parts.append(_part(table, shown))
        if parts:
            yield {
                "purpose": says(purpose.words),
                "basis": purpose.basis,
                "needs_source": purpose.needs_source,
                "parts": parts,
            }


def _part(table: Table, fields: list[PersonalField]) -> dict[str, Any]:
    names = dict.fromkeys(says(one.words) for one in fields if one.name != "person")
    return {
        "title": says(table.words),
        "fields": "、".join(names) if says(table.words) == table.words.zh else ", ".join(names),
        "kept": says(period(fields[0].retention, today()).words),
        "sensitive": any(one.level == Level.SENSITIVE for one in fields),
    }


@page(PUBLIC)
def notice(request: HttpRequest) -> HttpResponse:
    """The notice on personal information (arts 17, 35), generated from the inventory."""
    context = {"groups": list(_by_purpose()), "version": notice_version()}
    return render(request, "privacy/notice.html", context)


COLUMNS = (
    Column("table", gettext_lazy("Table"), lambda f: says(inventory().tables[f.table].words)),
    Column("field", gettext_lazy("Field"), lambda f: says(f.words)),
    Column("class", gettext_lazy("Class"), lambda f: f.level, words=lambda v: _(LEVEL_NAMES[Level(v)])),
    Column("purpose", gettext_lazy("Purpose"), lambda f: says(inventory().purposes[f.purpose].words)),
    Column("basis", gettext_lazy("Basis"), lambda f: inventory().purposes[f.purpose].basis),
    Column("kept", gettext_lazy("Kept"), lambda f: says(period(f.retention, today()).words)),
    Column("kept_by", gettext_lazy("Basis of the period"), lambda f: period_source(f.retention, today()).basis),
    Column("source", gettext_lazy("Needs source"), lambda f: "yes" if _from_memory(f) else "", words=lambda v: _("Needs source")),
    Column("copy", gettext_lazy("In one's own copy"), lambda f: f.why or _("Yes")),
)  # fmt: skip


def _from_memory(one: PersonalField) -> bool:
    return (
        inventory().purposes[one.purpose].needs_source
        or period_source(one.retention, today()).certainty == "M"
    )


@page(Permission.READ)
def fields(request: HttpRequest) -> HttpResponse:
    """Every personal field, for officers."""
    rows = [
        {"table": says(table.words), "fields": [_line(one) for one in table.fields.values()]}
        for table in inventory().personal()
    ]
    rest = [table for table in inventory().tables.values() if not table.is_personal]
    return render(request, "privacy/fields.html", {"tables": rows, "rest": rest, "version": notice_version()})


def _line(one: PersonalField) -> dict[str, Any]:
    return {
        "name": says(one.words), "level": _(LEVEL_NAMES[one.level]), "purpose": says(inventory().purposes[one.purpose].words),
        "kept": says(period(one.retention, today()).words), "why": one.why, "memory": _from_memory(one),
    }  # fmt: skip


@page(Permission.READ)
def fields_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export_rows(
        request, form, key="privacy.fields", title=_("Personal information, field by field"),
        permission=Permission.READ, columns=COLUMNS, rows=every_field(inventory()),
    )  # fmt: skip


urlpatterns = [
    path("privacy/", notice, name="notice"),
    path("office/privacy/fields/", fields, name="fields"),
    path("office/privacy/fields.<str:form>", fields_file, name="fields_file"),
]
