"""Figures that no register holds: what may be entered for a unit and a period; pure (N6, G6)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_

CLAUSE = "N6"
MOST = 100_000_000
MOST_PEOPLE = 500


def period_obstacles(
    start: date | None, end: date | None, on: date, first: date, last: date
) -> list[Obstacle]:
    """A period inside the plan's term that is over, or the running one up to today."""
    if start is None or end is None or end < start:
        return [Obstacle("entered_period", N_("The period ends before it begins."), "end", CLAUSE)]
    found = []
    if end > on:
        found.append(
            Obstacle("entered_future", N_("Figures are entered when the period is over."), "end", CLAUSE)
        )
    if start < first or end > last:
        params = {"first": first.isoformat(), "last": last.isoformat()}
        message = N_("The plan runs from %(first)s to %(last)s.")
        found.append(Obstacle("entered_term", message, "start", CLAUSE, params))
    return found


def value_obstacles(amount: int | None, *, papers: int, known: bool) -> list[Obstacle]:
    """A whole number with at least one paper behind it, for an indicator of the plan."""
    found = []
    if not known:
        found.append(
            Obstacle("entered_indicator", N_("Choose an indicator of the plan."), "indicator", CLAUSE)
        )
    if amount is None or not 0 <= amount <= MOST:
        found.append(Obstacle("entered_amount", N_("Enter a whole number, 0 or more."), "amount", CLAUSE))
    if not papers:
        message = N_("Attach the paper that shows the figure: a photo or a PDF.")
        found.append(Obstacle("entered_paper", message, "paper", CLAUSE))
    return found


def overlap_obstacles(*, same: Sequence[str], elsewhere: Sequence[str]) -> list[Obstacle]:
    """One period is entered once, and at one level: a unit's figure and those of the units below would count twice."""
    if same:
        message = N_("Figures for %(period)s are entered already. Correct them instead.")
        return [Obstacle("entered_twice", message, "start", CLAUSE, {"period": "、".join(same[:3])})]
    if elsewhere:
        message = N_("%(units)s entered figures for these days; together they would count twice.")
        return [Obstacle("entered_levels", message, "region", CLAUSE, {"units": "、".join(elsewhere[:5])})]
    return []


def people_obstacles(named: int, amount: int) -> list[Obstacle]:
    """Nobody can name more people than the figure counts."""
    if named <= amount:
        return []
    message = N_("%(named)s people are named, but the figure is %(amount)s.")
    return [Obstacle("entered_people", message, "people", CLAUSE, {"named": named, "amount": amount})]


def read_people(text: str) -> list[tuple[str, str]]:
    """(name, number) of each line that says anything; a line with one word alone has no number."""
    found = []
    for line in text.replace("\r", "\n").split("\n"):
        words = line.replace("，", " ").replace(",", " ").replace("、", " ").split()
        if words:
            found.append((words[0] if len(words) > 1 else "", words[-1]))
    return found
