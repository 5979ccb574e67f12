"""What this context keeps of requests and holds, and that a hold in force forbids an erasure (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold
from shegong.steering.privacy.models import LegalHold, Request
from shegong.steering.privacy.rules import HOLD_KINDS

FORGETS = Forgets(
    blanked={Request: {"wish": "", "reason": "", "note": ""}, LegalHold: {"reason": "", "lift_reason": ""}},
    kept={
        "privacy.request": "that a number asked and how it was decided, three years (art. 56)",
        "privacy.legalhold": "that a number was held and by whom, three years (art. 56)",
        "lookup.enquiry": "append-only receipts of the public; number and answer, no name",
        "centres.centre": "the legal representative of a body: public, not tied to anybody's record",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """What officers placed."""
    rows = LegalHold.objects.standing().filter(person__in=person_ids).order_by("id")
    return [Hold("placed", HOLD_KINDS[row.kind], "个人信息保护法第四十七条第二款") for row in rows]
