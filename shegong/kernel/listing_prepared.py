"""A listing's two hot questions, keys of a page and count, as prepared statements (kernel/prepared.py).

For listings that declare `prepared`: their rows and filters depend on the day and on what is asked, not on who asks.
The ORM writes a statement once for each *shape*: filters and their values, order, direction, and the kind of the
region's ranges. The region's block and the place in the list are given with each question, so all counties share one
plan, on every page. A statement is written for nobody (an anonymous scene): a filter that looked at the reader would
find nothing for anybody, it can never show one reader's rows to another.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet

from shegong.kernel.access import ANONYMOUS, Range
from shegong.kernel.listing_counts import kept_or
from shegong.kernel.listing_query import Cursor, Keys, Order, branches, keys_query, rows_query, width_of
from shegong.kernel.prepared import Given, fetch, planned
from shegong.kernel.withheld import left_out

if TYPE_CHECKING:
    from shegong.kernel.listing import Asked

MOST = 300  # shapes kept; then all are written anew


def is_prepared(asked: "Asked") -> bool:
    """Whether the list is asked by what it offers: what people type has too many shapes, and no common plan."""
    listing = asked.listing
    typed = any(one.is_text and one.asked(asked.params) for one in listing.filters)
    return listing.prepared and bool(asked.ranges) and not typed and not asked.picked


def keys_beyond(asked: "Asked", limit: int, place: Cursor | None, backwards: bool) -> list[Keys]:
    """Up to `limit` rows' keys beyond a place, as `listing_query.keys_beyond` finds them."""

    def write() -> str:
        beyond = None if place is None else tuple(Given(f"key{n}") for n in range(len(place.keys)))
        return planned(keys_query(_parts(asked), asked.order, limit, beyond, backwards=backwards))

    values = {f"key{n}": key for n, key in enumerate(place.keys)} if place else {}
    return _fetched(asked, ("keys", limit, place is not None, backwards), write, values)


def counted(asked: "Asked", cap: int) -> int:
    """How many rows, counting no further than `cap` + 1; a count that nothing has changed since is not taken again."""

    def write() -> str:
        return f"SELECT count(*) FROM ({planned(rows_query(_parts(asked), cap + 1))}) r"  # noqa: S608 - from the ORM

    def count() -> int:
        found = _fetched(asked, ("count", cap), write, {})
        return found[0][0] if found else 0

    rests_on = asked.listing.rests_on
    if not rests_on:
        return count()
    shape = _shape(asked, ("count", cap))
    return kept_or((asked.listing.key, shape, *_blocks(asked).values()), rests_on, count)


def _fetched(
    asked: "Asked", question: tuple[Any, ...], write: Callable[[], str], values: dict[str, Any]
) -> list[Keys]:
    try:
        statement = _statement(asked, question, write)
    except EmptyResultSet:  # a value that no filter offers; not kept, for there is no end of them
        return []
    return fetch(statement, _blocks(asked) | values)


def _statement(asked: "Asked", question: tuple[Any, ...], write: Callable[[], str]) -> str:
    kept, shape = asked.listing.statements, _shape(asked, question)
    if shape not in kept:
        if len(kept) >= MOST:
            kept.clear()
        kept[shape] = write()
    return kept[shape]


def _shape(asked: "Asked", question: tuple[Any, ...]) -> tuple[Any, ...]:
    """All that stands in the text of a statement."""
    values = tuple(one.asked(asked.params) for one in asked.listing.filters)
    kinds = tuple(_kind(one, asked.order) for one in asked.ranges or ())
    return asked.scene.day, asked.scene.permission, asked.order.name, values, kinds, asked.withheld, question


def _kind(one: Range, order: Order) -> tuple[Any, ...]:
    """What of a range is written out: whole blocks are equal to each other, all other ranges only to themselves."""
    width = width_of(one, order.blocks)
    if width and one.hi - one.lo == width:
        return width, one.holes
    return width, one.lo, one.hi, one.holes


def _blocks(asked: "Asked") -> dict[str, int]:
    widths = [(one, width_of(one, asked.order.blocks)) for one in asked.ranges or ()]
    return {f"block{n}": one.lo // width for n, (one, width) in enumerate(widths) if width}


def _parts(asked: "Asked") -> Sequence[Any]:
    """The branches of the list, for nobody."""
    scene = replace(asked.scene, actor=ANONYMOUS)
    listing = asked.listing
    forks = [one.forks(one.asked(asked.params), scene) for one in listing.filters]
    column = listing.region.column if listing.region else ""
    return branches(
        left_out(listing.rows(scene), asked.withheld),
        column,
        asked.ranges,
        forks,
        asked.order,
        block=lambda n, code: Given(f"block{n}"),
    )
