"""A record that was wrong: the ledger stops standing by it and never forgets it."""

from datetime import date

from django.db import transaction

from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.temporal import close_recorded
from shegong.kernel.text import N_
from shegong.work.education.actions.posting import NewEntry, write
from shegong.work.education.actions.telling import tell_taken_out
from shegong.work.education.models import CreditEntry
from shegong.work.education.models.policies import year_obstacles
from shegong.work.education.rules import Permission
from shegong.work.education.rules.statements import officer_obstacles

CORRECTED = "education.creditentry"


@answers("T3.3")
@transaction.atomic
def reverse(entry: CreditEntry, *, reason: str, by: Actor, on: date) -> CreditEntry:
    """Stop standing by a record from now on; what was known before stays answerable for every earlier day.

    Refuses without a reason, a record that was reversed before, and an officer's own record.
    """
    require(by, Permission.ENTER, entry.region_code)
    refuse_if([*officer_obstacles(person=entry.person_id, officer=by.person_id), *reason_obstacles(reason)])
    return take_out(entry, reason=reason, by=by)


def take_out(entry: CreditEntry, *, reason: str, by: Actor, tell: bool = True) -> CreditEntry:
    """The same for actions that asked for a right of their own: a dispute upheld, a finding confirmed, a sample failed.
    The learner is told, unless the action tells her itself."""
    _close(entry)
    if tell:
        tell_taken_out(entry, reason.strip())
    journal.write(
        "education.credit.reverse", by=by, subject=entry, about_person_id=entry.person_id, reason=reason.strip(),
        region_code=entry.region_code, rows=[entry], facts={"kind": entry.kind, "minutes": entry.minutes},
    )  # fmt: skip
    return entry


def _close(entry: CreditEntry) -> None:
    if not close_recorded(CreditEntry.objects.filter(pk=entry.pk)):
        raise Refused(
            Obstacle("reversed_before", N_("This record was reversed before. Look at the ledger again."))
        )
    entry.refresh_from_db()


@answers("T3.3")
@transaction.atomic
def correct(
    entry: CreditEntry, *, minutes: int, passed: bool, title: str, reason: str, by: Actor, on: date
) -> CreditEntry:
    """Put a record right: the old one is reversed, a new one says what holds. Both stay readable.

    Fewer hours may always be set; more hours of a locked year take two people.
    """
    require(by, Permission.ENTER, entry.region_code)
    refuse_if([*officer_obstacles(person=entry.person_id, officer=by.person_id), *reason_obstacles(reason)])
    more = minutes > entry.minutes or (passed and not entry.passed)
    if more:
        refuse_if(year_obstacles(entry.earned_on, on))
    _close(entry)
    during = (entry.during.lower, entry.during.upper) if entry.during else None
    new = NewEntry(
        entry.person_id, minutes, entry.kind, entry.earned_on, CORRECTED, entry.pk, during, passed, entry.credit_code,
        entry.provider_id, title.strip(), entry.region_code, entry.folder_id, by.person_id,
    )  # fmt: skip
    (key,) = write([new], by=by, on=on, late=True)
    journal.write(
        "education.credit.reverse", by=by, subject=entry, about_person_id=entry.person_id, reason=reason.strip(),
        region_code=entry.region_code, rows=[entry], facts={"corrected_by": key},
    )  # fmt: skip
    return CreditEntry.objects.get(pk=key)
