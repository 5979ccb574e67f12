"""What becomes of hours at an erasure (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold

FORGETS = Forgets(
    kept={
        "education.creditentry": "the proof behind a decision on a registration; without a name it is nobody's",
        "education.yeartotal": "sums of the ledger; without a name they are nobody's",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Hours alone hold nothing; a registration that they served does, by its own period."""
    return []
