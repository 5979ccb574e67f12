"""Many questions to the cube in one statement: what a page of figures asks, whatever the number of its figures.

The questions are rows, so that the statement is always the same and its plan is kept. Conditions on places and codes are
multiranges, NULL where nothing is asked. Each question is added up by itself: a thousand cells are sorted sooner than
thirteen times as many.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shegong.kernel import walls_acting
from shegong.kernel.access import disjoint
from shegong.kernel.cube_measures import FLOW, Measure, measure
from shegong.kernel.cube_sums import (
    WHY,
    Asked,
    codes_of,
    grain_of,
    month_ends,
    next_month,
    series,
    summed,
    whole_before,
)
from shegong.kernel.cube_tables import CODES
from shegong.kernel.prepared import fetch

HALF = 16  # days of a month: what lies behind is fewer days to take away than to add up
NAMES = ("n", "sign", "measure", "grain", "a", "b", "c", "d", "places", *CODES)
KINDS = ("int", "int", "int", "smallint", *["date"] * 4, *["int4multirange"] * 5)
ASKED = f"unnest({', '.join(f'%({name})s::{kind}[]' for name, kind in zip(NAMES, KINDS, strict=True))}) q ({', '.join(NAMES)})"
NEWER = """
WITH newer AS MATERIALIZED (
    SELECT measure, region_code, c1, c2, c3, c4, "on", amount FROM kernel_contribution
    WHERE id > (SELECT coalesce(max(folded_to), 0) FROM kernel_cubefold) AND id < 9000000000000000000 OFFSET 0
)"""
CELL = "SELECT x.region_code, x.c1, x.c2, x.c3, x.c4, x.starts AS at, x.amount FROM kernel_cell x"
OF = "x.measure = q.measure AND x.grain = q.grain"
NEW = 'SELECT x.region_code, x.c1, x.c2, x.c3, x.c4, x."on" AS at, x.amount FROM newer x WHERE x.measure = q.measure'
# Everything up to the day d: whole years before a, months before b, the days from c up to d. Without years and months (b is
# the first day there is) only those days.
UNTIL = f"""
{CELL} WHERE {OF} AND x.span = 0 AND x.starts < q.a
UNION ALL {CELL} WHERE {OF} AND x.span = 1 AND x.starts >= q.a AND x.starts < q.b
UNION ALL {CELL} WHERE {OF} AND x.span = 2 AND x.starts >= q.c AND x.starts <= q.d
UNION ALL {NEW} AND x."on" <= q.d AND (q.b > '{date.min}' OR x."on" >= q.c)"""
# From the day a to the day d: the days before b, whole months before c, the days from there.
BETWEEN = f"""
{CELL} WHERE {OF} AND x.span = 1 AND x.starts >= q.b AND x.starts < q.c
UNION ALL {CELL} WHERE {OF} AND x.span = 2 AND x.starts >= q.a AND x.starts < q.b AND x.starts <= q.d
UNION ALL {CELL} WHERE {OF} AND x.span = 2 AND x.starts >= q.c AND x.starts <= q.d
UNION ALL {NEW} AND x."on" >= q.a AND x."on" <= q.d"""
WHERE = " AND ".join(
    f"(q.{asked} IS NULL OR {column} <@ q.{asked})"
    for asked, column in (("places", "x.region_code"), *((code, f"x.{code}::int") for code in CODES))
)
SUMS = """{newer}
SELECT q.n, x.by, (x.amount * q.sign)::bigint FROM {asked}
CROSS JOIN LATERAL (SELECT {by} AS by, sum(x.amount) AS amount FROM ({cells}) x WHERE {where} GROUP BY 1) x"""


def _sums(by: str, cells: str) -> str:
    return SUMS.format(newer=NEWER, by=by, asked=ASKED, cells=cells, where=WHERE)


PLACES = _sums("x.region_code", UNTIL)
WHOLE = _sums("0", UNTIL)
MONTHS = _sums("date_trunc('month', x.at)::date", BETWEEN)


@dataclass(frozen=True)
class Line:
    """A question for `series`."""

    name: str
    since: date
    until: date
    ranges: Sequence[Any] | None = None
    codes: Any = None


@dataclass
class _Rows:
    """Questions as columns."""

    columns: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, n: int, sign: int, one: Measure, grain: int, days: Sequence[date], asked: Asked) -> None:
        limits: dict[str, str | None] = dict.fromkeys(CODES)
        for name, codes in codes_of(asked):
            limits[one.column(name)] = _spans((code, code + 1) for code in codes)
        row = (n, sign, one.number, grain, *days, _places(asked), *(limits[code] for code in CODES))
        for name, value in zip(NAMES, row, strict=True):
            self.columns[name].append(value)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """The sums, by question and by what the statement groups."""
        if not self.columns:
            return []
        with walls_acting.lifted(WHY):
            return fetch(statement, {name: _array(values) for name, values in self.columns.items()})


def _array(values: Iterable[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else f'"{value}"' for value in values) + "}"


def _spans(found: Iterable[tuple[int, int]]) -> str:
    return "{" + ",".join(f"[{lo},{hi})" for lo, hi in found if lo < hi) + "}"


def _places(asked: Asked) -> str | None:
    if asked.ranges is None:
        return None
    return _spans(part for one in disjoint(asked.ranges) for part in _without(one.lo, one.hi, one.holes))


def _without(lo: int, hi: int, holes: Iterable[int]) -> Iterator[tuple[int, int]]:
    for hole in sorted(holes):
        if lo <= hole < hi:
            yield lo, hole
            lo = hole + 1
    yield lo, hi


def _add_until(rows: _Rows, n: int, one: Measure, grain: int, asked: Asked) -> None:
    """Up to the day asked; of a flow without what came before its first day."""
    ends = [(1, asked.on)]
    if asked.since is not None and one.kind == FLOW:
        ends.append((-1, asked.since - timedelta(days=1)))
    for sign, day in ends:
        year, month = whole_before(day)
        if day.day > HALF and month <= day and day.year < date.max.year:
            # The whole month, without the days that are left of it.
            end = next_month(day) - timedelta(days=1)
            left = (date.min, date.min, day + timedelta(days=1), end)
            rows.add(n, -sign, one, grain, left, asked)
            day, (year, month) = end, whole_before(end)
        rows.add(n, sign, one, grain, (year, month, month, day), asked)


def by_places(questions: Sequence[tuple[str, Asked]]) -> list[dict[int, int]]:
    """`by_place` of each question."""
    rows, found = _Rows(), [dict[int, int]() for _ in questions]
    for n, (name, asked) in enumerate(questions):
        one = measure(name)
        grain = grain_of(one, ("region_code",), asked)
        if grain is None:
            found[n] = {code: amount for (code,), amount in summed(one, ("region_code",), asked).items()}
        else:
            _add_until(rows, n, one, grain, asked)
    for n, code, amount in rows.ask(PLACES):
        found[n][code] = found[n].get(code, 0) + int(amount)
    return [{code: amount for code, amount in one.items() if amount} for one in found]


def lines(questions: Sequence[Line]) -> list[list[tuple[date, int]]]:
    """`series` of each question."""
    starts, moves = _Rows(), _Rows()
    alone = {n: _add_line(starts, moves, n, line) for n, line in enumerate(questions)}
    stood: dict[int, int] = defaultdict(int)
    for n, _, amount in starts.ask(WHOLE):
        stood[n] += int(amount)
    moved: dict[int, dict[date, int]] = defaultdict(dict)
    for n, month, amount in moves.ask(MONTHS):
        moved[n][month] = int(amount)
    return [
        alone[n] or _running(line, stood[n], moved[n])  # type: ignore[func-returns-value]
        for n, line in enumerate(questions)
    ]


def _add_line(starts: _Rows, moves: _Rows, n: int, line: Line) -> list[tuple[date, int]]:
    """Add the questions of a line; the line itself where no cells answer it."""
    one = measure(line.name)
    asked = Asked(on=line.until, ranges=line.ranges, codes=line.codes)
    grain = grain_of(one, (), asked)
    if grain is None:
        return series(line.name, since=line.since, until=line.until, ranges=line.ranges, codes=line.codes)
    before = (
        line.since - timedelta(days=1) if one.kind == FLOW else line.since.replace(day=1) - timedelta(days=1)
    )
    if one.kind != FLOW:
        _add_until(starts, n, one, grain, Asked(on=before, ranges=line.ranges, codes=line.codes))
    first = before + timedelta(days=1)
    whole = first if first.day == 1 else next_month(first)
    last = max(whole_before(line.until)[1], whole)
    moves.add(n, 1, one, grain, (first, whole, last, line.until), asked)
    return []


def _running(line: Line, stands: int, moved: dict[date, int]) -> list[tuple[date, int]]:
    found = []
    for end in month_ends(line.since, line.until):
        stands += moved.get(end.replace(day=1), 0)
        found.append((end, stands))
    return found
