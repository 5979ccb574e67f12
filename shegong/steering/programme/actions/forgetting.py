"""What becomes of entered figures and responsibility sheets at an erasure (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold
from shegong.steering.programme.models import EnteredPerson

FORGETS = Forgets(
    deleted=(EnteredPerson,),
    kept={
        "programme.responsibility": "names of officers in office, on a sheet that no person's record leads to"
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """A figure keeps its amount when a name behind it goes."""
    return []
