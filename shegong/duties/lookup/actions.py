"""The only change the public can make: keep a receipt of a verification."""

from datetime import date

from shegong.duties.lookup.models import Enquiry
from shegong.duties.lookup.rules import Answer
from shegong.kernel.access import Actor, unguarded


@unguarded("a public door: whoever verified")
def keep_receipt(*, kind: str, registration_id: int, answer: Answer, by: Actor, on: date) -> Enquiry:
    """Record that this was answered on `on`; the receipt's token is its address. Says nothing about who asked.

    No journal entry: the row is evidence itself, cannot be changed or deleted (trigger), and a public door must not
    queue before the lock of the journal's chain.
    """
    return Enquiry.objects.create(kind=kind, registration_id=registration_id, answer=str(answer), as_of=on)
