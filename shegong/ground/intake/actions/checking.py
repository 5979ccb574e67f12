"""The check of a batch: read the file, check its rows against the register, part by part, and settle the doubles.

Each part is stored in a transaction of its own with the progress. Killed at any moment, the job goes on with the
next part; a second worker on the same batch finds its part there and adds nothing.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from shegong.ground.intake.actions.elsewhere import tell_elsewhere
from shegong.ground.intake.actions.recognising import dropped_as_known
from shegong.ground.intake.actions.settling import settle
from shegong.ground.intake.actions.standing import as_of
from shegong.ground.intake.actions.steps import journalled_step, locked, taking_of
from shegong.ground.intake.actions.telling import tell
from shegong.ground.intake.models import ORIGINALS, Batch, BatchPart
from shegong.ground.intake.workbooks import opened, recognised, reread, without_doubles
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets.layout import Layout, Row, Taking, layout_of
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.sheets.store import Kept, add_part, keys_of, obstacle_entry, rewrite_part, rows_of


class Moved(Exception):
    """The batch is no longer in the state in which this work makes sense: somebody dropped it, or did the work."""


def check(batch: Batch, on: date) -> None:
    """Bring a batch from `received` or `checking` to `checked`, or to `unreadable` with the reason."""
    try:
        if batch.state == BatchState.RECEIVED:
            with transaction.atomic():
                batch = journalled_step(locked(batch), "start", by=SYSTEM)
        taking = taking_of(batch, on)
        layout = layout_of(batch.layout)
        if not batch.is_read:
            _read(batch, layout, taking)
        _check_old_parts(batch, layout, taking)
        _finish(batch)
    except Refused as refused:
        give_up(batch, refused.obstacles[0])


def checked_rows(rows: Sequence[Row], layout: Layout, taking: Taking) -> None:
    """Let the layout look at the rows whose cells could be read."""
    readable = [row for row in rows if row.is_good]
    if readable:
        layout.check(readable, taking)


# -- the first time --------------------------------------------------------------------------------------------------


def _read(batch: Batch, layout: Layout, taking: Taking) -> None:
    if (
        batch.reading.get("part", layout.chunk) != layout.chunk
    ):  # parts of another size, from before an update
        BatchPart.objects.filter(batch=batch).delete()
        batch.rows.all().delete()
    stored = BatchPart.objects.filter(batch=batch).count()
    with opened(ORIGINALS.read(batch.sha256), layout, taking.on) as reading:
        if not stored and dropped_as_known(batch, reading):
            raise Moved
        said = recognised(reading) | {"part": layout.chunk}
        Batch.objects.filter(pk=batch.pk).update(expected=reading.total, reading=said)
        for number, rows in enumerate(reading.chunks(layout.chunk)):
            if number >= stored:
                _store(batch, number, [without_doubles(row) for row in rows], layout, taking)
    Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKING).update(is_read=True)


def _store(batch: Batch, number: int, rows: list[Row], layout: Layout, taking: Taking) -> None:
    seen = as_of(layout, taking)
    checked_rows(rows, layout, taking)
    others = tell_elsewhere(batch.pk, layout, number, rows)
    first = number * layout.chunk
    kept = [
        Kept(place, row.number, row.sheet, row.cells, row.findings, row.outcome, ready=row.ready, other=other)
        for place, (row, other) in enumerate(zip(rows, others, strict=True), first)
    ]
    keys = keys_of(batch.pk, layout, rows)
    with transaction.atomic():
        held = _still_checking(batch)
        if BatchPart.objects.filter(batch=held, number=number).exists():
            return
        add_part(held, number, kept, keys, seen=seen)
        _move(held, len(rows))


# -- again, after the clerk's choices or when the register changed ---------------------------------------------------


def _check_old_parts(batch: Batch, layout: Layout, taking: Taking) -> None:
    batch.refresh_from_db()
    old = BatchPart.objects.filter(batch=batch, round__lt=batch.round).order_by("number")
    for part_id in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            held = _still_checking(batch)
            part = BatchPart.objects.get(pk=part_id)
            if part.round >= held.round:
                continue
            kept = rows_of(part)
            if held.adopt_all:
                kept = [_with_offers(row) for row in kept]
            recheck(held, part, kept, layout, taking)
            _move(held, len(kept))


def recheck(batch: Batch, part: BatchPart, kept: Sequence[Kept], layout: Layout, taking: Taking) -> None:
    """Read and check the rows of a part anew and store what was found."""
    seen, rows = as_of(layout, taking), [reread(layout, row, taking.on) for row in kept]
    checked_rows([row for row, one in zip(rows, kept, strict=True) if one.choice != "passed"], layout, taking)
    others = tell_elsewhere(batch.pk, layout, part.number, rows)
    for row, one, other in zip(rows, kept, others, strict=True):
        one.findings, one.outcome, one.ready, one.other = row.findings, row.outcome, row.ready, other
    rewrite_part(batch, part, kept, keys_of(batch.pk, layout, rows), seen=seen)


def _with_offers(row: Kept) -> Kept:
    """The row with every suggestion adopted that has no alternative, if that settles everything."""
    if row.is_mendable and all(len(found.offers) == 1 for found in row.blocking):
        row.cells |= {found.column: found.offers[0].text for found in row.blocking}
    return row


# -- the ends --------------------------------------------------------------------------------------------------------


def _still_checking(batch: Batch) -> Batch:
    held = locked(batch)
    if held.state != BatchState.CHECKING:
        raise Moved
    return held


def _move(batch: Batch, rows: int) -> None:
    Batch.objects.filter(pk=batch.pk).update(done=F("done") + rows, moved_at=Now(), tries=0)


@transaction.atomic
def _finish(batch: Batch) -> None:
    held = _still_checking(batch)
    found = settle(held)
    held = journalled_step(
        held, "finish_check", by=SYSTEM, facts=found, changes={"adopt_all": False, "checked_at": Now()}
    )
    tell(held, held.person_id)


@transaction.atomic
def give_up(batch: Batch, reason: Obstacle) -> None:
    """Say why a batch cannot be read; its rows are forgotten."""
    held = locked(batch)
    if held.state not in (BatchState.RECEIVED, BatchState.CHECKING):
        return
    BatchPart.objects.filter(batch=held).delete()
    held.rows.all().delete()
    held = journalled_step(
        held, "give_up", by=SYSTEM, facts={"code": reason.code},
        changes={"refusal": obstacle_entry(reason), "ended_at": Now()},
    )  # fmt: skip
    tell(held, held.person_id)
