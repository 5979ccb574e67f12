"""Administrative divisions with dates and successions; managed areas beside the legal tree."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from shegong.ground.regions.rules import MemberRow, NameRow, Place, SuccessionRow, Tree
from shegong.kernel.prepared import fetch
from shegong.kernel.temporal import Dated, DatedQuerySet
from shegong.kernel.walls_rows import Open


class RegionField(models.ForeignKey):
    """Key to a division by its nine-digit legal code of the time of the fact: attribute and column `…_code`."""

    def __init__(self, to: Any = "regions.Region", on_delete: Any = models.PROTECT, **kwargs: Any):
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)

    def get_attname(self) -> str:
        return f"{self.name}_code"


class Region(Dated):
    """A division during its life under one code: country 0, province 1, prefecture 2, county 3, township 4."""

    code = models.IntegerField(primary_key=True)
    level = models.SmallIntegerField()
    kind = models.TextField(blank=True)
    name = models.TextField()
    parent = RegionField("self", null=True)
    authority = models.TextField(
        default="mca"
    )  # mca: legal; nbs: statistics; own: ours, never exported as legal
    reports_to_province_since = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()
    journalled = ("code", "level", "name", "parent_code", "during", "authority")
    wall = Open("Administrative divisions are public.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="region_code_range", condition=Q(code__gte=110_000_000, code__lte=829_999_999)
            ),
            models.CheckConstraint(name="region_level", condition=Q(level__gte=1, level__lte=4)),
            models.CheckConstraint(
                name="region_under_parent",
                condition=Q(parent__isnull=True)
                | Q(authority="own")
                | Q(code__gt=F("parent"), code__lt=F("parent") + 10_000_000),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegionName(Dated):
    """Names and aliases of a division: official, short, alias (长白山开发区 = 长白山管委会)."""

    region = RegionField(related_name="names")
    name = models.TextField()
    kind = models.TextField(default="official")

    objects = DatedQuerySet.as_manager()
    journalled = ("region_code", "name", "kind", "during")
    wall = Open("Administrative divisions are public.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="region_name_kind", condition=Q(kind__in=["official", "short", "alias", "english"])
            ),
            ExclusionConstraint(
                name="region_one_official_name",
                expressions=[("region", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(kind="official"),
            ),
        ]
        indexes = [models.Index(fields=["name"])]


class Succession(models.Model):
    """What a code became, and when."""

    origin = RegionField(related_name="became")
    target = RegionField(related_name="came_from")
    on = models.DateField()
    kind = models.TextField()
    main = models.BooleanField(default=True)
    basis = models.TextField(blank=True)

    journalled = ("origin_code", "target_code", "on", "kind", "main")
    wall = Open("Administrative divisions are public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "target", "on"], name="succession_once"),
            models.UniqueConstraint(fields=["origin"], condition=Q(main=True), name="succession_one_main"),
            models.CheckConstraint(name="succession_differs", condition=~Q(origin=F("target"))),
            models.CheckConstraint(
                name="succession_kind", condition=Q(kind__in=["renamed", "moved", "merged", "split"])
            ),
        ]


class AreaMember(Dated):
    """A place that a managed area takes out of its legal county in the reporting tree."""

    area = RegionField(related_name="members")
    region = RegionField(related_name="areas")

    objects = DatedQuerySet.as_manager()
    journalled = ("area_code", "region_code", "during")
    wall = Open("Administrative divisions are public.")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="region_one_area",
                expressions=[("region", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]


class TreeStamp(models.Model):
    """One row that a trigger renews with every change of the tables above: tells each process that its copy is old."""

    id = models.SmallIntegerField(primary_key=True)
    stamp = models.UUIDField()


_kept: tuple[object, Tree] | None = None


def tree() -> Tree:
    """All divisions of all times. Kept in the process; one tiny query tells whether anybody changed them."""
    global _kept
    stamp = fetch("SELECT current_database(), (SELECT stamp FROM regions_treestamp WHERE id = 1)")[0]
    if _kept is None or _kept[0] != stamp:
        _kept = (stamp, _read_tree())
    return _kept[1]


def _read_tree() -> Tree:
    names: dict[int, list[NameRow]] = {}
    for code, name, kind, during in RegionName.objects.values_list("region_code", "name", "kind", "during"):
        names.setdefault(code, []).append(NameRow(code, name, kind, during.lower, during.upper))
    places = [
        Place(
            row.code, row.level, row.name, row.parent_code, row.kind, row.authority, row.during.lower,
            row.during.upper, row.reports_to_province_since, tuple(names.get(row.code, ())),
        )
        for row in Region.objects.all()
    ]  # fmt: skip
    successions = Succession.objects.values_list("origin_code", "target_code", "on", "kind", "main")
    members = AreaMember.objects.values_list("area_code", "region_code", "during")
    return Tree(
        places,
        [SuccessionRow(*row) for row in successions],
        [MemberRow(area, region, during.lower, during.upper) for area, region, during in members],
    )
