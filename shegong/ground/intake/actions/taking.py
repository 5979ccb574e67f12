"""The good rows go into the register, a part in a transaction of its own. Each is checked once more in it, unless nobody
has changed anything since that its check depends on.

Of a large batch another run takes parts too, from the end: one asks the database while the other reckons, and with two
processes two parts are taken at a time. A part belongs to who holds its row; the batch ends when no part is held.
"""

import logging
from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from django.db import DataError, IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from shegong.ground.intake.actions.ahead import Ahead
from shegong.ground.intake.actions.checking import Moved, checked_rows
from shegong.ground.intake.actions.jobs import call_for_help, hold, last_free, queue
from shegong.ground.intake.actions.settling import count
from shegong.ground.intake.actions.standing import stands
from shegong.ground.intake.actions.steps import journalled_step, locked, require_batch, taking_of
from shegong.ground.intake.actions.telling import tell
from shegong.ground.intake.models import Batch, BatchPart, BatchRow, intake_policy
from shegong.ground.intake.rules import accept_obstacles, undo_limit
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.copying import among, meanwhile
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.sheets.layout import Layout, Row, Taking, layout_of
from shegong.kernel.sheets.rows import read_again
from shegong.kernel.sheets.steps import BatchState, RowKind
from shegong.kernel.sheets.store import Kept, obstacle_entry, repack, rows_in
from shegong.kernel.text import N_

log = logging.getLogger(__name__)
NOT_WRITTEN = Obstacle(
    "row_not_written",
    N_("The register did not take this row: it contradicts what is there. Enter it by hand."),
)


@transaction.atomic
def accept(batch: Batch, *, by: Actor, on: date, seen: int | None = None) -> Batch:
    """Order the good rows to be taken in, by a job; all others stay out and go back in the returned workbook.

    Refuses while a check is running, when there is nothing good, and (`seen`) when somebody chose otherwise meanwhile.
    """
    require_batch(batch, by)
    held = locked(batch)
    refuse_if(accept_obstacles(held.state, held.good))
    changes = {
        "done": 0,
        "expected": held.total,
        "ordered_by_id": by.user_id,
        "taken_by_id": by.person_id,
        "refusal": None,
    }
    batch = journalled_step(held, "accept", by=by, seen=seen, facts={"good": held.good}, changes=changes)
    queue(batch)
    return batch


def take(batch: Batch, on: date) -> None:
    """Bring a batch from `taking` to `taken`. Whoever lost the right meanwhile stops it: what is in stays in."""
    stopped: Obstacle | None = None
    parts = _left(batch)
    call_for_help(batch, len(parts))
    try:
        _take_parts(batch, parts, on)
        while parts := _left(batch):  # somebody else holds them, or held them and was killed
            _take_parts(batch, parts[:1], on, patient=True)
    except Refused as refused:
        stopped = refused.obstacles[0]
    finish(batch, on, stopped)


def take_last(batch: Batch, on: date) -> bool:
    """Take some of the last parts that nobody holds, beside `take`; whether there may be more."""
    parts = last_free(_left(batch))
    return bool(parts) and _take_parts(batch, parts, on) == len(parts)


def _left(batch: Batch) -> list[int]:
    left = BatchPart.objects.filter(batch=batch, is_taken=False).order_by("number")
    return list(left.values_list("pk", flat=True))


def _take_parts(batch: Batch, parts: list[int], on: date, *, patient: bool = False) -> int:
    """Take these parts as far as nobody else holds them, waiting for who does only if `patient`; how many."""
    layout, count = layout_of(batch.layout), 0
    ahead = Ahead(layout, on)
    for part_id, following in zip_longest(parts, parts[1:]):
        with meanwhile(ahead.work(following)):
            count += _take_part(batch, part_id, layout, taking_of(batch, on), ahead, patient)
        taken = BatchPart.objects.filter(batch=batch, is_taken=True).aggregate(rows=Sum("rows"))
        Batch.objects.filter(pk=batch.pk, state=BatchState.TAKING).update(
            done=Greatest("done", taken["rows"] or 0), moved_at=Now(), tries=0
        )
    return count


@transaction.atomic
def _take_part(
    batch: Batch, part_id: int, layout: Layout, taking: Taking, ahead: Ahead, patient: bool
) -> bool:
    hold(batch, shared=True)
    if Batch.objects.get(pk=batch.pk).state != BatchState.TAKING:
        raise Moved
    free = BatchPart.objects.select_for_update(of=("self",), skip_locked=not patient)
    part = free.filter(pk=part_id, is_taken=False).first()
    if part is None:  # somebody else takes it, or took it
        return False
    opened = ahead.open(part)
    kept = opened.kept
    good = rows_in(batch.pk, list(kept.values())).filter(kind=RowKind.GOOD).values_list("place", flat=True)
    rows = ahead.read(opened, sorted(good), stands=stands(opened.seen, layout, taking))
    _ask([row for row in rows.values() if row.ready is None], layout, taking)
    _written(list(rows.values()), layout, taking)
    _mark(batch, part, kept, rows)
    return True


def _written(checked: Sequence[Row], layout: Layout, taking: Taking) -> None:
    """Let the layout write the rows; where it refuses, find the row that it refuses and write the others."""
    rows = [row for row in checked if row.is_good and row.outcome != "same"]
    if not rows:
        return
    try:
        with transaction.atomic():
            layout.take(rows, taking)
    except (Refused, IntegrityError, DataError) as problem:
        unasked = [row for row in rows if row.ready is not None]
        if unasked:
            for row in unasked:
                _read_anew(row, layout, taking.on)
            _ask(unasked, layout, taking)
            _written(rows, layout, taking)
        elif len(rows) > 1:
            middle = len(rows) // 2
            _written(rows[:middle], layout, taking)
            _written(rows[middle:], layout, taking)
        else:
            _refused(rows[0], problem, taking)


def _ask(rows: Sequence[Row], layout: Layout, taking: Taking) -> None:
    checked_rows(rows, layout, taking)
    for row in rows:
        row.ready = None


def _read_anew(row: Row, layout: Layout, on: date) -> None:
    fresh = read_again(layout, row.cells, number=row.number, sheet=row.sheet, today=on)
    row.values, row.findings, row.ready = fresh.values, fresh.findings, None


def _refused(row: Row, problem: Exception, taking: Taking) -> None:
    if not isinstance(problem, Refused):
        log.warning("batch %s, row %s: %s", taking.batch_id, row.number, type(problem).__name__)
    for obstacle in problem.obstacles if isinstance(problem, Refused) else [NOT_WRITTEN]:
        row.find("", obstacle)


def _mark(batch: Batch, part: BatchPart, kept: dict[int, Kept], rows: dict[int, Row]) -> None:
    late = [place for place, row in rows.items() if not row.is_good]
    same = [place for place, row in rows.items() if row.is_good and row.outcome == "same"]
    good = BatchRow.objects.filter(batch=batch, kind=RowKind.GOOD)
    for kind, places in ((RowKind.LATE, late), (RowKind.SAME, same)):
        if places:
            good.filter(place__in=among(places)).update(kind=kind)
    if rows:  # places of a part follow each other
        good.filter(place__range=(min(rows), max(rows))).update(kind=RowKind.TAKEN)
    for place in late:
        kept[place].findings = rows[place].findings
    if late:
        repack(part, list(kept.values()))
    BatchPart.objects.filter(pk=part.pk).update(is_taken=True)


@transaction.atomic
def finish(batch: Batch, on: date, stopped: Obstacle | None) -> None:
    """Close the taking; `stopped` says why rows that were good stayed out. Waits for whoever takes a part just now."""
    hold(batch, shared=False)
    held = locked(batch)
    if held.state != BatchState.TAKING:
        raise Moved
    found = count(held)
    changes = {
        "taken_at": timezone.now(), "undo_until": undo_limit(on, intake_policy(on)),
        "refusal": obstacle_entry(stopped) if stopped else None,
    }  # fmt: skip
    held = journalled_step(held, "finish_taking", by=SYSTEM, facts=found, changes=changes)
    tell(held, held.taken_by_id)
