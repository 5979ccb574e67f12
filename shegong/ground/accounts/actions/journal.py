"""The auditor verifies the journal on demand; that he did is an entry too.

A short journal is verified at once. A long one takes minutes, so a worker does it, and the page says how far it is.
"""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.accounts.rules import Permission
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, actor_of_user, require
from shegong.kernel.audit_checks import JournalCheck, carried_out, last_entry
from shegong.kernel.http import today
from shegong.kernel.jobs import job, later
from shegong.kernel.journal import JournalEntry

AT_ONCE = 20_000  # entries that are read within a few seconds


def verify_journal(*, region_code: int, by: Actor, on: date, at_once: int = AT_ONCE) -> JournalCheck:
    """Read the whole chain and every sealed row; one that is being read already is not read twice.

    Runs in a transaction of its own: call it outside any other. Refuses whoever may not read the journal of
    `region_code`, the province: the chain is one for all.
    """
    require(by, Permission.READ_JOURNAL, region_code)
    running = JournalCheck.objects.running().order_by("-id").first()
    if running:
        return running
    entries = last_entry()
    with transaction.atomic():
        check = JournalCheck.objects.create(user_id=by.user_id, region_code=region_code, entries=entries)
        if entries > at_once:
            later(go_on, check_id=check.pk)
    return check if entries > at_once else _carry_out(check, by)


@job("accounts.verify_journal", attempts=3)
def go_on(check_id: int) -> None:
    """Verify as the auditor asked; done twice, the second finds nothing left to do."""
    check = JournalCheck.objects.filter(pk=check_id, ended_at=None).first()
    if check is not None:
        _carry_out(check, (actor_of_user(check.user_id, today()) if check.user_id else None) or SYSTEM)


def _carry_out(check: JournalCheck, by: Actor) -> JournalCheck:
    found = carried_out(check, telling=check.entries > AT_ONCE)
    with transaction.atomic():
        done = JournalCheck.objects.filter(pk=check.pk, ended_at=None).update(
            ended_at=Now(), heard_at=Now(), read=found.read, seconds=found.seconds, deviations=found.deviations,
            findings=found.findings,
        )  # fmt: skip
        if done:
            journal.write(
                "accounts.journal.verify", by=by, subject=JournalEntry(seq=check.entries),
                region_code=check.region_code,
                authority=by.authority_for(Permission.READ_JOURNAL, check.region_code),
                facts={"deviations": found.deviations},
            )  # fmt: skip
    check.refresh_from_db()
    return check
