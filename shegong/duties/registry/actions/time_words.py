"""What holders are told about the end of their term: each message says what remains and until when (demand 3)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from shegong.duties.registry.models import Registration
from shegong.kernel import messages
from shegong.kernel.messages import Message, Template
from shegong.kernel.text import N_

LINK = "/my/renewal/"

WORDS = {
    "forecast": Template(
        "registry.forecast",
        N_("Your registration ends in a year"),
        N_("Registration %(register_no)s is valid to %(ends)s. %(remains)s You can renew it from %(opens)s."),
    ),
    "reminder": Template(
        "registry.reminder",
        N_("Renew your registration"),
        N_(
            "Registration %(register_no)s is valid to %(ends)s and is not renewed yet. %(remains)s Hand the renewal in by %(closes)s."
        ),
    ),
    "held": Template(
        "registry.held",
        N_("Your registration stays valid"),
        N_(
            "Registration %(register_no)s stays valid until %(until)s at least. Reason: %(why)s. The code on your certificate was made anew: open it on your phone or print it again."
        ),
    ),
    "outage": Template(
        "registry.outage",
        N_("You have more time"),
        N_(
            "The platform was down for %(hours)s hours. You can hand in the renewal of registration %(register_no)s until %(closes)s; you remain registered until then."
        ),
    ),
    "lapse_kept": Template(
        "registry.lapse_kept",
        N_("You have more time"),
        N_("Registration %(register_no)s stays valid until %(until)s. Hand the renewal in by that day."),
    ),
    "restored": Template(
        "registry.restored",
        N_("Your registration is restored"),
        N_("Registration %(register_no)s is valid again from today, to %(until)s."),
    ),
}


def tell_time(registration: Registration, what: str, **params: object) -> Message:
    """Send the holder the words for `what`, in the inbox, by SMS and by mail; the deliveries are the proof."""
    values = {"register_no": registration.register_no, **params}
    return messages.send(registration.person, WORDS[what], values, link=LINK)


class Said:
    """A source string among the values of a message, said in each of its languages."""

    def __init__(self, text: str, params: Mapping[str, Any] | None = None):
        self.text, self.params = text, params or {}

    def says(self, language: str | None) -> str:
        """Its translation; the language is active while a message is written."""
        return gettext(self.text) % self.params
