"""Where a target will stand at its deadline, from the pace so far and what is known already; pure.

The pace is the mean monthly growth of the last year, falling on the months as `pace` says: as in former years, drawn
towards what is usual, unless the backtest was clearly less off with another shape. What is known of a month takes the
place of its pace (results of an examination), comes on top (contracts that end), or is a part of it (announced classes:
more than the pace counts where more is announced). The range holds the truth four times out of five if months go on to
scatter as they did; the backtest does the same from every past month, with what was known on its day, and says how far
off it was, and where its ranges were too narrow this one is made wider.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from statistics import NormalDist, fmean

from shegong.kernel.text import N_
from shegong.steering.programme.rules.curves import Points, month_end, month_ends
from shegong.steering.programme.rules.pace import EVEN, METHODS, WINDOW, Pace, Shape, Shares, paced, usual

LEAST = 6  # months of growth; below them there is no forecast
SURE = 0.8
WIDEST = 3.0  # a range is made wider by the backtest at most so many times
CLEARLY = 0.9  # so much of the misses of the first shape may another have to be taken
Amounts = tuple[float, float, float]  # probably, at least, at most


class Verdict(StrEnum):
    """What a forecast says of a target."""

    REACHES = "reaches"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    MISSES = "misses"

    @property
    def warns(self) -> bool:
        """Whether somebody must be told."""
        return self in (Verdict.DOUBTFUL, Verdict.MISSES)


VERDICTS = {
    Verdict.REACHES: N_("will be reached"),
    Verdict.LIKELY: N_("will probably be reached"),
    Verdict.DOUBTFUL: N_("may be missed"),
    Verdict.MISSES: N_("will be missed"),
}


class How(StrEnum):
    """What something known does to its month: it takes the place of the pace, comes on top of it, or is a part of it, of
    which only what exceeds the pace is added."""

    INSTEAD = "instead"
    BESIDE = "beside"
    WITHIN = "within"


@dataclass(frozen=True)
class Known:
    """Something that will happen on a day: how much the figure changes by it, at least, probably, at most.

    `told`, `untold`: it is known from the one day until the other; forecasts of other days do not use it.
    """

    on: date
    expected: int
    low: int
    high: int
    why: str = ""
    told: date = date.min
    how: How = How.INSTEAD
    untold: date = date.max

    def is_known(self, asof: date, until: date) -> bool:
        """Whether it lay ahead of this day, up to `until`, and was known then."""
        return self.told <= asof < self.untold and asof < self.on <= until


@dataclass(frozen=True)
class Outlook:
    """A forecast: amounts at the deadline, and what it rests on. `error`: how far off the backtest was on average, in the
    figure's own unit. `way`: the key of its method. `usual`: what is said of the months that are usual for it."""

    deadline: date
    expected: int
    low: int
    high: int
    months: int
    seasonal: bool
    known: tuple[Known, ...] = ()
    tried: int = 0
    inside: int = 0
    error: float | None = None
    way: str = "even"
    usual: str = ""

    def verdict(self, target: int) -> Verdict:
        """Against a target, from the range."""
        if self.low >= target:
            return Verdict.REACHES
        if self.expected >= target:
            return Verdict.LIKELY
        return Verdict.DOUBTFUL if self.high >= target else Verdict.MISSES

    @property
    def method(self) -> tuple[str, dict[str, int]]:
        """The method as a sentence to translate, with its values."""
        return METHODS[self.way], {"months": self.months}


@dataclass(frozen=True)
class Way:
    """How a forecast is made: the shape of the year, the months that are usual, whether the figure can shrink."""

    shape: Shape = Shape.SEASONAL
    prior: Shares = EVEN
    may_fall: bool = False

    @property
    def key(self) -> str:
        """Of its sentence, where a year is known."""
        return "even" if self.shape is Shape.USUAL and self.prior == EVEN else str(self.shape)


def forecast(
    points: Points,
    *,
    asof: date,
    deadline: date,
    now: int | None = None,
    known: Sequence[Known] = (),
    may_fall: bool = False,
    months: Collection[int] = (),
) -> Outlook | None:
    """The outlook on `asof` for `deadline`; None with less than six whole months of data or a deadline that has passed.

    `points`: running totals (or standing numbers) at month ends, oldest first; later ones than `asof` are not looked at.
    `now`: what counts for the target already, where that is not the last total (a target of one year). `may_fall`: the
    figure can shrink (people leave); otherwise the range never lies below what is there. `months`: calendar months in
    which the figure usually grows, where that is known before it was seen.
    """
    seen = _begun([(day, value) for day, value in points if day <= asof])
    prior, steps = usual(months), growth(seen)
    if not seen or deadline <= asof or len(steps) < LEAST or not any(prior[month - 1] for month, _ in steps):
        return None
    have, ahead = seen[-1][1] if now is None else now, max(1, round((deadline - asof).days / 30.44))
    way = _best(seen, ahead, known, Way(prior=prior, may_fall=may_fall))
    outlook = _ahead(seen, asof, deadline, have, _told(known, asof, deadline), way)
    return _backtested(outlook, _tries(seen, ahead, known, way), float("-inf") if may_fall else float(have))


def _begun(points: Points) -> Points:
    """From the last point before anything happened: what had not begun says nothing about the pace."""
    still = next((at for at, (_, value) in enumerate(points) if value != points[0][1]), 1)
    return points[max(0, still - 1) :]


def growth(points: Points) -> list[tuple[int, int]]:
    """(calendar month, growth in it) of every whole month between two month ends."""
    whole = [(day, value) for day, value in points if day == month_end(day)]
    return [(day.month, value - before) for (_, before), (day, value) in pairwise(whole)]


def _told(known: Sequence[Known], asof: date, deadline: date) -> tuple[Known, ...]:
    """What was known on the day, one row for each month and thing."""
    found: dict[tuple[int, int, str, How], Known] = {}
    for one in sorted((one for one in known if one.is_known(asof, deadline)), key=lambda one: one.on):
        key = (one.on.year, one.on.month, one.why, one.how)
        had = found.get(key)
        found[key] = one if had is None else _added(had, one)
    return tuple(found.values())


def _added(one: Known, more: Known) -> Known:
    return replace(
        more, expected=one.expected + more.expected, low=one.low + more.low, high=one.high + more.high,
        told=max(one.told, more.told), untold=min(one.untold, more.untold),
    )  # fmt: skip


def _ahead(
    seen: Points, asof: date, deadline: date, have: int, known: tuple[Known, ...], way: Way
) -> Outlook:
    pace = paced(growth(seen), way.shape, way.prior)
    taken = {(one.on.year, one.on.month) for one in known if one.how is How.INSTEAD}
    weights = {ym: share for ym, share in _months_left(asof, deadline, pace) if ym not in taken}
    more: list[Amounts] = [(one.expected, one.low, one.high) for one in known if one.how is not How.WITHIN]
    more += _beyond(known, {ym: pace.level * share for ym, share in weights.items()})
    expected = have + pace.level * sum(weights.values()) + sum(one[0] for one in more)
    half = _quantile(pace.months) * _spread(pace, list(weights.values()), more)
    floor = float("-inf") if way.may_fall else float(have)
    low, middle, high = (round(max(floor, value)) for value in (expected - half, expected, expected + half))
    key = way.key if pace.seasonal else replace(way, shape=Shape.USUAL).key
    return Outlook(deadline, middle, low, high, pace.months, pace.seasonal, known, way=key)


def _beyond(known: Sequence[Known], usual: Mapping[tuple[int, int], float]) -> list[Amounts]:
    """What is announced for a month beyond its pace: probably, at least, at most."""
    sums: dict[tuple[int, int], list[float]] = {}
    for one in known:
        if one.how is How.WITHIN:
            held = sums.setdefault((one.on.year, one.on.month), [0.0, 0.0, 0.0])
            for at, amount in enumerate((one.expected, one.low, one.high)):
                held[at] += amount
    found = []
    for ym, held in sums.items():
        expected, low, high = (max(0.0, amount - max(0.0, usual.get(ym, 0.0))) for amount in held)
        found.append((expected, low, high))
    return found


def _months_left(asof: date, deadline: date, pace: Pace) -> list[tuple[tuple[int, int], float]]:
    """Each month ahead with its share; the current and the last one by the days they still have."""
    found = []
    start = asof
    for end in month_ends(asof, deadline):
        part = (end - start).days / month_end(end).day
        if part > 0:
            found.append(((end.year, end.month), part * pace.shares[end.month - 1]))
        start = end
    return found


def _spread(pace: Pace, weights: Sequence[float], more: Sequence[Amounts]) -> float:
    """Standard deviation at the deadline: months scatter, the level itself is a mean, known things have ranges."""
    ahead = sum(weights)
    variance = pace.scatter**2 * (len(weights) + ahead**2 / pace.months)
    variance += sum(((high - low) / 2 / NormalDist().inv_cdf((1 + SURE) / 2)) ** 2 for _, low, high in more)
    return variance**0.5


def _quantile(months: int) -> float:
    """Of Student's t for the middle 80 %, near enough from six values on: few months, wider ranges."""
    z = NormalDist().inv_cdf((1 + SURE) / 2)
    return z + (z**3 + z) / (4 * (months - 1))


@dataclass(frozen=True)
class Try:
    """What would have been said on a past day: how far off it was, half its range, whether the truth lay in it."""

    miss: float
    half: float
    inside: bool


def _tries(seen: Points, ahead: int, known: Sequence[Known], way: Way, since: int = LEAST) -> list[Try]:
    """The same from every past month, with what was known then, as far ahead as there is truth."""
    whole = [(day, value) for day, value in seen if day == month_end(day)]
    found = []
    for at in range(since, len(whole) - 1):
        day, value = whole[at]
        last, truth = whole[min(at + ahead, len(whole) - 1)]
        then = _ahead(whole[: at + 1], day, last, value, _told(known, day, last), way)
        half, inside = (then.high - then.low) / 2, then.low <= truth <= then.high
        found.append(Try(abs(then.expected - truth), half, inside))
    return found


def _best(seen: Points, ahead: int, known: Sequence[Known], way: Way) -> Way:
    """The shape that was least off where a year was known; another one than the first must be clearly better."""
    misses = {}
    for shape in Shape:
        tries = _tries(seen, ahead, known, replace(way, shape=shape), WINDOW)
        if len(tries) < LEAST:
            return way
        misses[shape] = sum(one.miss for one in tries)
    best = min(Shape, key=lambda shape: misses[shape])
    return replace(way, shape=best) if misses[best] < CLEARLY * misses[way.shape] else way


def _backtested(outlook: Outlook, tries: Sequence[Try], floor: float) -> Outlook:
    """How far off it would have been; the range widened where it was too narrow."""
    if not tries:
        return outlook
    error, inside = fmean(one.miss for one in tries), sum(one.inside for one in tries)
    found = replace(outlook, tried=len(tries), inside=inside, error=error)
    return _widened(found, tries, floor)


def _widened(outlook: Outlook, tries: Sequence[Try], floor: float) -> Outlook:
    if len(tries) < LEAST:
        return outlook
    factor = min(WIDEST, max(1.0, _most([one.miss / max(1, one.half) for one in tries])))
    # A year without any growth makes no range to widen: then what was missed before is the range.
    more = _most([one.miss for one in tries]) if outlook.low == outlook.high else 0
    low = outlook.expected - factor * (outlook.expected - outlook.low) - more
    high = outlook.expected + factor * (outlook.high - outlook.expected) + more
    return replace(outlook, low=round(max(floor, low)), high=round(high))


def _most(amounts: Sequence[float]) -> float:
    """What so many of them do not exceed."""
    return sorted(amounts)[min(len(amounts) - 1, int(SURE * len(amounts)))]
