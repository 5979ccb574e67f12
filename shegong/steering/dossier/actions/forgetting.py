"""What becomes of cases about duplicates at an erasure, and what stands in its way (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from shegong.kernel.forgetting import Forgets, Hold
from shegong.kernel.text import N_
from shegong.steering.dossier.models import DuplicateCase, merge_policy
from shegong.steering.dossier.rules import OPEN, State


def _cases(person_ids: Sequence[int]) -> QuerySet[DuplicateCase]:
    return DuplicateCase.objects.about(*person_ids)


FORGETS = Forgets(
    blanked={DuplicateCase: {"reason": "", "note": "", "undo_reason": ""}},
    kept={
        "dossier.duplicatecase": "that two numbers were compared, without words",
        "dossier.movedrow": "which rows a merge moved, by number",
    },
    finds={DuplicateCase: _cases},
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """A pair that waits for officers, and a merge that can still be undone."""
    found = []
    waiting = [str(state) for state in (*OPEN, State.UNDO_PROPOSED)]
    if _cases(person_ids).filter(state__in=waiting).exists():
        message = N_("A likely duplicate of this record waits for a decision.")
        found.append(Hold("duplicate", message, "个人信息保护法第八条"))
    days = merge_policy(on).undo_days
    recent = timezone.now() - timedelta(days=days)
    merged = (
        _cases(person_ids).filter(state=State.MERGED, merged_at__gt=recent).order_by("-merged_at").first()
    )
    if merged is not None and merged.merged_at is not None:
        until = timezone.localdate(merged.merged_at) + timedelta(days=days)
        found.append(Hold("merge", N_("A merge can still be undone."), "D19", until))
    return found
