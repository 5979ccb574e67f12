"""What the clerk decides in the preview: adopt a suggestion, or say which of the rows about one subject is meant."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from shegong.ground.intake.actions.checking import recheck
from shegong.ground.intake.actions.jobs import queue
from shegong.ground.intake.actions.settling import settle
from shegong.ground.intake.actions.steps import journalled_step, locked, require_batch
from shegong.ground.intake.models import Batch, BatchPart, BatchRow
from shegong.ground.intake.rules import step_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sheets.layout import Taking, Weight
from shegong.kernel.sheets.store import rows_of
from shegong.kernel.text import N_


@transaction.atomic
def adopt(batch: Batch, *, place: int, column: str, offer: int, by: Actor, on: date) -> Batch:
    """Put one suggestion into its cell (`place` is the row's place in the batch, `offer` counts from 0) and check again.

    Refuses a suggestion that is no longer there.
    """
    layout, held = require_batch(batch, by), _choosable(batch)
    part = _part_of(held, place)
    kept = rows_of(part)
    row = next(one for one in kept if one.place == place)
    found = next((f for f in row.findings if f.column == column and f.weight is Weight.CHOICE), None)
    if found is None or not 0 <= offer < len(found.offers):
        raise Refused(
            Obstacle("offer_gone", N_("This suggestion is no longer there. Look at the row again."))
        )
    row.cells[column] = found.offers[offer].text
    recheck(held, part, kept, layout, Taking(held.pk, by, on, held.said))
    return _chosen(held, by, {"row": row.number, "column": column, "code": found.obstacle.code})


@transaction.atomic
def adopt_all(batch: Batch, *, by: Actor, on: date) -> Batch:
    """Put every suggestion that has no alternative into its cell, in a job."""
    require_batch(batch, by)
    return _again(locked(batch), by, adopt_all=True)


@transaction.atomic
def check_again(batch: Batch, *, by: Actor, on: date) -> Batch:
    """Check all rows against the register as it is now, in a job."""
    require_batch(batch, by)
    return _again(locked(batch), by, adopt_all=False)


def _again(held: Batch, by: Actor, *, adopt_all: bool) -> Batch:
    changes = {
        "adopt_all": adopt_all, "round": F("round") + 1, "done": 0, "expected": held.total, "ordered_by_id": by.user_id,
    }  # fmt: skip
    batch = journalled_step(held, "check_again", by=by, changes=changes, facts={"adopt_all": adopt_all})
    queue(batch)
    return batch


@transaction.atomic
def choose_row(batch: Batch, *, place: int, by: Actor, on: date) -> Batch:
    """Of the rows of the file about one subject take this one; the others are passed over. Refuses a row without a double."""
    layout, held = require_batch(batch, by), _choosable(batch)
    row = BatchRow.objects.filter(batch=held, place=place, key__isnull=False).first()
    others = list(BatchRow.objects.filter(batch=held, key=row.key).exclude(place=place)) if row else []
    if row is None or not others:
        raise Refused(
            Obstacle("no_double", N_("No other row of the file is about the same subject any more."))
        )
    choices = {one.place: "passed" for one in others} | {place: "chosen"}
    for number in sorted({one.part for one in [row, *others]}):
        part = BatchPart.objects.get(batch=held, number=number)
        kept = rows_of(part)
        for one in kept:
            one.choice = choices.get(one.place, one.choice)
        recheck(held, part, kept, layout, Taking(held.pk, by, on, held.said))
    return _chosen(held, by, {"row": row.number, "passed": [one.number for one in others]})


def _choosable(batch: Batch) -> Batch:
    held = locked(batch)
    refuse_if(step_obstacles(held.state, "accept"))
    return held


def _part_of(batch: Batch, place: int) -> BatchPart:
    row = BatchRow.objects.filter(batch=batch, place=place).first()
    if row is None:
        raise Refused(Obstacle("no_row", N_("The batch has no such row.")))
    found: BatchPart = BatchPart.objects.get(batch=batch, number=row.part)
    return found


def _chosen(batch: Batch, by: Actor, facts: dict[str, object]) -> Batch:
    settle(batch)
    Batch.objects.filter(pk=batch.pk).update(version=F("version") + 1, moved_at=Now())
    journal.write("intake.batch.choose", by=by, subject=batch, facts=facts)
    batch.refresh_from_db()
    return batch
