"""What becomes of complaints at an erasure (`kernel.forgetting`): they stay, without saying so to whom they are about."""

from collections.abc import Sequence
from datetime import date

from shegong.duties.conduct.models import Kin
from shegong.kernel.forgetting import Forgets, Hold

FORGETS = Forgets(
    deleted=(Kin,),
    kept={
        "conduct.complaint": "a matter of the public: the number of the record alone, what was told lies sealed",
        "conduct.exchange": "sealed, and about whoever complained",
        "conduct.complainantvault": "sealed under keys of its own; nobody is found in it",
        "conduct.complaintdraft": "sealed, nobody is found in it, gone after days",
        "conduct.vaultread": "who read and why",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """None: a hold that is shown would tell somebody that there is a complaint."""
    return []
