"""The pace of a figure: its monthly growth, and how a year's growth falls on its months; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shegong.kernel.text import N_

WINDOW = 12  # months that the pace is taken from
Shares = tuple[float, ...]  # of the twelve months, mean 1
EVEN: Shares = (1.0,) * 12


class Shape(StrEnum):
    """How a year's growth falls on its months."""

    SEASONAL = "seasonal"  # as in former years, drawn by the weight of one year towards what is usual
    FORMER = "former"  # as in former years
    USUAL = "usual"  # as is usual


METHODS = {
    "even": N_("The mean monthly growth of the last %(months)s months goes on."),
    "seasonal": N_("The last %(months)s months go on, each month partly with its share of former years."),
    "former": N_("The last %(months)s months go on, each month with its share of former years."),
    "usual": N_("The last %(months)s months go on, in the months that are usual for it."),
}
DRAWN = {Shape.SEASONAL: 1, Shape.FORMER: 0}


@dataclass(frozen=True)
class Pace:
    """Monthly growth as fitted: the level, each month's share (mean 1), the scatter, the months it rests on."""

    level: float
    shares: Shares
    scatter: float
    months: int
    seasonal: bool


def usual(months: Collection[int]) -> Shares:
    """The shares where all growth comes in these months of the year; each month alike where none is named."""
    if not months:
        return EVEN
    return tuple(12 / len(set(months)) if month in months else 0.0 for month in range(1, 13))


def paced(steps: Sequence[tuple[int, int]], shape: Shape = Shape.SEASONAL, prior: Shares = EVEN) -> Pace:
    """The pace of monthly growth, with the shape of the year where a year is known; before that, what is usual.

    The scatter is that of the drawn shape: a shape that fits former months exactly does not make a forecast certain.
    """
    seasonal = len(steps) >= WINDOW and shape is not Shape.USUAL
    shares = shares_of(steps, DRAWN[shape], prior) if seasonal else prior
    recent = steps[-WINDOW:]
    level = _level(recent, shares)
    drawn = shares if shape is not Shape.FORMER or not seasonal else shares_of(steps, 1, prior)
    held = _level(recent, drawn)
    off = [step - held * drawn[month - 1] for month, step in recent]
    scatter = (sum(one * one for one in off) / (len(off) - 1)) ** 0.5
    return Pace(level, shares, scatter, len(recent), seasonal)


def _level(recent: Sequence[tuple[int, int]], shares: Shares) -> float:
    weight = sum(shares[month - 1] for month, _ in recent)
    return sum(step for _, step in recent) / weight if weight else 0.0


def shares_of(steps: Sequence[tuple[int, int]], drawn: int, prior: Shares) -> Shares:
    """The mean share of each calendar month in former years, drawn by so many years towards what is usual."""
    mean = sum(step for _, step in steps) / len(steps)
    if mean <= 0:
        return prior
    sums, counts = [0.0] * 12, [0] * 12
    for month, step in steps:
        sums[month - 1] += max(0, step)
        counts[month - 1] += 1
    found = [
        (one / mean + drawn * before) / (count + drawn)
        for one, count, before in zip(sums, counts, prior, strict=True)
    ]
    whole = sum(found)
    return tuple(12 * one / whole for one in found)
