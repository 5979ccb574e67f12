"""Freezing figures, and finding out whether frozen ones are still what was hashed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import refuse_if
from shegong.kernel.snapshots import one_moment
from shegong.kernel.walls_acting import lifted
from shegong.steering.statistics.models import Snapshot, SnapshotFigure, SnapshotRow
from shegong.steering.statistics.models.people import counted_as
from shegong.steering.statistics.rules import (
    FigureRow,
    Permission,
    PersonRow,
    Predecessor,
    Tables,
    canonical,
    digest,
    figure_row,
    freeze_obstacles,
)

CHUNK = 5000
People = Iterable[PersonRow] | QuerySet[Any] | None
FigureRows = Iterable[FigureRow | Mapping[str, Any]]


@answers("N11")
@transaction.atomic
def freeze(
    *,
    title: str,
    as_of: date,
    region_code: int,
    tables: Mapping[str, FigureRows],
    people: People = None,
    plan: str = "",
    definition: str = "",
    supersedes: Snapshot | None = None,
    reason: str = "",
    by: Actor,
    on: date,
) -> Snapshot:
    """Freeze tables of figures, and the people counted in them, as they are known now; nothing of it changes any more.

    `tables`: name → cells (`FigureRow`, or mappings with its names). `people`: `PersonRow`s, or a query set of people,
    who are then counted where they stand on `as_of`. A correction names the version that it `supersedes` and a reason of
    at least four characters. Refuses an empty title or table, a day to come, and what was corrected already (N11).
    """
    require(by, Permission.FREEZE, region_code)
    frozen = {name: [figure_row(row) for row in rows] for name, rows in tables.items()}
    refuse_if(
        freeze_obstacles(
            title=title, as_of=as_of, region=region_code, tables=frozen, on=on, reason=reason,
            before=_predecessor(supersedes),
        )
    )  # fmt: skip
    snapshot = Snapshot(
        title=title.strip(), as_of=as_of, known_at=timezone.now(), region_code=region_code, plan=plan,
        definition=definition, version=supersedes.version + 1 if supersedes else 1, supersedes=supersedes,
        reason=reason.strip(), algorithm=journal.algorithm(), frozen_by_id=by.person_id,
    )  # fmt: skip
    rows = _people(people, as_of)
    snapshot.people = len(rows)
    snapshot.sha = digest(canonical(snapshot.header(), frozen, rows), snapshot.algorithm)
    snapshot.save()
    _keep(snapshot, frozen, rows)
    _note(snapshot, "correct" if supersedes else "freeze", by)
    return snapshot


def _predecessor(snapshot: Snapshot | None) -> Predecessor | None:
    if snapshot is None:
        return None
    is_superseded = Snapshot.objects.filter(supersedes=snapshot).exists()
    return Predecessor(snapshot.as_of, snapshot.region_code, is_superseded)


def _people(people: People, as_of: date) -> list[PersonRow]:
    """In the order that is hashed; a person once in an indicator."""
    with lifted("whom a figure counts is frozen whole, whoever freezes it; what is read of it is scoped"):
        found = counted_as(people, as_of) if isinstance(people, QuerySet) else iter(people or ())
        return sorted({row.key: row for row in found}.values(), key=lambda row: row.key)


def _keep(snapshot: Snapshot, tables: Tables, people: Sequence[PersonRow]) -> None:
    SnapshotFigure.objects.bulk_create(
        [
            SnapshotFigure(
                snapshot=snapshot, table=name, indicator=row.indicator, region_code=row.region, year=row.year,
                unit=row.unit, value=row.value, target=row.target, planned=row.planned, counted=row.counted,
                entered=row.entered, source=row.source, rule=row.rule,
            )
            for name, rows in tables.items()
            for row in rows
        ],
        batch_size=CHUNK,
    )  # fmt: skip
    left = iter(people)
    with lifted("rows of people at every place are kept with the figure that counts them"):
        while chunk := list(islice(left, CHUNK)):
            SnapshotRow.objects.bulk_create([_row(snapshot, row) for row in chunk])


def _row(snapshot: Snapshot, row: PersonRow) -> SnapshotRow:
    return SnapshotRow(
        snapshot=snapshot, indicator=row.indicator, person_id=row.person, region_code=row.region, since=row.since,
        level=row.level, sex=row.sex, age_band=row.age_band, field=row.field, employer_kind=row.employer_kind,
    )  # fmt: skip


def _note(snapshot: Snapshot, verb: str, by: Actor) -> None:
    facts = {
        "as_of": snapshot.as_of.isoformat(),
        "version": snapshot.version,
        "sha": snapshot.sha,
        "people": snapshot.people,
    }
    journal.write(
        f"statistics.snapshot.{verb}", by=by, subject=snapshot, region_code=snapshot.region_code, reason=snapshot.reason,
        facts=facts, rows=[snapshot], authority=by.authority_for(Permission.FREEZE, snapshot.region_code),
    )  # fmt: skip


# -- verification ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """Whether a snapshot is what was hashed, and which hash it has now."""

    snapshot: Snapshot
    sha: str

    @property
    def holds(self) -> bool:
        """The database still holds what was frozen."""
        return self.sha == self.snapshot.sha


def verdict(snapshot: Snapshot) -> Verdict:
    """Compute the hash of a snapshot anew, over all of its rows."""
    with lifted("a hash over rows that could not be seen would differ"):
        return Verdict(snapshot, snapshot.computed_sha())


def verify() -> Iterator[Verdict]:
    """Every snapshot with the hash that it has now, oldest first; reads one moment of the database."""
    with one_moment("a row that could not be seen would look like one that was removed"):
        for snapshot in Snapshot.objects.select_related("supersedes").order_by("pk"):
            yield Verdict(snapshot, snapshot.computed_sha())
