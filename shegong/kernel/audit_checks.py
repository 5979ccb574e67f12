"""Verifications of the journal that somebody asked for: when, by whom, how far, and what they found."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Self

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.functions import Now
from django.utils import timezone

from shegong.kernel import audit
from shegong.kernel.journal import JournalEntry
from shegong.kernel.walls_rows import Open

SHOWN = 200  # findings kept; `deviations` counts all
SILENT = timedelta(minutes=10)  # one at work is heard of more often


class JournalCheckQuerySet(models.QuerySet["JournalCheck"]):
    """Reads of verifications."""

    def running(self) -> Self:
        """Waiting for a worker, or at work and heard of lately."""
        return self.filter(ended_at=None, heard_at__gt=timezone.now() - SILENT)

    def last_ended(self) -> "JournalCheck | None":
        """The last one that came to its end."""
        return self.filter(ended_at__isnull=False).order_by("-ended_at").first()


class JournalCheck(models.Model):
    """One verification. `entries` were there when it was asked for, `read` of them are done; `findings` are for
    reading only: kind and place, at most SHOWN."""

    user_id = models.BigIntegerField(null=True)
    region_code = models.IntegerField()
    entries = models.BigIntegerField()
    asked_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(db_default=Now())
    read = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    deviations = models.IntegerField(default=0)
    findings = models.JSONField(default=list)

    objects = JournalCheckQuerySet.as_manager()
    wall = Open("Results of checks of the journal: numbers and codes.")

    class Meta:
        app_label = "kernel"

    @property
    def is_running(self) -> bool:
        """Whether it will come to an end; one that was not heard of for SILENT was interrupted."""
        return self.ended_at is None and self.heard_at > timezone.now() - SILENT

    @property
    def percent(self) -> int:
        """Of the chain; the sealed rows come after it."""
        return min(100, 100 * self.read // self.entries) if self.entries else 100


def last_entry() -> int:
    """The number of the journal's last entry; 0 when it is empty."""
    return JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def carried_out(check: JournalCheck, *, telling: bool) -> JournalCheck:
    """Read chain and rows, and put what was found into `check`, unsaved. Call it outside any transaction.

    With `telling`, how far it is can be read meanwhile.
    """
    began = time.monotonic()
    with _teller(check.pk) if telling else _silent() as tell:
        findings = list(audit.verify(tell))
    check.seconds = round(time.monotonic() - began, 2)
    check.deviations, check.read = len(findings), check.entries
    check.findings = [[one.kind, one.where] for one in findings[:SHOWN]]
    return check


@contextmanager
def _silent() -> Iterator[Callable[[int], None]]:
    yield lambda read: None


@contextmanager
def _teller(pk: int) -> Iterator[Callable[[int], None]]:
    """A connection of its own: the verification itself sees one moment of the database and writes nothing."""
    other = connections[DEFAULT_DB_ALIAS].copy()

    def tell(read: int) -> None:
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE kernel_journalcheck SET read = %s, heard_at = clock_timestamp() WHERE id = %s",
                [read, pk],
            )

    try:
        yield tell
    finally:
        other.close()
