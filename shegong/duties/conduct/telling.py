"""What a respondent is told at each step; nothing in it leads to whoever complained."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from shegong.ground.people.models import Person
from shegong.kernel import messages
from shegong.kernel.messages import Template
from shegong.kernel.text import N_


def _template(what: str, title: str, body: str) -> Template:
    return Template(f"conduct.{what}", title, body)


WORDS = {
    "disclosed": _template(
        "disclosed",
        N_("You are asked for your view of an allegation"),
        N_(
            "An allegation concerns your professional conduct. Read it and answer by %(due)s; papers may be added."
        ),
    ),
    "interim": _template(
        "interim",
        N_("Your registration is suspended for the time of an inquiry"),
        N_("The suspension runs until %(last)s at the latest and is reviewed by %(review)s."),
    ),
    "interim_ended": _template(
        "interim_ended",
        N_("The suspension for the time of the inquiry is over"),
        N_("It ended on %(day)s. The inquiry goes on until a decision is taken."),
    ),
    "decided": _template(
        "decided",
        N_("A decision was taken about you"),
        N_(
            "Decision %(number)s: %(measure)s. You may ask %(body)s for a review until %(due)s; open it to read the reasons."
        ),
    ),
    "reviewed": _template(
        "reviewed",
        N_("Your request for review was decided"),
        N_("Result of the review of decision %(number)s: %(result)s. Open it to read the reasons."),
    ),
    "repaired": _template(
        "repaired",
        N_("Your record is repaired"),
        N_("Decision %(number)s is no longer shown from %(day)s on."),
    ),
    "reopened": _template(
        "reopened",
        N_("An inquiry was opened again"),
        N_("New evidence has come up. You will be asked for your view before anything is decided."),
    ),
}


@dataclass(frozen=True)
class Word:
    """A word of ours inside a message: said in the language of the message."""

    msgid: str

    def says(self, language: str | None) -> str:
        """The word in this language."""
        with translation.override(language or "zh-hans"):
            return gettext(self.msgid)


def tell_respondent(person: Person, what: str, token: str, **params: object) -> None:
    """Send the respondent the words for `what`, with the address of her own page."""
    messages.send(person, WORDS[what], params, link=reverse("conduct:my_case", args=[token]))
