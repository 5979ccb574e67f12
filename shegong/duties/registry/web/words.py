"""Words and tones that the registry's lists and tables share."""

from datetime import date

from django.utils.translation import get_language

from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Kind, State, Status
from shegong.kernel.text import N_

# The words of credentials, whose rules are its own.
LEVEL_NAMES = {
    "assistant": N_("Assistant social worker"),
    "social_worker": N_("Social worker"),
    "senior": N_("Senior social worker"),
}
KIND_NAMES = {
    Kind.FIRST: N_("First registration"),
    Kind.RENEWAL: N_("Re-registration"),
    Kind.CHANGE: N_("Change of registration"),
    Kind.CANCEL: N_("Cancellation"),
    Kind.REISSUE: N_("Reissue"),
}
# What an application has come to when it is through.
DONE_WORDS = {
    Kind.FIRST: N_("You are registered"),
    Kind.RENEWAL: N_("Your registration is renewed"),
    Kind.CHANGE: N_("The change is registered"),
    Kind.CANCEL: N_("Your registration is cancelled"),
    Kind.REISSUE: N_("You have a new certificate"),
}
STATUS_TONES = {
    Status.REGISTERED: "ok", Status.EXPIRING: "warn", Status.GRACE: "warn", Status.LAPSED: "err",
    Status.SUSPENDED: "warn", Status.REVOKED: "err", Status.NOT_YET: "info",
}  # fmt: skip
STATE_TONES = {
    State.SUBMITTED: "info", State.RETURNED: "warn", State.ACCEPTED: "info", State.FIRST_PASSED: "info",
    State.SECOND_PASSED: "info", State.FAILED: "err", State.ADMITTED: "ok", State.REFUSED: "err", State.ISSUED: "ok",
}  # fmt: skip


def reason_title(code: str, day: date) -> str:
    """A ground of closing in the reader's language; its code when the policy of the day does not know it."""
    known = {entry.code: entry.title for entry in registration_policy(day).closing_reasons}
    return known[code].says(get_language()) if code in known else code
