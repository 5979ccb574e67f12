"""What learners say of degree study and leave, until an officer compared the paper (T3.2, T3.3)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Wall
from shegong.work.education.models.study import StudyEnrolment
from shegong.work.education.rules import Permission
from shegong.work.education.rules.statements import MODES
from shegong.work.education.rules.stating import STUDY_STATEMENT_FLOW, State, What


class StudyStatementQuerySet(ScopedQuerySet):
    """Reads of statements."""

    def open(self) -> Self:
        """Those that wait for an officer."""
        return self.filter(state=str(State.STATED))

    def for_officer(self, actor: Actor) -> Self:
        """Those that wait for this officer, never her own."""
        return self.visible_to(actor, Permission.ENTER).open().exclude(person=actor.person_id or 0)


class StudyStatement(models.Model):
    """A study that runs, a degree taken, or days on leave, as the learner states it. `ends_on`: the last day of a leave,
    the day of the diploma. Of a leave nobody asks the reason."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="study_statements")
    region = RegionField()
    what = models.TextField()
    study = models.ForeignKey(StudyEnrolment, models.PROTECT, null=True, related_name="+")
    programme = models.TextField(blank=True)
    school_name = models.TextField(blank=True)
    mode = models.TextField(blank=True)
    level = models.TextField(blank=True)
    degree = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    state = models.TextField(default=str(State.STATED))
    version = models.IntegerField(default=0)

    workflow = STUDY_STATEMENT_FLOW
    objects = StudyStatementQuerySet.as_manager()
    journalled = ("person_id", "what", "starts_on", "ends_on", "decided_by_id", "state", "version")
    wall = Wall(region="region_code", person="person_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="study_statement_what", condition=Q(what__in=list(What))),
            models.CheckConstraint(name="study_statement_state", condition=Q(state__in=list(State))),
            models.CheckConstraint(name="study_statement_mode", condition=Q(mode__in=["", *MODES])),
            models.CheckConstraint(
                name="study_statement_ends", condition=Q(what="study") | Q(ends_on__isnull=False)
            ),
            models.CheckConstraint(
                name="study_statement_not_oneself",
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "stated_at"], condition=Q(state="stated"), name="study_statement_queue"
            ),
            models.Index(fields=["person"], name="study_statement_person"),
        ]
