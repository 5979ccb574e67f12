"""Frozen figures: what they were on a day, as known then, with a hash over all of it. Added to, never changed."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open, Wall
from shegong.steering.statistics.rules import SOURCES, FigureRow, PersonRow, canonical, digest


class SnapshotQuerySet(ScopedQuerySet):
    """Reads of snapshots. They hold counts: whoever reads figures at a place sees those that have a figure there."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Of a place inside the reach, or with figures of one."""
        if actor.is_system:
            return self
        figures = SnapshotFigure.objects.filter(snapshot=OuterRef("pk")).visible_to(actor, permission)
        ours = super().visible_to(actor, permission).values("pk") if actor.reach(permission) else ()
        return self.filter(Q(pk__in=ours) | Q(Exists(figures)))

    def standing(self) -> Self:
        """The newest version of each."""
        return self.filter(successor=None)


class Snapshot(models.Model):
    """Figures of `as_of` as known at `known_at`. A correction is a new row that supersedes this one, with its reason."""

    title = models.TextField()
    as_of = models.DateField()
    known_at = models.DateTimeField()
    region = RegionField()
    plan = models.TextField(blank=True)  # which plan file, and
    definition = models.TextField(blank=True)  # which version of it
    version = models.SmallIntegerField(default=1)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")
    reason = models.TextField(blank=True)
    algorithm = models.TextField(default="sha256")
    sha = models.TextField()
    people = models.IntegerField(default=0)  # rows of people frozen with it
    frozen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = SnapshotQuerySet.as_manager()
    journalled = (
        "title",
        "as_of",
        "known_at",
        "region_code",
        "version",
        "supersedes_id",
        "algorithm",
        "sha",
        "people",
    )
    wall = Open("Counts of places, no personal value; which of them are read is decided by visible_to.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="snapshot_version",
                condition=Q(supersedes=None, version=1) | Q(supersedes__isnull=False, version__gt=1),
            ),
            models.CheckConstraint(
                name="snapshot_correction_says_why", condition=Q(supersedes=None) | ~Q(reason="")
            ),
            models.CheckConstraint(name="snapshot_sha", condition=Q(sha__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes = [models.Index(F("as_of").desc(), F("id").desc(), name="snapshot_newest")]

    def __str__(self) -> str:
        return self.title

    def header(self) -> dict[str, Any]:
        """What is hashed of the snapshot itself; the hash of the version before ties the versions together."""
        return {
            "title": self.title, "as_of": self.as_of.isoformat(), "region": self.region_code, "plan": self.plan,
            "known_at": self.known_at.astimezone(UTC).isoformat(timespec="microseconds"), "definition": self.definition,
            "version": self.version, "reason": self.reason,
            "supersedes": self.supersedes.sha if self.supersedes else None,
        }  # fmt: skip

    def tables(self) -> dict[str, list[FigureRow]]:
        """Its tables by name, rows in the order of their keys."""
        found: dict[str, list[FigureRow]] = {}
        for figure in self.figures.order_by("table", "indicator", "region_code", "year"):
            found.setdefault(figure.table, []).append(figure.row())
        return found

    def table(self, name: str) -> list[FigureRow]:
        """The rows of one table; empty where there is none of this name."""
        return [
            figure.row()
            for figure in self.figures.filter(table=name).order_by("indicator", "region_code", "year")
        ]

    def value(self, indicator: str, region: int | None = None, year: int | None = None) -> int | None:
        """One frozen figure, of the snapshot's own place unless another is asked; None where it holds none."""
        code = self.region_code if region is None else region
        return (
            self.figures.filter(indicator=indicator, region=code, year=year)
            .values_list("value", flat=True)
            .first()
        )

    def person_rows(self) -> Iterator[PersonRow]:
        """Everybody as counted, in the order that is hashed."""
        for row in self.rows.order_by("indicator", "person_id").iterator(5000):
            yield row.row()

    def computed_sha(self) -> str:
        """The hash over what the database holds now; the caller lifts the walls, for it takes every row."""
        return digest(canonical(self.header(), self.tables(), self.person_rows()), self.algorithm)


class SnapshotFigure(models.Model):
    """One cell of a frozen table."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="figures")
    table = models.TextField()
    indicator = models.TextField()
    region = RegionField()
    year = models.SmallIntegerField(null=True)
    unit = models.TextField()
    value = models.BigIntegerField(null=True)
    target = models.BigIntegerField(null=True)
    planned = models.BigIntegerField(null=True)
    counted = models.BigIntegerField(null=True)
    entered = models.BigIntegerField(null=True)
    source = models.TextField(default="counted")
    rule = models.SmallIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()
    wall = Open("Counts of places, no personal value; which of them are read is decided by visible_to.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "table", "indicator", "region", "year"],
                name="snapshot_figure_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="snapshot_figure_source", condition=Q(source__in=list(SOURCES))),
        ]
        indexes = [models.Index(fields=["snapshot", "region"], name="snapshot_figure_place")]

    def row(self) -> FigureRow:
        """As it is hashed."""
        return FigureRow(
            self.indicator, self.region_code, self.unit, self.value, self.target, self.planned, self.counted,
            self.entered, self.year, self.source, self.rule,
        )  # fmt: skip


class SnapshotRow(models.Model):
    """One person as counted in an indicator on that day. Never moved: read through the record she was merged into."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="rows")
    indicator = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region = RegionField()
    since = models.DateField(null=True)  # the day of the fact that counts
    level = models.SmallIntegerField(null=True)
    sex = models.SmallIntegerField(null=True)
    age_band = models.SmallIntegerField(null=True)
    field = models.SmallIntegerField(null=True)
    employer_kind = models.SmallIntegerField(null=True)

    objects = ScopedQuerySet.as_manager()
    wall = Wall(region="region_code", person="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "indicator", "person"], name="snapshot_row_once")
        ]
        indexes = [models.Index(fields=["snapshot", "indicator", "region", "id"], name="snapshot_row_place")]

    def row(self) -> PersonRow:
        """As it is hashed."""
        return PersonRow(
            self.person_id, self.region_code, self.indicator, self.since, self.level, self.sex, self.age_band,
            self.field, self.employer_kind,
        )  # fmt: skip
