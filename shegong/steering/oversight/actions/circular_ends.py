"""The end of a notice: a unit signs for it, the office closes it, a draft is given up (N12, R4)."""

from datetime import date

from django.db import transaction

from shegong.ground.documents import actions as documents
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.models import Task
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.circulars import write
from shegong.steering.oversight.models import Circular, CircularRow
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.circulars import CircularState, close_obstacles


@transaction.atomic
def drop_circular(row: Circular, *, by: Actor, on: date, seen: int | None = None) -> Circular:
    """Give a draft up."""
    require(by, Permission.DISPATCH, row.region_code)
    row = transition(row, "drop", seen=seen)
    write(row, "drop", by)
    return row


@answers("N12")
@transaction.atomic
def sign_for(row: CircularRow, *, by: Actor, on: date) -> CircularRow:
    """A unit signs for the notice (签收): the document's receipt, and its task if it is named, in one step."""
    if row.circular.state not in (CircularState.ISSUED, CircularState.CLOSED):
        raise Refused(Obstacle("not_issued", N_("This notice is not issued."), clause="N12"))
    require(by, Permission.ANSWER, row.region_code)
    addressee = row.circular.document.addressees.filter(organization=row.body).first()
    if addressee is None:
        raise Refused(Obstacle("not_addressed", N_("This notice does not go to your unit."), clause="N12"))
    documents.acknowledge(addressee, by=by, on=on)
    if row.task is not None and row.task.state == "assigned":
        tasks.acknowledge(row.task, by=by, on=on)
    return row


@answers("N12")
@transaction.atomic
def close_circular(row: Circular, *, by: Actor, on: date, seen: int | None = None) -> Circular:
    """Close the notice once every named unit has put right what was asked, and each task is closed."""
    require(by, Permission.DISPATCH, row.region_code)
    open_tasks = Task.objects.open().filter(pk__in=row.rows.exclude(task=None).values("task")).count()
    refuse_if(close_obstacles(open_tasks))
    row = transition(row, "close", seen=seen)
    write(row, "close", by)
    return row
