"""Each night every frozen figure is hashed anew; who guards the journal is told when one does not hold."""

from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.urls import reverse

from shegong.ground.accounts.actions.journal_alert import guardians
from shegong.kernel import messages
from shegong.kernel.http import today
from shegong.kernel.jobs import job
from shegong.kernel.text import N_
from shegong.steering.statistics.actions.freezing import verify

BROKEN = messages.Template(
    "statistics.snapshot.broken",
    N_("Frozen figures were changed behind the application's back"),
    N_(
        "The hash of %(title)s, as of %(day)s, no longer holds: rows were changed with the rights of the database. "
        "Compare with the exported file or a backup, and find out who had these rights."
    ),
)


@job("statistics.verify", cron="50 18 * * *", attempts=1)
def verify_nightly() -> int:
    """Verify all snapshots and tell the guardians of each that does not hold; how many do not."""
    broken = [one.snapshot for one in verify() if not one.holds]
    if broken:
        with transaction.atomic():
            for snapshot in broken:
                _tell(snapshot)
    return len(broken)


def _tell(snapshot: Any) -> None:
    values = {"title": snapshot.title, "day": snapshot.as_of.isoformat()}
    for person_id in guardians(today()):
        person: Any = SimpleNamespace(pk=person_id)
        messages.send(person, BROKEN, values, link=reverse("accounts:start"))
