"""The queries behind a listing: branches under UNION ALL, pages by key, counts that stop.

A page costs the same wherever it is and however large the register grows, because every branch is one scan of one
index in the order of the list: the region is an equality on a *block* (region code divided by 1,000 for a county, by
100,000 for a prefecture) or a plain range, then come the keys of the order. `bench/` holds the figures; measured
on 200,000 rows: see docs/adr/0006.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import and_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet, Value

from shegong.kernel.access import Range
from shegong.kernel.unusable import is_unusable

Keys = tuple[Any, ...]


class RowIs(Func):
    """`(a, b) > (x, y)`: a comparison of rows, which one index condition answers; AND and OR of its parts are not."""

    output_field = BooleanField()

    def __init__(self, columns: Sequence[Any], sign: str, values: Sequence[Any]):
        self.sign = sign
        super().__init__(*columns, *values)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts = [compiler.compile(part) for part in self.source_expressions]
        half = len(parts) // 2
        left, right = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        return f"({left}) {self.sign} ({right})", [value for _, values in parts for value in values]


@dataclass(frozen=True)
class Order:
    """An order that an index serves: `keys` all in one direction, the primary key last.

    `blocks` are the widths of region blocks that have an index of their own for this order, narrowest first.
    """

    name: str
    title: Any
    keys: tuple[str, ...]
    descending: bool = False
    blocks: tuple[int, ...] = ()

    def sorted(self, rows: QuerySet[Any], *, backwards: bool) -> QuerySet[Any]:
        """`rows` in this order, or the reverse."""
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(*(sign + key for key in self.keys))

    def beyond(self, model: Any, keys: Keys, *, backwards: bool) -> RowIs:
        """Condition: after (before) the row with these keys, values or expressions."""
        fields = [_field(model, key) for key in self.keys]
        values = [
            v if isinstance(v, Value) else Value(v, output_field=_plain(f))
            for v, f in zip(keys, fields, strict=True)
        ]
        return RowIs([F(key) for key in self.keys], "<" if self.descending != backwards else ">", values)


def _field(model: Any, key: str) -> Any:
    """The field of a key, which may be one of a related row: `task__due_on`."""
    *path, last = key.split("__")
    for name in path:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last)


def _plain(field: Any) -> Any:
    return IntegerField() if field.is_relation else field


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the keys of a row and its number, as one opaque word."""

    number: int
    keys: Keys

    def word(self) -> str:
        """For an address."""
        text = json.dumps([self.number, *map(str, self.keys)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(word: str, model: Any, order: Order) -> Cursor | None:
    """The place, or None when the word is not one of this order: then the list starts at its beginning."""
    try:
        number, *keys = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        fields = [_plain(_field(model, key)) for key in order.keys]
        found = tuple(f.to_python(k) for f, k in zip(fields, keys, strict=True))
        return Cursor(int(number), found) if all(map(_fits, (number, *found))) else None
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, ValidationError):
        return None


def _fits(value: Any) -> bool:
    """Whether the database can take the value: no number beyond its widest, no sign that is no text."""
    if isinstance(value, str):
        return not is_unusable(value)
    return not isinstance(value, int | float) or abs(value) < 2**63


class Block(Func):
    """The code divided by a width, which stands in the text as it does in the index."""

    template = "(%(expressions)s / %(width)s)"
    output_field = IntegerField()


def branches(
    rows: QuerySet[Any],
    column: str,
    ranges: Sequence[Range] | None,
    forks: Sequence[Sequence[Q]],
    order: Order,
    block: Callable[[int, int], Any] = lambda number, code: code,
) -> list[QuerySet[Any]]:
    """One query for each range and each combination of forks; they share no row. `ranges` None: no region.

    `block(number of the range, block)` may put an expression in the place of a block.
    """
    wheres = [reduce(and_, combined, Q()) for combined in product(*forks)]
    if ranges is None:
        return [rows.filter(where) for where in wheres]
    return [
        inside(rows.filter(where), column, one, width_of(one, order.blocks), lambda code, n=n: block(n, code))
        for n, one in enumerate(ranges)
        for where in wheres
    ]


def width_of(one: Range, blocks: Sequence[int]) -> int | None:
    """The narrowest block that holds all of the range."""
    return next((w for w in blocks if one.lo // w == (one.hi - 1) // w), None)


def inside(
    rows: QuerySet[Any], column: str, one: Range, width: int | None, block: Callable[[int], Any]
) -> QuerySet[Any]:
    """Rows in the range, by its block where it has one."""
    if width is None:
        return rows.filter(one.q(column))
    rows = rows.alias(_block=Block(F(column), width=width)).filter(_block=block(one.lo // width))
    if one.hi - one.lo == width:
        return rows.exclude(**{f"{column}__in": one.holes}) if one.holes else rows
    return rows.filter(one.q(column))


@dataclass(frozen=True)
class Slice:
    """One page of keys, in the order of the list."""

    keys: list[Keys]
    first: int
    is_first: bool
    is_last: bool


def page_of(
    beyond: Callable[[int, Cursor | None, bool], list[Keys]],
    size: int,
    after: Cursor | None,
    before: Cursor | None,
) -> Slice:
    """The page after or before a place, else the first; `beyond(limit, place, backwards)` finds the keys."""
    found = beyond(size + 1, after or before, bool(before and not after))
    more, found = len(found) > size, found[:size]
    if after or not before:
        return Slice(found, after.number + 1 if after else 1, is_first=after is None, is_last=not more)
    first = max(1, before.number - len(found)) if more else 1
    return Slice(found[::-1], first, is_first=not more, is_last=False)


def keys_beyond(
    parts: Sequence[QuerySet[Any]], order: Order, limit: int, place: Cursor | None, *, backwards: bool = False
) -> list[Keys]:
    """Up to `limit` rows' keys beyond a place."""
    beyond = None if place is None else place.keys
    return list(keys_query(parts, order, limit, beyond, backwards=backwards)) if parts else []


def keys_query(
    parts: Sequence[QuerySet[Any]], order: Order, limit: int, beyond: Keys | None, *, backwards: bool
) -> QuerySet[Any]:
    """Each branch with its own LIMIT, then the best of all."""
    taken = []
    for part in parts:
        if beyond is not None:
            part = part.filter(order.beyond(part.model, beyond, backwards=backwards))
        taken.append(order.sorted(part, backwards=backwards).values_list(*order.keys)[:limit])
    if len(taken) < 2:
        return taken[0]
    return order.sorted(taken[0].union(*taken[1:], all=True), backwards=backwards)[:limit]


def all_keys(parts: Sequence[QuerySet[Any]], order: Order, chunk: int = 1000) -> Iterator[list[Keys]]:
    """Every row's keys in the order of the list, chunk by chunk."""
    place: Cursor | None = None
    while found := keys_beyond(parts, order, chunk, place):
        yield found
        place = Cursor(0, found[-1])
        if len(found) < chunk:
            return


def counted(parts: Sequence[QuerySet[Any]], cap: int) -> int:
    """How many rows, counting no further than `cap` + 1."""
    return rows_query(parts, cap + 1).count() if parts else 0


def rows_query(parts: Sequence[QuerySet[Any]], limit: int) -> QuerySet[Any]:
    """Up to `limit` rows in no order."""
    taken = [part.order_by().values_list("pk")[:limit] for part in parts]
    return taken[0].union(*taken[1:], all=True)[:limit] if taken[1:] else taken[0]
