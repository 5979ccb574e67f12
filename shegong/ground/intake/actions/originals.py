"""Files of workbooks that were done with long ago are removed; rows, counts and the journal stay."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from shegong.ground.intake.models import ORIGINALS, Batch
from shegong.kernel.sheets.steps import AT_WORK, BatchState


def forget_originals(before: datetime) -> int:
    """Remove the sealed files of batches that ended, or were taken in, before a moment; how many files.

    A file that a younger batch holds too stays. A step of the retention job, which has asked.
    """
    at_work = [str(state) for state in (*AT_WORK, BatchState.CHECKED)]
    ended = Q(ended_at__lt=before) | Q(ended_at=None, taken_at__lt=before)
    old = Batch.objects.exclude(state__in=at_work).filter(ended)
    young = Batch.objects.exclude(pk__in=old.values("pk")).values("sha256")
    digests = set(old.exclude(sha256__in=young).values_list("sha256", flat=True))
    there = [digest for digest in digests if ORIGINALS.path_of(digest).exists()]

    def carry_out() -> None:
        for digest in there:
            ORIGINALS.forget(digest)

    transaction.on_commit(carry_out)
    return len(there)
