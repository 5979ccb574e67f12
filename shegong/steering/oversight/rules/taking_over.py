"""What a checked answer of a unit becomes among the entered figures; pure (N6).

An answer says how far the unit is on the round's day, since the beginning. Of a flow the part that was entered before is
taken off; a stock is entered as it stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


@dataclass(frozen=True)
class Entered:
    """A figure of some days, both in."""

    start: date
    end: date
    amount: int


def entry_of(
    stated: int, *, is_stock: bool, since: date, as_of: date, before: Sequence[Entered]
) -> Entered | Obstacle:
    """The figure to enter for what a unit `stated` as of a day, beside those entered `before`; or why there is none.

    `since`: the first day that counts. Its days begin after the last that is entered.
    """
    last = max((one.end for one in before), default=since - timedelta(days=1))
    if last >= as_of:
        message = N_("A figure up to %(day)s is entered already. Correct that one.")
        return Obstacle("entered_already", message, clause="N6", params={"day": last.isoformat()})
    known = 0 if is_stock else sum(one.amount for one in before)
    if stated < known:
        message = N_("The unit states %(stated)s, but %(known)s were entered before. Correct those first.")
        return Obstacle("entered_more", message, clause="N6", params={"stated": stated, "known": known})
    first = max(since, _quarter(as_of)) if is_stock else since
    return Entered(max(first, last + timedelta(days=1)), as_of, stated - known)


def _quarter(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
