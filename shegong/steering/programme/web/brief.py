"""The briefing (汇报稿): the state of the plan at the end of a month in plain sentences and tables, for print (N11)."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import floatformat
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing_filters import short
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.curves import month_end
from shegong.steering.programme.web.asking import Asked, asked_of, language, region_in_reach, root_of
from shegong.steering.programme.web.dashboard import context

MONTH = re.compile(r"(20\d\d)(0[1-9]|1[0-2])")


def brief_asked(request: HttpRequest, month: str) -> Asked:
    """The briefing of a month (201306) that has begun, of the reader's division or the one in `?region=`; else 404."""
    found = MONTH.fullmatch(month)
    if found is None:
        raise Http404
    first = date(int(found[1]), int(found[2]), 1)
    latest = max(today(), plan().day(today()))
    if not date(plan().starts.year, 1, 1) <= first <= latest:
        raise Http404
    on = min(month_end(first), latest)
    actor, code = actor_of(request), request.GET.get("region", "")
    region = region_in_reach(actor, code, on) if code else root_of(actor)
    bare = asked_of(request)
    return Asked(actor, bare.root, region, on, bare.focus, "table", on.isoformat())


@page(Permission.READ, clause="N11")
def brief(request: HttpRequest, month: str) -> HttpResponse:
    """The briefing of a month."""
    asked = brief_asked(request, month)
    found = context(asked)
    return render(request, "programme/brief.html", {
        **found, "sentences": sentences(found), "month": month, "back_url": asked.page(), "file_code": short(asked.region),
        "file_query": urlencode({"asof": asked.on.isoformat(), "indicator": asked.focus.id}),
    })  # fmt: skip


def sentences(found: dict[str, Any]) -> list[str]:
    """The state of each headline figure as a sentence."""
    said = []
    for tile in [found["first"], *found["tiles"]]:
        if tile["value"] is None:
            said.append(_("%(what)s: nothing is known yet.") % {"what": tile["title"]})
            continue
        gap = " " if language().startswith("en") else ""
        said.append(gap.join(filter(None, (_stands(tile), _pace(tile), _ahead(tile)))))
    return said


def _stands(tile: dict[str, Any]) -> str:
    values = {"what": tile["title"], "value": f"{tile['value']:,}", "unit": tile["unit"]}
    if not tile["target"]:
        return _("%(what)s: %(value)s %(unit)s.") % values
    more = {"target": f"{tile['target']:,}", "rate": floatformat(tile["rate"], 1)}
    return _("%(what)s: %(value)s of %(target)s %(unit)s, %(rate)s%%.") % {**values, **more}


def _pace(tile: dict[str, Any]) -> str:
    if tile["apart"] is None:
        return ""
    values = {"points": floatformat(tile["short"], 1), "planned": f"{tile['planned']:,}"}
    if tile["slow"]:
        return (
            " " + _("That is %(points)s points behind the plan, which expects %(planned)s by now.") % values
        )
    return _("That is %(points)s points ahead of the plan, which expects %(planned)s by now.") % values


def _ahead(tile: dict[str, Any]) -> str:
    seen = tile["outlook"]
    if seen is None:
        return ""
    return _("The forecast for %(day)s is %(expected)s (%(low)s to %(high)s).") % {
        "day": seen.deadline.isoformat(), "expected": f"{seen.expected:,}", "low": f"{seen.low:,}", "high": f"{seen.high:,}",
    }  # fmt: skip


urlpatterns: list[URLPattern] = [path("cockpit/brief/<str:month>/", brief, name="brief")]
