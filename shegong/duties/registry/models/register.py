"""The register itself: registrations with their terms, cards and restrictions."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from shegong.duties.registry.models.application import Application, new_token
from shegong.ground.credentials.models import Certificate
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.temporal import CURRENT, Dated, DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Open, Places


class RegistrationQuerySet(ScopedQuerySet):
    """Reads of the register."""

    def live_own(self, actor: Actor) -> "Registration | None":
        """The actor's own registration that has not been closed; None without one."""
        rows = self.own(actor).filter(closed_on__isnull=True).select_related("person", "certificate")
        return rows.first()


class Registration(models.Model):
    """The place of a certificate in the register; one that was cancelled may be registered anew. `level` and `valid_to` carry the list; status is computed."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="registrations")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="registrations")
    register_no = models.TextField(unique=True)
    region = RegionField()
    level = models.TextField()
    admitted_on = models.DateField()
    valid_to = models.DateField()
    closed_on = models.DateField(null=True)
    closed_kind = models.TextField(null=True)
    reason_code = models.TextField(blank=True)
    version = models.IntegerField(default=0)

    objects = RegistrationQuerySet.as_manager()
    journalled = (
        "person_id", "certificate_id", "register_no", "region_code", "level", "admitted_on", "valid_to", "closed_on",
        "closed_kind",
    )  # fmt: skip
    # Row security would keep the lists from the indexes by blocks of regions: bench/RESULTS.md. What is personal beside
    # a registration (numbers, employers, papers, applications) lies in tables that have their walls.
    wall = Open("Number, level, place and days are shown to everybody who asks by number and name.")
    wall_places = Places()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_on__isnull=True), name="registration_one_live"
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(closed_on__isnull=True),
                name="registration_one_live_a_certificate",
            ),
            models.CheckConstraint(
                name="registration_closed_with_kind",
                condition=Q(closed_on__isnull=True, closed_kind__isnull=True)
                | Q(closed_on__isnull=False, closed_kind__in=["cancelled", "revoked", "superseded"]),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "level", "valid_to", "id"], name="registration_list"),
            models.Index(fields=["region", "valid_to", "id"], name="registration_by_expiry"),
        ]


class Term(Dated, Recorded):
    """Three years of validity (art. 4); or, `held`, the days on which a status is kept beyond them (`StatusHold`)."""

    kind = models.TextField(default="full", db_default="full")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="terms")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="+")

    objects = DatedQuerySet.as_manager()
    journalled = ("registration_id", "during", "recorded")
    wall = Open("Days of the register, which everybody may ask for by number and name.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="term_kind", condition=Q(kind__in=["full", "held"])),
            ExclusionConstraint(
                name="term_no_overlap",
                expressions=[("registration", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=CURRENT,
            ),
        ]


class Restriction(Dated, Recorded):
    """What bears on status or rights, also of people who are not registered."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="restrictions")
    kind = models.TextField()
    ground = models.TextField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    stayed_on = models.DateField(null=True)
    origin = models.TextField(
        blank=True, db_default=""
    )  # "conduct.decision", "conduct.interim"; empty: this register
    origin_id = models.BigIntegerField(null=True)

    objects = DatedQuerySet.as_manager()
    journalled = ("person_id", "kind", "during", "ground", "stayed_on", "recorded")
    wall = Open("Bears on the status, which everybody may ask for by number and name.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="restriction_kind", condition=Q(kind__in=["warning", "suspended", "barred"])
            ),
            models.CheckConstraint(
                name="restriction_ends_unless_barred",
                condition=Q(kind="barred") | Q(during__upper_inf=False),
            ),
            ExclusionConstraint(
                name="restriction_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=CURRENT,
            ),
        ]


class Card(models.Model):
    """The registration certificate, paper or electronic; its serial is what the QR carries."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="cards")
    term = models.ForeignKey(Term, models.PROTECT, related_name="cards")
    serial = models.TextField(unique=True, default=new_token)
    issued_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)

    journalled = ("registration_id", "term_id", "serial", "replaced_at")
    wall = Open("Serials of certificates, which everybody may verify.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(replaced_at__isnull=True), name="card_one_current"
            )
        ]
