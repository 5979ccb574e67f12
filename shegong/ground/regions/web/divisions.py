"""Pages of the divisions: the tree of any day, one division with its history, changes by document."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions import actions
from shegong.ground.regions.models import Succession, tree
from shegong.ground.regions.rules import LEGAL, REPORTING, Permission, Place, Tree
from shegong.ground.regions.rules.changes import SUCCESSION_KINDS
from shegong.kernel.access import require
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing_filters import short
from shegong.kernel.text import N_
from shegong.kernel.typed_dates import last_day_meant
from shegong.ui.fields import DateTextField

LEVELS = {1: N_("Province"), 2: N_("Prefecture"), 3: N_("County"), 4: N_("Township")}
AUTHORITIES = {
    "mca": N_("Legal division"), "nbs": N_("Statistical division"), "own": N_("Managed area, no legal division"),
}  # fmt: skip
TREES = {LEGAL: N_("Legal tree"), REPORTING: N_("Reporting tree")}


def asof(request: HttpRequest) -> tuple[date, str]:
    """(the day asked for, what was typed): 2013 and 2013-06 mean their last day; today when nothing readable."""
    typed = request.GET.get("asof", "").strip()
    return last_day_meant(typed) or today(), typed


@page(Permission.READ, clause="N0")
def list_(request: HttpRequest) -> HttpResponse:
    """The provinces loaded, or what a text means; all as of a day."""
    units, (day, typed) = tree(), asof(request)
    query = request.GET.get("q", "").strip()[:60]
    matches = units.matches(query, day) if query else []
    if len(matches) == 1 and not typed:
        return redirect("regions:one", code=matches[0].code)
    tops = [place for place in units.alive(day, 1)]
    if len(tops) == 1 and not query:
        return _division(request, units, tops[0], day, typed)
    places = [units.places[match.code] for match in matches] if query else tops
    old = {match.code for match in matches if match.old}
    context = {
        "q": query, "rows": [row_of(units, place, day, typed, LEGAL, old) for place in places[:200]], "day": day,
        "typed": typed, "columns": columns(),
    }  # fmt: skip
    return render(request, "regions/list.html", context)


def columns() -> list[dict[str, Any]]:
    """Heads of the table of divisions."""
    return [
        {"key": "name", "label": _("Name of the division")}, {"key": "code", "label": _("Division code")}, {"key": "level", "label": _("Level")},
        {"key": "above", "label": _("Belongs to"), "hide_small": True}, {"key": "below", "label": _("Units below"), "right": True},
    ]  # fmt: skip


def row_of(
    units: Tree, place: Place, day: date, typed: str, used: str, old: Iterable[int] = ()
) -> dict[str, Any]:
    """A division in a table; `old` are those found by a former name."""
    name = units.name(place.code, day)
    if place.code in old:
        name = _("%(name)s (found by a former name)") % {"name": name}
    above = units.parent(place.code, day, used)
    return {
        "cells": [
            {"text": name, "url": _address(place.code, typed, used)},
            {"text": short(place.code), "css": "id", "label": _("Division code")},
            {"text": _(LEVELS[place.level]), "label": _("Level")},
            {"text": units.full_name(above, day, used) if above else "", "css": "hm"},
            {
                "text": str(len(units.children(place.code, day, used)) or ""),
                "css": "r",
                "label": _("Units below"),
            },
        ]
    }


def _address(code: int, typed: str, used: str) -> str:
    query = urlencode({k: v for k, v in (("asof", typed), ("tree", used if used != LEGAL else "")) if v})
    return reverse("regions:one", args=[code]) + (f"?{query}" if query else "")


@page(Permission.READ, about="region", clause="N0")
def one(request: HttpRequest, code: int) -> HttpResponse:
    """A division with its history and the units below it, as of a day, in one of the two trees."""
    units, (day, typed) = tree(), asof(request)
    if code not in units.places:
        raise Http404
    return _division(request, units, units.places[code], day, typed)


def _division(request: HttpRequest, units: Tree, place: Place, day: date, typed: str) -> HttpResponse:
    used = REPORTING if request.GET.get("tree") == REPORTING or place.is_area else LEGAL
    stands = units.at(place.code, day) or place
    chain = list(reversed(units.chain(place.code, day, used)))
    context = {
        "place": place, "day": day, "typed": typed, "used": used, "name": units.name(place.code, day),
        "crumbs": [{"label": units.name(c, day), "url": _address(c, typed, used)} for c in chain[:-1]],
        "facts": _facts(units, place, day), "events": _history(units, place, day),
        "elsewhere": units.name(stands.code, day) if stands.code != place.code else "",
        "elsewhere_url": _address(stands.code, typed, used),
        "tabs": [
            {"label": _(label), "url": _address(place.code, typed, key), "current": key == used}
            for key, label in TREES.items()
        ],
        "columns": columns(),
        "rows": [row_of(units, units.places[c], day, typed, used) for c in units.children(stands.code, day, used)],
        "area": units.name(area, day) if (area := units.area_of(place.code, day)) else "",
        "may_edit": actor_of(request).may(Permission.EDIT, place.code),
    }  # fmt: skip
    return render(request, "regions/one.html", context)


def _facts(units: Tree, place: Place, day: date) -> list[dict[str, Any]]:
    others = sorted({row.name for row in place.names if row.kind in ("short", "alias")})
    rows = [
        {"label": _("Division code"), "value": short(place.code)},
        {"label": _("Level"), "value": _(LEVELS[place.level])},
        {"label": _("Kind of division"), "value": _(AUTHORITIES[place.authority])},
        {"label": _("Full name"), "value": units.full_name(place.code, day)},
        {"label": _("Also called"), "value": "、".join(others)},
        {"label": _("Under this code"), "value": _period(place.start, place.end)},
    ]
    if place.province_since:
        rows.append({"label": _("Reports to the province"), "value": _period(place.province_since, None)})
    return rows


def _period(start: date | None, end: date | None) -> str:
    words = {"start": start.isoformat() if start else "", "end": end.isoformat() if end else ""}
    if start and end:
        return _("from %(start)s until before %(end)s") % words
    if start:
        return _("since %(start)s") % words
    return _("until before %(end)s") % words if end else _("beginning unknown, in force")


def _history(units: Tree, place: Place, day: date) -> list[dict[str, Any]]:
    """Names and changes in order of time."""
    found: list[tuple[date, str, str]] = []
    for row in place.names:
        if row.kind == "official":
            found.append((row.start or date.min, row.name, _period(row.start, row.end)))
    basis = dict(
        ((s.origin_code, s.target_code), s.basis)
        for s in Succession.objects.filter(origin_code=place.code)
        | Succession.objects.filter(target_code=place.code)
    )
    for change in units.successions:
        if place.code in (change.origin, change.target):
            text = f"{_told(units, change.origin)} → {_told(units, change.target)}"
            detail = f"{change.on.isoformat()} · {basis.get((change.origin, change.target), '')}".rstrip(" ·")
            found.append((change.on, text, detail))
    return [{"title": title, "detail": detail} for _day, title, detail in sorted(found)]


def _told(units: Tree, code: int) -> str:
    place = units.places.get(code)
    return f"{place.name} {short(code)}" if place else short(code)


class ChangeForm(forms.Form):
    """What becomes of a division, from when, by which document."""

    kind = forms.ChoiceField(label=gettext_lazy("What happens"))
    name = forms.CharField(label=gettext_lazy("New name"), max_length=60, required=False)
    code = forms.RegexField(
        r"^\d{6}(\d{3})?$", label=gettext_lazy("New code"), required=False,
        help_text=gettext_lazy("Six digits, nine for a township. Leave it empty when only the name changes."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-s"}),
    )  # fmt: skip
    effective = DateTextField(label=gettext_lazy("In force from"))
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=120, required=False)
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = {"name": N_("New name, same code"), **SUCCESSION_KINDS}
        self.fields["kind"].choices = [(key, _(label)) for key, label in names.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new code wherever the code changes; a new name wherever it does not merge."""
        values = super().clean() or {}
        if values.get("kind") != "name" and not values.get("code") and "code" not in self.errors:
            self.add_error("code", _("Enter the new code."))
        if values.get("kind") != "merged" and not values.get("name"):
            self.add_error("name", _("Enter the new name."))
        return values


@page(Permission.EDIT, methods=("GET", "POST"), about="region", clause="N0")
def change(request: HttpRequest, code: int) -> HttpResponse:
    """A division is renamed, gets a new code, moves, merges or splits."""
    place = tree().places.get(code)
    if place is None:
        raise Http404
    require(actor_of(request), Permission.EDIT, code)
    form = ChangeForm(request.POST or None, initial=typed_before(request) or {"name": place.name})
    done = (
        attempt(form, lambda: _apply(request, place, form.cleaned_data)) if request.method == "POST" else None
    )
    if done is not None:
        return see(request, "regions:one", _("The change is entered."), code=done.code)
    return render(request, "regions/change.html", {"form": form, "place": place}, status=status_of(form))


def _apply(request: HttpRequest, place: Place, typed: dict[str, Any]) -> Any:
    common = {
        "effective": typed["effective"], "document": typed["document"], "reason": typed["reason"],
        "by": actor_of(request), "on": today(),
    }  # fmt: skip
    if typed["kind"] == "name":
        return actions.rename(place.code, typed["name"], **common)
    code = int(typed["code"].ljust(9, "0"))
    parent = None if place.level == 1 else code // {2: 10_000_000, 3: 100_000, 4: 1_000}[place.level]
    above = parent * {2: 10_000_000, 3: 100_000, 4: 1_000}[place.level] if parent else None
    target = Place(code, place.level, typed["name"] or place.name, above, place.kind)
    return actions.add_succession(place.code, target, kind=typed["kind"], **common)
