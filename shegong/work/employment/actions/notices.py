"""What the two sides of an employment, and the county, are told."""

from collections.abc import Iterable

from shegong.ground.people.models import Person, names_of
from shegong.kernel import messages
from shegong.kernel.messages import Template
from shegong.kernel.text import N_
from shegong.work.employment.models import Confirmation
from shegong.work.employment.rules import Side, What


def _template(what: str, title: str, body: str) -> Template:
    return Template(f"employment.{what}", title, body)


ASKED = {
    (What.BEGIN, Side.EMPLOYER): _template(
        "begin_stated",
        N_("Does this person work for you?"),
        N_("%(name)s states to work at %(employer)s since %(since)s. Confirm or deny it by %(due)s."),
    ),
    (What.END, Side.EMPLOYER): _template(
        "end_stated",
        N_("Has this person left?"),
        N_("%(name)s states to have left %(employer)s on %(ends)s. Confirm or deny it by %(due)s."),
    ),
    (What.BEGIN, Side.PERSON): _template(
        "begin_declared",
        N_("An employer names you as staff"),
        N_("%(employer)s states that you work there since %(since)s. Confirm or decline it by %(due)s."),
    ),
    (What.END, Side.PERSON): _template(
        "end_declared",
        N_("An employer states that you left"),
        N_("%(employer)s states that you left on %(ends)s. Confirm or deny it by %(due)s."),
    ),
}
ESCALATED = _template(
    "escalated",
    N_("The county decides about an employment"),
    N_("Nobody answered by %(due)s whether %(name)s works at %(employer)s. The county office decides."),
)
DISPUTED = _template(
    "disputed",
    N_("An employment is disputed"),
    N_(
        "The statements about %(name)s at %(employer)s differ. The county office decides and gives its reason."
    ),
)
ENDED = {
    "confirmed": _template(
        "confirmed",
        N_("Confirmed by both sides"),
        N_("The statement about %(name)s at %(employer)s is confirmed by both sides."),
    ),
    "refused": _template(
        "refused",
        N_("The person declined"),
        N_("%(name)s does not confirm to work at %(employer)s. Nothing was recorded."),
    ),
    "upheld": _template(
        "upheld",
        N_("The county confirmed an employment"),
        N_("The county office confirmed the statement about %(name)s at %(employer)s. Reason: %(reason)s"),
    ),
    "dismissed": _template(
        "dismissed",
        N_("The county did not confirm an employment"),
        N_(
            "The county office did not confirm the statement about %(name)s at %(employer)s. Reason: %(reason)s"
        ),
    ),
}


def tell_asked(question: Confirmation, clerks: Iterable[int]) -> None:
    """Ask the side that must answer."""
    _send(question, ASKED[What(question.what), Side(question.side)], _asked(question, clerks))


def tell_all(question: Confirmation, template: Template, clerks: Iterable[int], **more: str) -> None:
    """Tell the person and the employer's clerks."""
    _send(question, template, {question.person_id, *clerks}, **more)


def _asked(question: Confirmation, clerks: Iterable[int]) -> set[int]:
    return set(clerks) if question.side == Side.EMPLOYER else {question.person_id}


def _send(question: Confirmation, template: Template, readers: set[int], **more: str) -> None:
    words = {
        "name": names_of([question.person_id]).get(question.person_id, ""),
        "employer": question.employer.name,
        "since": question.since.isoformat(),
        "ends": question.ends_on.isoformat() if question.ends_on else "",
        "due": question.due_on.isoformat(),
        **more,
    }
    for reader in Person.objects.filter(pk__in=readers):
        own = reader.pk == question.person_id
        link = "/my/employment/" if own else f"/org/{address_of(question)}/employment/"
        messages.send(reader, template, words, link=link)


def address_of(question: Confirmation) -> str:
    """What stands for the employer in addresses: its credit code, else its number here."""
    return question.employer.uscc or str(question.employer_id)
