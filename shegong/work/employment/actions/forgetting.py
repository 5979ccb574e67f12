"""What becomes of jobs at an erasure (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold
from shegong.work.employment.models import Confirmation, Employment

FORGETS = Forgets(
    blanked={Employment: {"position": ""}, Confirmation: {"position": "", "answer": "", "ruling": ""}},
    kept={
        "employment.confirmation": "who confirmed what; without a name it is nobody's",
        "employment.employment": "statistics count bodies, places and fields; without a name it is nobody's",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """A declared job must not stay: files that employers keep by 劳动合同法 art. 50 are theirs."""
    return []
