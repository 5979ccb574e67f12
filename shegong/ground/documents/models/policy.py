"""Anything a rule, target, form or milestone rests on, and local documents that carry it out (P2, N1, S2012.b)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from shegong.ground.documents.models.papers import File
from shegong.ground.documents.rules.library import (
    CERTAINTIES,
    Mechanism,
    PolicyKind,
    Validity,
    canonical_number,
    validity,
)
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.temporal import Dated, last_day
from shegong.kernel.walls_rows import Open


class PolicyDocumentQuerySet(models.QuerySet["PolicyDocument"]):
    """Reads of the library: everybody may see everything in it."""

    def search(self, text: str) -> Self:
        """Documents whose number, title, issuer or text hold these words; brackets of numbers may be any."""
        return self.filter(holding(text))

    def worth(self, wanted: str, day: date) -> Self:
        """Documents that are in force, revised, repealed or not yet in force on `day`."""
        return self.filter(worth(wanted, day))


def holding(text: str) -> Q:
    """Condition: number, title, issuer or text hold each of these words."""
    found = Q()
    for word in text.split():
        number = canonical_number(word)
        found &= (
            Q(number__icontains=number)
            | Q(title__icontains=word)
            | Q(issuer_name__icontains=word)
            | Q(text__icontains=word)
        )
    return found


def worth(wanted: str, day: date) -> Q:
    """Condition for what a document is worth on `day`."""
    ended, coming = Q(during__endswith__lte=day), Q(during__startswith__gt=day)
    later = PolicyDocument.objects.filter(revises=OuterRef("pk"), during__startswith__lte=day)
    standing = ~Q(pk__in=PolicyDocument.objects.filter(ended | coming).values("pk"))
    return {
        Validity.REPEALED: ended,
        Validity.COMING: coming,
        Validity.REVISED: standing & Q(Exists(later)),
        Validity.IN_FORCE: standing & ~Q(Exists(later)),
    }.get(Validity(wanted) if wanted in set(Validity) else Validity.IN_FORCE, Q())


class PolicyDocument(Dated):
    """One document of the library. `during`: the days on which it is in force. `under`: what it was made under;
    `revises`: the document of which it is a later version. `certainty` and `source` as in `kernel.policy`: M is from
    memory and listed until somebody attaches the text. Where the day of issue was not found (`is_day_known` false),
    `issued_on` is the latest that it can be."""

    number = models.TextField(blank=True)
    title = models.TextField()
    issuer = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    issuer_name = models.TextField()
    issued_on = models.DateField()
    is_day_known = models.BooleanField(default=True)
    kind = models.TextField(default="upstream")
    mechanism = models.TextField(blank=True)
    region = RegionField(null=True)
    under = models.ForeignKey("self", models.PROTECT, null=True, related_name="made_under")
    revises = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")
    text = models.TextField(blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    certainty = models.TextField(default="D")
    source = models.TextField(blank=True)
    end_reason = models.TextField(blank=True)
    version = models.IntegerField(default=0)

    objects = PolicyDocumentQuerySet.as_manager()
    journalled = (
        "number", "title", "issuer_id", "issuer_name", "issued_on", "kind", "mechanism", "region_code", "under_id",
        "revises_id", "during", "file_id", "certainty",
    )  # fmt: skip
    wall = Open("Policy documents are public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer_name", "number"], condition=~Q(number=""), name="policy_number_once"
            ),
            models.UniqueConstraint(
                fields=["issuer_name", "title", "issued_on"], condition=Q(number=""), name="policy_title_once"
            ),
            models.CheckConstraint(name="policy_document_not_under_itself", condition=~Q(under=F("id"))),
            models.CheckConstraint(name="policy_document_not_its_revision", condition=~Q(revises=F("id"))),
            models.CheckConstraint(
                name="policy_document_kind", condition=Q(kind__in=[str(kind) for kind in PolicyKind])
            ),
            models.CheckConstraint(
                name="policy_document_mechanism",
                condition=Q(mechanism__in=["", *(str(one) for one in Mechanism)]),
            ),
            models.CheckConstraint(name="policy_document_certainty", condition=Q(certainty__in=CERTAINTIES)),
        ]
        indexes = [
            models.Index(fields=["issued_on", "id"], name="policy_document_list"),
            models.Index(fields=["region", "kind"], name="policy_document_place"),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》（{self.number}）" if self.number else f"《{self.title}》"

    @property
    def needs_source(self) -> bool:
        """From memory: nobody has attached the text yet."""
        return self.certainty == "M"

    def worth_on(self, day: date) -> Validity:
        """What it is worth on `day`."""
        starts = [row.during.lower for row in self.revisions.all() if row.during.lower]
        return validity(self.during.lower, self.during.upper, min(starts, default=None), day)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is in force; None while it has no end."""
        return last_day(self.during)


def bases_of(document: PolicyDocument) -> Sequence[PolicyDocument]:
    """The documents it rests on, nearest first."""
    found: list[PolicyDocument] = []
    one = document.under
    while one is not None and one not in found:
        found.append(one)
        one = one.under
    return found


def branches_of(document: PolicyDocument) -> Iterator[tuple[int, PolicyDocument]]:
    """(depth, document) for everything made under it, in the order of a printed tree; two statements a layer."""
    below: dict[int, list[PolicyDocument]] = {}
    layer = [document.pk]
    while layer:
        rows = list(
            PolicyDocument.objects.filter(under__in=layer)
            .prefetch_related("revisions")
            .order_by("issued_on", "pk")
        )
        for row in rows:
            below.setdefault(row.under_id, []).append(row)
        layer = [row.pk for row in rows]
    yield from _walk(below, document.pk, 1)


def _walk(
    below: dict[int, list[PolicyDocument]], pk: int, depth: int
) -> Iterator[tuple[int, PolicyDocument]]:
    for row in below.get(pk, ()):
        yield depth, row
        yield from _walk(below, row.pk, depth + 1)
