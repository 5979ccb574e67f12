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
NAMES = ("n", "sign", "measure", "grain", *"abcdefg", "days", "places", *CODES)
KINDS = ("int", "int", "int", "smallint", *["date"] * 7, "int", *["int4multirange"] * 5)
# Behind a SELECT the planner does not see how many they are: else it would find a plan for one question better than that for any
# number, and plan anew each time.
ASKED = ", ".join(f"(SELECT %({name})s::{kind}[])" for name, kind in zip(NAMES, KINDS, strict=True))
NEWER = """
WITH newer AS MATERIALIZED (
    SELECT measure, region_code, c1, c2, c3, c4, "on", amount FROM kernel_contribution
    WHERE id > (SELECT coalesce(max(folded_to), 0) FROM kernel_cubefold) AND id < 9000000000000000000 OFFSET 0
)"""
# Whole years before a; whole months from b until c; the days from d to e, which count `days` times (-1: what is left of a month
# that was taken whole); what is newer than the cells from f to g.
CELL = "SELECT {by} AS by, x.amount{times} AS amount FROM kernel_cell x WHERE x.measure = q.measure AND x.grain = q.grain AND"
SUMS = f"""{NEWER}
SELECT q.n, x.by, (x.amount * q.sign)::bigint FROM unnest({ASKED}) q ({", ".join(NAMES)})
CROSS JOIN LATERAL (SELECT by, sum(amount) AS amount FROM (
    {CELL.format(by="{year}", times="")} x.span = 0 AND x.starts < q.a {{where}}
    UNION ALL
    {CELL.format(by="{month}", times="")} x.span = 1 AND x.starts >= q.b AND x.starts < q.c {{where}}
    UNION ALL
    {CELL.format(by="{day}", times=" * q.days")} x.span = 2 AND x.starts >= q.d AND x.starts <= q.e {{where}}
    UNION ALL
    SELECT {{newer}}, x.amount FROM newer x WHERE x.measure = q.measure AND x."on" >= q.f AND x."on" <= q.g {{where}}
) s GROUP BY 1) x"""  # noqa: S608 - fixed names
WHERE = "".join(
    f" AND (q.{asked} IS NULL OR {column} <@ q.{asked})"
    for asked, column in (("places", "x.region_code"), *((code, f"x.{code}::int") for code in CODES))
)
PLACE = "x.region_code"
PLACES = SUMS.format(year=PLACE, month=PLACE, day=PLACE, newer=PLACE, where=WHERE)
# Days are of one month; Python knows which. What came before is told by its year.
MONTHS = SUMS.format(year="x.starts", month="x.starts", day="q.d", newer='x."on"', where=WHERE)


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

    def add(self, n: int, sign: int, one: Measure, grain: int, asked: Asked, spans: Sequence[Any]) -> None:
        limits: dict[str, str | None] = dict.fromkeys(CODES)
        for name, codes in codes_of(asked):
            limits[one.column(name)] = _multirange((code, code + 1) for code in codes)
        row = (n, sign, one.number, grain, *spans, _places(asked), *(limits[code] for code in CODES))
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


def _multirange(found: Iterable[tuple[int, int]]) -> str:
    return "{" + ",".join(f"[{lo},{hi})" for lo, hi in found if lo < hi) + "}"


def _places(asked: Asked) -> str | None:
    if asked.ranges is None:
        return None
    return _multirange(part for one in disjoint(asked.ranges) for part in _without(one.lo, one.hi, one.holes))


def _without(lo: int, hi: int, holes: Iterable[int]) -> Iterator[tuple[int, int]]:
    for hole in sorted(holes):
        if lo <= hole < hi:
            yield lo, hole
            lo = hole + 1
    yield lo, hi


def _spans(day: date, years: date, months: date, newer: date = date.min) -> tuple[Any, ...]:
    """What makes everything up to a day, as `SUMS` names it: years before the first date, months from the second, days; what is
    newer than the cells from the third."""
    month = first = whole_before(day)[1]
    if day.day <= HALF or month > day or day.year == date.max.year:
        return years, months, month, first, day, newer, day, 1
    month = next_month(day)
    return years, months, month, day + timedelta(days=1), month - timedelta(days=1), newer, day, -1


def _add_until(rows: _Rows, n: int, one: Measure, grain: int, asked: Asked) -> None:
    """Up to the day asked; of a flow without what came before its first day."""
    ends = [(1, asked.on)]
    if asked.since is not None and one.kind == FLOW:
        ends.append((-1, asked.since - timedelta(days=1)))
    for sign, day in ends:
        year = whole_before(day)[0]
        rows.add(n, sign, one, grain, asked, _spans(day, year, year))


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
    rows = _Rows()
    alone = {n: _add_line(rows, n, line) for n, line in enumerate(questions)}
    moved: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for n, at, amount in rows.ask(MONTHS):
        moved[n][at.replace(day=1)] += int(amount)
    return [alone[n] or _running(line, moved[n]) for n, line in enumerate(questions)]  # type: ignore[func-returns-value]


def _add_line(rows: _Rows, n: int, line: Line) -> list[tuple[date, int]]:
    """Add the questions of a line; the line itself where no cells answer it."""
    one = measure(line.name)
    asked = Asked(on=line.until, ranges=line.ranges, codes=line.codes)
    grain = grain_of(one, (), asked)
    if grain is None:
        return series(line.name, since=line.since, until=line.until, ranges=line.ranges, codes=line.codes)
    if one.kind != FLOW:  # what stood before counts too
        year = line.since.replace(month=1, day=1)
        rows.add(n, 1, one, grain, asked, _spans(line.until, year, year))
        return []
    first = line.since
    if first.day > 1:
        first = next_month(first)
        last = min(first - timedelta(days=1), line.until)
        rows.add(n, 1, one, grain, asked, (date.min, first, first, line.since, last, line.since, last, 1))
    if first <= line.until:
        rows.add(n, 1, one, grain, asked, _spans(line.until, date.min, first, first))
    return []


def _running(line: Line, moved: dict[date, int]) -> list[tuple[date, int]]:
    first, found = line.since.replace(day=1), []
    stands = sum(amount for month, amount in moved.items() if month < first)
    for end in month_ends(line.since, line.until):
        stands += moved.get(end.replace(day=1), 0)
        found.append((end, stands))
    return found
