"""The journal as people read it: entries with the names of who acted and for which office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.kernel import at_shell
from shegong.kernel.audit_checks import last_entry
from shegong.kernel.checkpoints import Checkpoint, freshness
from shegong.kernel.journal import JournalEntry


@dataclass(frozen=True)
class JournalRow:
    """One entry; `id` is its number in the chain."""

    id: int
    at: datetime
    verb: str
    person: str
    office: str
    role: str
    subject_kind: str
    subject_id: int | None
    region_code: int | None
    reason: str
    at_shell: str


def journal_rows(ids: Sequence[int]) -> list[JournalRow]:
    """Entries by their numbers, in any order."""
    entries = list(JournalEntry.objects.filter(seq__in=ids))
    people = names_of({e.person_id for e in entries if e.person_id})
    bodies = Organization.objects.in_bulk({e.organization_id for e in entries if e.organization_id})
    return [_row(entry, people, bodies) for entry in entries]


def _row(entry: JournalEntry, people: dict[int, str], bodies: dict[int, Organization]) -> JournalRow:
    body = bodies.get(entry.organization_id)
    return JournalRow(
        id=entry.seq, at=entry.at, verb=entry.verb, person=people.get(entry.person_id, ""),
        office=body.name if body else "", role=entry.role, subject_kind=entry.subject_kind,
        subject_id=entry.subject_id, region_code=entry.region_code, reason=entry.reason,
        at_shell=at_shell.told(entry.request_id),
    )  # fmt: skip


@dataclass(frozen=True)
class Integrity:
    """How long the journal is, and what was last signed of it and kept outside the database."""

    entries: int
    checkpoint: Checkpoint | None
    is_stale: bool


def integrity() -> Integrity:
    """The number of entries (the last one's number: none may be missing) and the last checkpoint."""
    fresh = freshness()
    return Integrity(last_entry(), fresh.last, fresh.is_stale)
