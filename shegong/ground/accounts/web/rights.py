"""Roles and rights, from the policy: what each role may do, where, and what one holds oneself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.accounts.permission_words import WORDS
from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.web.grant_list import role_name
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.routes import routes
from shegong.ui.menu import MenuItem


@dataclass(frozen=True)
class Right:
    """One permission: in words, who holds it, the addresses it opens."""

    code: str
    words: str
    holders: tuple[str, ...]
    addresses: tuple[str, ...]


RIGHTS = (
    Column("right", gettext_lazy("Right"), lambda r: r.words),
    Column("roles", gettext_lazy("Roles"), lambda r: "、".join(map(role_name, r.holders))),
    Column("code", gettext_lazy("Code in the policy"), lambda r: r.code, "code"),
    Column("addresses", gettext_lazy("Addresses it opens"), lambda r: "\n".join(r.addresses)),
)


def rights(role: str = "") -> Iterator[Right]:
    """Every permission that a role holds (or those of `role`), in the order of its words."""
    opens: dict[str, list[str]] = {}
    for route in routes():
        opens.setdefault(str(route["permission"]), []).append(route["path"])
    held = {code for one in roles().values() for code in one.permissions}
    for code in sorted(held):
        holders = tuple(key for key, one in roles().items() if code in one.permissions)
        if not role or role in holders:
            yield Right(code, _(WORDS.get(code, code)), holders, tuple(opens.get(code, ())))


def _chosen(request: HttpRequest) -> str:
    asked = request.GET.get("role", "")
    return asked if asked in roles() else ""


@page(SIGNED_IN)
def rights_page(request: HttpRequest) -> HttpResponse:
    """The table, as a whole or for one role; above it what the reader holds."""
    role, day = _chosen(request), today()
    tabs = [{"label": _("All roles"), "url": "?", "current": not role}]
    tabs += [{"label": role_name(code), "url": f"?role={code}", "current": code == role} for code in roles()]
    mine = [
        {
            "role": role_name(one.role),
            "office": one.office_name,
            "place": tree().full_name(one.region_code, day),
        }
        for one in actor_of(request).authorities
        if one.region_code is not None
    ]
    rows = [_row(one) for one in rights(role)]
    context = {
        "tabs": tabs, "mine": mine, "rows": rows, "columns": _columns(), "role": roles().get(role),
        "role_name": role_name(role) if role else "",
    }  # fmt: skip
    return render(request, "accounts/rights.html", context)


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "right", "label": _("Right")},
        {"key": "roles", "label": _("Roles")},
    ]


def _row(one: Right) -> dict[str, Any]:
    texts = (one.words, "、".join(map(role_name, one.holders)))
    return {"cells": [{"text": text} for text in texts]}


@page(SIGNED_IN)
def rights_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same with every address, as a file."""
    return export_rows(
        request, form, key="accounts.rights", title=_("Roles and rights"), permission=SIGNED_IN, columns=RIGHTS,
        rows=list(rights(_chosen(request))),
    )  # fmt: skip


def menu(request: HttpRequest) -> list[MenuItem]:
    """Officers find it under administration."""
    if not actor_of(request).is_officer:
        return []
    return [
        MenuItem(
            "office", "admin", _("Roles and rights"), reverse("accounts:rights"), order=95, fold="reference"
        )
    ]


urlpatterns = [
    path("office/rights/", rights_page, name="rights"),
    path("office/rights.<str:form>", rights_file, name="rights_file"),
]
