"""Whether whoever follows the journal keeps up with it."""

from datetime import timedelta

from django.db import connection

from shegong.kernel.health import OK, WARN, Fact, check
from shegong.kernel.text import N_

SLOW = timedelta(minutes=30)
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
