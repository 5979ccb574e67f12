"""Rounds of dispatch: what is asked, of whom, what each unit handed in, and when it was reminded (N6, N12)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.steering.oversight.rules.dispatch import RETURN, ROUND, TO_DO, Moment, ReturnState, RoundState
from shegong.steering.programme.models import SubPlan


class DispatchQuerySet(ScopedQuerySet):
    """Reads of rounds."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Rounds of one's own reach, and opened ones that ask a unit in it."""
        if actor.is_system:
            return self
        hers = DispatchReturn.objects.visible_to(actor, permission).filter(dispatch=OuterRef("pk"))
        own = super().visible_to(actor, permission).values("pk")
        return self.filter(Q(pk__in=own) | (Q(Exists(hers)) & ~Q(state=str(RoundState.DRAFTED))))

    def open(self) -> Self:
        """Rounds that run."""
        return self.filter(state=str(RoundState.OPEN))

    def counted(self) -> Self:
        """With `units`, `handed_in` and `checked`: how many units are asked and how far they are."""
        done = ~Q(returns__state__in=[str(state) for state in TO_DO])
        checked = Q(returns__state=str(ReturnState.CHECKED))
        return self.annotate(
            units=Count("returns"),
            handed_in=Count("returns", filter=done),
            checked=Count("returns", filter=checked),
        )


class Dispatch(models.Model):
    """One request for figures and words: `region` is the division whose units are asked, `as_of` the day of the figures."""

    workflow = ROUND

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="dispatches")
    region = RegionField()
    period = models.TextField()
    title = models.TextField()
    note = models.TextField(blank=True)
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    as_of = models.DateField()
    opens_on = models.DateField()
    due_on = models.DateField()
    state = models.TextField(default=RoundState.DRAFTED)
    version = models.IntegerField(default=0)

    objects = DispatchQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "period", "title", "note", "issuer_id", "as_of", "opens_on", "due_on", "state", "version",
    )  # fmt: skip
    wall = Open("Which figures an office asks of its units is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subplan", "period", "region"], name="dispatch_once_a_period"),
            models.CheckConstraint(name="dispatch_due_after_opening", condition=Q(due_on__gte=F("opens_on"))),
            models.CheckConstraint(
                name="dispatch_state", condition=Q(state__in=[str(state) for state in RoundState])
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="dispatch_due")]

    def __str__(self) -> str:
        return self.title


class Asked(models.Model):
    """One line of a round's form: an indicator of the plan, or a question answered in words."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="asked")
    position = models.SmallIntegerField()
    indicator = models.TextField(blank=True)
    question = models.TextField(blank=True)

    journalled = ("dispatch_id", "position", "indicator", "question")
    wall = Open("Which figures an office asks of its units is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "position"], name="asked_position_once"),
            models.UniqueConstraint(
                fields=["dispatch", "indicator"], condition=~Q(indicator=""), name="asked_indicator_once"
            ),
            models.CheckConstraint(
                name="asked_one_thing",
                condition=(Q(indicator="") & ~Q(question="")) | (~Q(indicator="") & Q(question="")),
            ),
        ]


class DispatchReturnQuerySet(ScopedQuerySet):
    """Reads of what units hand in."""

    def waiting(self, day: date) -> Self:
        """What units still have to hand in, in rounds that run."""
        state = str(RoundState.OPEN)
        return self.filter(
            state__in=[str(one) for one in TO_DO], dispatch__state=state, dispatch__opens_on__lte=day
        )

    def late(self, day: date) -> Self:
        """Not handed in although the deadline has passed."""
        return self.waiting(day).filter(dispatch__due_on__lt=day)


class DispatchReturn(models.Model):
    """What one unit hands in: figures as of the round's day, what it did, problems and next steps."""

    workflow = RETURN

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="returns")
    region = RegionField()
    body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    problems = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # why it was sent back
    state = models.TextField(default=ReturnState.OPEN)
    version = models.IntegerField(default=0)
    batch_id = models.BigIntegerField(null=True)  # the workbook that its problems and next steps came in

    objects = DispatchReturnQuerySet.as_manager()
    journalled = (
        "dispatch_id", "region_code", "body_id", "problems", "next_steps", "submitter_id", "checker_id", "reason", "state", "version",
    )  # fmt: skip
    wall = Open("What a unit reports of its figures is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "region"], name="dispatch_return_once"),
            models.CheckConstraint(
                name="dispatch_return_state", condition=Q(state__in=[str(state) for state in ReturnState])
            ),
            models.CheckConstraint(
                name="dispatch_return_four_eyes",
                condition=Q(checker__isnull=True) | ~Q(checker=F("submitter")),
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="dispatch_return_of_unit")]


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Reads of answers; the return that they belong to decides who sees them."""

    def differing(self) -> Self:
        """Where a unit that handed in says another number than the register did."""
        handed = [str(ReturnState.SUBMITTED), str(ReturnState.CHECKED)]
        return self.filter(
            counted__isnull=False, own__isnull=False, dispatch_return__state__in=handed
        ).exclude(own=F("counted"))


class Answer(models.Model):
    """One line of a return. `counted` is the register's number as it was when the unit confirmed it; it is never typed over.

    `own` is the unit's number where it disagrees (with a reason), or the entered number where no register counts.
    """

    dispatch_return = models.ForeignKey(DispatchReturn, models.PROTECT, related_name="answers")
    asked = models.ForeignKey(Asked, models.PROTECT, related_name="+")
    counted = models.BigIntegerField(null=True)
    own = models.BigIntegerField(null=True)
    text = models.TextField(blank=True)  # the answer in words, or why the unit's number differs
    confirmed_at = models.DateTimeField(db_default=Now())
    batch_id = models.BigIntegerField(null=True)  # the workbook that said so last

    objects = AnswerQuerySet.as_manager()
    journalled = ("dispatch_return_id", "asked_id", "counted", "own", "text")
    wall = Open("What a unit reports of its figures is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch_return", "asked"], name="answer_once"),
            models.CheckConstraint(name="answer_not_negative", condition=Q(own__isnull=True) | Q(own__gte=0)),
            models.CheckConstraint(
                name="answer_difference_has_a_reason",
                condition=Q(counted__isnull=True) | Q(own__isnull=True) | Q(own=F("counted")) | ~Q(text=""),
            ),
        ]

    @property
    def stated(self) -> int | None:
        """The number that stands: the unit's own where it gave one, the register's otherwise."""
        return self.counted if self.own is None else self.own


class Reminder(models.Model):
    """That a unit was reminded, once each moment; `by_hand` of somebody on a day."""

    dispatch_return = models.ForeignKey(DispatchReturn, models.PROTECT, related_name="reminders")
    moment = models.TextField()
    on = models.DateField()
    told = models.SmallIntegerField(default=0)

    wall = Open("When a unit was reminded is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch_return", "moment"], condition=~Q(moment="hand"), name="reminder_once"
            ),
            models.UniqueConstraint(
                fields=["dispatch_return", "on"],
                condition=Q(moment="hand"),
                name="reminder_by_hand_once_a_day",
            ),
            models.CheckConstraint(
                name="reminder_moment", condition=Q(moment__in=[*(str(one) for one in Moment), "hand"])
            ),
        ]
