"""Local implementing documents: which unit has issued one, which has not (N1)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.documents.rules.official import Permission as Documents
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.steering.programme.models import plan
from shegong.steering.programme.models.local_measures import local_measures
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.web.annual_tabs import tabs, units_in_reach

CLAUSE = "N1"


def _units(actor: Actor) -> list[int]:
    """The units that are to issue one, inside the reader's reach: the province has the plan itself."""
    return [code for code in units_in_reach(actor, Permission.READ, today()) if code != plan().region]


def _table(actor: Actor, *, missing: bool) -> dict[str, Any]:
    heads = [
        _("Area"),
        _("Level"),
        _("Local implementing document"),
        _("Number of its document"),
        _("Issued on"),
    ]
    units = _units(actor)
    known, words, rows = local_measures(units, today()), {2: _("Prefecture"), 3: _("County")}, []
    for code in units:
        place, found = tree().at(code, today()), known.get(code, [])
        if missing and found:
            continue
        level = words.get(place.level, "") if place else ""
        for one in found or [None]:
            texts = [tree().full_name(code, today()), level, *_said(one)]
            cells: list[dict[str, Any]] = [
                {"text": text, "label": head} for text, head in zip(texts, heads, strict=True)
            ]
            cells[2] |= {"url": reverse("documents:policy", args=[one.pk])} if one else {"low": True}
            rows.append({"cells": cells})
    return {"columns": [{"label": head} for head in heads], "rows": rows}


def _said(one: Any) -> list[str]:
    return [one.title, one.number, one.issued_on.isoformat()] if one else [_("none issued yet"), "", ""]


@page(Permission.READ, clause=CLAUSE)
def measures(request: HttpRequest) -> HttpResponse:
    """Unit by unit: the document, or that there is none."""
    actor, missing = actor_of(request), request.GET.get("missing") == "1"
    units = _units(actor)
    context = _table(actor, missing=missing) | {
        "tabs": tabs("measures"), "missing": missing, "all": len(units), "done": len(local_measures(units, today())),
        "may_record": actor.may(Documents.LIBRARY),
    }  # fmt: skip
    return render(request, "programme/measures.html", context)


@page(Permission.READ, clause=CLAUSE)
def measures_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    table = _table(actor_of(request), missing=request.GET.get("missing") == "1")
    title = _("Local implementing documents")
    return export_table(
        request, form, key="programme.measures", title=title, permission=Permission.READ, **table
    )


urlpatterns = paths("office/local-measures", measures, measures_file, "measures")
