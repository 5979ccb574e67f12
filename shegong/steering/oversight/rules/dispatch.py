"""Rounds of dispatch: what a unit is asked, when it is late, when it is reminded; pure (N6, N12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class RoundState(StrEnum):
    """States of a round."""

    DRAFTED = "drafted"
    OPEN = "open"
    CLOSED = "closed"


ROUND_NAMES = {
    RoundState.DRAFTED: N_("Being prepared"),
    RoundState.OPEN: N_("Running"),
    RoundState.CLOSED: N_("Round closed"),
}
ROUND = Workflow(
    RoundState,
    RoundState.DRAFTED,
    [
        step("open", "drafted", "open", "N6"),
        step("close", "open", "closed", "N6"),
        step("reopen", "closed", "open"),
    ],
)


class ReturnState(StrEnum):
    """States of what one unit hands in."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    RETURNED = "returned"


RETURN_NAMES = {
    ReturnState.OPEN: N_("Not handed in"),
    ReturnState.SUBMITTED: N_("Handed in"),
    ReturnState.CHECKED: N_("Checked"),
    ReturnState.RETURNED: N_("Sent back"),
}
RETURN = Workflow(
    ReturnState,
    ReturnState.OPEN,
    [
        step("submit", ("open", "returned"), "submitted", "N6"),
        step("send_back", "submitted", "returned", "N12"),
        step("check", "submitted", "checked", "N12"),
        step("take_up_again", "checked", "submitted"),
    ],
)
TO_DO = (ReturnState.OPEN, ReturnState.RETURNED)


class Moment(StrEnum):
    """When a unit is reminded: once each."""

    OPENED = "opened"
    BEFORE = "before"
    DUE = "due"
    LATE = "late"


MOMENT_NAMES = {
    Moment.OPENED: N_("Told that the round has opened"),
    Moment.BEFORE: N_("Reminded before the deadline"),
    Moment.DUE: N_("Reminded on the day"),
    Moment.LATE: N_("Told that it is late"),
}

SOON = 3  # days before the deadline from which a return shows blue
GRACE = 5  # days after it from which it shows red
BY_HAND = "hand"


def period_of(day: date, cadence: str) -> str:
    """The period a round of `day` asks about: the month (2012-11) or the quarter (2012Q4) that contains it."""
    return f"{day:%Y-%m}" if cadence == "month" else f"{day.year}Q{(day.month + 2) // 3}"


def last_day_of(period: str) -> date | None:
    """The last day of a period as `period_of` writes it, or of a year; None for any other text."""
    try:
        if "Q" in period:
            year, quarter = period.split("Q")
            return _month_end(int(year), 3 * int(quarter))
        parts = [int(part) for part in period.split("-")]
        return _month_end(parts[0], parts[1]) if len(parts) == 2 else date(int(period), 12, 31)
    except (TypeError, ValueError):
        return None


def _month_end(year: int, month: int) -> date:
    after = date(year + month // 12, month % 12 + 1, 1) if month <= 12 else date(year, month, 1)
    return after - timedelta(days=1)


def days_late(*, due_on: date, handed_in: date | None, on: date) -> int:
    """Days after the deadline until it was handed in, or until `on` while it is not; 0 in time."""
    return max(0, ((handed_in or on) - due_on).days)


def colour(*, due_on: date, handed_in: date | None, on: date) -> str:
    """blue: due within three days; yellow: late; red: late by more than five days; "" otherwise."""
    late = days_late(due_on=due_on, handed_in=handed_in, on=on)
    if late:
        return "red" if late > GRACE else "yellow"
    return "blue" if handed_in is None and (due_on - on).days <= SOON else ""


def moments_due(*, opens_on: date, due_on: date, on: date, before: int, done: Iterable[str]) -> list[Moment]:
    """Which reminder is due for a unit that has not handed in: first that the round has opened, then the newest of the
    others, each once. What a worker that stood still has missed is not made up for."""
    sent = set(done)
    if on < opens_on:
        return []
    if Moment.OPENED not in sent:
        return [Moment.OPENED]
    days = {
        Moment.BEFORE: due_on - timedelta(days=before),
        Moment.DUE: due_on,
        Moment.LATE: due_on + timedelta(days=1),
    }
    passed = [moment for moment, day in days.items() if day <= on]
    return [moment for moment in passed[-1:] if moment not in sent]


def round_obstacles(
    *,
    period: str,
    title: str,
    opens_on: date,
    due_on: date,
    as_of: date,
    indicators: Sequence[str],
    questions: Sequence[str],
    units: int,
    known: Iterable[str],
) -> list[Obstacle]:
    """What speaks against a round: it asks something, of somebody, with a day to answer by."""
    found = []
    if not period.strip():
        found.append(Obstacle("round_period", N_("Enter the period, for example 2012Q4."), "period", "N6"))
    if not title.strip():
        found.append(Obstacle("round_title", N_("Give the round a title."), "title", "N6"))
    if due_on < opens_on:
        message = N_("The deadline lies before the day it opens.")
        found.append(Obstacle("round_due", message, "due_on", "N6"))
    if as_of > due_on:
        message = N_("Figures cannot be as of a day after the deadline.")
        found.append(Obstacle("round_as_of", message, "as_of", "N6"))
    if not indicators and not questions:
        message = N_("Choose at least one indicator, or write a question.")
        found.append(Obstacle("round_empty", message, "indicators", "N6"))
    unknown = sorted(set(indicators) - set(known))
    if unknown:
        message = N_("The plan has no indicator %(ids)s.")
        found.append(Obstacle("round_unknown", message, "indicators", "N6", {"ids": ", ".join(unknown)}))
    if not units:
        found.append(Obstacle("round_units", N_("There is no unit to ask below this place."), "region", "N6"))
    return found


@dataclass(frozen=True)
class Line:
    """One line of a return as the unit fills it: what the register counts, the unit's own number, its words."""

    key: int
    is_question: bool
    counted: int | None = None
    own: int | None = None
    text: str = ""


def line_obstacles(line: Line) -> list[Obstacle]:
    """What is missing in a line: a difference needs its reason, an uncounted figure a number, a question an answer."""
    field = f"own_{line.key}"
    if line.is_question:
        missing = Obstacle("answer_missing", N_("Answer the question."), f"text_{line.key}", "N6")
        return [] if line.text.strip() else [missing]
    if line.own is not None and line.own < 0:
        return [Obstacle("answer_negative", N_("A number cannot be negative."), field, "N6")]
    if line.counted is None and line.own is None:
        return [Obstacle("answer_number", N_("No register counts this: enter the number."), field, "N6")]
    differs = line.counted is not None and line.own not in (None, line.counted)
    if differs and not line.text.strip():
        message = N_("Say why your number differs from the register's; both stay on record.")
        return [Obstacle("answer_why", message, f"text_{line.key}", "N6")]
    return []


def progress(states: Iterable[str]) -> Mapping[str, int]:
    """How many units are in each state, all states named."""
    counted = dict.fromkeys(map(str, ReturnState), 0)
    for state in states:
        counted[state] += 1
    return counted
