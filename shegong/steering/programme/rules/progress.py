"""What a yearly target expects by a day: by quarters where the plan states them, else month by month; pure (N10)."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from fractions import Fraction


def part_of_year(year: int, on: date) -> Fraction:
    """How much of `year` has passed at the end of `on`, months alike: 0 before it, 1 after it."""
    if on.year != year:
        return Fraction(int(on.year > year))
    return (on.month - 1 + Fraction(on.day, monthrange(on.year, on.month)[1])) / 12


def due_share(year: int, on: date, quarters: Sequence[int | None] = ()) -> Fraction:
    """The share of the year's target that is due by the end of `on`.

    `quarters` are the percentages due by the end of the first, second and third quarter; between two ends it rises
    evenly.
    """
    passed = part_of_year(year, on)
    if not quarters or None in quarters:
        return passed
    ends = [Fraction(0), *(Fraction(int(q or 0), 100) for q in quarters), Fraction(1)]
    quarter = min(int(passed * 4), 3)
    return ends[quarter] + (ends[quarter + 1] - ends[quarter]) * (passed * 4 - quarter)


def due(amount: int, year: int, on: date, quarters: Sequence[int | None] = ()) -> int:
    """The amount of a year's flow that is due by `on`, rounded down: half a person is not due."""
    return int(amount * due_share(year, on, quarters))


def standing_due(before: int, amount: int, year: int, on: date, quarters: Sequence[int | None] = ()) -> int:
    """The same of a standing figure that goes from `before` at the end of last year to `amount` at the end of this."""
    return before + int((amount - before) * due_share(year, on, quarters))
