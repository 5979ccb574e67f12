"""Indicators over time: how they came about month by month, what the plan expected, where they will stand (N10, N12)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shegong.kernel import cube, prepared
from shegong.kernel.copying import among
from shegong.steering.programme.models.counting import Places
from shegong.steering.programme.models.entering import HandValue
from shegong.steering.programme.models.figures import figures, window
from shegong.steering.programme.models.known import declared_ahead, known_ends, known_of, usual_of
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.models.yardstick import Wanted, expected_by, targets_by_place
from shegong.steering.programme.rules.curves import month_ends
from shegong.steering.programme.rules.forecast import LEAST, Known, Outlook, Verdict, forecast
from shegong.steering.programme.rules.plans import Indicator, expected

FORECAST_KINDS = frozenset({"stock", "flow", "cumulative"})
BEFORE = 2  # so many years before the plan tell a pace too, where a register reaches back
BACK = 366  # days of what was known ahead that the backtest looks at: further back it goes by the pace alone
Points = list[tuple[date, int]]
Entry = tuple[date, date, int, int]  # first and last day, place, amount


def source_of(one: Indicator) -> Indicator:
    """Who is counted for an indicator: itself, or the one whose year it is."""
    return plan().indicators[one.of] if one.of else one


def is_counted(one: Indicator) -> bool:
    """Whether a register says day by day how the figure came about."""
    return source_of(one).measure in cube.measures()


@dataclass(frozen=True)
class Asked:
    """Which curve: an indicator (its id) in a division, from a day to a day."""

    name: str
    region: int
    since: date
    until: date

    @property
    def one(self) -> Indicator:
        """The indicator."""
        return plan().indicators[self.name]


def curve(
    one: Indicator, *, on: date, region: int, year: int | None = None, since: date | None = None
) -> Points:
    """Running totals (of a stock: what stood) at each month's end from the first day that counts to `on`.

    Counted where a register exists, else as entered, else the sum of the parts; [] where nothing is known.
    """
    asked = curve_asked(one, on=on, region=region, year=year, since=since)
    return curves([asked], Places())[asked]


def curve_asked(
    one: Indicator, *, on: date, region: int, year: int | None = None, since: date | None = None
) -> Asked:
    """The question that `curve` answers."""
    first, until = window(one, on, year)
    return Asked(one.id, region, since or first, until)


def pace_asked(one: Indicator, on: date, region: int) -> Asked:
    """The curve that a forecast is made of: it reaches back before the plan, where a register does."""
    return Asked(one.id, region, date(plan().starts.year - BEFORE, 1, 1), on)


def curves(asked: Iterable[Asked], places: Places) -> dict[Asked, Points]:
    """Many of them at once: a handful of statements whatever their number."""
    every = list(dict.fromkeys(asked))
    leaves = list(dict.fromkeys(leaf for one in every for leaf in _leaves(one) if leaf.since <= leaf.until))
    counted = [leaf for leaf in leaves if is_counted(leaf.one)]
    found = dict(zip(counted, cube.lines([_line(leaf, places) for leaf in counted]), strict=True))
    found |= _entered_curves([leaf for leaf in leaves if leaf not in found], places)
    return {one: _made(one, found) for one in every}


def _leaves(asked: Asked) -> list[Asked]:
    """The curves that it is the sum of: itself, or those of its parts."""
    one = asked.one
    if is_counted(one) or not one.summed:
        return [replace(asked, name=source_of(one).id)]
    return [leaf for name in one.parts for leaf in _leaves(replace(asked, name=name))]


def _made(asked: Asked, found: Mapping[Asked, Points]) -> Points:
    made = [found.get(leaf, []) for leaf in _leaves(asked)]
    return made[0] if len(made) == 1 else _together(made)


def _line(leaf: Asked, places: Places) -> cube.Line:
    ranges = places.ranges(leaf.region, leaf.until)
    return cube.Line(leaf.one.measure or "", leaf.since, leaf.until, ranges, dict(leaf.one.codes) or None)


def _together(curves: Iterable[Points]) -> Points:
    sums: dict[date, int] = defaultdict(int)
    for points in curves:
        for day, amount in points:
            sums[day] += amount
    return sorted(sums.items())


def _entered_curves(leaves: Sequence[Asked], places: Places) -> dict[Asked, Points]:
    if not leaves:
        return {}
    rows = HandValue.objects.by(max(leaf.until for leaf in leaves)).filter(
        indicator__in=among({leaf.name for leaf in leaves})
    )
    if all(leaf.region != plan().region for leaf in leaves):
        rows = rows.within([one for leaf in leaves for one in places.ranges(leaf.region, leaf.until)])
    held: dict[str, list[Entry]] = defaultdict(list)
    columns = ("indicator", "period", "region_code", "amount")
    for indicator, period, code, amount in prepared.rows(rows.order_by("period").values_list(*columns)):
        held[indicator].append((period.lower, period.upper - timedelta(days=1), code, amount))
    return {leaf: _entered_curve(leaf, held[leaf.name], places) for leaf in leaves}


def _entered_curve(leaf: Asked, rows: Iterable[Entry], places: Places) -> Points:
    ranges, stock = places.ranges(leaf.region, leaf.until), leaf.one.kind == "stock"
    inside = [row for row in rows if leaf.region == plan().region or any(row[2] in one for one in ranges)]
    held = [
        (end, code, amount)
        for start, end, code, amount in inside
        if end <= leaf.until and (stock or start >= leaf.since)
    ]
    if not held:
        return []
    return [(day, _standing(held, day, newest=stock)) for day in month_ends(leaf.since, leaf.until)]


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
    return points_of_plan(one, days, rows, on=on, region=region, year=year)


def points_of_plan(
    one: Indicator,
    days: Sequence[date],
    rows: Sequence[Wanted],
    *,
    on: date,
    region: int,
    year: int | None = None,
) -> list[int | None]:
    """The same of targets that are read already."""
    home = region == plan().region
    found = []
    for day in days:
        amount = expected_by(rows, day, year)
        found.append(expected(plan(), one, on=day, year=year) if amount is None and home else amount)
    return found


def deadline_of(one: Indicator, on: date, year: int | None = None) -> date:
    """The last day that counts; of what each person owes every year, that of the year of `on`."""
    since, until = plan().span(one, year)
    if one.among and year is None:
        return plan().span(one, min(max(on, since), until).year)[1]
    return until


def outlook(
    one: Indicator, *, on: date, region: int, now: int | None, year: int | None = None, language: str = "zh"
) -> Outlook | None:
    """Where the indicator will stand at its deadline as seen on `on`; None where there is too little to say, or where
    what is entered comes too seldom to have a pace."""
    if not _is_ahead(one, on, now, year):
        return None
    places = Places()
    points = curves([pace_asked(one, on, region)], places)
    known = known_ahead(
        [one], on=on, deadline=deadline_of(one, on, year), region=region, language=language, places=places
    )
    found = points[pace_asked(one, on, region)]
    return outlook_of(one, found, known[one.id], on=on, now=now, year=year, language=language)


def _is_ahead(one: Indicator, on: date, now: int | None, year: int | None) -> bool:
    return is_forecast(one) and now is not None and on < deadline_of(one, on, year)


def is_forecast(one: Indicator) -> bool:
    """Whether it grows over time, so that a pace says something: no milestone, no number of documents or units."""
    return one.kind in FORECAST_KINDS or bool(one.among)


def outlook_of(
    one: Indicator,
    points: Points,
    known: Sequence[Known],
    *,
    on: date,
    now: int | None,
    year: int | None = None,
    language: str = "zh",
) -> Outlook | None:
    """The same of what is read already."""
    if not _is_ahead(one, on, now, year):
        return None
    moves = len({amount for _, amount in points})
    if moves <= (1 if is_counted(one) else LEAST) and (one.among or not is_counted(one)):
        return None
    deadline, usual = deadline_of(one, on, year), usual_of(one.id, language)
    ahead = [row for row in known if row.on <= deadline]
    found = forecast(
        points, asof=on, deadline=deadline, now=now, known=ahead, may_fall=one.kind == "stock", months=usual.months
    )  # fmt: skip
    return replace(found, usual=usual.said) if found else None


def known_ahead(
    asked: Sequence[Indicator], *, on: date, deadline: date, region: int, language: str, places: Places
) -> dict[str, list[Known]]:
    """What is known of the months up to `deadline`, by indicator, and what was known of those of the last year: in one
    statement for all ends, and one for each thing that a register declares."""
    names = {one.measure for one in asked if one.measure and one.measure in cube.measures()}
    declared = {name for one in asked for name in one.ahead}
    ranges = places.ranges(region, on) if names or declared else ()
    if not on < deadline:
        names, declared = set(), set()
    since = on - timedelta(days=BACK)
    ends = known_ends(names, since=since, on=on, deadline=deadline, ranges=ranges)
    told = declared_ahead(declared, since=since, on=on, deadline=deadline, ranges=ranges)
    return {
        one.id: (known_of(one.id, language) if region == plan().region else [])
        + ends.get(one.measure or "", [])
        + [known for name in one.ahead for known in told.get(name, [])]
        for one in asked
    }


def outlooks(on: date, *, language: str = "zh") -> dict[str, tuple[Outlook, Verdict]]:
    """The forecast of every indicator of the plan that has one, for the whole province: for the clause map."""
    home = plan().region
    asked = [one for one in plan().indicators.values() if is_forecast(one) and (one.total or one.among)]
    found = figures([one.id for one in asked], on=on, regions=[home])
    answers = {}
    for one in asked:
        figure = found[one.id, home]
        seen = outlook(one, on=on, region=home, now=figure.value, language=language)
        if seen and figure.target:
            answers[one.id] = (seen, seen.verdict(one.enough(figure.target)))
    return answers
