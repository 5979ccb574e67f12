"""What a person has earned: degrees, and the professional-level certificate (社会工作者职业水平证书)."""

from django.db import models
from django.db.models import Q

from shegong.ground.credentials.rules import CERTIFICATE_WORKFLOW, Level
from shegong.ground.documents.models import File
from shegong.ground.organizations.models import School
from shegong.ground.people.models import SOURCE_KNOWN, Person
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.temporal import DatedQuerySet, Recorded


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
    """Dated evidence of one check against a source; append-only."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="checks")
    source = models.TextField()
    result = models.TextField()
    checked_on = models.DateField()
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="certificate_check_result", condition=Q(result__in=["matches", "differs", "not_found"])
            )
        ]
