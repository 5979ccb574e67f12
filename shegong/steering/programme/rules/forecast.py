"""Where a target will stand at its deadline, from the pace so far and what is known already; pure.

The pace is the mean monthly growth of the last year. Where there is a year of data or more, each calendar month carries
the share it had in former years, drawn half-way (for one year) towards an even one. What is known of a month takes the
place of its pace (results of an examination), comes on top (contracts that end), or is a part of it (announced classes:
more than the pace counts where more is announced). The range holds the truth four times out of five if months go on to
scatter as they did; the backtest does the same from every past month, with what was known on its day, and says how far
off it was, and where its ranges were too narrow this one is made wider.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from statistics import NormalDist, median

from shegong.kernel.text import N_
from shegong.steering.programme.rules.curves import Points, month_end, month_ends

LEAST = 6  # months of growth; below them there is no forecast
WINDOW = 12  # months that the pace is taken from
SURE = 0.8
WIDEST = 3.0  # a range is made wider by the backtest at most so many times
Amounts = tuple[float, float, float]  # probably, at least, at most
METHODS = {
    "even": N_("The mean monthly growth of the last %(months)s months goes on."),
    "seasonal": N_(
        "The growth of the last %(months)s months goes on, each month with its share of former years."
    ),
}


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
    """A forecast: amounts at the deadline, and what it rests on. `error`: the median miss of the backtest, as a share."""

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
        return METHODS["seasonal" if self.seasonal else "even"], {"months": self.months}


@dataclass(frozen=True)
class Pace:
    """Monthly growth as fitted: the level, each month's share (mean 1), the scatter, the months it rests on."""

    level: float
    shares: tuple[float, ...]
    scatter: float
    months: int
    seasonal: bool


def forecast(
    points: Points,
    *,
    asof: date,
    deadline: date,
    now: int | None = None,
    known: Sequence[Known] = (),
    may_fall: bool = False,
) -> Outlook | None:
    """The outlook on `asof` for `deadline`; None with less than six whole months of data or a deadline that has passed.

    `points`: running totals (or standing numbers) at month ends, oldest first; later ones than `asof` are not looked at.
    `now`: what counts for the target already, where that is not the last total (a target of one year). `may_fall`: the
    figure can shrink (people leave); otherwise the range never lies below what is there.
    """
    seen = _begun([(day, value) for day, value in points if day <= asof])
    if not seen or deadline <= asof or len(growth(seen)) < LEAST:
        return None
    have = seen[-1][1] if now is None else now
    outlook = _ahead(seen, asof, deadline, have, _told(known, asof, deadline), may_fall)
    return _backtested(outlook, seen, asof, may_fall, have, known)


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


def paced(steps: Sequence[tuple[int, int]]) -> Pace:
    """The pace of monthly growth, with the shape of the year where a year is known."""
    seasonal = len(steps) >= WINDOW
    shares = _shares(steps) if seasonal else (1.0,) * 12
    recent = steps[-WINDOW:]
    weight = sum(shares[month - 1] for month, _ in recent)
    level = sum(step for _, step in recent) / weight if weight else 0.0
    off = [step - level * shares[month - 1] for month, step in recent]
    scatter = (sum(one * one for one in off) / (len(off) - 1)) ** 0.5
    return Pace(level, shares, scatter, len(recent), seasonal)


def _shares(steps: Sequence[tuple[int, int]]) -> tuple[float, ...]:
    mean = sum(step for _, step in steps) / len(steps)
    if mean <= 0:
        return (1.0,) * 12
    found = []
    for month in range(1, 13):
        those = [max(0, step) for at, step in steps if at == month]
        found.append((sum(those) / mean + 1) / (len(those) + 1))
    whole = sum(found)
    return tuple(12 * one / whole for one in found)


def _ahead(
    seen: Points, asof: date, deadline: date, have: int, known: tuple[Known, ...], may_fall: bool
) -> Outlook:
    pace = paced(growth(seen))
    taken = {(one.on.year, one.on.month) for one in known if one.how is How.INSTEAD}
    weights = {ym: share for ym, share in _months_left(asof, deadline, pace) if ym not in taken}
    more: list[Amounts] = [(one.expected, one.low, one.high) for one in known if one.how is not How.WITHIN]
    more += _beyond(known, {ym: pace.level * share for ym, share in weights.items()})
    expected = have + pace.level * sum(weights.values()) + sum(one[0] for one in more)
    half = _quantile(pace.months) * _spread(pace, list(weights.values()), more)
    floor = float("-inf") if may_fall else float(have)
    low, middle, high = (round(max(floor, value)) for value in (expected - half, expected, expected + half))
    return Outlook(deadline, middle, low, high, pace.months, pace.seasonal, known)


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


def _backtested(
    outlook: Outlook, seen: Points, asof: date, may_fall: bool, have: int, known: Sequence[Known]
) -> Outlook:
    """The same from every past month, with what was known then, as far ahead as there is truth; the range widened where it
    was too narrow."""
    whole = [(day, value) for day, value in seen if day == month_end(day)]
    ahead = max(1, round((outlook.deadline - asof).days / 30.44))
    misses, widths, inside = [], [], 0
    for at in range(LEAST, len(whole) - 1):
        day, value = whole[at]
        last, truth = whole[min(at + ahead, len(whole) - 1)]
        then = _ahead(whole[: at + 1], day, last, value, _told(known, day, last), may_fall)
        misses.append(abs(then.expected - truth) / max(1, abs(truth)))
        widths.append(abs(then.expected - truth) / max(1, (then.high - then.low) / 2))
        inside += then.low <= truth <= then.high
    if not misses:
        return outlook
    found = replace(outlook, tried=len(misses), inside=inside, error=median(misses))
    return _widened(found, widths, float("-inf") if may_fall else float(have))


def _widened(outlook: Outlook, widths: Sequence[float], floor: float) -> Outlook:
    if len(widths) < LEAST:
        return outlook
    needed = sorted(widths)[min(len(widths) - 1, int(SURE * len(widths)))]
    factor = min(WIDEST, max(1.0, needed))
    low = outlook.expected - factor * (outlook.expected - outlook.low)
    high = outlook.expected + factor * (outlook.high - outlook.expected)
    return replace(outlook, low=round(max(floor, low)), high=round(high))
