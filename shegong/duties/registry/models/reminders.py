"""What a holder was told before the end of the term, and the proof of it: when, by which channel, delivered or not."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from shegong.duties.registry.models.endings import BY_HAND
from shegong.duties.registry.models.holds import Reminder
from shegong.duties.registry.models.register import Registration


class Proof(NamedTuple):
    """One way by which a reminder went: `outcome` sent, failed, no_address, expired, read, unread or told."""

    channel: str
    outcome: str
    at: datetime | None

    @property
    def is_proof(self) -> bool:
        """It proves that the holder could know."""
        return self.outcome in ("sent", "read", "told")


class Told(NamedTuple):
    """One reminder with its proofs."""

    stage: str
    ends_on: date
    sent_at: datetime
    missing: int | None
    proofs: tuple[Proof, ...]


def told_of(registration: Registration) -> list[Told]:
    """Every reminder of a registration, the latest first, with its proofs."""
    rows = Reminder.objects.filter(registration=registration).select_related("message")
    return list(_told(rows.order_by("-id")))


def _told(rows: Iterable[Reminder]) -> Iterable[Told]:
    for row in rows:
        yield Told(row.stage, row.ends_on, row.sent_at, row.missing, tuple(_proofs(row)))


def _proofs(row: Reminder) -> Iterable[Proof]:
    if row.stage == BY_HAND:
        yield Proof(BY_HAND, "told", row.sent_at)
    if row.message_id is None or row.message is None:
        return
    for one in row.message.deliveries.order_by("id"):
        yield Proof(one.channel, one.outcome, one.at)
    yield Proof("inbox", "read" if row.message.read_at else "unread", row.message.read_at)
