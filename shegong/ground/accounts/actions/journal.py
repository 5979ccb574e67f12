"""The journal is verified every night, and when the auditor asks; that it was done is an entry too.

A short journal is verified at once. A long one takes minutes, so a worker does it, and the page says how far it is.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from shegong.ground.accounts.actions.journal_alert import guardians
from shegong.ground.accounts.rules import Permission
from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM, Actor, actor_of_user, require
from shegong.kernel.audit_checks import JournalCheck, carried_out, last_entry
from shegong.kernel.http import today
from shegong.kernel.jobs import job, later
from shegong.kernel.journal import JournalEntry
from shegong.kernel.text import N_

CHANGED = messages.Template(
    "accounts.journal.changed",
    N_("Something was changed behind the application's back"),
    N_(
        "The nightly verification of the journal and the rows it seals found deviations: %(count)s. Keep the database as it "
        "is, look at the page of the last verification, and report it."
    ),
)
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


@job("accounts.verify_nightly", cron="10 20 * * *", attempts=1, alone=True)
def verify_nightly() -> int:
    """At ten past four in China, without anybody asking; who guards the journal is told when something was found.

    How many deviations there are. One that is under way counts as this night's.
    """
    if JournalCheck.objects.running().exists():
        return 0
    check = JournalCheck.objects.create(region_code=settings.PROVINCE, entries=last_entry())
    found = _carry_out(check, SYSTEM).deviations
    with transaction.atomic():
        for person_id in guardians(today()) if found else ():
            person: Any = SimpleNamespace(pk=person_id)
            messages.send(person, CHANGED, {"count": str(found)}, link=reverse("accounts:journal"))
    return found


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
