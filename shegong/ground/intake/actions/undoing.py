"""A batch is dropped before it is in, or undone after, as long as nobody has built upon its rows."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.intake.actions.checking import Moved
from shegong.ground.intake.actions.jobs import queue
from shegong.ground.intake.actions.steps import journalled_step, locked, require_batch, taking_of
from shegong.ground.intake.actions.telling import tell
from shegong.ground.intake.models import Batch, BatchPart, BatchRow
from shegong.ground.intake.rules import undo_obstacles
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sheets.layout import Taking, layout_of
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.sheets.store import obstacle_entry


@transaction.atomic
def drop(batch: Batch, *, by: Actor, on: date, seen: int | None = None) -> Batch:
    """Take nothing in and forget the rows; the original stays. Refuses once the taking has begun."""
    require_batch(batch, by)
    held = locked(batch)
    batch = journalled_step(
        held, "drop", by=by, seen=seen, changes={"ended_at": Now()}, facts={"rows": held.total}
    )
    forget_rows(batch)
    return batch


@transaction.atomic
def undo(batch: Batch, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Batch:
    """Order everything this batch brought in to be taken back, by a job.

    Refuses after the days of the policy, without a reason, and when somebody has built upon its rows: it names them.
    """
    layout = require_batch(batch, by)
    held = locked(batch)
    refuse_if(undo_obstacles(held.state, held.undo_until, on, reason))
    refuse_if(list(layout.touched(Taking(held.pk, by, on))))
    changes = {
        "reason": reason.strip(),
        "ordered_by_id": by.user_id,
        "done": 0,
        "expected": held.taken,
        "refusal": None,
    }
    batch = journalled_step(held, "undo", by=by, seen=seen, reason=reason.strip(), changes=changes)
    queue(batch)
    return batch


def take_back(batch: Batch, on: date) -> None:
    """Bring a batch from `undoing` to `undone`, in one transaction; back to `taken` when somebody was faster."""
    try:
        _take_back(batch, on)
    except Refused as refused:
        keep(batch, refused.obstacles[0])


@transaction.atomic
def _take_back(batch: Batch, on: date) -> None:
    held = locked(batch)
    if held.state != BatchState.UNDOING:
        raise Moved
    layout, taking = layout_of(held.layout), taking_of(held, on)
    refuse_if(list(layout.touched(taking)))
    layout.undo(taking)
    changes = {"ended_at": Now(), "done": held.taken}
    held = journalled_step(held, "finish_undo", by=SYSTEM, facts={"rows": held.taken}, changes=changes)
    tell(held, taking.by.person_id)


@transaction.atomic
def keep(batch: Batch, reason: Obstacle) -> None:
    """The batch stays in, and says why."""
    held = locked(batch)
    if held.state == BatchState.UNDOING:
        changes = {"refusal": obstacle_entry(reason)}
        held = journalled_step(held, "keep", by=SYSTEM, facts={"code": reason.code}, changes=changes)
        tell(held, held.taken_by_id, what="kept")


def forget_rows(batch: Batch) -> None:
    """Delete what the rows say; counts and the sealed original stay."""
    BatchPart.objects.filter(batch=batch).delete()
    BatchRow.objects.filter(batch=batch).delete()
