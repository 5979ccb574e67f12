"""The worker's side: goes on with whatever a batch needs, from wherever it stopped."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from shegong.ground.intake.models import Batch, BatchPart, BatchRow, intake_policy
from shegong.kernel.jobs import at_start, job, later
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets.steps import AT_WORK, BatchState
from shegong.kernel.text import N_

log = logging.getLogger(__name__)
CLAIM = 0x5348_4254  # advisory locks (this number, the batch's) are held by whoever works on a batch
PARTS = CLAIM + 1  # the same, shared by all who take its parts
STILL = timedelta(seconds=20)  # without a mark of progress somebody else looks after it
SHARED = 6  # parts from which on another run may help
A_TURN = 8  # parts that the helper does before others in the queue have their turn
TRIES = 5  # runs without any progress, by crash or fault, before a batch is given up
FAULT = Obstacle(
    "batch_fault",
    N_("Working on this batch failed several times. Tell the operator its number; nothing is half done."),
)


def queue(batch: Batch) -> None:
    """Have the worker go on with the batch, when the transaction in hand has committed."""
    later(work, batch_id=batch.pk)


@job("intake.work", queue="sheets", attempts=1)
def work(batch_id: int) -> None:
    """Go on with one batch until nothing is to be done. A second run beside the first one returns at once."""
    with _claimed(batch_id) as is_mine:
        while is_mine and _worked(Batch.objects.filter(pk=batch_id).first()):
            pass


def call_for_help(batch: Batch, parts: int) -> None:
    """Let another run do some of so many parts that are left, if a worker has a hand free."""
    if parts >= SHARED:
        later(share, batch_id=batch.pk)


@job("intake.share", queue="sheets", attempts=1)
def share(batch_id: int) -> None:
    """Do some of the last parts of a batch that is being checked or taken in, beside `work`; then let others in the queue
    have their turn. Killed or stopped it leaves nothing behind: `work` does what is left."""
    from shegong.ground.intake.actions import checking, taking  # noqa: PLC0415  they queue this job

    batch = Batch.objects.filter(pk=batch_id).first()
    lasts = {BatchState.CHECKING: checking.check_last, BatchState.TAKING: taking.take_last}
    act = lasts.get(BatchState(batch.state)) if batch is not None else None
    with suppress(checking.Moved, Refused):
        if act is not None and act(batch, timezone.localdate()):
            later(share, batch_id=batch_id)


def last_free(parts: Sequence[int]) -> list[int]:
    """The parts of one turn of a helper, from the end: whoever works on the batch begins at the front."""
    return list(parts[::-1][:A_TURN])


def hold(batch: Batch, *, shared: bool) -> None:
    """Until the end of the transaction: be among those who take parts of the batch, or alone with it."""
    lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, %s)", [PARTS, batch.pk % 2**31])


def _worked(batch: Batch | None) -> bool:
    """Do the work of the batch's state; whether there was any."""
    from shegong.ground.intake.actions import checking, taking, undoing  # noqa: PLC0415  they queue this job

    if batch is None or batch.state not in AT_WORK:
        return False
    Batch.objects.filter(pk=batch.pk).update(tries=F("tries") + 1)
    on = timezone.localdate()
    with suppress(checking.Moved):
        if batch.state == BatchState.TAKING:
            taking.take(batch, on) if batch.tries < TRIES else taking.finish(batch, on, FAULT)
        elif batch.state == BatchState.UNDOING:
            undoing.take_back(batch, on) if batch.tries < TRIES else undoing.keep(batch, FAULT)
        else:
            checking.check(batch, on) if batch.tries < TRIES else checking.give_up(batch, FAULT)
    return True


@contextmanager
def _claimed(batch_id: int) -> Iterator[bool]:
    """Whether this run may work on the batch. The lock dies with its connection, so a killed worker holds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLAIM, batch_id % 2**31])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLAIM, batch_id % 2**31])


@at_start
@job("intake.resume", cron="* * * * *")
def resume(every: bool = False) -> int:
    """Each minute: queue batches at work that show no progress, as after a crash; with `every` (when a worker starts) all
    that are at work: whoever works on one already keeps it."""
    still = Batch.objects.filter(state__in=[str(state) for state in AT_WORK])
    if not every:
        still = still.filter(moved_at__lt=timezone.now() - STILL)
    for batch in still:
        queue(batch)
    return len(still)


@job("intake.tidy", cron="40 18 * * *")
def tidy() -> int:
    """Each night: forget the rows of batches that ended long enough ago; counts and the sealed file stay."""
    today = timezone.localdate()
    old = timezone.now() - timedelta(days=intake_policy(today).keep_days)
    ended = Q(ended_at__lt=old) | Q(state=BatchState.TAKEN, taken_at__lt=old, undo_until__lt=today)
    found = list(
        Batch.objects.filter(ended).filter(parts__isnull=False).distinct().values_list("pk", flat=True)
    )
    BatchRow.objects.filter(batch__in=found).delete()
    BatchPart.objects.filter(batch__in=found).delete()
    return len(found)
