"""What becomes of the people named here at an erasure (`kernel.forgetting`): they stand for bodies, by name alone."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold

FORGETS = Forgets(
    kept={
        "council.member": "who stands for a body in a conference, by name; not tied to anybody's record",
        "council.attendance": "who came for a body, by name; part of the minutes of a meeting",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Nothing here must stay for a person's sake."""
    return []
