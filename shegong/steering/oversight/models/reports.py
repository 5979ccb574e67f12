"""Year-end reports and final summaries: whose, of which year, with which frozen figures and official document (N11, S2013.e)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from shegong.ground.documents.models import OfficialDocument
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.steering.oversight.rules.reports import HANDED_IN, REPORT, SECTIONS, ReportKind, ReportState
from shegong.steering.programme.models import SubPlan
from shegong.steering.statistics.models import Snapshot


class ReportQuerySet(ScopedQuerySet):
    """Reads of reports."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Of one's own reach; what was handed in is read by everybody who holds the right, for it is about every unit."""
        if actor.is_system or not actor.may(permission):
            return self if actor.is_system else self.none()
        reached = Q(state__in=[str(state) for state in HANDED_IN])
        for one in actor.reach(permission):
            reached |= one.q("region_code")
        return self.filter(reached)

    def handed_in(self) -> Self:
        """Submitted, received or archived."""
        return self.filter(state__in=[str(state) for state in HANDED_IN])


class Report(models.Model):
    """A report of a sub-plan: of one year, or of the whole term (`year` None). `as_of`: the day of its figures."""

    workflow = REPORT

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="reports")
    region = RegionField()
    kind = models.TextField()
    year = models.SmallIntegerField(null=True)
    title = models.TextField()
    as_of = models.DateField()
    due_on = models.DateField()
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(OfficialDocument, models.PROTECT, null=True, related_name="+")
    drafter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_on = models.DateField(null=True)
    returned_why = models.TextField(blank=True)
    submitted_on = models.DateField(null=True)
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    received_on = models.DateField(null=True)
    remarks = models.TextField(blank=True)
    state = models.TextField(default=ReportState.DRAFTED)
    version = models.IntegerField(default=0)

    objects = ReportQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "kind", "year", "title", "as_of", "due_on", "snapshot_id", "document_id", "drafter_id",
        "reviewer_id", "submitted_on", "receiver_id", "received_on", "remarks", "state", "version",
    )  # fmt: skip
    wall = Open("How a plan was carried out is no personal matter; drafts are kept apart by the page.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subplan", "kind", "year"], name="report_once_a_year", nulls_distinct=False
            ),
            models.CheckConstraint(name="report_kind", condition=Q(kind__in=[str(kind) for kind in ReportKind])),
            models.CheckConstraint(
                name="report_state", condition=Q(state__in=[str(state) for state in ReportState])
            ),
            models.CheckConstraint(
                name="report_year", condition=Q(kind="final", year=None) | Q(kind="year_end", year__isnull=False)
            ),
            models.CheckConstraint(
                name="report_four_eyes", condition=Q(reviewer=None) | ~Q(reviewer=F("drafter"))
            ),
            models.CheckConstraint(
                name="report_signed_with_figures",
                condition=Q(state__in=["drafted", "reviewed"]) | Q(snapshot__isnull=False, document__isnull=False),
            ),
            models.CheckConstraint(
                name="report_received_on",
                condition=~Q(state__in=["received", "archived"]) | Q(received_on__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_handed_in(self) -> bool:
        """Whether it has gone to the leading group."""
        return self.state in HANDED_IN

    def is_late(self, day: date) -> bool:
        """Not handed in by its deadline, or handed in after it."""
        return (self.submitted_on or day) > self.due_on

    def texts(self) -> dict[str, str]:
        """The words of each section, in their order; "" for one that nobody wrote."""
        held = dict(self.sections.values_list("key", "text"))
        return {key: held.get(key, "") for key in SECTIONS[ReportKind(self.kind)]}


class ReportSection(models.Model):
    """One section that somebody wrote."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sections")
    key = models.TextField()
    text = models.TextField(blank=True)

    journalled = ("report_id", "key", "text")
    wall = Open("How a plan was carried out is no personal matter.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="report_section_once")]
