"""What a respondent is told at each step, herself or those who answer for the body; nothing in it leads to whoever
complained."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from shegong.duties.conduct.models.inquiry import Inquiry
from shegong.duties.conduct.models.records import standing_record
from shegong.duties.conduct.rules import Permission
from shegong.kernel import messages
from shegong.kernel.access import holders
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
    "again": _template(
        "again",
        N_("An inquiry was opened again"),
        N_(
            "The office above has the case looked into anew. You will be asked for your view before anything is decided."
        ),
    ),
    "stands": _template(
        "stands",
        N_("A decision about you stands"),
        N_(
            "The case that was opened again ended without another decision. Decision %(number)s stands as it was; the days to "
            "ask for a review rested meanwhile. Open it to see until when you may ask."
        ),
    ),
    "ended": _template(
        "ended",
        N_("An inquiry ended without a decision"),
        N_("Nothing was found against you in it, and nothing is asked of you any more."),
    ),
    "repair_refused": _template(
        "repair_refused",
        N_("Early repair of your record was refused"),
        N_("Decision %(number)s is shown until %(day)s. Open it to read the reasons."),
    ),
}
FOR_BODIES = {
    "disclosed": _template(
        "disclosed_body",
        N_("Your organisation is asked for its view of an allegation"),
        N_("An allegation concerns your organisation. Read it and answer by %(due)s; papers may be added."),
    ),
    "decided": _template(
        "decided_body",
        N_("A decision was taken about your organisation"),
        N_(
            "Decision %(number)s: %(measure)s. You may ask %(body)s for a review until %(due)s; open it to read the reasons."
        ),
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


def tell_respondent(inquiry: Inquiry, what: str, *, on: date, **params: object) -> None:
    """Send whom the inquiry is about the words for `what`, with the address of her page of it. Nobody, while it is not known
    whom it is about."""
    if inquiry.respondent_id is not None:
        link = reverse("conduct:my_case", args=[inquiry.token])
        messages.tell(standing_record(inquiry.respondent_id), WORDS[what], params, link=link)
    elif (body := inquiry.respondent_body) is not None:
        link = reverse("conduct:body_case", args=[body.uscc or str(body.pk), inquiry.token])
        for person in holders(Permission.ANSWER, on, body=body.pk):
            messages.tell(person, FOR_BODIES.get(what, WORDS[what]), params, link=link)
