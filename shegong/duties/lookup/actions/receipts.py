"""The only change the public can make: keep a receipt of a verification."""

from datetime import date

from django.db import transaction

from shegong.duties.lookup.models import Enquiry
from shegong.duties.lookup.rules import Answer
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_


@unguarded("a public door: whoever verified")
def keep_receipt(*, kind: str, registration_id: int, answer: Answer, by: Actor, on: date) -> Enquiry:
    """Record that this was answered on `on`; the receipt's token is its address. Says nothing about who asked.

    No journal entry: the row is evidence itself, cannot be changed or deleted (trigger), and a public door must not
    queue before the lock of the journal's chain.
    """
    return Enquiry.objects.create(kind=kind, registration_id=registration_id, answer=str(answer), as_of=on)


@transaction.atomic
def note_workbook(
    body: Organization, *, rows: int, matches: int, as_of: date, by: Actor, on: date
) -> journal.JournalEntry:
    """Journal that a clerk of this body checked so many registrations as of a day. Refuses who is no clerk of it."""
    authority = next((a for a in by.with_permission(Permission.STAFF) if a.organization_id == body.pk), None)
    if authority is None:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    facts = {"rows": rows, "matches": matches, "as_of": as_of.isoformat()}
    return journal.write("lookup.workbook.check", by=by, subject=body, authority=authority,
                         region_code=body.region_code, facts=facts)  # fmt: skip
