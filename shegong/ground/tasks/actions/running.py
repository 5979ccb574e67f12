"""The life of a task: drafted, assigned, acknowledged, sent back, closed or withdrawn."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shegong.ground.documents.models import PolicyDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.ground.tasks.actions.taking_part import hold, note, people_of, require_part, tell, write
from shegong.ground.tasks.models import ReplySignature, Task, TaskPart, TaskReply
from shegong.ground.tasks.rules import (
    Event,
    Part,
    close_obstacles,
    draft_obstacles,
    due_obstacles,
    reason_obstacles,
)
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.messages import Template
from shegong.kernel.refusal import Obstacle, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

ASSIGNED = Template(
    "tasks.assigned",
    N_("A task for your body"),
    N_("%(issuer)s asks: %(title)s. Due on %(due)s. Open it to acknowledge it and to reply."),
)
SENT_BACK = Template(
    "tasks.sent_back",
    N_("A reply was sent back"),
    N_("The reply to “%(title)s” was sent back: %(reason)s. Due on %(due)s."),
)
CLOSED = Template(
    "tasks.closed", N_("A task is closed"), N_("“%(title)s” is closed. Nothing remains to be done.")
)
WITHDRAWN = Template(
    "tasks.withdrawn",
    N_("A task was withdrawn"),
    N_("“%(title)s” was withdrawn: %(reason)s. Nothing remains to be done."),
)


@answers("N7")
@transaction.atomic
def draft(
    *, kind: str, title: str, issuer: Organization, responsible: Organization, region_code: int, due_on: date,
    helpers: Sequence[Organization] = (), parent: Task | None = None, basis: PolicyDocument | None = None,
    origin: str = "", detail: str = "", by: Actor, on: date,
) -> Task:  # fmt: skip
    """Write a task down; nobody is told before it is assigned.

    `region_code` is the place of the matter; `helpers` co-sign each reply before it counts (N7). With an `origin` that
    has drafted before, the task of that time is the answer: a machine drafts once. Refuses an actor who does not act
    for the issuer, a title too short, a body that is both sides, and a deadline that has passed.
    """
    require_part(by, Part.ISSUER, issuer)
    known = Task.objects.filter(origin=origin).first() if origin else None
    if known is not None:
        return known
    refuse_if(
        draft_obstacles(
            kind=kind, title=title, detail=detail, issuer_id=issuer.pk, responsible_id=responsible.pk,
            helper_ids=[body.pk for body in helpers], due_on=due_on, on=on,
        )
        + _place_obstacles(region_code, on)
    )  # fmt: skip
    place = tree().at(region_code, on)
    task = Task.objects.create(
        kind=str(kind), title=title.strip(), detail=detail.strip(), issuer=issuer, responsible=responsible,
        region_code=region_code, level=place.level if place else 0, parent=parent, basis=basis, origin=origin or None,
        first_due_on=due_on, due_on=due_on, drafted_by_id=by.person_id,
    )  # fmt: skip
    bodies = [
        (issuer, Part.ISSUER),
        (responsible, Part.RESPONSIBLE),
        *((body, Part.HELPER) for body in helpers),
    ]
    parts = [_take_part(task, body, part) for body, part in dict(bodies).items()]
    write(task, "draft", by, parts)
    return task


def _place_obstacles(region_code: int, on: date) -> list[Obstacle]:
    if tree().at(region_code, on) is not None:
        return []
    return [Obstacle("task_region", N_("Choose a division from the list."), "region")]


def _take_part(task: Task, body: Organization, part: Part) -> TaskPart:
    return TaskPart.objects.create(
        task=task,
        organization=body,
        part=str(part),
        region_code=body.region_code,
        place_code=task.region_code,
    )


@answers("M1.c")
@transaction.atomic
def assign(task: Task, *, by: Actor, on: date, seen: int | None = None) -> Task:
    """Set the task: the responsible and the helping bodies are told. Refuses a deadline that has passed meanwhile."""
    require_part(by, Part.ISSUER, task.issuer)
    refuse_if(due_obstacles(task.due_on, on))
    task = transition(task, "assign", seen=seen, assigned_on=on)
    note(task, Event.ASSIGN, by, on, organization=task.issuer)
    write(task, "assign", by)
    tell(task, ASSIGNED, people_of(Part.RESPONSIBLE, _answering(task), on, by), issuer=task.issuer.name)
    return task


def _answering(task: Task) -> list[Organization]:
    rows = task.parts.exclude(part=Part.ISSUER).select_related("organization").order_by("pk")
    return [row.organization for row in rows]


@answers("N12")
@transaction.atomic
def acknowledge(task: Task, *, by: Actor, on: date, seen: int | None = None) -> Task:
    """Sign for the task (签收)."""
    require_part(by, Part.RESPONSIBLE, task.responsible)
    task = transition(task, "acknowledge", seen=seen, accepted_on=on)
    note(task, Event.ACKNOWLEDGE, by, on, organization=task.responsible)
    write(task, "acknowledge", by)
    return task


@answers("N12")
@transaction.atomic
def send_back(task: Task, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Task:
    """The reply does not do: send it back with the reason; the deadline stays."""
    require_part(by, Part.ISSUER, task.issuer)
    refuse_if(reason_obstacles(reason))
    task = transition(task, "send_back", seen=seen, replied_by=None)
    note(task, Event.SEND_BACK, by, on, organization=task.issuer, note=reason.strip())
    write(task, "send_back", by, reason=reason.strip())
    people = people_of(Part.RESPONSIBLE, [task.responsible], on, by)
    tell(task, SENT_BACK, people, reason=reason.strip())
    return task


@half
@answers("M1.c")
@transaction.atomic
def close(task: Task, *, note: str = "", by: Actor, on: date, seen: int | None = None) -> Task:
    """Close the task (销号): the issuer does, and not whoever replied or co-signed, and only on a reply with proof.

    Refuses while a task under it is open.
    """
    require_part(by, Part.ISSUER, task.issuer)
    task = hold(task)
    latest = TaskReply.objects.latest(task)
    has_proof = latest is not None and TaskReply.objects.with_proof().filter(pk=latest.pk).exists()
    refuse_if(
        close_obstacles(closer_id=by.person_id, repliers=_repliers(task), has_proof=has_proof)
        + _children(task)
    )
    task = transition(task, "close", seen=seen, closed_on=on, closed_by_id=by.person_id)
    _line(task, Event.CLOSE, by, on, note)
    write(task, "close", by, reason=note.strip())
    tell(task, CLOSED, people_of(Part.RESPONSIBLE, _answering(task), on, by))
    return task


def _line(task: Task, name: Event, by: Actor, on: date, words: str) -> None:
    note(task, name, by, on, organization=task.issuer, note=words.strip())


def _repliers(task: Task) -> set[int | None]:
    wrote = TaskReply.objects.filter(task=task).values_list("written_by", flat=True)
    signed = ReplySignature.objects.filter(reply__task=task).values_list("signed_by", flat=True)
    return {*wrote, *signed} - {None}


def _children(task: Task) -> list[Obstacle]:
    count = Task.objects.open().filter(parent=task).count()
    message = N_("%(count)s tasks under this one are open. Close them first.")
    return [Obstacle("task_children", message, params={"count": count})] if count else []


@transaction.atomic
def withdraw(task: Task, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Task:
    """Take the task back, with the reason, before there is a reply."""
    require_part(by, Part.ISSUER, task.issuer)
    refuse_if(reason_obstacles(reason))
    was_told = task.assigned_on is not None
    task = transition(hold(task), "withdraw", seen=seen)
    _line(task, Event.WITHDRAW, by, on, reason)
    write(task, "withdraw", by, reason=reason.strip())
    if was_told:
        tell(task, WITHDRAWN, people_of(Part.RESPONSIBLE, _answering(task), on, by), reason=reason.strip())
    return task
