"""Clocks of stages: days used, days left, when due, and to whose account the days beyond go; pure.

A stage is a row of stretches, each running or at rest. Days at rest move the deadline; they are charged to the party that
caused them, so that a case that took long says whose days they were (信访工作条例 art. 34, 36).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from shegong.duties.conduct.rules.states import Party
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

Roll = Callable[[date], date]


@dataclass(frozen=True)
class Stretch:
    """Days from `starts_on` to `ends_on` (not included; None: still). `pause` is empty while the clock runs."""

    starts_on: date
    ends_on: date | None = None
    pause: str = ""
    party: str = Party.OFFICE

    def length(self, on: date) -> int:
        """Days of it that have passed on `on`."""
        return max(((self.ends_on or on) - self.starts_on).days, 0)


@dataclass(frozen=True)
class Reading:
    """What a clock shows on a day."""

    allowed: int
    used: int  # days that the clock ran
    rested: int
    due_on: date
    is_paused: bool
    over: int  # days beyond what was allowed, rests included
    over_by: Mapping[str, int] = field(default_factory=dict)  # party → days of these

    @property
    def left(self) -> int:
        """Days of the clock that remain; negative when the office itself is late."""
        return self.allowed - self.used


def reading(stretches: Sequence[Stretch], allowed: int, on: date, roll: Roll = lambda day: day) -> Reading:
    """The clock of one stage on `on`; `roll` moves a last day off a day of rest."""
    started = stretches[0].starts_on
    used = sum(one.length(on) for one in stretches if not one.pause)
    resting = [(one.party, one.length(on)) for one in stretches if one.pause]
    rested = sum(days for _party, days in resting)
    due = roll(started + timedelta(days=allowed + rested))
    # A last day that was moved off a holiday belongs to the office.
    allowed += (due - (started + timedelta(days=allowed + rested))).days
    over = max(used + rested - allowed, 0)
    return Reading(
        allowed, used, rested, due, bool(stretches[-1].pause) and stretches[-1].ends_on is None, over,
        _charged(over, max(used - allowed, 0), resting),
    )  # fmt: skip


def _charged(over: int, late: int, resting: Sequence[tuple[str, int]]) -> dict[str, int]:
    """The office answers for what it used beyond its days; the rest goes to whoever made the clock rest, oldest first."""
    found: dict[str, int] = {str(Party.OFFICE): late} if late else {}
    left = over - late
    for party, days in resting:
        part = min(days, left)
        if part > 0:
            found[party] = found.get(party, 0) + part
            left -= part
    return found


def extend_obstacles(*, days: int, already: int, most: int, reason: str, is_over: bool) -> list[Obstacle]:
    """More time once, with a reason, before the time is over (信访工作条例 art. 34)."""
    basis, found = "信访工作条例第三十四条", []
    if not 1 <= days <= most - already:
        message = N_("At most %(most)s days more in all.")
        found.append(Obstacle("extension_long", message, field="days", clause=basis, params={"most": most}))
    if is_over:
        message = N_("The time is over: late is late, and stays so.")
        found.append(Obstacle("extension_late", message, field="days", clause=basis))
    if len(reason.strip()) < 4:
        found.append(Obstacle("reason", N_("Give the reason."), field="reason", clause=basis))
    return found
