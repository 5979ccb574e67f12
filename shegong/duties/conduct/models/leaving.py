"""Whoever is complained of does not leave the register before the decision: what the registry asks of this context."""

from collections.abc import Collection

from django.db.models import Q
from django.db.models.functions import Coalesce

from shegong.duties.conduct.models.inquiry import Inquiry
from shegong.duties.conduct.rules.states import State
from shegong.duties.registry.models import running
from shegong.kernel.walls_acting import lifted


def told_of(person_ids: Collection[int]) -> set[int]:
    """Those of them who have been told of a case about them, under whichever of their records, that is not decided."""
    with lifted("the offices that a cancellation goes through learn that a case runs, not which"):
        rows = Inquiry.objects.filter(
            Q(respondent__in=person_ids) | Q(respondent__merged_into__in=person_ids),
            disclosed_on__isnull=False, closed_on=None, complaint__state__in=[State.INVESTIGATING, State.HEARD],
        ).annotate(human=Coalesce("respondent__merged_into_id", "respondent_id"))  # fmt: skip
        return set(rows.values_list("human", flat=True))


running.append(told_of)
