"""What becomes of watches at an erasure (`kernel.forgetting`): nobody is on a list any more."""

from collections.abc import Sequence
from datetime import date

from shegong.duties.lookup.models import Watched, WatchReader
from shegong.kernel.forgetting import Forgets, Hold

FORGETS = Forgets(
    deleted=(Watched, WatchReader),
    kept={
        "lookup.watch": "which body watched, when and what for; names nobody once its list is empty",
        "lookup.alert": "append-only proof of what a body was told of a number; without the record it leads to nobody",
        "lookup.due": "append-only proof of who in an office was told: kept as every act of an office",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Nothing here keeps anybody."""
    return []
