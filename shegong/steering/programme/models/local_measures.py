"""Local implementing documents of the plan: which unit has issued one (N1). They lie in the library of `documents`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from shegong.ground.documents.models import PolicyDocument
from shegong.ground.documents.rules import PolicyKind
from shegong.steering.programme.models.plan import plan


def local_measures(regions: Sequence[int], on: date) -> dict[int, list[PolicyDocument]]:
    """The documents of these places that carry the plan out, issued since the plan and by `on`, by region_code."""
    rows = PolicyDocument.objects.filter(
        kind=PolicyKind.LOCAL_MEASURE, region__in=regions, issued_on__gte=plan().issued_on, issued_on__lte=on
    )
    found: dict[int, list[PolicyDocument]] = defaultdict(list)
    for row in rows.order_by("issued_on", "pk"):
        found[row.region_code or 0].append(row)
    return dict(found)
