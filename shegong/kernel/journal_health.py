"""Whether whoever follows the journal keeps up with it, and what its last verification found."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from shegong.kernel.audit_checks import JournalCheck
from shegong.kernel.health import BAD, OFF, OK, WARN, Fact, check
from shegong.kernel.text import N_

SLOW = timedelta(minutes=30)
UNVERIFIED = timedelta(days=3)  # it is verified every night
OLDEST = """
SELECT reader.name, extract(epoch FROM clock_timestamp() - entry.at)::float FROM kernel_journalreader reader
CROSS JOIN LATERAL (SELECT at FROM kernel_journalentry WHERE seq > reader.seq ORDER BY seq LIMIT 1) entry
ORDER BY 2 DESC LIMIT 1
"""


@check("readers", N_("News of the journal"), "seconds", database=True)
def readers() -> Fact:
    """How old the oldest entry is that some reader has not come to."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        name, age = cursor.fetchone() or ("", 0.0)
    if age > SLOW.total_seconds():
        text = N_(
            "%(name)s has not read the journal for %(minutes)s minutes: its notices and flags come late."
        )
        todo = N_("See whether the worker runs and what its log says of this job. Nothing is skipped.")
        return Fact(WARN, round(age), text, {"name": name, "minutes": int(age // 60)}, todo)
    return Fact(OK, round(age, 1), N_("Every reader keeps up with the journal."))


@check("verification", N_("Verification of the journal"), "deviations", database=True)
def verification() -> Fact:
    """What the last verification of chain, checkpoints and sealed rows found, and whether it is recent."""
    last = JournalCheck.objects.last_ended()
    if last is None or last.ended_at is None:
        return Fact(OFF, -1, N_("The journal has not been verified yet: the worker does so every night."))
    if last.deviations:
        todo = N_("Keep the database as it is, and read the last verification in the journal's pages.")
        text = N_("The last verification found %(n)s deviations.")
        return Fact(BAD, last.deviations, text, {"n": last.deviations}, todo)
    age = timezone.now() - last.ended_at
    if age > UNVERIFIED:
        text = N_("The journal was last verified %(days)s days ago.")
        todo = N_("See whether the worker runs and what its log says of this job.")
        return Fact(WARN, 0, text, {"days": age.days}, todo)
    return Fact(OK, 0, N_("Chain, checkpoints and sealed rows are as they were written."))
