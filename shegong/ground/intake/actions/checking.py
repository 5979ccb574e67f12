"""The check of a batch: read the file, put its rows by in parts, check them against the register part by part, and settle
what only all of them together tell.

Each part is stored in a transaction of its own, and checked in another one that holds its row. Of a large file another
run checks parts too, from the end, while this one still puts by the others. Killed at any moment, the job goes on with
what is left; a second worker on the same batch finds its part there, or held, and adds nothing.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Subquery, Sum
from django.db.models.functions import Greatest, Now

from shegong.ground.intake.actions.jobs import SHARED, call_for_help, last_free
from shegong.ground.intake.actions.recognising import dropped_as_known
from shegong.ground.intake.actions.settling import settle
from shegong.ground.intake.actions.standing import as_of
from shegong.ground.intake.actions.steps import journalled_step, locked, taking_of
from shegong.ground.intake.actions.telling import tell
from shegong.ground.intake.models import ORIGINALS, Batch, BatchPart
from shegong.ground.intake.workbooks import opened, recognised, reread
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets.layout import Layout, Row, Taking, layout_of
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.sheets.store import (
    Kept,
    keys_of,
    obstacle_entry,
    others_of,
    rewrite_part,
    rows_of,
    stage_part,
)


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
        else:
            call_for_help(batch, len(_left(batch)))
        _check_parts(batch, _left(batch), layout, taking)
        while parts := _left(batch):  # somebody else holds them, or held them and was killed
            _check_parts(batch, parts[:1], layout, taking, patient=True)
        _finish(batch)
    except Refused as refused:
        give_up(batch, refused.obstacles[0])


def check_last(batch: Batch, on: date) -> bool:
    """Check some of the last parts that nobody holds, beside `check`; whether there may be more."""
    parts = last_free(_left(batch))
    done = _check_parts(batch, parts, layout_of(batch.layout), taking_of(batch, on))
    return bool(parts) and done == len(parts)


def checked_rows(rows: Sequence[Row], layout: Layout, taking: Taking) -> None:
    """Let the layout look at the rows whose cells could be read."""
    readable = [row for row in rows if row.is_good]
    if readable:
        layout.check(readable, taking)


# -- the file --------------------------------------------------------------------------------------------------------


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
        for number, rows in enumerate(reading.texts(layout.chunk)):
            if number >= stored:
                first = number * layout.chunk
                _put_by(batch, number, [Kept(place, *row) for place, row in enumerate(rows, first)])
            if number + 1 == max(stored + 1, SHARED):
                call_for_help(batch, number + 1)
    Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKING).update(is_read=True)


@transaction.atomic
def _put_by(batch: Batch, number: int, rows: Sequence[Kept]) -> None:
    held = _still_checking(batch)
    if not BatchPart.objects.filter(batch=held, number=number).exists():
        stage_part(held, number, rows)
        Batch.objects.filter(pk=batch.pk).update(moved_at=Now(), tries=0)


# -- its parts, for the first time or again --------------------------------------------------------------------------


def _left(batch: Batch) -> list[int]:
    left = BatchPart.objects.filter(batch=batch, round__lt=_round(batch)).order_by("number")
    return list(left.values_list("pk", flat=True))


def _round(batch: Batch) -> Subquery:
    """The round in hand, as it is when it is asked for."""
    return Subquery(Batch.objects.filter(pk=batch.pk).values("round"))


def _check_parts(
    batch: Batch, parts: Sequence[int], layout: Layout, taking: Taking, *, patient: bool = False
) -> int:
    """Check these parts as far as nobody else holds them, waiting for who does only if `patient`; how many."""
    count = 0
    for part_id in parts:
        count += _check_part(batch, part_id, layout, taking, patient)
        seen = BatchPart.objects.filter(batch=batch, round=_round(batch)).aggregate(rows=Sum("rows"))
        Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKING).update(
            done=Greatest("done", seen["rows"] or 0), moved_at=Now(), tries=0
        )
    return count


@transaction.atomic
def _check_part(batch: Batch, part_id: int, layout: Layout, taking: Taking, patient: bool) -> bool:
    held = Batch.objects.get(pk=batch.pk)
    if held.state != BatchState.CHECKING:
        raise Moved
    free = BatchPart.objects.select_for_update(of=("self",), no_key=True, skip_locked=not patient)
    part = free.filter(pk=part_id, round__lt=held.round).first()
    if part is None:  # somebody else checks it, or checked it
        return False
    kept = rows_of(part)
    if held.adopt_all:
        kept = [_with_offers(row) for row in kept]
    recheck(held, part, kept, layout, taking)
    return True


def recheck(batch: Batch, part: BatchPart, kept: Sequence[Kept], layout: Layout, taking: Taking) -> None:
    """Read and check the rows of a part and store what was found. What concerns rows of other parts is settled later."""
    seen, rows = as_of(layout, taking), [reread(layout, row, taking.on) for row in kept]
    checked_rows([row for row, one in zip(rows, kept, strict=True) if one.choice != "passed"], layout, taking)
    others = others_of(batch.pk, layout, rows)
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
