"""What everybody may see of bodies: a picker for forms, and the public list of offices."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shegong.ground.organizations.models import Duty, Organization, OrganizationQuerySet
from shegong.ground.organizations.rules import KINDS, Duties
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import page, today
from shegong.kernel.listing_filters import short
from shegong.kernel.typed_numbers import whole_number

MOST = 50


def _found(request: HttpRequest) -> tuple[str, str, list[Organization], bool]:
    """(text, region, at most fifty existing bodies, whether there are more): what a picker's address asks for."""
    text, region = request.GET.get("q", "").strip()[:60], request.GET.get("region", "").strip()[:12]
    rows: OrganizationQuerySet = Organization.objects.existing(today()).search(text)
    codes = tree().resolve(region, today()) if region else []
    if region:
        rows = rows.inside(tree().ranges(codes[0], today(), REPORTING) if codes else ())
    after = whole_number(request.GET.get("after", ""), digits=17)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    if not text and not region:
        return text, region, [], False
    found = list(rows.order_by("pk")[: MOST + 1])
    return text, region, found[:MOST], len(found) > MOST


def _told(body: Organization) -> dict[str, Any]:
    return {
        "id": body.pk, "name": body.name, "kind": _(KINDS.get(body.kind, body.kind)), "region": short(body.region_code),
        "place": tree().full_name(body.region_code, today()), "uscc": body.uscc or "",
    }  # fmt: skip


@page(SIGNED_IN, about="organization")
def pick(request: HttpRequest) -> HttpResponse:
    """Bodies whose name, pinyin or code matches ?q=, in ?region=; ?next= is a page of ours that takes ?organization=.

    JSON when asked for; else a page of links, so that a form without scripts can send people here and back.
    """
    text, region, bodies, more = _found(request)
    rows = [_told(body) for body in bodies]
    next_after = bodies[-1].pk if more else None
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"organizations": rows, "after": next_after})
    target = _own_page(request.GET.get("next", ""))
    for row in rows:
        row["url"] = f"{target}{'&' if '?' in target else '?'}organization={row['id']}" if target else ""
    context = {"q": text, "region": region, "rows": rows, "after": next_after, "next": target}
    return render(request, "organizations/pick.html", context)


def _own_page(target: str) -> str:
    """A path of this site, or ''."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if safe and len(target) < 300 else ""


def offices_found(request: HttpRequest) -> tuple[str, Any]:
    """(text, the offices responsible today that it finds): what the public address asks for."""
    text, units, day = request.GET.get("q", "").strip()[:60], tree(), today()
    rows = Duty.objects.in_force(day).filter(duty=Duties.SOCIAL_WORK).select_related("organization")
    if text:
        codes = {
            code for found in units.resolve(text, day) for code in units.chain(found, day, REPORTING)[:3]
        }
        rows = rows.filter(region_code__in=codes) | rows.filter(
            organization__in=Organization.objects.search(text).values("pk")
        )
    return text, rows.order_by("region_code")


@page(PUBLIC, clause="T4.2.e")
def offices(request: HttpRequest) -> HttpResponse:
    """Which office is responsible where: everybody may look it up by name of the place or of the office."""
    units, day = tree(), today()
    text, rows = offices_found(request)
    found = list(rows[: MOST * 4])
    table = [
        {"cells": [
            {"text": row.organization.name_on(day)},
            {"text": units.full_name(row.region_code, day), "label": _("Place")},
        ]}
        for row in found
    ]  # fmt: skip
    columns = [{"label": _("Office")}, {"label": _("Place")}]
    return render(request, "organizations/offices.html", {"q": text, "rows": table, "columns": columns})
