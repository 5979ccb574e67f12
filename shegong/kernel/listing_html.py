"""The parts of a listing's page that repeat: rows, heads, options, boxes.

They are put together here, with one escape each, and not in a template: hundreds of cells and options would cost more
than all queries together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from shegong.kernel.listing import Asked, Column
from shegong.kernel.listing_filters import Choice

CELLS = {"code": "id", "number": "r", "date": "num"}
MARKS = {"ascending": " ▲", "descending": " ▼", "": ""}


def rows_html(asked: Asked) -> SafeString:
    """The table's rows: the first column is the row's header, the rest are cells with labels for phones."""
    first, *others = asked.columns
    frames = [(column, escape(str(column.title)), CELLS.get(column.kind, "")) for column in others]
    here = asked.address(after=asked.params.get("after"), before=asked.params.get("before"))
    frame = Frame(first, frames, escape(gettext("Select")), here, asked.params.get("card", ""))
    return SafeString("".join([_row(row, frame) for row in asked.rows]))


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


def heads_html(asked: Asked) -> SafeString:
    """The heads of the columns; one that an order serves leads to the other order of it."""
    return SafeString("".join([_head(asked, column) for column in asked.columns]))


def _head(asked: Asked, column: Column) -> str:
    served = [
        o for o in asked.listing.orders if o.keys[0] == column.name or o.name.lstrip("-") == column.name
    ]
    other = next((o for o in served if o is not asked.order), None)
    mark = "" if asked.order not in served else "descending" if asked.order.descending else "ascending"
    text = f"{escape(str(column.title))}{MARKS[mark]}"
    if other:
        text = f'<a href="{escape(asked.address(sort=other.name))}">{text}</a>'
    right = ' class="r"' if column.kind == "number" else ""
    order = f' aria-sort="{mark}"' if mark else ""
    return f'<th scope="col"{right}{order}>{text}</th>'


def options_html(choices: Iterable[Choice], title: Any) -> SafeString:
    """The options of a filter's select; the empty one says which filter it is."""
    name = f"{escape(str(title))}{escape(pgettext('list', ': '))}"
    return SafeString("".join([_option(one, name) for one in choices]))


def _option(one: Choice, name: str) -> str:
    label = f"{'' if one.value else name}{escape(str(one.label))}"
    return f'<option value="{escape(one.value)}"{" selected" if one.chosen else ""}>{label}</option>'


def boxes_html(asked: Asked) -> SafeString:
    """A box for each column; a fixed one cannot be left out."""
    return SafeString("".join([_box(column, column in asked.columns) for column in asked.listing.columns]))


def _box(column: Column, shown: bool) -> str:
    state = f"{' checked' if shown else ''}{' disabled' if column.fixed else ''}"
    box = f'<input type="checkbox" name="cols" value="{escape(column.name)}"{state}>'
    return f'<li><label class="choice">{box}<span>{escape(str(column.title))}</span></label></li>'


def kept_html(asked: Asked, *without: str) -> SafeString:
    """The address as hidden fields, but for the place in the list and `without`."""
    skipped = {"after", "before", "card", *without}
    pairs = [
        (name, value) for name, values in asked.params.lists() if name not in skipped for value in values
    ]
    return SafeString("".join([_hidden(name, value) for name, value in pairs]))


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
