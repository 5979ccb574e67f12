"""How late a task is on a day: the policy in working days, as dates and as conditions for the database."""

from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db.models import Q

from shegong.ground.tasks.rules import RUNNING, Colour, Marks, TaskPolicy
from shegong.kernel.calendar import Calendar
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.policy import Policy, load

LEVELS = (1, 2, 3)


@cache
def _policy() -> Policy[TaskPolicy]:
    return load(settings.POLICY_DIR / "tasks.toml", TaskPolicy)


def task_policy(on: date) -> TaskPolicy:
    """The version of policy/tasks.toml that holds on `on`."""
    return _policy().on(on)


def marks(day: date) -> Marks:
    """The days around `day` at which tasks change their colour."""
    calendar, policy = calendar_in_force(), task_policy(day)
    red = {level: _before(calendar, day, policy.red_of(level)) for level in LEVELS}
    return Marks(day, calendar.add_working_days(day, policy.blue).on if policy.blue else day, red)


def _before(calendar: Calendar, day: date, count: int) -> date:
    """The latest deadline of which `count` working days have passed on `day`."""
    found = day
    while count > 0:
        count -= calendar.is_working_day(found)
        found -= timedelta(days=1)
    return found


def late_q(colour: str, on: Marks) -> Q:
    """Tasks of this colour as a condition."""
    running = Q(state__in=[str(state) for state in RUNNING])
    if colour == Colour.BLUE:
        return running & Q(due_on__gte=on.day, due_on__lte=on.blue_until)
    red = Q()
    for level, limit in on.red_from.items():
        levels = ~Q(level__in=[1, 2]) if level not in (1, 2) else Q(level=level)
        red |= levels & Q(due_on__lte=limit)
    if colour == Colour.RED:
        return running & red
    return running & Q(due_on__lt=on.day) & ~red
