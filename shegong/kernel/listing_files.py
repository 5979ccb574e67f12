"""Files of lists: what an address asks for as an `Extract`, sent at once when it is small, ordered when it is large.

A file has the address of its page with .xlsx, .csv or .json. A small one is a GET that leaves the record of a reading
(docs/adr/0006-exports-are-reads.md); for a large one, or one with full identity numbers, the GET leads to the page that
orders it (`kernel/listing_orders`). The job that makes it asks the same address again as the one who ordered it, so
permission and reach are those of the moment (`extract_at`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext

from shegong.kernel import journal, quota
from shegong.kernel.access import PUBLIC, Actor, Authority
from shegong.kernel.http import actor_of, today
from shegong.kernel.listing import Asked, Column, Listing
from shegong.kernel.listing_export import TYPES, Mark, Told, Written, file_of, mark_code
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_orders import Export
from shegong.kernel.listing_policy import ExportPolicy, export_policy
from shegong.kernel.listing_query import counted
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number

CHUNK = 500


@dataclass(frozen=True)
class Unsealing:
    """How a list gives full identity numbers: in `column`, to holders of `permission`, each noted as a viewing.

    `numbers(rows, actor)` gives the full numbers that the actor may see by the rows' ids; `lines(rows, actor, reason)`
    the journal's lines about the people whose numbers were given.
    """

    column: str
    permission: str
    numbers: Callable[[Sequence[Any], Actor], Mapping[int, str]]
    lines: Callable[[Sequence[Any], Actor, str], Sequence[journal.Line]]


@dataclass
class Extract:
    """The rows that an address asks for, with everything that a file, an order and the journal say about them."""

    key: str
    title: str
    scene: Scene
    columns: list[Column]
    every_row: Callable[[], Iterable[Any]]
    count: Callable[[int], int]  # rows, counted up to one more than asked
    filters: str = ""
    filter_names: Sequence[str] = ()
    region_code: int | None = None
    unsealing: Unsealing | None = None
    seen: list[journal.Line] = field(default_factory=list)  # full numbers that were given
    as_of: date | None = None  # the day that the rows are of, where it is not the scene's

    @property
    def authority(self) -> Authority | None:
        """Under which authority it is taken."""
        return next(iter(self.scene.actor.with_permission(self.scene.permission)), None)

    @property
    def place(self) -> int | None:
        """The region that the journal and the approver go by."""
        return self.region_code or (self.authority.region_code if self.authority else None)

    @property
    def day(self) -> date:
        """The day that the rows are of."""
        return self.as_of or self.scene.day

    @property
    def may_unseal(self) -> bool:
        """Whether this reader may ask for full identity numbers here."""
        return self.unsealing is not None and self.scene.actor.may(self.unsealing.permission)

    def mark(self, number: int, reason: str = "") -> Mark:
        """What the file says about itself."""
        actor, now = self.scene.actor, timezone.localtime()
        if self.scene.permission == PUBLIC:
            return Mark(self.title, self.day, self.filters, gettext("everybody"), now)
        by = " · ".join(filter(None, (actor.name, self.authority.office_name if self.authority else "")))
        return Mark(self.title, self.day, self.filters, by, now, number, reason)

    def written(self, form: str, number: int, reason: str = "", told: Told = lambda count: None) -> Written:
        """The file."""
        return file_of(self, form, self.mark(number, reason), told)

    def unsealed(self, reason: str) -> "Extract":
        """The same rows with full identity numbers, as far as this actor may see them. Refuses who may not at all."""
        unsealing = self.unsealing
        if unsealing is None or not self.may_unseal:
            raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
        numbers: dict[int, str] = {}
        full = replace(self, seen=[])

        def rows() -> Iterator[Any]:
            left = iter(self.every_row())
            while chunk := list(islice(left, CHUNK)):
                numbers.clear()
                numbers.update(unsealing.numbers(chunk, self.scene.actor))
                given = [row for row in chunk if row.id in numbers]
                full.seen.extend(unsealing.lines(given, self.scene.actor, reason))
                yield from chunk

        full.every_row = rows
        full.columns = [_full(c, numbers) if c.name == unsealing.column else c for c in self.columns]
        return full


def _full(column: Column, numbers: Mapping[int, str]) -> Column:
    return replace(column, value=lambda row: numbers.get(row.id) or column.value(row), personal="identity")


def extract_of(asked: Asked) -> Extract:
    """A listing's rows."""
    listing, region = asked.listing, asked.listing.region
    code = region.code(region.asked(asked.params)) if region else None
    return Extract(
        listing.key, str(listing.title), asked.scene, asked.columns, asked.every_row,
        lambda most: counted(asked.parts, most), asked.filter_words, asked.filter_names, code, listing.unsealing,
    )  # fmt: skip


def export(request: HttpRequest, listing: Listing, form: str) -> HttpResponse:
    """The rows of a listing as a file, journalled as a reading; unknown forms are 404."""
    scene = Scene(actor_of(request), today(), listing.export_permission)
    picked = tuple(n for p in request.GET.getlist("pick") if (n := whole_number(p, digits=18)) is not None)
    if not picked and request.GET.get("only") == "picked":
        raise Refused(Obstacle("none_picked", N_("Tick the rows to export first.")))
    return send(
        request, extract_of(Asked(listing, listing.asked(request.GET, scene).params, scene, picked)), form
    )


def export_rows(
    request: HttpRequest,
    form: str,
    *,
    key: str,
    title: Any,
    permission: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    filters: Mapping[Any, Any] | None = None,
    region_code: int | None = None,
    as_of: date | None = None,
) -> HttpResponse:
    """Rows that a page puts together itself, as a file. `filters` are those in force, by their title; `as_of`: the day that the
    rows are of, where it is not today."""
    held = list(rows)
    words = {str(name): str(value) for name, value in (filters or {}).items() if value}
    extract = Extract(
        key, str(title), Scene(actor_of(request), today(), permission), list(columns), lambda: held, lambda most: len(held),
        "; ".join(f"{name}: {value}" for name, value in words.items()), sorted(_codes(request)), region_code, as_of=as_of,
    )  # fmt: skip
    return send(request, extract, form)


def _codes(request: HttpRequest) -> set[str]:
    """Names of what the address asks with, for the journal."""
    return {name[:40] for name, value in request.GET.items() if value and name.isidentifier()}


def send(request: HttpRequest, extract: Extract, form: str) -> HttpResponse:
    """The file at once; for a large list the way to the page that orders it."""
    if form not in TYPES:
        raise Http404
    taken: list[Extract] | None = getattr(request, "extracts", None)
    if taken is not None:  # asked by `extract_at`
        taken.append(extract)
        return HttpResponse()
    policy = export_policy(extract.scene.day)
    rows = extract.count(policy.direct_rows)
    is_open = extract.scene.permission == PUBLIC
    if rows <= policy.direct_rows and (is_open or _fits(extract.scene.actor, rows, policy)):
        with suppress(quota.Spent):
            return _sent(extract, form, policy.daily_rows)
    return HttpResponseRedirect(order_address(request.path_info, request.GET.urlencode()))


def _fits(actor: Actor, rows: int, policy: ExportPolicy) -> bool:
    return quota.taken(actor) + rows <= policy.daily_rows


@transaction.atomic
def _sent(extract: Extract, form: str, most: int) -> HttpResponse:
    if (
        extract.scene.permission == PUBLIC
    ):  # open data: nobody is asked who, and no door waits for the journal
        number, written = 0, extract.written(form, 0)
    else:
        number = reserved_number()
        written = extract.written(form, number)
        quota.take(extract.scene.actor, written.rows, most)
        record(extract, form, written, Export(pk=number))
    response: Any = FileResponse(
        written.file, as_attachment=True, filename=file_name(extract, form), content_type=TYPES[form]
    )
    if number:
        response["X-Export-Number"] = mark_code(number)
    return response


def file_name(extract: Extract, form: str) -> str:
    """Title and day."""
    return f"{slugify(extract.title, allow_unicode=True)}-{extract.day:%Y%m%d}.{form}"


def reserved_number() -> int:
    """The number of a direct file: from the counter of the orders, without a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('kernel_export', 'id'))")
        return int(cursor.fetchone()[0])


def record(extract: Extract, form: str, written: Written, subject: Model, **more: Any) -> None:
    """Who read how many rows, with which filters and which classes of personal data; never what was typed."""
    personal = {column.personal for column in extract.columns if column.personal}
    line = journal.Line(
        f"{extract.key}.export",
        subject,
        region_code=extract.place,
        authority=extract.authority,
        facts={
            "form": form, "rows": written.rows, "filters": list(extract.filter_names),
            "columns": [column.name for column in extract.columns], "personal": sorted(personal),
            "sha256": written.sha256,
        },
        **more,
    )  # fmt: skip
    journal.write_all([*extract.seen, line], by=extract.scene.actor)


# -- an address asked again by the machine, as somebody -----------------------------------------------------------------


class NotExportable(Exception):
    """The address is none of a file, or this person may not have it (any more)."""


def extract_at(path: str, query: str, actor: Actor) -> Extract:
    """What the address of a file asks for when `actor` asks now. Raises `NotExportable`; refuses as the page does."""
    try:
        match = resolve(path)
    except Resolver404 as none:
        raise NotExportable(path) from none
    if not (match.url_name or "").endswith("_file") or "form" not in match.kwargs:
        raise NotExportable(path)
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET, request.actor, request.resolver_match, request.extracts = QueryDict(query), actor, match, []
    request.META = {"HTTP_ACCEPT": "application/json"}  # a refusal as text, without a page around it
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except (PermissionDenied, Http404) as none:
        raise NotExportable(path) from none
    if not request.extracts:
        raise NotExportable(f"{path}: {response.status_code}")
    return request.extracts[0]


def route_path(route: str, form: str, **where: Any) -> str:
    """The address of a list's file by the name of its page's route."""
    return reverse(f"{route}_file", kwargs={**where, "form": form})


# Pages of the house, by the names of their routes: the kernel has none of its own.
ORDER_PAGE, EXPORT_PAGE = "accounts:export_order", "accounts:export"


def order_address(path: str, query: str, **more: str) -> str:
    """The page that orders the file of this address."""
    return f"{reverse(ORDER_PAGE)}?{urlencode({'list': path, 'query': query, **more})}"


def reach_words(actor: Actor, permission: str) -> str:
    """The actor's reach as a word to compare: an order's file is only for who still has it."""
    ranges: Iterable[str] = (f"{r.lo}-{r.hi}-{','.join(map(str, r.holes))}" for r in actor.reach(permission))
    bodies = (f"b{a.organization_id}" for a in actor.with_permission(permission))
    return ";".join(chain(ranges, sorted(bodies)))
