"""Each morning: who has a deadline near is reminded, who is late is told, who is long late is reported one level up."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from shegong.ground.regions.models import tree
from shegong.ground.tasks.actions.taking_part import helpers_of, hold, note, people_of, tell, write
from shegong.ground.tasks.models import Task, marks
from shegong.ground.tasks.rules import RUNNING, Colour, Event, Part, Permission
from shegong.kernel.access import SYSTEM, holders
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import job
from shegong.kernel.messages import Template
from shegong.kernel.text import N_

NEAR = Template("tasks.near", N_("A task is due soon"), N_("“%(title)s” of %(body)s is due on %(due)s."))
LATE = Template(
    "tasks.late",
    N_("A task is late"),
    N_("“%(title)s” of %(body)s was due on %(due)s. Reply, or ask for more time."),
)
LONG_LATE = Template(
    "tasks.long_late", N_("A task is long late"), N_("“%(title)s” of %(body)s was due on %(due)s and has no reply.")
)  # fmt: skip
TEMPLATES = {Colour.BLUE: NEAR, Colour.YELLOW: LATE, Colour.RED: LONG_LATE}


@job("tasks.remind", cron="0 0 * * *")  # 8:00 in China
def remind_by_clock() -> int:
    """The day's reminders; how many tasks."""
    return remind_all(timezone.localdate())


@answers("N12")
def remind_all(on: date) -> int:
    """Tell what the colour of each task asks for, once a colour and deadline; how many tasks were told of.

    Blue: the responsible and the helping bodies. Yellow: the issuer too. Red: also those who set tasks one level up.
    """
    found = 0
    around = marks(on)
    pressing = Task.objects.filter(state__in=[str(s) for s in RUNNING], due_on__lte=around.blue_until)
    for task in pressing.order_by("pk").iterator():
        colour = task.colour(on, around)
        if colour:
            found += _remind(task, Colour(colour), on)
    return found


@transaction.atomic
def _remind(task: Task, colour: Colour, on: date) -> bool:
    task = hold(task)
    if not task.is_running or task.events.filter(colour=colour, due_on=task.due_on).exists():
        return False
    name = Event.ESCALATE if colour == Colour.RED else Event.REMIND
    note(task, name, SYSTEM, on, colour=str(colour))
    write(task, str(name), SYSTEM, facts={"colour": str(colour)})
    tell(task, TEMPLATES[colour], _told(task, colour, on))
    return True


def _told(task: Task, colour: Colour, on: date) -> list[int]:
    people = people_of(Part.RESPONSIBLE, [task.responsible, *helpers_of(task)], on)
    if colour != Colour.BLUE:
        people += people_of(Part.ISSUER, [task.issuer], on)
    return people + _above(task, on) if colour == Colour.RED else people


def _above(task: Task, on: date) -> list[int]:
    """Who sets tasks in the unit above the place, and who leads in the place itself."""
    above = tree().parent(task.region_code, on)
    people = holders(Permission.ASSIGN, on, region_code=above) if above else []
    return people + holders(Permission.READ, on, region_code=task.region_code)
