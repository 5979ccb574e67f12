"""Sums of the cube, as of any day: whole years, the months of the year, the days of the month, and what is newer than
the cells."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from shegong.kernel import walls_acting
from shegong.kernel.access import Range, disjoint
from shegong.kernel.cube_measures import FLOW, Measure, measure
from shegong.kernel.cube_tables import Contribution
from shegong.kernel.prepared import fetch

Codes = Mapping[str, int | Collection[int]]
WHY = "sums of the whole province say nothing about anybody"
PLACE = "region"

# The bounds tell the planner that these are few; OFFSET keeps it from looking for them in another way.
TAIL = """
(SELECT * FROM kernel_contribution WHERE id > (SELECT coalesce(max(folded_to), 0) FROM kernel_cubefold)
    AND id < 9000000000000000000 OFFSET 0) x"""
CELL = "kernel_cell x"
OF = " WHERE x.measure = %(measure)s"


@dataclass(frozen=True)
class Asked:
    """A question to the cube; `kernel.cube` explains the words."""

    on: date
    since: date | None = None
    ranges: Sequence[Range] | None = None
    codes: Codes | None = None
    known: date | None = None


def wanted(one: Measure, asked: Asked) -> QuerySet[Contribution]:
    """The contributions that a figure is the sum of. A stock has no `since`: what was there before counts too."""
    where = Q(measure=one.number, on__lte=asked.on)
    if asked.since is not None and one.kind == FLOW:
        where &= Q(on__gte=asked.since)
    if asked.known is not None:
        where &= Q(recorded_at__lt=_end_of(asked.known))
    if asked.ranges is not None:
        inside = Q(pk__in=[])
        for some in asked.ranges:
            inside |= some.q("region_code")
        where &= inside
    for name, codes in codes_of(asked):
        where &= Q(**{f"{one.column(name)}__in": codes})
    return Contribution.objects.filter(where)


def codes_of(asked: Asked) -> list[tuple[str, list[int]]]:
    """Names of dimensions with the codes that are asked for."""
    given = (asked.codes or {}).items()
    return [(name, [code] if isinstance(code, int) else list(code)) for name, code in given]


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def summed(one: Measure, columns: Sequence[str], asked: Asked) -> dict[tuple[int, ...], int]:
    """The sums by these columns, without zeros: from cells where their grain is kept, else from contributions."""
    grain = grain_of(one, columns, asked)
    with walls_acting.lifted(WHY):
        if grain is None:
            rows = (
                wanted(one, asked).values_list(*columns or ("measure",)).annotate(n=Sum("amount")).order_by()
            )
            found = [(tuple(codes) if columns else (), n) for *codes, n in rows]
        else:
            found = [(tuple(codes), n) for *codes, n in _from_cells(one, grain, columns, asked)]
    return {codes: int(n) for codes, n in found if n}


def grain_of(one: Measure, columns: Sequence[str], asked: Asked) -> int | None:
    """The coarsest grain that answers; None when only contributions do."""
    if asked.known is not None:
        return None
    named = {name for name, _ in codes_of(asked)} | {
        d.name for d in one.dims if one.column(d.name) in columns
    }
    needed = one.bits(named)
    return next((kept for kept in one.grains if kept & needed == needed), None)


def _from_cells(one: Measure, grain: int, columns: Sequence[str], asked: Asked) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {"measure": one.number, "grain": grain}
    inside = _inside(one, asked, values)
    parts = until("", asked.on, columns, inside, values)
    if asked.since is not None and one.kind == FLOW:
        parts += until("-", asked.since - timedelta(days=1), columns, inside, values)
    shown, group = "".join(f"{column}, " for column in columns), ", ".join(columns)
    text = f"SELECT {shown}sum(n)::bigint FROM ({' UNION ALL '.join(parts)}) s"  # noqa: S608 - fixed names
    return fetch(text + (f" GROUP BY {group}" if group else ""), values)


def until(sign: str, day: date, columns: Sequence[str], inside: str, values: dict[str, Any]) -> list[str]:
    """Selects of everything up to a day; `sign` "-" takes it away again."""
    key = "b" if sign else "a"
    year, month = whole_before(day)
    values |= {f"{key}y": year, f"{key}m": month, f"{key}d": day}
    spans = (
        f"x.span = 0 AND x.starts < %({key}y)s",
        f"x.span = 1 AND x.starts >= %({key}y)s AND x.starts < %({key}m)s",
        f"x.span = 2 AND x.starts >= %({key}m)s AND x.starts <= %({key}d)s",
    )
    shown = "".join(f"x.{column}, " for column in columns) + f"{sign}x.amount AS n"
    found = [f"SELECT {shown} FROM {CELL}{inside} AND x.grain = %(grain)s AND {span}" for span in spans]  # noqa: S608
    return [*found, f'SELECT {shown} FROM {TAIL}{inside} AND x."on" <= %({key}d)s']  # noqa: S608


def whole_before(day: date) -> tuple[date, date]:
    """Up to where whole years, and after them whole months, lie before the end of a day: the last day of a month needs no
    days, the last of a year no months."""
    after = day + timedelta(days=1) if day < date.max else day
    return after.replace(month=1, day=1), after.replace(day=1)


def _inside(one: Measure, asked: Asked, values: dict[str, Any]) -> str:
    """Which places and codes, behind the table's name."""
    text = OF
    if asked.ranges is not None:
        ranges = disjoint(asked.ranges)
        values |= {"lo": [r.lo for r in ranges], "hi": [r.hi for r in ranges]}
        values["holes"] = [hole for r in ranges for hole in r.holes]
        text = " JOIN unnest(%(lo)s::int[], %(hi)s::int[]) r (lo, hi) ON x.region_code >= r.lo AND x.region_code < r.hi"
        text += f"{OF} AND x.region_code <> ALL (%(holes)s::int[])"
    for name, codes in codes_of(asked):
        column = one.column(name)
        values[column] = codes
        text += f" AND x.{column} = ANY (%({column})s::smallint[])"
    return text


def value(name: str, **asked: Any) -> int:
    """The figure: a stock as of `on`, a flow from `since` (or ever) to `on`, both in.

    Keywords: on, since, ranges, codes, known, as `kernel.cube` explains them.
    """
    return summed(measure(name), (), Asked(**asked)).get((), 0)


def by_place(name: str, **asked: Any) -> dict[int, int]:
    """The figure by the code that each fact has, without zeros; 0 stands for no known place. Keywords as in `value`."""
    return {code: n for (code,), n in summed(measure(name), ("region_code",), Asked(**asked)).items()}


def table(name: str, *, by: Sequence[str], **asked: Any) -> dict[tuple[int, ...], int]:
    """The figure by dimensions (and by "region"), without zeros. Keywords as in `value`."""
    one = measure(name)
    columns = ["region_code" if dimension == PLACE else one.column(dimension) for dimension in by]
    return summed(one, columns, Asked(**asked))


def series(
    name: str, *, since: date, until: date, ranges: Sequence[Range] | None = None, codes: Codes | None = None
) -> list[tuple[date, int]]:
    """At each end of a month from `since` to `until`, and on `until`: what stands, or (flow) came together since `since`."""
    one = measure(name)
    ends = month_ends(since, until)
    before = since - timedelta(days=1) if one.kind == FLOW else since.replace(day=1) - timedelta(days=1)
    asked = Asked(on=until, ranges=ranges, codes=codes)
    start = 0 if one.kind == FLOW else value(name, on=before, ranges=ranges, codes=codes)
    moves, stands, found = _moves(one, before + timedelta(days=1), asked), start, []
    for end in ends:
        stands += moves.get(end.replace(day=1), 0)
        found.append((end, stands))
    return found


def _moves(one: Measure, first: date, asked: Asked) -> dict[date, int]:
    """What was added in each month from `first` to the day asked, by the month's first day."""
    grain = grain_of(one, (), asked)
    if grain is None:
        rows = wanted(one, asked).filter(on__gte=first).values_list("on").annotate(n=Sum("amount")).order_by()
        return _by_month(rows)
    with walls_acting.lifted(WHY):
        return _by_month(_moves_from_cells(one, grain, first, asked))


def _by_month(rows: Iterable[tuple[Any, ...]]) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for on, n in rows:
        found[on.replace(day=1)] += n
    return found


def _moves_from_cells(one: Measure, grain: int, first: date, asked: Asked) -> list[tuple[Any, ...]]:
    """Whole months, the days of those that are not whole, and what is newer than the cells."""
    whole = first if first.day == 1 else next_month(first)
    last = max(whole_before(asked.on)[1], whole)
    values = {
        "measure": one.number,
        "grain": grain,
        "first": first,
        "whole": whole,
        "last": last,
        "on": asked.on,
    }
    inside = _inside(one, asked, values)
    spans = (
        "x.span = 1 AND x.starts >= %(whole)s AND x.starts < %(last)s",
        "x.span = 2 AND x.starts >= %(first)s AND x.starts < %(whole)s AND x.starts <= %(on)s",
        "x.span = 2 AND x.starts >= %(last)s AND x.starts <= %(on)s",
    )
    shown = f"SELECT x.starts AS at, x.amount AS n FROM {CELL}{inside} AND x.grain = %(grain)s AND "  # noqa: S608
    parts = [shown + span for span in spans]
    parts.append(f'SELECT x."on", x.amount FROM {TAIL}{inside} AND x."on" >= %(first)s AND x."on" <= %(on)s')  # noqa: S608
    return fetch(f"SELECT at, sum(n)::bigint FROM ({' UNION ALL '.join(parts)}) s GROUP BY at", values)  # noqa: S608


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_ends(since: date, until: date) -> list[date]:
    """The last days of the months between, and `until` itself."""
    found, day = [], since.replace(day=1)
    while day <= until:
        following = next_month(day)
        found.append(min(following - timedelta(days=1), until))
        day = following
    return found
