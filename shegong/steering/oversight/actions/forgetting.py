"""What becomes of model cases at an erasure, and that a published one must be withdrawn first (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold
from shegong.kernel.text import N_
from shegong.steering.oversight.models import AcceptanceSample, ModelCase

FORGETS = Forgets(
    blanked={
        AcceptanceSample: {"note": "—"},
        ModelCase: {"title": "", "story": "", "plain_title": "", "plain_story": "", "reason": "", "organization": None}
    },
    kept={
        "oversight.acceptancesample": "how a row of a sample came out carries the verdict; it names nobody once the record is empty",
        "oversight.modelcase": "that a case of this number was nominated and how it ended, without words",
    },
)  # fmt: skip


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """A case that everybody can read is taken down before its person is erased."""
    if not ModelCase.objects.published().filter(person__in=person_ids).exists():
        return []
    message = N_("A model case about this person is public. Withdraw it first.")
    return [Hold("model_case", message, "个人信息保护法第十五条")]
