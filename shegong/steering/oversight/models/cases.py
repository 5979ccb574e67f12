"""Model cases: people, organisations and practices worth telling of (N9)."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, names_of
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.walls_acting import lifted
from shegong.kernel.walls_rows import Wall
from shegong.steering.oversight.rules.cases import CASE, CaseKind, CaseState, Consent
from shegong.steering.programme.models import SubPlan
from shegong.work.employment.models import Employment


class ModelCaseQuerySet(ScopedQuerySet):
    """Reads of model cases."""

    def published(self) -> Self:
        """Those that stand on the public page."""
        return self.filter(state=str(CaseState.PUBLISHED))

    def public(self) -> Self:
        """What everybody may read, with the bodies they name."""
        return self.published().select_related("organization")

    def between(self, since: date, until: date) -> Self:
        """Published from `since` to `until`, both in: what a report of the period may cite."""
        return self.published().filter(published_on__range=(since, until))


class ModelCase(models.Model):
    """One case. `story` names people and is for offices and, with consent, for everybody; `plain_story` names nobody."""

    workflow = CASE

    subplan = models.ForeignKey(SubPlan, models.PROTECT, null=True, related_name="cases")
    region = RegionField()
    kind = models.TextField()
    title = models.TextField()
    story = models.TextField()
    plain_title = models.TextField(blank=True)
    plain_story = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    nominator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    verifier = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    verified_on = models.DateField(null=True)
    consent = models.TextField(default=Consent.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True)
    reason = models.TextField(blank=True)  # why it was withdrawn
    state = models.TextField(default=CaseState.NOMINATED)
    version = models.IntegerField(default=0)

    objects = ModelCaseQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "kind", "title", "story", "plain_title", "plain_story", "person_id", "organization_id",
        "nominator_id", "verifier_id", "verified_on", "consent", "published_on", "reason", "state", "version",
    )  # fmt: skip
    wall = Wall(
        region="region_code",
        person="person_id",
        also='(VALUES (1)) AS one WHERE "oversight_modelcase"."state" = \'published\'',
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="case_kind", condition=Q(kind__in=[str(one) for one in CaseKind])),
            models.CheckConstraint(name="case_state", condition=Q(state__in=[str(one) for one in CaseState])),
            models.CheckConstraint(
                name="case_consent", condition=Q(consent__in=[str(one) for one in Consent])
            ),
            models.CheckConstraint(
                name="case_about_somebody",
                condition=Q(kind="person", person__isnull=False)
                | Q(kind="organization", organization__isnull=False, person__isnull=True)
                | Q(kind="practice", person__isnull=True),
            ),
            models.CheckConstraint(
                name="case_four_eyes", condition=Q(verifier__isnull=True) | ~Q(verifier=F("nominator"))
            ),
            models.CheckConstraint(
                name="case_published_with_consent",
                condition=~Q(state="published") | ~Q(kind="person") | Q(consent__in=["named", "unnamed"]),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state"], name="case_list"),
            models.Index(fields=["person"], name="case_of_person"),
        ]

    @property
    def is_named(self) -> bool:
        """Whether the public reads the story with names: of a person only when she agreed to that."""
        return self.kind != CaseKind.PERSON or self.consent == Consent.NAMED


def shown_with(cases: Iterable[ModelCase], day: date) -> dict[int, str]:
    """Whom published cases are about, by the case's id: name and place of work of those who agreed to just that."""
    agreed = {
        one.pk: one.person_id
        for one in cases
        if one.state == CaseState.PUBLISHED and one.consent == Consent.NAMED and one.person_id
    }
    if not agreed:
        return {}
    with lifted("who agreed to be named is named, with where she works; nobody else is read"):
        names = names_of(list(agreed.values()))
        jobs = Employment.objects.current().on(day).filter(person__in=agreed.values()).order_by("during")
        works = dict(jobs.values_list("person_id", "employer__name"))
    return {pk: " · ".join(filter(None, (names.get(who), works.get(who)))) for pk, who in agreed.items()}


class Citation(models.Model):
    """Where a published case was cited: a report or a notice, by the name of the route that shows it."""

    case = models.ForeignKey(ModelCase, models.PROTECT, related_name="citations")
    what = models.TextField()
    address = models.TextField(blank=True)
    cited_on = models.DateField()

    journalled = ("case_id", "what", "address", "cited_on")
    wall = Wall(through="case_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "what"], name="citation_once")]
