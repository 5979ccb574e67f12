"""Degree study beside the job (T3.2), and days on leave."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import School
from shegong.ground.people.models import Person
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.temporal import CURRENT, Dated, DatedQuerySet, Recorded
from shegong.kernel.walls_rows import Wall
from shegong.work.education.rules.statements import MODES, STUDY_FLOW, StudyState


class StudyEnrolment(Dated):
    """A degree programme: commissioned, in service, self-taught or by correspondence; a degree counts once (90 h)."""

    workflow = STUDY_FLOW

    person = models.ForeignKey(Person, models.PROTECT, related_name="studies")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    school_name = models.TextField(blank=True)
    programme = models.TextField()
    mode = models.TextField()
    result = models.TextField(blank=True)
    ended_on = models.DateField(null=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    state = models.TextField(default=StudyState.ENROLLED)
    version = models.IntegerField(default=0)

    objects = ScopedQuerySet.as_manager()
    journalled = ("person_id", "school_id", "mode", "during", "result", "ended_on", "state", "version")
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("person"), F("programme"), F("school_name"), Func(F("during"), function="lower"), name="study_once"
            ),
            models.CheckConstraint(name="study_mode", condition=Q(mode__in=list(MODES))),
            models.CheckConstraint(name="study_state", condition=Q(state__in=[str(state) for state in StudyState])),
            models.CheckConstraint(
                name="study_end_known", condition=Q(state="enrolled", ended_on=None) | Q(~Q(state="enrolled"), ended_on__isnull=False)
            ),
        ]  # fmt: skip


class Leave(Dated, Recorded):
    """Days on leave, as policy may take them off; the reason of a leave is nobody's business here."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="leaves")
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = DatedQuerySet.as_manager()
    journalled = ("person_id", "during", "recorded")
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="leave_no_overlap",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=CURRENT,
            ),
            models.CheckConstraint(name="leave_ends", condition=Q(during__upper_inf=False)),
        ]
