"""More time: the responsible body asks with a reason, the issuer grants or refuses."""

from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.tasks.actions.taking_part import hold, note, people_of, require_part, tell, write
from shegong.ground.tasks.models import Extension, Task, task_policy
from shegong.ground.tasks.rules import (
    Event,
    Part,
    decider_obstacles,
    extension_obstacles,
    reason_obstacles,
)
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.messages import Template
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_

ASKED = Template(
    "tasks.time_asked", N_("More time is asked for"), N_("%(body)s asks for more time for “%(title)s”, until %(until)s: %(reason)s.")
)  # fmt: skip
DECIDED = Template("tasks.time_granted", N_("More time given"), N_("“%(title)s” is now due on %(due)s."))
REFUSED = Template(
    "tasks.time_refused", N_("No more time given"), N_("“%(title)s” stays due on %(due)s: %(reason)s.")
)


@half
@answers("N12")
@transaction.atomic
def ask_time(task: Task, *, until: date | None, reason: str, by: Actor, on: date) -> Extension:
    """Ask for more time. Refuses without a reason, a day that is not later, and more often than the policy allows."""
    require_part(by, Part.RESPONSIBLE, task.responsible)
    task = hold(task)
    if not task.is_running:
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    rows = task.extensions.all()
    refuse_if(
        extension_obstacles(
            until=until, due_on=task.due_on, on=on, has_open=rows.filter(is_granted=None).exists(),
            granted=rows.filter(is_granted=True).count(), most=task_policy(on).extensions,
        )
        + reason_obstacles(reason)
    )  # fmt: skip
    assert until is not None
    row = Extension.objects.create(
        task=task,
        before=task.due_on,
        until=until,
        reason=reason.strip(),
        asked_by_id=by.person_id,
        asked_on=on,
    )
    note(task, Event.ASK_TIME, by, on, organization=task.responsible, note=row.reason)
    write(task, "ask_time", by, [row], reason=row.reason, facts={"until": until.isoformat()})
    people = people_of(Part.ISSUER, [task.issuer], on, by)
    tell(task, ASKED, people, until=until.isoformat(), reason=row.reason)
    return row


def _decide(task: Task, by: Actor, on: date, **said: object) -> tuple[Task, Extension]:
    require_part(by, Part.ISSUER, task.issuer)
    task = hold(task)
    row = task.extensions.filter(is_granted=None).first()
    if row is None or not task.is_running:
        raise Refused(Obstacle("no_extension", N_("Nobody asks for more time.")))
    refuse_if(decider_obstacles(decider_id=by.person_id, asker_id=row.asked_by_id))
    Extension.objects.filter(pk=row.pk).update(decided_by_id=by.person_id, decided_on=on, **said)
    row.refresh_from_db()
    return task, row


@half
@answers("N12")
@transaction.atomic
def grant_time(task: Task, *, text: str = "", by: Actor, on: date) -> Task:
    """Give the time that was asked for: the task is due on the new day."""
    task, row = _decide(task, by, on, is_granted=True, note=text.strip())
    Task.objects.filter(pk=task.pk).update(due_on=row.until, version=F("version") + 1)
    task.refresh_from_db()
    note(task, Event.GRANT_TIME, by, on, organization=task.issuer, note=row.note)
    write(task, "grant_time", by, [row], facts={"until": row.until.isoformat()})
    tell(task, DECIDED, people_of(Part.RESPONSIBLE, [task.responsible], on, by))
    return task


@half
@answers("N12")
@transaction.atomic
def refuse_time(task: Task, *, reason: str, by: Actor, on: date) -> Task:
    """The deadline stays, with the reason."""
    refuse_if(reason_obstacles(reason))
    task, row = _decide(task, by, on, is_granted=False, note=reason.strip())
    note(task, Event.REFUSE_TIME, by, on, organization=task.issuer, note=row.note)
    write(task, "refuse_time", by, [row], reason=row.note)
    tell(task, REFUSED, people_of(Part.RESPONSIBLE, [task.responsible], on, by), reason=row.note)
    return task
