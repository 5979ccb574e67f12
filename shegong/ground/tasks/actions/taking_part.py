"""Who acts for which body of a task, what is written of a step, and who is told."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from shegong.ground.documents.models import bodies_of_grant
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.tasks.models import Task, TaskEvent
from shegong.ground.tasks.rules import Event, Part, Permission, not_taking_part
from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM, Actor, Authority, holders
from shegong.kernel.refusal import Refused

NEEDED = {Part.ISSUER: Permission.ASSIGN, Part.RESPONSIBLE: Permission.REPLY, Part.HELPER: Permission.REPLY}


def authority_over(by: Actor, permission: str, body: Organization) -> Authority | None:
    """Under which authority the actor acts for a body: granted in it (of a grant that names none: the civil affairs office
    of its place), or in a division of it."""
    held = by.with_permission(permission)
    found = next((one for one in held if body.pk in bodies_of_grant(one)), None)
    if found is not None or not held:
        return found
    divisions = set(Organization.objects.filter(parent=body).values_list("pk", flat=True))
    return next((one for one in held if one.organization_id in divisions), None)


def acts_for(by: Actor, permission: str, body: Organization) -> bool:
    """Whether the actor acts for a body with this permission."""
    return by.is_system or authority_over(by, permission, body) is not None


def helpers_of(task: Task) -> list[Organization]:
    """The helping bodies, in the order in which they were named."""
    rows = task.parts.filter(part=Part.HELPER).select_related("organization").order_by("pk")
    return [row.organization for row in rows]


def require_part(by: Actor, part: Part, *bodies: Organization) -> Organization:
    """The first of these bodies that the actor acts for; refuses when there is none."""
    body = next((body for body in bodies if acts_for(by, NEEDED[part], body)), None)
    if body is None:
        raise Refused(not_taking_part(part))
    return body


def hold(task: Task) -> Task:
    """The row as it is now, locked until the end of the transaction."""
    held: Task = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    return held


def note(task: Task, name: Event, by: Actor, on: date, **said: Any) -> TaskEvent:
    """A line of the task's history."""
    given = {"person_id": by.person_id, **said}
    return TaskEvent.objects.create(task=task, name=str(name), happened_on=on, due_on=task.due_on, **given)


def write(task: Task, verb: str, by: Actor, rows: Iterable[Any] = (), **details: Any) -> None:
    """The journal's entry of a step."""
    journal.write(
        f"tasks.task.{verb}", by=by, subject=task, region_code=task.region_code, rows=[task, *rows],
        facts={"kind": task.kind, "state": task.state, **details.pop("facts", {})}, **details,
    )  # fmt: skip


def tell(task: Task, template: messages.Template, people: Iterable[int], **params: Any) -> int:
    """Tell each of these people once; the message leads to the task. How many were told."""
    told = sorted({pk for pk in people if pk})
    values = {"title": task.title, "due": task.due_on.isoformat(), "body": task.responsible.name, **params}
    for person in Person.objects.filter(pk__in=told).order_by("pk"):
        messages.send(person, template, values, link=reverse("tasks:one", args=[task.pk]))
    return len(told)


def people_of(part: Part, bodies: Iterable[Organization], on: date, but: Actor = SYSTEM) -> list[int]:
    """Who acts for these bodies on `on`, without the one who just did."""
    found = [pk for body in bodies for pk in holders(NEEDED[part], on, body=body.pk)]
    return [pk for pk in found if pk != but.person_id]
