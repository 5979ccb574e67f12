"""What applicants and holders are told at each step; the office is named, never the officer."""

from shegong.duties.registry.models import Application, Registration
from shegong.kernel import messages
from shegong.kernel.messages import Template
from shegong.kernel.text import N_


def _template(what: str, title: str, body: str) -> Template:
    return Template(f"registry.{what}", title, body)


WORDS = {
    "submitted": _template(
        "submitted",
        N_("Application submitted"),
        N_("Application %(number)s is submitted. The office looks at it by %(due)s."),
    ),
    "returned": _template(
        "returned",
        N_("Please correct your application"),
        N_(
            "Application %(number)s needs %(count)s corrections. Correct only these and submit again by %(due)s."
        ),
    ),
    "accepted": _template(
        "accepted",
        N_("Application accepted"),
        N_("Application %(number)s is accepted. The decision comes by %(due)s."),
    ),
    "admitted": _template(
        "admitted",
        N_("Final review passed"),
        N_("Application %(number)s passed the final review. The certificate follows shortly."),
    ),
    "admitted_cancel": _template(
        "admitted_cancel",
        N_("Your cancellation was decided"),
        N_(
            "Application %(number)s passed the final review. The registration is cancelled shortly; until then it stands."
        ),
    ),
    "refused": _template(
        "refused",
        N_("Application not passed"),
        N_("Application %(number)s was not passed. Open it to read the reasons and what you can do."),
    ),
    "recalled": _template(
        "recalled",
        N_("A decision was taken back"),
        N_("The last decision on application %(number)s was taken back. The office looks at it again."),
    ),
    "taken_back": _template(
        "taken_back",
        N_("Application taken back"),
        N_(
            "The office took back application %(number)s, which it had entered for you from paper. It counts as not made."
        ),
    ),
    "issued": _template(
        "issued",
        N_("You are registered"),
        N_("You are registered. Number %(register_no)s, valid to %(valid_to)s."),
    ),
    "renewed": _template(
        "renewed",
        N_("Your registration is renewed"),
        N_(
            "Registration %(register_no)s is renewed and valid to %(valid_to)s. Your new certificate is on your phone."
        ),
    ),
    "changed": _template(
        "changed",
        N_("Your registration was changed"),
        N_("Registration %(register_no)s was changed as you asked. A new certificate is in your space."),
    ),
    "cancelled_own": _template(
        "cancelled_own",
        N_("Your registration is cancelled as you asked"),
        N_("Registration %(register_no)s is cancelled at your request."),
    ),
    "reissued": _template(
        "reissued",
        N_("Your certificate was issued anew"),
        N_("The certificate of registration %(register_no)s was issued anew."),
    ),
    "ended": _template(
        "ended",
        N_("Your application is closed: the registration has ended"),
        N_(
            "Application %(number)s was about registration %(register_no)s, which ended on %(day)s. Nothing is left to decide; to register again, make a new application."
        ),
    ),
    "change_drafted": _template(
        "change_drafted",
        N_("You have a new employer: change your registration"),
        N_(
            "Your employer is now %(employer)s. A change of your registration is drafted; look at it and submit it."
        ),
    ),
    "handed_over": _template(
        "handed_over",
        N_("Another county has your case now"),
        N_(
            "Application %(number)s was handed over to %(place)s with all its papers. You need not apply again."
        ),
    ),
    "moved_up": _template(
        "moved_up",
        N_("The office above has your file now"),
        N_(
            "The receiving county did not accept application %(number)s in time. The office above answers by %(due)s."
        ),
    ),
    "due_changed": _template(
        "due_changed",
        N_("A deadline changed"),
        N_("The deadline of application %(number)s is now %(due)s: the holiday schedule was published."),
    ),
}

HOLDER_WORDS = {
    "suspended": _template(
        "suspended",
        N_("Your registration is suspended"),
        N_("Registration %(register_no)s is suspended from %(start)s to %(last)s. Reason: %(ground)s"),
    ),
    "lifted": _template(
        "lifted",
        N_("The suspension is lifted"),
        N_("Registration %(register_no)s is no longer suspended from %(day)s on."),
    ),
    "cancelled": _template(
        "cancelled",
        N_("Your registration is cancelled"),
        N_("Registration %(register_no)s is cancelled from %(day)s on. Reason: %(reason)s"),
    ),
    "revoked": _template(
        "revoked",
        N_("Your registration is revoked"),
        N_("Registration %(register_no)s is revoked from %(day)s on. Reason: %(reason)s"),
    ),
    "reinstated": _template(
        "reinstated",
        N_("Your registration stands again"),
        N_(
            "Registration %(register_no)s stands again from %(day)s on: its revocation was annulled on review."
        ),
    ),
    "card_replaced": _template(
        "card_replaced",
        N_("You have a new certificate"),
        N_("The certificate of registration %(register_no)s was issued anew. The old one no longer counts."),
    ),
    "code_renewed": _template(
        "code_renewed",
        N_("Print your certificate again"),
        N_(
            "The code on the certificate of registration %(register_no)s was signed anew, for safety. Your registration is not touched; a print of before no longer verifies without a network."
        ),
    ),
}


def tell(application: Application, what: str, **params: object) -> None:
    """Send the applicant the words for `what`, after commit, to the inbox and the phone."""
    values = {"number": application.number, **params}
    messages.send(
        application.person, WORDS[what], values, link=f"/my/registration/{application.token}/progress/"
    )


def tell_holder(registration: Registration, what: str, **params: object) -> None:
    """Send the holder of a registration the words for `what`; a policy's wording is said in each language."""
    values = {"register_no": registration.register_no, **params}
    messages.send(registration.person, HOLDER_WORDS[what], values, link="/my/cards/")
