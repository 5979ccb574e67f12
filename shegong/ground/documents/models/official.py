"""Official documents (公文): drafted, co-signed, signed, numbered, sent, acknowledged."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from shegong.ground.documents.models.bodies import of_bodies
from shegong.ground.documents.models.papers import Folder
from shegong.ground.documents.models.policy import PolicyDocument
from shegong.ground.documents.rules.official import OUT, WORKFLOW, DocumentKind, Result, Role, State, Urgency
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall

# Whom a document concerns besides its place: the body that issues it, those asked to co-sign, those addressed.
_BODY = "= ANY ((SELECT wall_bodies())::bigint[])"
_CONCERNED = (
    f"(SELECT documents_officialdocument.issuer_id {_BODY} AS mine) c WHERE c.mine"  # noqa: S608  our own names
    " OR EXISTS (SELECT FROM documents_addressee a WHERE a.document_id = documents_officialdocument.id)"
    " OR EXISTS (SELECT FROM documents_cosign s WHERE s.document_id = documents_officialdocument.id)"
)


class OfficialDocumentQuerySet(ScopedQuerySet):
    """Reads of documents: by the body one acts for, not by the place alone."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Documents of a body for which the actor holds `permission`; those it is asked to co-sign; those addressed to
        it once issued. Who may read all sees what lies in that reach."""
        if actor.is_system:
            return self
        out = [str(state) for state in OUT]
        where = of_bodies(actor, permission, "issuer")
        where |= Q(Exists(_rows(CoSign, actor, permission).filter(asked_on__isnull=False)))
        where |= Q(Exists(_rows(Addressee, actor, permission)), state__in=out)
        for one in actor.reach("documents.read_all"):
            where |= one.q("region_code")
        return self.filter(where)

    def own(self, actor: Actor) -> Self:
        """Documents belong to bodies, never to a person."""
        return self.none()

    def issued_by(self, actor: Actor, permission: str) -> Self:
        """Documents of the bodies for which the actor holds `permission`."""
        return self if actor.is_system else self.filter(of_bodies(actor, permission, "issuer"))

    def issued(self) -> Self:
        """Documents that hold: issued and not recalled."""
        return self.filter(state=State.ISSUED)


def _rows(model: Any, actor: Actor, permission: str) -> Any:
    return model.objects.filter(of_bodies(actor, permission), document=OuterRef("pk"))


class OfficialDocument(models.Model):
    """One document. `body` is plain text (see `rules.body`); `region` the place of the issuer; people are named by id,
    they stand above. `to_words` and `cc_words` are printed instead of the list of addressees where they are given."""

    workflow = WORKFLOW

    kind = models.TextField()
    title = models.TextField()
    body = models.TextField()
    urgency = models.TextField(blank=True, default="")
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    region = RegionField()
    is_joint = models.BooleanField(default=False)
    basis = models.ForeignKey(PolicyDocument, models.PROTECT, null=True, related_name="cited_by")
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="+")
    to_words = models.TextField(blank=True)
    cc_words = models.TextField(blank=True)
    number = models.TextField(null=True)
    drafted_on = models.DateField()
    drafted_by = models.BigIntegerField(null=True)
    drafter = models.TextField(blank=True)
    signed_on = models.DateField(null=True)
    signed_by = models.BigIntegerField(null=True)
    signer = models.TextField(blank=True)
    issued_on = models.DateField(null=True)
    recalled_on = models.DateField(null=True)
    recall_reason = models.TextField(blank=True)
    state = models.TextField(default=str(State.DRAFTED))
    version = models.IntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    objects = OfficialDocumentQuerySet.as_manager()
    journalled = (
        "kind", "title", "body", "issuer_id", "region_code", "is_joint", "basis_id", "folder_id", "number", "drafted_by",
        "signed_by", "signed_on", "issued_on", "recalled_on", "state", "version",
    )  # fmt: skip
    wall = Wall(region="region_code", also=_CONCERNED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "number"], name="official_number_once"),
            models.CheckConstraint(
                name="official_kind", condition=Q(kind__in=[str(kind) for kind in DocumentKind])
            ),
            models.CheckConstraint(
                name="official_urgency", condition=Q(urgency__in=[str(one) for one in Urgency])
            ),
            models.CheckConstraint(
                name="official_state", condition=Q(state__in=[str(state) for state in State])
            ),
            models.CheckConstraint(
                name="official_number_when_issued",
                condition=Q(state__in=[str(s) for s in OUT], number__isnull=False, issued_on__isnull=False)
                | Q(~Q(state__in=[str(s) for s in OUT]), number__isnull=True, issued_on__isnull=True),
            ),
            models.CheckConstraint(
                name="official_four_eyes",
                condition=Q(signed_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(signed_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="official_signed",
                condition=~Q(state__in=["signed", "issued", "recalled"]) | Q(signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="official_recall_says_why", condition=~Q(state="recalled") | ~Q(recall_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state", "id"], name="official_list"),
            models.Index(fields=["issuer", "state", "id"], name="official_issuer"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title

    @property
    def is_issued(self) -> bool:
        """It holds: issued and not recalled. Plans, circulars and reports that point at it ask this."""
        return self.state == State.ISSUED

    @property
    def day(self) -> date:
        """The day it bears: of issue, else of signing, else of the draft."""
        return self.issued_on or self.signed_on or self.drafted_on


class AddresseeQuerySet(ScopedQuerySet):
    """Reads of addressees."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Rows of the bodies for which the actor holds `permission`, of documents that have left the house."""
        rows = self.filter(document__state__in=[str(s) for s in OUT])
        return rows if actor.is_system else rows.filter(of_bodies(actor, permission))

    def own(self, actor: Actor) -> Self:
        """Documents go to bodies, never to a person."""
        return self.none()

    def waiting(self) -> Self:
        """Issued, not recalled, not acknowledged."""
        return self.filter(document__state=State.ISSUED, acknowledged_on__isnull=True)


class Addressee(models.Model):
    """A body that a document goes to, when it acknowledged it (签收) and when it studied it (学习传达)."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="addressees")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    role = models.TextField(default=str(Role.TO))
    position = models.SmallIntegerField(default=0)
    region = RegionField()
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    issuer_region = RegionField()
    acknowledged_on = models.DateField(null=True)
    acknowledged_by = models.BigIntegerField(null=True)
    acknowledger = models.TextField(blank=True)
    studied_on = models.DateField(null=True)
    study_note = models.TextField(blank=True)
    reminded_on = models.DateField(null=True)
    reminders = models.SmallIntegerField(default=0)

    objects = AddresseeQuerySet.as_manager()
    journalled = (
        "document_id",
        "organization_id",
        "role",
        "acknowledged_on",
        "acknowledged_by",
        "studied_on",
    )
    wall = Wall(
        region=("region_code", "issuer_region_code"), body="organization_id",
        also=f"(SELECT documents_addressee.issuer_id {_BODY} AS mine) c WHERE c.mine",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "organization"], name="addressee_once"),
            models.CheckConstraint(name="addressee_role", condition=Q(role__in=[str(role) for role in Role])),
            models.CheckConstraint(
                name="addressee_studied_after_receipt",
                condition=Q(studied_on__isnull=True) | Q(acknowledged_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "acknowledged_on", "id"], name="addressee_inbox"),
            models.Index(fields=["document", "role", "position"], name="addressee_order"),
        ]


class CoSignQuerySet(ScopedQuerySet):
    """Reads of co-signatures."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Rows of the bodies for which the actor holds `permission`, once they were asked."""
        rows = self.filter(asked_on__isnull=False)
        return rows if actor.is_system else rows.filter(of_bodies(actor, permission))

    def own(self, actor: Actor) -> Self:
        """Bodies co-sign, never a person for himself."""
        return self.none()

    def waiting(self) -> Self:
        """Asked and not answered."""
        return self.filter(document__state=State.COSIGNING, result=Result.NONE)


class CoSign(models.Model):
    """A body asked to co-sign (会签), what it answered and why."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="cosigns")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    position = models.SmallIntegerField(default=0)
    region = RegionField()
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    issuer_region = RegionField()
    asked_on = models.DateField(null=True)
    result = models.TextField(blank=True, default="")
    opinion = models.TextField(blank=True)
    signed_on = models.DateField(null=True)
    signed_by = models.BigIntegerField(null=True)
    signer = models.TextField(blank=True)

    objects = CoSignQuerySet.as_manager()
    journalled = ("document_id", "organization_id", "asked_on", "result", "signed_on", "signed_by")
    wall = Wall(
        region=("region_code", "issuer_region_code"), body="organization_id",
        also=f"(SELECT documents_cosign.issuer_id {_BODY} AS mine) c WHERE c.mine",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "organization"], name="cosign_once"),
            models.CheckConstraint(
                name="cosign_result", condition=Q(result__in=[str(one) for one in Result])
            ),
            models.CheckConstraint(
                name="cosign_answered",
                condition=Q(result="", signed_on__isnull=True) | Q(~Q(result=""), signed_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organization", "result", "id"], name="cosign_waiting")]
