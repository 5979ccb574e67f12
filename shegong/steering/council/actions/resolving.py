"""What a meeting decides becomes a task of a department; one that is late is put under supervision."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max

from shegong.ground.organizations.models import Organization
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.steering.council.actions.conferences import require_office
from shegong.steering.council.models import AgendaItem, Meeting, Member, Resolution
from shegong.steering.council.rules import State, indicator_obstacles, reason_obstacles, resolution_obstacles


@answers("M1.c", "N7")
@transaction.atomic
def resolve(
    item: AgendaItem, *, text: str, responsible: Organization, due_on: date | None, helpers: Sequence[Organization] = (),
    indicator: str = "", figure_region: int | None = None, by: Actor, on: date,
) -> Resolution:  # fmt: skip
    """Enter what was decided on an item: who is responsible, who helps, until when, which figure it wants to move.

    Its task is drafted with it and is assigned when the minutes are issued. Refuses before the meeting was held, a body
    that is no member, the office itself as responsible, and a day that has passed.
    """
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=item.meeting_id)
    conference = meeting.conference
    require_office(conference, by)
    sitting = Member.objects.sitting(conference, meeting.held_on).values_list("organization", flat=True)
    refuse_if(
        resolution_obstacles(
            text=text, state=meeting.state, responsible_id=responsible.pk, office_id=conference.office_id,
            member_ids=set(sitting), due_on=due_on, on=on,
        )
        + indicator_obstacles(indicator.strip())
    )  # fmt: skip
    _before_minutes(meeting)
    assert due_on is not None
    number = (item.resolutions.aggregate(last=Max("number"))["last"] or 0) + 1
    task = tasks.draft(
        kind=item.kind, title=text, issuer=conference.office, responsible=responsible, helpers=helpers,
        region_code=conference.region_code, due_on=due_on, detail="", origin=f"council.resolution:{item.pk}:{number}",
        by=by, on=on,
    )  # fmt: skip
    row = Resolution.objects.create(
        item=item, region_code=conference.region_code, number=number, text=text.strip(), indicator=indicator.strip().upper(),
        figure_region_code=figure_region or (conference.region_code if indicator.strip() else None), task=task,
    )  # fmt: skip
    _journal("resolve", row, by)
    return row


def _before_minutes(meeting: Meeting) -> None:
    """What is decided stands in the minutes: once they are drafted nothing is added or taken away."""
    if meeting.has_minutes:
        message = N_("The minutes are drafted already. Give the draft up to change the resolutions.")
        raise Refused(Obstacle("minutes_there", message, clause="M1.c"))


def _journal(verb: str, row: Resolution, by: Actor, reason: str = "") -> None:
    journal.write(
        f"council.resolution.{verb}", by=by, subject=row, region_code=row.region_code, rows=[row], reason=reason,
        facts={"task": row.task_id, "indicator": row.indicator},
    )  # fmt: skip


@transaction.atomic
def drop_resolution(row: Resolution, *, reason: str, by: Actor, on: date) -> Task:
    """Take back a resolution that was entered wrongly, before the minutes are issued; its task is withdrawn."""
    require_office(row.item.meeting.conference, by)
    refuse_if(reason_obstacles(reason))
    if row.item.meeting.state != State.HELD:
        raise Refused(
            Obstacle("resolution_stands", N_("The minutes are issued: the resolution stands."), clause="M1.c")
        )
    _before_minutes(row.item.meeting)
    task = tasks.withdraw(row.task, reason=reason, by=by, on=on)
    _journal("drop", row, by, reason.strip())
    return task


@answers("M1.c", "N12")
@transaction.atomic
def supervise(row: Resolution, *, due_on: date, reason: str, by: Actor, on: date) -> Task:
    """Open a supervision item (督办) under a resolution that does not move: a task of its own with its own deadline."""
    conference = row.item.meeting.conference
    require_office(conference, by)
    refuse_if(reason_obstacles(reason))
    if row.task.state not in ("assigned", "accepted", "returned"):
        message = N_("Only a resolution on which a department has to act can be put under supervision.")
        raise Refused(Obstacle("supervise_state", message, clause="M1.c"))
    task = tasks.draft(
        kind="supervise", title=row.text, detail=reason.strip(), issuer=conference.office, responsible=row.task.responsible,
        region_code=row.region_code, due_on=due_on, parent=row.task, by=by, on=on,
    )  # fmt: skip
    task = tasks.assign(task, by=by, on=on)
    _journal("supervise", row, by, reason.strip())
    return task
