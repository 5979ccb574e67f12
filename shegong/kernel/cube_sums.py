"""Sums of the cube, as of any day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from shegong.kernel import walls_acting
from shegong.kernel.access import Range
from shegong.kernel.cube_measures import FLOW, Measure, measure
from shegong.kernel.cube_tables import Contribution

Codes = Mapping[str, int | Collection[int]]
WHY = "sums of the whole province say nothing about anybody"
PLACE = "region"


def wanted(
    one: Measure, *, on: date, since: date | None = None, ranges: Sequence[Range] | None = None,
    codes: Codes | None = None, known: date | None = None,
) -> QuerySet[Contribution]:  # fmt: skip
    """The contributions that a figure is the sum of. A stock has no `since`: what was there before counts too."""
    where = Q(measure=one.number, on__lte=on)
    if since is not None and one.kind == FLOW:
        where &= Q(on__gte=since)
    if known is not None:
        where &= Q(recorded_at__lt=_end_of(known))
    if ranges is not None:
        inside = Q(pk__in=[])
        for some in ranges:
            inside |= some.q("region_code")
        where &= inside
    for name, code in (codes or {}).items():
        column = one.column(name)
        where &= Q(**{f"{column}__in": [code] if isinstance(code, int) else list(code)})
    return Contribution.objects.filter(where)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def value(name: str, **asked: Any) -> int:
    """The figure: a stock as of `on`, a flow from `since` (or ever) to `on`, both in.

    Keywords: on, since, ranges, codes, known, as `kernel.cube` explains them.
    """
    with walls_acting.lifted(WHY):
        return wanted(measure(name), **asked).aggregate(n=Sum("amount"))["n"] or 0


def by_place(name: str, **asked: Any) -> dict[int, int]:
    """The figure by the code that each fact has, without zeros; 0 stands for no known place. Keywords as in `value`."""
    return {code: n for (code,), n in _grouped(measure(name), ("region_code",), asked).items()}


def table(name: str, *, by: Sequence[str], **asked: Any) -> dict[tuple[int, ...], int]:
    """The figure by dimensions (and by "region"), without zeros. Keywords as in `value`."""
    one = measure(name)
    return _grouped(one, [_column(one, dimension) for dimension in by], asked)


def _column(one: Measure, dimension: str) -> str:
    return "region_code" if dimension == PLACE else one.column(dimension)


def _grouped(one: Measure, columns: Sequence[str], asked: dict[str, Any]) -> dict[tuple[int, ...], int]:
    with walls_acting.lifted(WHY):
        rows = wanted(one, **asked).values(*columns).annotate(n=Sum("amount")).order_by(*columns)
        return {tuple(row[c] for c in columns): row["n"] for row in rows if row["n"]}


def series(
    name: str, *, since: date, until: date, ranges: Sequence[Range] | None = None, codes: Codes | None = None
) -> list[tuple[date, int]]:
    """At each end of a month from `since` to `until`, and on `until`: what stands, or (flow) came together since `since`."""
    one = measure(name)
    start = since if one.kind == FLOW else None
    asked = {"ranges": ranges, "codes": codes}
    with walls_acting.lifted(WHY):
        rows = (
            wanted(one, on=until, since=start, **asked).values("on").annotate(n=Sum("amount")).order_by("on")
        )
        moves = [(row["on"], row["n"]) for row in rows]
    ends = month_ends(since, until)
    return [(end, sum(n for on, n in moves if on <= end)) for end in ends]


def month_ends(since: date, until: date) -> list[date]:
    """The last days of the months between, and `until` itself."""
    found, day = [], since.replace(day=1)
    while day <= until:
        following = (day + timedelta(days=32)).replace(day=1)
        found.append(min(following - timedelta(days=1), until))
        day = following
    return found
