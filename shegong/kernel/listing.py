"""Lists: declared once, then paged by key, counted up to a cap, filtered, saved as views, exported as filtered.

How a context uses it, in its `web` module::

    REGISTER = Listing(
        key="registry.register",                      # names saved views and the journal's verb
        title=_("Register of social workers"),
        permission=Permission.READ, export_permission=Permission.EXPORT,
        rows=lambda scene: Registration.objects.all(),  # unscoped: the listing cuts it to the reach of who looks
        load=register_rows,                           # (ids, scene) -> rows in any order, each with `.id`
        columns=(Column("name", _("Name"), lambda r: r.name, fixed=True), ...),
        filters=(choice("level", _("Level"), LEVELS, "level"), ...),
        region=RegionFilter("region_code", ranges, name, offered),
        orders=(Order("expires", _("Valid to"), ("valid_to", "id"), blocks=(1000, 100_000)), ...),
        address="office/people",
    )

    @page(Permission.READ, methods=("GET", "POST"))
    def register(request): return answer(request, REGISTER)

    @page(Permission.EXPORT)
    def register_file(request, form): return export(request, REGISTER, form)

    urlpatterns = paths(REGISTER, register, register_file, "register")

`answer` is in `listing_pages`, `export` in `listing_files`. The page's template may extend `kernel/listing.html`. Ids come first, from
an index in the order of the list (`listing_query`), rows second, by primary key: a page costs two short queries. Every
`Order` needs an index that begins with the region (or its block) and goes on with its keys; without one the list works
and is slow. All state is in the query string, so a list can be sent to a colleague as its address.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import QueryDict

from shegong.kernel import listing_prepared
from shegong.kernel.access import Range
from shegong.kernel.listing_filters import Filter, RegionFilter, Scene
from shegong.kernel.listing_query import (
    Cursor,
    Keys,
    Order,
    Slice,
    all_keys,
    branches,
    counted,
    keys_beyond,
    page_of,
    read_cursor,
)
from shegong.kernel.withheld import left_out, withheld

COUNT_CAP = 10_000
PAGE_SIZE = 50
PLACE = ("after", "before", "card")  # where one stands in the list; no part of what it shows
PRIVATE = ("csrfmiddlewaretoken", "_once", "lang", "mode", "pick", "only")


@dataclass(frozen=True)
class Column:
    """One column. `value(row)` is what exports carry; `words(value)` what people read where that differs.

    `kind` code: letters and digits that must stay text (identity and certificate numbers). `personal` names the class
    of personal data (identity, contact), for the record of an export. `tone(row)` makes it a status tag.
    """

    name: str
    title: Any
    value: Callable[[Any], Any]
    kind: Literal["text", "date", "number", "code"] = "text"
    shown: bool = True
    fixed: bool = False
    personal: str = ""
    words: Callable[[Any], Any] | None = None
    tone: Callable[[Any], str] | None = None
    address: Callable[[Any], str] | None = None
    phone: bool = True

    def text(self, row: Any) -> str:
        """What a reader sees."""
        value = self.value(row)
        if value is None or value == "":
            return ""
        return str(self.words(value) if self.words else value)


@dataclass(frozen=True)
class Listing:
    """The declaration; see the module's text."""

    key: str
    title: Any
    permission: str
    rows: Callable[[Scene], QuerySet[Any]]
    load: Callable[[Sequence[int], Scene], Sequence[Any]]
    columns: tuple[Column, ...]
    orders: tuple[Order, ...]
    filters: tuple[Filter, ...] = ()
    region: RegionFilter | None = None
    export_permission: str = ""
    # Sealed models that `rows` and the filters read, and nothing else: counts are kept until one of their rows changes.
    rests_on: tuple[type[Any], ...] = ()
    size: int = PAGE_SIZE
    note: Any = ""
    # Rows and filters look at the day and the value alone, never at the reader: then all readers share prepared
    # statements (kernel/listing_prepared.py).
    prepared: bool = False
    # People whose data are only stored (kernel/withheld.py) are left out, save where offices decide about just them.
    shows_withheld: bool = False
    # How full identity numbers are given (kernel/listing_files.Unsealing); None: never in a file.
    unsealing: Any = None

    def asked(self, params: Mapping[str, str] | QueryDict, scene: Scene) -> "Asked":
        """The list that an address asks for."""
        return Asked(self, params if isinstance(params, QueryDict) else _querydict(params), scene)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by their names in addresses."""
        return {column.name: column for column in self.columns}

    @cached_property
    def statements(self) -> dict[tuple[Any, ...], str]:
        """Prepared statements by their shapes."""
        return {}


def _querydict(params: Mapping[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(params)
    return query


@dataclass(frozen=True)
class Asked:
    """One listing as asked for by one address: its rows, counts, columns and words."""

    listing: Listing
    params: QueryDict
    scene: Scene
    picked: tuple[int, ...] = field(default=())

    @cached_property
    def order(self) -> Order:
        """The order asked for, else the first."""
        name = self.params.get("sort", "")
        return next((o for o in self.listing.orders if o.name == name), self.listing.orders[0])

    @cached_property
    def columns(self) -> list[Column]:
        """Visible columns, in the order of the declaration."""
        named = {n for value in self.params.getlist("cols") for n in value.split(",")} & set(
            self.listing.by_name
        )
        return [c for c in self.listing.columns if c.fixed or (c.name in named if named else c.shown)]

    @cached_property
    def ranges(self) -> tuple[Range, ...] | None:
        """Reach ∩ chosen unit; None for a list without regions."""
        region = self.listing.region
        return region.within(region.asked(self.params), self.scene) if region else None

    @cached_property
    def withheld(self) -> tuple[int, ...]:
        """The people whom this list leaves out now."""
        return () if self.listing.shows_withheld else withheld()

    @cached_property
    def parts(self) -> list[QuerySet[Any]]:
        """The branches whose rows together are the list."""
        rows = left_out(self.listing.rows(self.scene), self.withheld)
        if self.picked:
            rows = rows.filter(Q(pk__in=self.picked))
        forks = [f.forks(f.asked(self.params), self.scene) for f in self.listing.filters]
        column = self.listing.region.column if self.listing.region else ""
        return branches(rows, column, self.ranges, forks, self.order)

    @cached_property
    def count(self) -> int:
        """Rows, exact up to COUNT_CAP, one more beyond."""
        if listing_prepared.is_prepared(self):
            return listing_prepared.counted(self, COUNT_CAP)
        return counted(self.parts, COUNT_CAP)

    @property
    def is_counted(self) -> bool:
        """Whether `count` is exact."""
        return self.count <= COUNT_CAP

    @property
    def count_words(self) -> str:
        """`37`, `1,204` or `10,000+`."""
        return f"{self.count:,}" if self.is_counted else f"{COUNT_CAP:,}+"

    @cached_property
    def slice(self) -> Slice:
        """The keys of the page."""
        words = [self.params.get(name) for name in ("after", "before")]
        model = self.listing.rows(self.scene).model if any(words) else None
        after, before = (read_cursor(word, model, self.order) if word else None for word in words)
        return page_of(self._keys_beyond, self.listing.size, after, before)

    def _keys_beyond(self, limit: int, place: Cursor | None, backwards: bool) -> list[Keys]:
        if listing_prepared.is_prepared(self):
            return listing_prepared.keys_beyond(self, limit, place, backwards)
        return keys_beyond(self.parts, self.order, limit, place, backwards=backwards)

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of the page, in order."""
        return self.loaded([keys[-1] for keys in self.slice.keys])

    def loaded(self, ids: Sequence[int]) -> list[Any]:
        """Rows by primary key, in the order of `ids`; one that went away meanwhile is left out."""
        found = {row.id: row for row in self.listing.load(ids, self.scene)} if ids else {}
        return [found[key] for key in ids if key in found]

    def every_row(self, chunk: int = 1000) -> Iterator[Any]:
        """All rows in order, for exports, a chunk in memory at a time."""
        for keys in all_keys(self.parts, self.order, chunk):
            yield from self.loaded([key[-1] for key in keys])

    def cursor(self, end: Literal["first", "last"]) -> str:
        """The place at one end of the page, as a word for an address."""
        found = self.slice
        keys, number = (
            (found.keys[0], found.first)
            if end == "first"
            else (found.keys[-1], found.first + len(found.keys) - 1)
        )
        return Cursor(number, keys).word()

    def address(self, **changes: str | None) -> str:
        """This list's query string without the place in it, with changes; None removes a key."""
        query = self.params.copy()
        for name in (*PLACE, *PRIVATE, *changes):
            query.pop(name, None)
        for name, value in changes.items():
            if value is not None:
                query[name] = value
        return f"?{query.urlencode()}"

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the address without it."""
        found = []
        region = self.listing.region
        if region and (code := region.asked(self.params)):
            found.append(self._chip(region, code, None))
        for one in self.listing.filters:
            if value := one.asked(self.params):
                found.append(self._chip(one, value, "" if one.default else None))
        return found

    def _chip(self, one: Filter | RegionFilter, value: str, without: str | None) -> dict[str, str]:
        words = one.words(value, self.scene)
        return {"label": str(one.title), "value": words, "remove_url": self.address(**{one.name: without})}

    @property
    def filter_words(self) -> str:
        """The filters in force as one line, for the first rows of an export and for print."""
        return "; ".join(f"{chip['label']}: {chip['value']}" for chip in self.chips)

    @property
    def filter_names(self) -> list[str]:
        """Codes of the filters in force, for the journal: names only, never what was typed."""
        named = [f.name for f in self.listing.filters if f.asked(self.params)]
        return (["region"] if self.listing.region and self.listing.region.asked(self.params) else []) + named
