"""Which step of the reminders is due, and what a reminder says remains; pure."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from shegong.duties.registry.policy_types import RegistrationPolicy, ReminderStage
from shegong.kernel.calendar import corresponding_day
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.work.education.rules import in_hours

AGAIN_DAYS = 7  # while a status is kept for want of proof, another attempt each week
AGAIN = "again"


def day_of(stage: ReminderStage, ends_on: date) -> date:
    """When a step comes before this end."""
    return corresponding_day(ends_on, months=-stage.months) - timedelta(days=stage.days)


def stage_due(
    ends_on: date, on: date, policy: RegistrationPolicy, told: Collection[str], *, unproven: bool = False
) -> str:
    """The latest step that has come and was not told; '' for none. Steps passed over are not told after it.

    After the end, of a status kept because no reminder is proven: an attempt each week, `again-<week>`.
    """
    if on > ends_on:
        stage = f"{AGAIN}-{(on - ends_on).days // AGAIN_DAYS}"
        return stage if unproven and stage not in told else ""
    come = [stage for stage in policy.reminders if day_of(stage, ends_on) <= on]
    latest = max(come, key=lambda stage: day_of(stage, ends_on), default=None)
    return latest.code if latest and latest.code not in told else ""


def spans(on: date, policy: RegistrationPolicy) -> list[tuple[str, date, date]]:
    """Of each step the first and last end to which it is the latest that has come: the days of a register to look at."""
    longest = max((stage.months * 31 + stage.days for stage in policy.reminders), default=0)
    found: dict[str, list[date]] = {}
    for ahead in range(longest + 4):
        day = on + timedelta(days=ahead)
        if stage := stage_due(day, on, policy, ()):
            found.setdefault(stage, []).append(day)
    return [(stage, days[0], days[-1]) for stage, days in found.items()]


def telling_obstacles(opens_on: date, on: date) -> list[Obstacle]:
    """What an officer told long before is no notice of this end."""
    if on >= opens_on:
        return []
    message = N_("The window opens on %(opens)s. Only what is told from then on counts as notice.")
    return [Obstacle("told_too_early", message, "how", params={"opens": opens_on.isoformat()})]


def remains(missing: int | None, left: int) -> tuple[str, dict[str, Any]]:
    """What is left to do, for a message: the number of steps that every page of the holder says, and the hours of
    continuing education among them (minutes `missing` by the national rule; None where nothing is known)."""
    if not left:
        return N_("Every step is done; only the handing in remains."), {}
    if missing:
        return (
            N_("%(n)s steps remain, among them %(hours)s hours of continuing education."),
            {"n": left, "hours": in_hours(missing)},
        )
    if missing is None:
        return N_("%(n)s steps remain."), {"n": left}
    return N_("%(n)s steps remain; the hours of continuing education are complete."), {"n": left}
