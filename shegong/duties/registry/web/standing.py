"""What a holder is told of her registration as it stands today."""

from typing import Any

from django.utils.translation import gettext

from shegong.duties.registry.models import Registration, status_of
from shegong.duties.registry.rules import STATUS_NAMES, Status
from shegong.duties.registry.web.words import STATUS_TONES
from shegong.kernel.http import today

IN_FORCE = (Status.REGISTERED, Status.EXPIRING)
# Over for good: only a new first registration leads back.
OVER = (Status.LAPSED, Status.CANCELLED, Status.REVOKED)
# Decided by an office, which told the holder why in a message.
TOLD = (Status.SUSPENDED, Status.CANCELLED, Status.REVOKED)


def standing_of(registration: Registration) -> dict[str, Any]:
    """Headline, tone and sentence; never says registered of what is not in force."""
    status = status_of(registration, today())
    number, day = registration.register_no, registration.valid_to.isoformat()
    said = gettext("Registration number %(no)s, valid to %(day)s.") % {"no": number, "day": day}
    if status in IN_FORCE:
        headline = gettext("You are registered")
    else:
        word = gettext(STATUS_NAMES[status])
        headline = gettext("Your registration: %(status)s") % {"status": word}
        said = gettext("Registration number %(no)s; its term: to %(day)s.") % {"no": number, "day": day}
    tone = STATUS_TONES.get(status, "")
    return {
        "headline": headline, "text": said, "tone": tone, "icon": "check" if tone == "ok" else "alert",
        "is_over": status in OVER, "told": status in TOLD,
    }  # fmt: skip
