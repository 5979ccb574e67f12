"""Indicators over time: how they came about month by month, what the plan expected, where they will stand (N10, N12)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import cube
from shegong.steering.programme.models.counting import ranges_of
from shegong.steering.programme.models.entering import HandValue
from shegong.steering.programme.models.figures import figures, window
from shegong.steering.programme.models.known import known_ends, known_of
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.models.yardstick import expected_by, targets_by_place
from shegong.steering.programme.rules.curves import month_ends
from shegong.steering.programme.rules.forecast import LEAST, Known, Outlook, Verdict, forecast
from shegong.steering.programme.rules.plans import Indicator, expected

FORECAST_KINDS = frozenset({"stock", "flow", "cumulative"})
BEFORE = 2  # so many years before the plan tell a pace too, where a register reaches back
Points = list[tuple[date, int]]


def source_of(one: Indicator) -> Indicator:
    """Who is counted for an indicator: itself, or the one whose year it is."""
    return plan().indicators[one.of] if one.of else one


def is_counted(one: Indicator) -> bool:
    """Whether a register says day by day how the figure came about."""
    return source_of(one).measure in cube.measures()


def curve(
    one: Indicator, *, on: date, region: int, year: int | None = None, since: date | None = None
) -> Points:
    """Running totals (of a stock: what stood) at each month's end from the first day that counts to `on`.

    Counted where a register exists, else as entered, else the sum of the parts; [] where nothing is known.
    """
    first, until = window(one, on, year)
    first = since or first
    if until < first:
        return []
    return _curve(one, first, until, region)


def _curve(one: Indicator, first: date, until: date, region: int) -> Points:
    source, ranges = source_of(one), ranges_of(region, until)
    if source.measure and source.measure in cube.measures():
        codes = dict(source.codes) or None
        return cube.series(source.measure, since=first, until=until, ranges=ranges, codes=codes)
    if one.summed:
        return _together([_curve(plan().indicators[name], first, until, region) for name in one.parts])
    return _entered_curve(source, first, until, region)


def _together(curves: Iterable[Points]) -> Points:
    sums: dict[date, int] = defaultdict(int)
    for points in curves:
        for day, amount in points:
            sums[day] += amount
    return sorted(sums.items())


def _entered_curve(one: Indicator, first: date, until: date, region: int) -> Points:
    rows = HandValue.objects.by(until).filter(indicator=one.id)
    if region != plan().region:
        rows = rows.within(tree().ranges(region, until, REPORTING))
    held = [
        (period.upper - timedelta(days=1), code, amount)
        for period, code, amount in rows.order_by("period").values_list("period", "region_code", "amount")
        if one.kind == "stock" or period.lower >= first
    ]
    if not held:
        return []
    return [(day, _standing(held, day, newest=one.kind == "stock")) for day in month_ends(first, until)]


def _standing(held: Sequence[tuple[date, int, int]], day: date, *, newest: bool) -> int:
    if not newest:
        return sum(amount for end, _, amount in held if end <= day)
    last = {code: amount for end, code, amount in held if end <= day}
    return sum(last.values())


def plan_points(
    one: Indicator, days: Sequence[date], *, on: date, region: int, year: int | None = None
) -> list[int | None]:
    """What the plans in force on `on` expect at each of the days: the same yardstick as the figures have."""
    rows = targets_by_place([one.id], on=on, regions=[region]).get((one.id, region), [])
    home = region == plan().region
    found = []
    for day in days:
        amount = expected_by(rows, day, year)
        found.append(expected(plan(), one, on=day, year=year) if amount is None and home else amount)
    return found


def deadline_of(one: Indicator, year: int | None = None) -> date:
    """The last day that counts."""
    return plan().span(one, year)[1]


def outlook(
    one: Indicator, *, on: date, region: int, now: int | None, year: int | None = None, language: str = "zh"
) -> Outlook | None:
    """Where the indicator will stand at its deadline as seen on `on`; None where there is too little to say, or where
    what is entered comes too seldom to have a pace."""
    deadline = deadline_of(one, year)
    if one.kind not in FORECAST_KINDS or now is None or not on < deadline:
        return None
    since = date(plan().starts.year - BEFORE, 1, 1)
    points = _curve(one, since, on, region)
    if not is_counted(one) and len({amount for _, amount in points}) <= LEAST:
        return None
    return forecast(
        points, asof=on, deadline=deadline, now=now, known=_known(one, on, deadline, region, language),
        may_fall=one.kind == "stock",
    )  # fmt: skip


def _known(one: Indicator, on: date, deadline: date, region: int, language: str) -> list[Known]:
    found = known_of(one.id, language) if region == plan().region else []
    if one.measure and one.measure in cube.measures():
        found += known_ends(one.measure, on=on, deadline=deadline, ranges=ranges_of(region, on))
    return found


def outlooks(on: date, *, language: str = "zh") -> dict[str, tuple[Outlook, Verdict]]:
    """The forecast of every indicator of the plan that has one, for the whole province: for the clause map."""
    home = plan().region
    asked = [one for one in plan().indicators.values() if one.kind in FORECAST_KINDS and one.total]
    found = figures([one.id for one in asked], on=on, regions=[home])
    answers = {}
    for one in asked:
        figure = found[one.id, home]
        seen = outlook(one, on=on, region=home, now=figure.value, language=language)
        if seen and figure.target:
            answers[one.id] = (seen, seen.verdict(one.enough(figure.target)))
    return answers
