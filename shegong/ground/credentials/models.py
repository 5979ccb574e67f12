"""What a person has earned: degrees, and the professional-level certificate (社会工作者职业水平证书)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.credentials.rules import CERTIFICATE_WORKFLOW, Level, Listed, differences
from shegong.ground.documents.models import File
from shegong.ground.organizations.models import School
from shegong.ground.people.models import SOURCE_KNOWN, Identity, Person, Tie, names_of, standing
from shegong.ground.regions.models import RegionField, tree
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.copying import Batched, among
from shegong.kernel.masking import mask
from shegong.kernel.names import comparison_key
from shegong.kernel.sealed_columns import Derived, derive
from shegong.kernel.sealing import blind_index
from shegong.kernel.sheets.tables import Batch
from shegong.kernel.temporal import DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Open, Wall


class Education(Recorded, Batched):
    """A degree or diploma by the national lists (GB/T 4658, GB/T 6864)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="educations")
    level = models.TextField()
    degree = models.TextField(blank=True)
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    school_name = models.TextField(blank=True)
    major = models.TextField(blank=True)
    major_class = models.TextField(default="other")
    mode = models.TextField(blank=True)
    graduated_on = models.DateField(null=True)
    source = models.TextField(default="self")
    verified_on = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="education_class", condition=Q(major_class__in=["sw", "related", "other"])
            ),
            models.CheckConstraint(name="education_source", condition=SOURCE_KNOWN),
        ]


class Certificate(Batched):
    """One certificate under all its names; the management number is opaque."""

    workflow = CERTIFICATE_WORKFLOW

    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    level = models.TextField()
    management_no = models.TextField()
    exam_year = models.SmallIntegerField(null=True)
    issued_on = models.DateField()
    local_scheme = models.BooleanField(default=False)
    source = models.TextField(default="self")
    state = models.TextField(default="declared")
    version = models.IntegerField(default=0)

    objects = ScopedQuerySet.as_manager()
    journalled = ("person_id", "level", "management_no", "issued_on", "state")
    # An office that holds a pass list sees what was stated under its numbers, wherever the holder lives: else a line would
    # seem to wait for a certificate that was verified long ago.
    wall = Wall(
        person="person_id",
        also="credentials_passlistentry e WHERE e.management_no = credentials_certificate.management_no"
        " AND e.region_code <@ (SELECT wall_reach())",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["management_no"],
                condition=~Q(state__in=["refuted", "replaced"]),
                name="certificate_number_once",
            ),
            models.UniqueConstraint(
                fields=["person", "level"],
                condition=Q(state__in=["declared", "verified"]),
                name="certificate_one_per_level",
            ),
            models.CheckConstraint(name="certificate_level", condition=Q(level__in=[str(v) for v in Level])),
            models.CheckConstraint(
                name="certificate_state", condition=Q(state__in=[str(v) for v in CERTIFICATE_WORKFLOW.states])
            ),
            models.CheckConstraint(name="certificate_source", condition=SOURCE_KNOWN),
        ]


class CertificateCheck(models.Model):
    """Dated evidence of one check against a source; append-only. `batch_id`: the pass list that it was checked against.

    It outlives a certificate that goes because the roster which brought it is undone.
    """

    certificate = models.ForeignKey(
        Certificate, models.DO_NOTHING, related_name="checks", db_constraint=False
    )
    source = models.TextField()
    result = models.TextField()
    checked_on = models.DateField()
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    batch_id = models.BigIntegerField(null=True, editable=False)
    wall = Wall(through="certificate_id")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="certificate_check_result",
                condition=Q(result__in=["matches", "differs", "not_found", "withdrawn"]),
            )
        ]
        indexes = [
            models.Index(
                fields=["batch_id"], name="certificate_check_batch", condition=Q(batch_id__isnull=False)
            )
        ]


class PassList(models.Model):
    """A pass list that came in: the place all of whose successful candidates it names, None when it claims no such."""

    batch_id = models.BigIntegerField(unique=True, editable=False)
    region = RegionField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    journalled = ("batch_id", "region_code")

    wall = Open("Lists of a province that every office compares certificates with.")


class PassListQuerySet(ScopedQuerySet):
    """Reads of the lines of pass lists."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Lines about places within reach, and all lines of the lists that offices within reach took in."""
        if actor.is_system:
            return self
        batches = Batch.objects.visible_to(actor, permission).filter(layout="pass_list")
        where = Q(batch_id__in=list(batches.values_list("pk", flat=True)))
        for one in actor.reach(permission):
            where |= one.q("region_code")
        return self.filter(where)

    def waiting(self) -> Self:
        """Lines whose certificate nobody has stated, or not as the list has it."""
        number = Certificate.objects.filter(management_no=OuterRef("management_no"))
        return self.filter(~Exists(number.filter(state__in=["verified", "annulled"])))


class PassListEntry(Batched):
    """One line of an examination's pass list. It makes nobody: it waits until somebody states the certificate.

    The number is sealed as that of an identity document; marks, employers and the words of the site are not kept:
    `region` is the prefecture that the site names.
    """

    exam_year = models.SmallIntegerField()
    level = models.TextField()
    management_no = models.TextField()
    seal_id = models.UUIDField(unique=True)
    number = models.BinaryField()
    index = models.BinaryField()
    masked = models.TextField()
    name = models.TextField()
    canonical = models.TextField()
    approved_on = models.DateField()
    region = RegionField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = PassListQuerySet.as_manager()
    journalled = ("exam_year", "level", "management_no", "index", "canonical", "approved_on")
    journal_salt = "seal_id"
    sealed = (("number", "seal_id"),)
    wall = Open("Lines of a province that every office compares certificates with; numbers are sealed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["management_no"], name="pass_list_number_once"),
            models.CheckConstraint(name="pass_list_level", condition=Q(level__in=[str(v) for v in Level])),
        ]
        indexes = [
            models.Index(fields=["exam_year", "level"], name="pass_list_year"),
            models.Index(fields=["index"], name="pass_list_identity"),
            models.Index(fields=["batch_id"], name="pass_list_batch"),
        ]

    @property
    def listed(self) -> Listed:
        """What it says, for comparison."""
        return Listed(frozenset({bytes(self.index)}), self.canonical, self.level, self.approved_on)


derive(
    "credentials.passlistentry",
    Derived("index", "number", lambda number: blind_index("identity", number)),
    Derived("masked", "number", partial(mask, "identity")),
)

# Who relies on a verified certificate: certificate → since when it counts as verified gives those in use. Higher
# contexts register here, so that a pass list is not taken back under somebody's feet.
reliances: list[Callable[[Mapping[int, datetime]], set[int]]] = []


def as_held(certificates: Sequence[Certificate]) -> dict[int, Listed]:
    """What the register says of each certificate and its holder today, to be compared with a pass list."""
    whose = {row.person_id for row in certificates}
    numbers, names = _numbers_of(whose), names_of(whose)
    return {
        row.pk: Listed(frozenset(numbers[row.person_id]), comparison_key(names.get(row.person_id, "")), row.level,
                       row.issued_on)
        for row in certificates
    }  # fmt: skip


def _numbers_of(person_ids: Collection[int]) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = defaultdict(set)
    for person_id, index in Identity.objects.filter(person__in=among(person_ids)).values_list(
        "person_id", "index"
    ):
        found[person_id].add(bytes(index))
    return found


def on_pass_list(certificate: Certificate) -> bool | None:
    """Whether name, number, level and date stand on a pass list as the register has them; False too when the list of
    the holder's place should name the number and does not. None: no list says anything about this certificate."""
    entry = PassListEntry.objects.filter(management_no=certificate.management_no).first()
    if entry is not None:
        return not differences(entry.listed, as_held([certificate])[certificate.pk])
    if certificate.local_scheme:
        return None
    year = certificate.exam_year or certificate.issued_on.year
    lines = PassListEntry.objects.filter(exam_year=year, level=certificate.level)
    lists = PassList.objects.filter(region__isnull=False, batch_id__in=lines.values("batch_id"))
    covered = set(lists.values_list("region_code", flat=True))
    return False if covered and _is_in(certificate.person_id, covered) else None


def _is_in(person_id: int, places: Collection[int]) -> bool:
    """Whether a person counts in one of these places today; everybody counts in a whole province."""
    day, units = timezone.localdate(), tree()
    if any(place.level == 1 for code in places if (place := units.at(code, day))):
        return True
    ties = list(Tie.objects.holding().filter(person=person_id).order_by("pk"))
    where = standing(ties, day) or (ties[0].region_code if ties else None)
    return where is not None and any(where in one for code in places for one in units.ranges(code, day))


def stated_under(numbers: Iterable[str]) -> dict[str, Certificate]:
    """Certificates that people state under these management numbers, not checked yet, by number."""
    rows = Certificate.objects.filter(state="declared", management_no__in=list(numbers))
    return {row.management_no: row for row in rows}


# Whether somebody states a certificate under a pass-list line's number, not checked yet: for filters of lines.
IS_STATED = Exists(Certificate.objects.filter(state="declared", management_no=OuterRef("management_no")))
