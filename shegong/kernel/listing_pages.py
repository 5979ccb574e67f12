"""The edge of a listing: its page, its files at the same address + .xlsx .csv .json, its saved views.

An export is a GET: it changes nothing, and its address can be sent like that of the page. What it leaves is the
record of a reading, as a revealed identity number does (docs/adr/0006-exports-are-reads.md).
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext

from shegong.kernel.http import actor_of, today
from shegong.kernel.listing import COUNT_CAP, Asked, Listing
from shegong.kernel.listing_export import TYPES
from shegong.kernel.listing_files import export, order_address
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_html import boxes_html, heads_html, kept_html, options_html, rows_html
from shegong.kernel.saved_views import SavedView, drop_view, params_of, save_view, views_of
from shegong.kernel.typed_numbers import whole_number

View = Callable[..., HttpResponse]
TEMPLATE = "kernel/listing.html"


def paths(address: str, page_view: View, file_view: View, name: str) -> list[URLPattern]:
    """`address/` for the page and `address.xlsx`, `.csv`, `.json` for the same rows as a file (`name_file`)."""
    return [
        path(f"{address}/", page_view, name=name),
        path(f"{address}.<str:form>", file_view, name=f"{name}_file"),
    ]


def asked_of(request: HttpRequest, listing: Listing, permission: str = "") -> Asked:
    """The list that this request asks for, within the reach of `permission` (the listing's own by default)."""
    return listing.asked(request.GET, Scene(actor_of(request), today(), permission or listing.permission))


def answer(
    request: HttpRequest, listing: Listing, *, template: str = TEMPLATE, more: dict[str, Any] | None = None
) -> HttpResponse:
    """The page; a POST saves or deletes one of the reader's own views and comes back to the list."""
    if request.method == "POST":
        return _views_changed(request, listing)
    asked = asked_of(request, listing)
    return render(request, template, {**page_context(request, asked), **(more or {})})


def _views_changed(request: HttpRequest, listing: Listing) -> HttpResponse:
    actor = actor_of(request)
    if dropped := request.POST.get("drop_view", ""):
        drop_view(listing.key, view_id=whole_number(dropped) or 0, by=actor)
        return redirect(request.path)
    query = asked_of(request, listing).address()[1:]
    save_view(listing.key, title=request.POST.get("title", ""), query=query, by=actor)
    return redirect(f"{request.path}?{query}")


def page_context(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Everything the template shows."""
    listing, found = asked.listing, asked.slice
    views = views_of(asked.scene.actor, listing.key)
    return {
        "listing": listing, "asked": asked, "title": listing.title, "as_of": asked.scene.day,
        "total": asked.count_words, "is_exact": asked.is_counted, "chips": asked.chips,
        "clear_url": request.path if asked.chips else "",
        "heads": heads_html(asked), "body": rows_html(asked),
        "rare": any(one.is_rare for one in listing.filters), "controls": controls(asked), "hidden": hidden(asked),
        "column_boxes": boxes_html(asked), "kept": kept_html(asked), "kept_but_columns": kept_html(asked, "cols"),
        "orders": [(o.name, o.title, o is asked.order) for o in listing.orders],
        "tabs": tabs(request, asked, views), "saved": _current_view(asked, views),
        "exports": exports(request, asked),
        "first": found.first if found.keys else 0, "last": found.first + len(found.keys) - 1,
        "previous_url": "" if found.is_first or not found.keys else asked.address(before=asked.cursor("first")),
        "next_url": "" if found.is_last or not found.keys else asked.address(after=asked.cursor("last")),
        "start_url": "" if found.is_first else asked.address(),
    }  # fmt: skip


def controls(asked: Asked) -> list[dict[str, Any]]:
    """The filter form's fields."""
    region = asked.listing.region
    found: list[dict[str, Any]] = []
    if region:
        value = region.asked(asked.params)
        options = options_html(region.controls(value, asked.scene), region.title)
        found.append({"name": region.name, "title": region.title, "options": options})
    for one in asked.listing.filters:
        value = one.asked(asked.params)
        options = None if one.is_text else options_html(one.controls(value, asked.scene), one.title)
        found.append(
            {"name": one.name, "title": one.title, "value": value, "options": options, "is_rare": one.is_rare}
        )
    return found


def hidden(asked: Asked) -> list[tuple[str, str]]:
    """What the filter form carries along: order and columns."""
    return [(name, value) for name in ("sort", "cols") for value in asked.params.getlist(name)]


def tabs(request: HttpRequest, asked: Asked, views: Sequence[SavedView]) -> list[dict[str, Any]]:
    """The reader's saved views with their counts, after the whole list."""
    here = asked.address()[1:]
    found = [_tab(asked, gettext("All"), "", request.path, current=not here)]
    for view in views:
        found.append(
            _tab(asked, view.title, view.query, f"{request.path}?{view.query}", current=here == view.query)
        )
    return found


def _tab(asked: Asked, label: str, query: str, url: str, *, current: bool) -> dict[str, Any]:
    viewed = asked if current else asked.listing.asked(QueryDict(query), asked.scene)
    return {"label": label, "url": url, "count": viewed.count_words, "current": current}


def _current_view(asked: Asked, views: Sequence[SavedView]) -> SavedView | None:
    here = asked.address()[1:]
    return next((view for view in views if view.query == here), None)


def exports(request: HttpRequest, asked: Asked) -> dict[str, str]:
    """Addresses of the files; empty for those who may not export here."""
    listing, actor = asked.listing, asked.scene.actor
    if not listing.export_permission or not actor.may(listing.export_permission):
        return {}
    base = request.path.rstrip("/")
    found = {form: f"{base}.{form}{asked.address()}" for form in TYPES}
    if listing.unsealing and actor.may(listing.unsealing.permission):
        path = f"{request.path_info.rstrip('/')}.xlsx"
        found["full"] = order_address(path, asked.address()[1:], full="1")
    return found


__all__ = ["COUNT_CAP", "TYPES", "answer", "asked_of", "export", "page_context", "params_of", "paths"]
