"""Every body: offices, employers, agencies, schools, associations; and which body holds which duty, since when."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from shegong.ground.organizations.rules import TRANSFERS, TransferState
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, Range, ScopedQuerySet
from shegong.kernel.characters import is_han, plain
from shegong.kernel.copying import Batched
from shegong.kernel.pinyin import search_grams
from shegong.kernel.temporal import CURRENT, Dated, DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Open


class UsccIsValid(Func):
    """The database's own check of a unified social credit code (GB 32100-2015)."""

    function = "uscc_is_valid"
    output_field = models.BooleanField()


class OrganizationQuerySet(ScopedQuerySet):
    """Reads of bodies."""

    def existing(self, day: date) -> Self:
        """Bodies not dissolved on `day`."""
        return self.exclude(dissolved_on__lte=day)

    def acted_for(self, actor: Actor, *permissions: str, clerk: bool = False) -> Self:
        """Bodies that the actor's grants with one of `permissions` name; see `Actor.bodies`."""
        bodies = actor.bodies(*permissions, clerk=clerk)
        return self.filter(pk__in=bodies).order_by("pk") if bodies else self.none()

    def search(self, text: str) -> Self:
        """Bodies of which a present or former name holds `text`, or whose pinyin or initials begin with it."""
        return self.filter(named(text))

    def inside(self, ranges: Sequence[Range]) -> Self:
        """Bodies seated in any of these code ranges; none without ranges."""
        where = Q(pk__in=[])
        for one in ranges:
            where |= one.q("region_code")
        return self.filter(where)

    def near(self, name: str) -> list[str]:
        """Names of existing bodies that share a run of three characters with `name`: to compare more closely."""
        pieces = [gram for gram in search_grams(name) if len(gram) == 3]
        return list(
            self.filter(grams__overlap=pieces, dissolved_on=None).values_list("name", flat=True)[:2000]
        )


def named(text: str) -> Q:
    """Condition for a fragment of a name of any time, a beginning of its pinyin or initials, or a whole code."""
    code, wanted = plain(text).upper(), search_grams(text)
    if len(code) == 18 and code.isalnum() and code.isascii():
        return Q(uscc=code)
    if not wanted:
        return Q(pk__in=[]) if text.strip() else Q()
    if len(wanted) == 1:
        return Q(grams__contains=wanted)
    # The pieces of a longer text could stand apart in the name.
    whole = "".join(filter(is_han, text))
    return Q(grams__contains=wanted) & (
        Q(name__contains=whole)
        | Q(pk__in=OrganizationName.objects.filter(name__contains=whole).values("organization_id"))
    )


class Organization(Batched):
    """A body. Names are dated rows; `search_name`, `pinyin` and `grams` follow the current name."""

    kind = models.TextField()
    level = models.SmallIntegerField(null=True)
    region = RegionField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    uscc = models.TextField(null=True)
    old_registration_no = models.TextField(blank=True)
    system = models.TextField(default="other")
    name = models.TextField()
    pinyin = models.TextField(blank=True)
    grams = ArrayField(models.TextField(), default=list)
    founded_on = models.DateField(null=True)
    dissolved_on = models.DateField(null=True)
    source = models.TextField(default="office")
    version = models.IntegerField(default=0)

    objects = OrganizationQuerySet.as_manager()
    journalled = ("kind", "level", "region_code", "parent_id", "uscc", "name", "founded_on", "dissolved_on")
    wall = Open("Bodies and offices are public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], name="organization_uscc_once"),
            models.CheckConstraint(name="organization_not_its_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(
                name="organization_uscc_valid", condition=Q(uscc__isnull=True) | Q(UsccIsValid(F("uscc")))
            ),
        ]
        indexes = [
            models.Index(fields=["region", "kind", "id"], name="organization_list"),
            GinIndex(fields=["grams"], name="organization_grams"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """What stands for it in addresses: its credit code, else its number here."""
        return self.uscc or str(self.pk)

    def name_on(self, day: date) -> str:
        """The official name on `day`; the present one where no row says."""
        row = self.names.on(day).first()
        return row.name if row else self.name


class OrganizationName(Dated):
    """Dated official names (省农委 → 农业农村厅)."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="names")
    name = models.TextField()

    objects = DatedQuerySet.as_manager()
    journalled = ("organization_id", "name", "during")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="organization_one_name",
                expressions=[("organization", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]


class School(models.Model):
    """A college and its social work programmes (T3.2), with where the statement comes from."""

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="school")
    school_code = models.TextField(unique=True)
    level = models.TextField(blank=True)
    authority = models.TextField(blank=True)
    ownership = models.TextField(blank=True)
    offers_college = models.BooleanField(null=True)
    offers_bsw = models.BooleanField(null=True)
    offers_msw = models.BooleanField(null=True)
    programme_confidence = models.TextField(blank=True)
    provenance = models.TextField(blank=True)


class DutyQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of duties."""

    def holder(self, duty: str, region_code: int, day: date) -> Any:
        """The duty row in force for exactly this region on `day`, or None. Ask with the region's code of that day."""
        rows = self.current().on(day).select_related("organization")
        return rows.filter(duty=duty, region_code=region_code).first()

    def in_force(self, day: date) -> Self:
        """Current rows that hold on `day`."""
        return self.current().on(day)


class Duty(Dated, Recorded):
    """Which body holds a duty, where, since when (M1.d, N4): work queues follow it, so a transfer moves no case."""

    duty = models.TextField()
    region = RegionField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="duties")
    basis = models.TextField(blank=True)
    seal_name = models.TextField(blank=True)
    letterhead = models.TextField(blank=True)

    objects = DutyQuerySet.as_manager()
    journalled = ("duty", "region_code", "organization_id", "during", "seal_name")
    wall = Open("Which office does what is public.")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="duty_one_holder",
                expressions=[
                    ("duty", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=CURRENT,
            )
        ]


class DutyTransferQuerySet(ScopedQuerySet):
    """Reads of proposed transfers."""

    def waiting(self) -> Self:
        """Those that nobody has decided yet."""
        return self.filter(state=str(TransferState.PROPOSED))


class DutyTransfer(models.Model):
    """Somebody proposes that a duty goes to another body; another decides. People are named by id: they stand above."""

    workflow = TRANSFERS

    duty = models.TextField()
    region = RegionField()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    effective = models.DateField()
    basis = models.TextField()
    seal_name = models.TextField(blank=True)
    letterhead = models.TextField(blank=True)
    proposed_by = models.BigIntegerField()
    proposer = models.TextField(blank=True)
    decided_by = models.BigIntegerField(null=True)
    state = models.TextField(default=TransferState.PROPOSED)
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DutyTransferQuerySet.as_manager()
    journalled = (
        "duty", "region_code", "organization_id", "effective", "basis", "proposed_by", "decided_by", "state",
    )  # fmt: skip
    wall = Open("Which office will do what is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "region"], condition=Q(state="proposed"), name="duty_transfer_one_open"
            ),
            models.CheckConstraint(
                name="duty_transfer_state", condition=Q(state__in=[str(state) for state in TransferState])
            ),
            models.CheckConstraint(
                name="duty_transfer_four_eyes",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="duty_transfer_decided",
                condition=Q(state__in=["approved", "refused"], decided_by__isnull=False)
                | Q(~Q(state__in=["approved", "refused"]), decided_by__isnull=True),
            ),
        ]
