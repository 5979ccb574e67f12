"""Alerts as lists and the API show them: whom they are about, who was told when and how, and whether it was read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shegong.duties.lookup.models.watching import Alert, Due
from shegong.ground.people.models import names_of
from shegong.kernel.messages import Delivery, Message


@dataclass(frozen=True, slots=True)
class Telling:
    """One person who was to be told: when, by which message, what became of each way, when it was opened."""

    person_id: int
    due_at: datetime
    told_at: datetime | None
    message_id: int | None
    ways: tuple[tuple[str, str, datetime], ...] = ()
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert with everything a reader sees."""

    id: int
    at: datetime
    name: str
    number: str
    what: str
    on: date
    until: date | None
    kind: str
    purpose: str
    tellings: tuple[Telling, ...]

    @property
    def told(self) -> tuple[Telling, ...]:
        """Those who were told."""
        return tuple(one for one in self.tellings if one.told_at)

    @property
    def first_told(self) -> datetime | None:
        """When the first of them was told."""
        return min((one.told_at for one in self.told if one.told_at), default=None)

    @property
    def read(self) -> int:
        """How many have opened it."""
        return sum(one.read_at is not None for one in self.tellings)


def alert_rows(ids: Sequence[int]) -> list[AlertRow]:
    """These alerts in any order, in a fixed number of queries."""
    found = list(Alert.objects.filter(pk__in=ids).select_related("registration", "watch"))
    names = names_of({row.registration.person_id for row in found})
    told = _tellings([row.pk for row in found])
    return [
        AlertRow(
            row.pk, row.at, names.get(row.registration.person_id, ""), row.registration.register_no, row.what, row.on,
            row.until, row.watch.kind, row.watch.purpose, tuple(told.get(row.pk, ())),
        )
        for row in found
    ]  # fmt: skip


def _tellings(ids: Iterable[int]) -> dict[int, list[Telling]]:
    dues = list(Due.objects.filter(alert__in=ids).select_related("told").order_by("pk"))
    letters = {due.told.message_id for due in dues if hasattr(due, "told")}
    read = dict(Message.objects.filter(pk__in=letters).values_list("pk", "read_at"))
    ways: dict[int, list[tuple[str, str, datetime]]] = {}
    for one in Delivery.objects.filter(message__in=letters).order_by("pk"):
        ways.setdefault(one.message_id, []).append((one.channel, one.outcome, one.at))
    found: dict[int, list[Telling]] = {}
    for due in dues:
        told = getattr(due, "told", None)
        letter = told.message_id if told else None
        found.setdefault(due.alert_id, []).append(
            Telling(due.person_id, due.due_at, told.at if told else None, letter,
                    tuple(ways.get(letter or 0, ())), read.get(letter or 0))
        )  # fmt: skip
    return found
