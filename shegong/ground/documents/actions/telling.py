"""Who acts for a body is told that a document waits for it; in the inbox, with the way to it."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from shegong.ground.documents.models.official import OfficialDocument
from shegong.kernel import messages
from shegong.kernel.access import holders
from shegong.kernel.text import N_

ARRIVED = messages.Template(
    "documents.arrived",
    N_("A document has come in"),
    N_("%(title)s (%(number)s) of %(issuer)s has come in. Acknowledge its receipt."),
)
REMINDER = messages.Template(
    "documents.reminder",
    N_("A document waits for your receipt"),
    N_(
        "%(title)s (%(number)s) of %(issuer)s was issued on %(day)s. Acknowledge it in the received documents."
    ),
)
TO_COSIGN = messages.Template(
    "documents.to_cosign",
    N_("A document waits for your co-signature"),
    N_("%(issuer)s asks your body to co-sign %(title)s."),
)
RECALLED = messages.Template(
    "documents.recalled",
    N_("A document was recalled"),
    N_("%(title)s (%(number)s) of %(issuer)s holds no more: %(reason)s"),
)


def tell(
    document: OfficialDocument, template: messages.Template, bodies: Iterable[int], permission: str, on: date
) -> int:
    """Tell each person who holds `permission` for one of the bodies, once; how many were told."""
    words = {
        "title": document.title, "number": document.number or "", "issuer": document.issuer.name,
        "day": document.issued_on.isoformat() if document.issued_on else "", "reason": document.recall_reason,
    }  # fmt: skip
    people = {person for body in bodies for person in holders(permission, on, body=body)}
    for person_id in sorted(people):
        messages.tell(person_id, template, words, link=reverse("documents:official", args=[document.pk]))
    return len(people)
