"""The same rows in another file: saved anew, by another program, with the columns in another order."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from shegong.ground.intake.actions.steps import journalled_step, locked
from shegong.ground.intake.actions.telling import tell
from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import STATE_NAMES
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sealing import blind_index
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.sheets.store import obstacle_entry
from shegong.kernel.sheets.workbook import Reading
from shegong.kernel.text import N_

KNOWN = "rows_known"


def dropped_as_known(batch: Batch, reading: Reading) -> bool:
    """Whether the rows are those of a batch that the same office has already: then this one is dropped and says so,
    before its rows are checked. Whoever sends the same file once more has them compared with the register all the same."""
    index = blind_index(f"rows of {batch.layout}", reading.contents)
    Batch.objects.filter(pk=batch.pk).update(rows_index=index)
    mine = Batch.objects.exclude(pk=batch.pk).filter(
        layout=batch.layout, region_code=batch.region_code, organization_id=batch.organization_id
    )
    stopped = Q(state=BatchState.TAKEN, good__gt=0)  # rows of it stayed out and may come again
    known = mine.standing().exclude(stopped).filter(rows_index=index).order_by("pk").first()
    if known is None or mine.filter(sha256=batch.sha256, refusal__code=KNOWN).exists():
        return False
    _drop(batch, known, reading.total)
    return True


@transaction.atomic
def _drop(batch: Batch, known: Batch, rows: int) -> None:
    message = N_(
        "The rows of this file are those of batch %(number)s (%(state)s), saved anew; it adds nothing. To have every row "
        "compared with the register all the same, send the file once more."
    )
    state = STATE_NAMES[BatchState(known.state)]
    reason = Obstacle(KNOWN, message, params={"number": known.number, "state": state})
    held = journalled_step(
        locked(batch), "drop", by=SYSTEM, facts={"code": KNOWN, "rows": rows, "known": known.number},
        changes={"refusal": obstacle_entry(reason), "total": rows, "ended_at": Now()},
    )  # fmt: skip
    tell(held, held.person_id, what="known")
