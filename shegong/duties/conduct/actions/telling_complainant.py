"""Words to whoever complained and to the office that shall look: neither says what it is about (A18)."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q, Value

from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.models import ComplainantVault, Complaint, VaultRead
from shegong.duties.conduct.models.complaints import PersonBiased
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel import messages
from shegong.kernel.access import SYSTEM, holders
from shegong.kernel.jobs import job
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


def tell_complainant(complaint: Complaint, *, on: date) -> None:
    """Note that a word is owed to who asked for one. It goes out with the others of the next morning: neither its time
    nor the number of a message beside it tells the other side that somebody was told (A18)."""
    with lifted("noted by the machine, read by nobody"):
        ComplainantVault.objects.filter(complaint=complaint, tell=True).update(moved_on=on)


@job("conduct.tell_complainants", cron="0 1 * * *")  # 9:00 in China
def tell_complainants() -> int:
    """Send the words that are owed; each reading of a contact is on record, the machine's too."""
    with lifted("the machine sends words; its readings are written down"), transaction.atomic():
        owed = ComplainantVault.objects.filter(moved_on__isnull=False).select_related("complaint")
        rows = list(owed.select_for_update(of=("self",)).order_by("pk"))
        for row in rows:
            _send(row)
        ComplainantVault.objects.filter(pk__in=[row.pk for row in rows]).update(moved_on=None)
    return len(rows)


def _send(row: ComplainantVault) -> None:
    contact = opened(row, "contact")
    if not contact:
        return
    read = VaultRead.objects.create(complaint=row.complaint, what="contact", reason="notice")
    messages.send_to(contact, EMAIL if "@" in contact else SMS, MOVED, {})
    note("conduct.vault.open", row.complaint, by=SYSTEM, rows=[read])


def tell_office(
    complaint: Complaint, *, on: date, body: int | None = None, permission: str = Permission.RECEIVE
) -> None:
    """Tell those of the body (the one that handles it) who may take it in, but nobody who has a side."""
    for person in holders(permission, on, body=body or complaint.routed_to_id):
        biased = PersonBiased(Value(person), F("respondent"), F("respondent_body"))
        if not Complaint._base_manager.filter(Q(biased), pk=complaint.pk).exists():
            messages.tell(person, ARRIVED, {}, link="/office/complaints/")
