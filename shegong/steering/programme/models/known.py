"""What forecasts are told beforehand: policy/forecast.toml, ends that the registers know already, and what contexts declare
as known ahead (`kernel.ahead`)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from shegong.kernel import ahead, cube, walls_acting
from shegong.kernel.access import Range
from shegong.kernel.cube_tables import AHEAD, Contribution
from shegong.kernel.policy import PolicyFault
from shegong.kernel.policy_tables import Tables
from shegong.kernel.text import N_
from shegong.steering.programme.rules.curves import month_end
from shegong.steering.programme.rules.forecast import How, Known

ENDS = N_("Known ends: contracts, certificates and terms that run out.")
WHY = "sums of the whole province say nothing about anybody"


@dataclass(frozen=True)
class KnownRow:
    """One row of policy/forecast.toml."""

    indicator: str
    month: date
    told: date
    low: int
    expected: int
    high: int
    zh: str
    en: str
    instead: bool = True


@dataclass(frozen=True)
class UsualRow:
    """Months in which some figures usually grow: what comes but once a year. `needs_source`: nobody has attached
    yet what says so."""

    indicators: tuple[str, ...]
    months: tuple[int, ...]
    zh: str
    en: str
    needs_source: bool = False


@dataclass(frozen=True)
class Usual:
    """The months that are usual for a figure, and what is said of them; none: each month alike."""

    months: tuple[int, ...] = ()
    said: str = ""


@lru_cache(maxsize=4)
def _rows(path: Path, touched: int) -> tuple[tuple[KnownRow, ...], tuple[UsualRow, ...]]:
    tables = Tables(path, {"known": KnownRow, "usual": UsualRow})
    for at, row in enumerate(tables.rows["known"]):
        if not row.low <= row.expected <= row.high:
            tables.fault("known", at, "expected", "lies outside low and high")
    for at, usual in enumerate(tables.rows["usual"]):
        if not usual.months or not set(usual.months) <= set(range(1, 13)):
            tables.fault("usual", at, "months", "are numbers from 1 to 12")
    if tables.faults:
        raise PolicyFault("\n".join(tables.faults))
    return tuple(tables.rows["known"]), tuple(tables.rows["usual"])


def known_rows() -> tuple[tuple[KnownRow, ...], tuple[UsualRow, ...]]:
    """policy/forecast.toml, read again when it changes. Raises `PolicyFault`."""
    path = settings.POLICY_DIR / "forecast.toml"
    return _rows(path, path.stat().st_mtime_ns) if path.is_file() else ((), ())


def usual_of(indicator: str, language: str = "zh") -> Usual:
    """The months in which this figure usually grows, with what is said of them."""
    for row in known_rows()[1]:
        if indicator in row.indicators:
            said, open_ = (
                (row.en, " Source to be attached.") if language.startswith("en") else (row.zh, "依据待附。")
            )
            return Usual(row.months, said + (open_ if row.needs_source else ""))
    return Usual()


def known_of(indicator: str, language: str = "zh") -> list[Known]:
    """What is said beforehand of one indicator, for the whole of it."""
    return [
        Known(
            row.month, row.expected, row.low, row.high, row.en if language.startswith("en") else row.zh, row.told,
            How.INSTEAD if row.instead else How.BESIDE,
        )
        for row in known_rows()[0]
        if row.indicator == indicator
    ]  # fmt: skip


def known_ends(
    names: Collection[str], *, since: date, on: date, deadline: date, ranges: tuple[Range, ...] | None = None
) -> dict[str, list[Known]]:
    """Ends (and beginnings) of these stocks that were recorded before their day, by month and by the month in which they became
    known: those ahead of `on`, and those since `since` for the backtest; by the measure's name."""
    stocks = {one.number: one.name for one in map(cube.measure, names) if one.kind == cube.STOCK}
    if not stocks or not on < deadline:
        return {}
    is_now = on >= timezone.localdate()
    found = _ends_recorded(stocks, since, on, on if is_now else deadline, ranges)
    if is_now:  # everything recorded is known: the sums of the months to come say it
        for name in stocks.values():
            found[name] += _ends_ahead(name, on, deadline, ranges)
    return {name: rows for name, rows in found.items() if rows}


def _ends_recorded(
    stocks: Mapping[int, str], since: date, on: date, until: date, ranges: tuple[Range, ...] | None
) -> dict[str, list[Known]]:
    heard = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    # AHEAD follows from the days; it says which index holds these few among the facts of everybody.
    rows = Contribution.objects.filter(
        AHEAD, measure__in=stocks, on__gt=since, on__lte=until, recorded_at__lt=heard
    )
    if ranges is not None:
        inside = Q(pk__in=[])
        for some in ranges:
            inside |= some.q("region_code")
        rows = rows.filter(inside)
    parts = rows.annotate(
        month=TruncMonth("on"), lies_behind=Q(on__lte=on), heard_in=TruncMonth("recorded_at")
    )
    with walls_acting.lifted(WHY):
        sums = list(
            parts.values_list("measure", "month", "lies_behind", "heard_in")
            .annotate(n=Sum("amount"))
            .order_by("month")
        )
    found = defaultdict[str, list[Known]](list)
    for number, month, lies_behind, heard_in, n in sums:
        if n:
            day, told = (
                min(month_end(month), on if lies_behind else until),
                min(month_end(heard_in.date()), on),
            )
            found[stocks[number]].append(Known(day, n, n, n, ENDS, told, How.BESIDE))
    return found


def _ends_ahead(name: str, on: date, deadline: date, ranges: tuple[Range, ...] | None) -> list[Known]:
    stands, ahead_ = cube.lines([cube.Line(name, on, day, ranges) for day in (on, deadline)])
    steps = pairwise([*stands, *ahead_])
    return [
        Known(day, n - before, n - before, n - before, ENDS, how=How.BESIDE)
        for (_, before), (day, n) in steps
        if n != before
    ]


def declared_ahead(
    names: Collection[str], *, since: date, on: date, deadline: date, ranges: tuple[Range, ...]
) -> dict[str, list[Known]]:
    """What registers knew ahead at these places at the month's ends since that day and on the day itself, with the days on
    which it was known, by name."""
    found: dict[str, list[Known]] = {}
    for name in sorted(set(names)):
        one = ahead.declared()[name]
        rows = ahead.foreseen(one, since=since, on=on, deadline=deadline, ranges=ranges)
        found[name] = [
            Known(row.on, row.expected, row.expected, row.most, one.title, row.told, How.WITHIN, row.untold)
            for row in rows
        ]
    return found
