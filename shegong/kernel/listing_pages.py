"""The edge of a listing: its page, its files at the same address + .xlsx .csv .json, its saved views.

An export is a GET: it changes nothing, and its address can be sent like that of the page. What it leaves is the
record of a reading, as a revealed identity number does (docs/adr/0006-exports-are-reads.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from shegong.kernel.http import actor_of, today
from shegong.kernel.listing import COUNT_CAP, Asked, Column, Listing
from shegong.kernel.listing_export import TYPES
from shegong.kernel.listing_files import export, order_address
from shegong.kernel.listing_filters import Scene
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
        "heads": [_head(asked, column) for column in asked.columns],
        "body": rows_html(asked),
        "rare": any(one.is_rare for one in listing.filters), "controls": controls(asked), "hidden": hidden(asked),
        "column_choices": [(c, c in asked.columns) for c in listing.columns],
        "orders": [(o.name, o.title, o is asked.order) for o in listing.orders],
        "tabs": tabs(request, asked, views), "saved": _current_view(asked, views),
        "exports": exports(request, asked),
        "first": found.first if found.keys else 0, "last": found.first + len(found.keys) - 1,
        "previous_url": "" if found.is_first or not found.keys else asked.address(before=asked.cursor("first")),
        "next_url": "" if found.is_last or not found.keys else asked.address(after=asked.cursor("last")),
        "start_url": "" if found.is_first else asked.address(),
    }  # fmt: skip


def _head(asked: Asked, column: Column) -> dict[str, Any]:
    served = [
        o for o in asked.listing.orders if o.keys[0] == column.name or o.name.lstrip("-") == column.name
    ]
    other = next((o for o in served if o is not asked.order), None)
    mark = "" if asked.order not in served else "descending" if asked.order.descending else "ascending"
    return {
        "title": column.title, "sorted": mark, "right": column.kind == "number",
        "url": asked.address(sort=other.name) if other else "",
    }  # fmt: skip


# Cells are put together here, with one escape each, and not in a template: four hundred of them would cost more than
# all queries together.
def rows_html(asked: Asked) -> SafeString:
    """The table's rows: the first column is the row's header, the rest are cells with labels for phones."""
    first, *others = asked.columns
    frames = [(column, escape(str(column.title)), CELLS.get(column.kind, "")) for column in others]
    here = asked.address(after=asked.params.get("after"), before=asked.params.get("before"))
    frame = Frame(first, frames, escape(gettext("Select")), here, asked.params.get("card", ""))
    return SafeString("".join([_row(row, frame) for row in asked.rows]))


CELLS = {"code": "id", "number": "r", "date": "num"}


@dataclass(frozen=True)
class Frame:
    """What the rows of a page share: header column, others with escaped title and class, word, address, open card."""

    first: Column
    others: list[tuple[Column, str, str]]
    select: str
    here: str
    card: str


def _row(row: Any, frame: Frame) -> str:
    name = escape(frame.first.text(row))
    mark = ' class="sel" aria-current="true"' if frame.card and frame.card == str(row.id) else ""
    label = f'aria-label="{frame.select} {name}"'
    box = f'<td class="pk"><input type="checkbox" name="pick" value="{row.id}" form="picked" {label}></td>'
    cells = "".join([_cell(row, column, title, css, frame.here) for column, title, css in frame.others])
    return f'<tr{mark}>{box}<th scope="row">{_linked(frame.first, row, name, frame.here)}</th>{cells}</tr>'


def _linked(column: Column, row: Any, text: str, here: str) -> str:
    address = column.address(row) if column.address else ""
    if address.startswith("?") and here != "?":  # opens beside the list: filters and place stay
        address = f"{here}&{address[1:]}"
    return f'<a href="{escape(address)}">{text}</a>' if address else text


def _cell(row: Any, column: Column, title: str, css: str, here: str) -> str:
    text = escape(column.text(row))
    if not text or not column.phone:
        css = f"{css} hm".strip()
    if text and column.tone:
        text = f'<span class="tag {column.tone(row)}">{text}</span>'
    else:
        text = _linked(column, row, text, here)
    return f'<td class="{css}" data-l="{title}">{text}</td>'


def controls(asked: Asked) -> list[dict[str, Any]]:
    """The filter form's fields."""
    region = asked.listing.region
    found: list[dict[str, Any]] = []
    if region:
        value = region.asked(asked.params)
        found.append(
            {"name": region.name, "title": region.title, "choices": region.controls(value, asked.scene)}
        )
    for one in asked.listing.filters:
        value = one.asked(asked.params)
        choices = None if one.is_text else one.controls(value, asked.scene)
        found.append(
            {"name": one.name, "title": one.title, "value": value, "choices": choices, "is_rare": one.is_rare}
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
