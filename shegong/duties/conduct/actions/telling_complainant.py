"""Words to whoever complained and to the office that shall look: neither says what it is about (A18)."""

from datetime import date

from django.db.models import F, Q, Value

from shegong.duties.conduct.models import ComplainantVault, Complaint, VaultRead
from shegong.duties.conduct.models.complaints import PersonBiased
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel import messages
from shegong.kernel.access import holders
from shegong.kernel.messages import EMAIL, SMS, Template
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

# One of many that the platform sends: who reads it over a shoulder learns nothing. Wiped once delivered.
MOVED = Template(
    "notice.moved",
    N_("Something has moved"),
    N_("A matter that you follow has moved. Look it up where you handed it in, with your code."),
    keep=False,
)
ARRIVED = Template(
    "conduct.arrived",
    N_("A complaint waits in your queue"),
    N_("A complaint was passed to your office. The clock runs."),
)


def tell_complainant(complaint: Complaint) -> VaultRead | None:
    """Send a word that names nothing to who asked for it; the machine's reading of the contact is on record too."""
    with lifted("the machine sends a word; its reading is written down"):
        row = ComplainantVault.objects.filter(complaint=complaint, tell=True).first()
        if row is None:
            return None
        contact = opened(row, "contact")
        if not contact:
            return None
        read = VaultRead.objects.create(complaint=complaint, what="contact", reason="notice")
    messages.send_to(contact, EMAIL if "@" in contact else SMS, MOVED, {})
    return read


def tell_office(complaint: Complaint, *, on: date) -> None:
    """Tell those of the body who may take it in, but nobody who has a side."""
    for person in holders(Permission.RECEIVE, on, body=complaint.routed_to_id):
        biased = PersonBiased(Value(person), F("respondent"), F("respondent_body"))
        if not Complaint._base_manager.filter(Q(biased), pk=complaint.pk).exists():
            messages.tell(person, ARRIVED, {}, link="/office/complaints/")
