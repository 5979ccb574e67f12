"""Yearly work plans: editions, targets by unit, the work they name (N10). What is in force on a day is read here."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from shegong.ground.documents.models import OfficialDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.walls_rows import Open
from shegong.steering.programme.models.subplans import SubPlan
from shegong.steering.programme.rules.annual import ISSUED, OPEN, PLAN_WORKFLOW, PlanState


class AnnualPlanQuerySet(ScopedQuerySet):
    """Reads of yearly plans."""

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Whoever holds the right reads what was issued, everywhere: a unit works by the plan of the level above. What
        is being worked on is seen by whoever reaches its place."""
        if actor.is_system or not actor.may(permission):
            return self if actor.is_system else self.none()
        reached = Q()
        for one in actor.reach(permission):
            reached |= one.q("region_code")
        return self.filter(reached | Q(state__in=[str(state) for state in ISSUED]))

    def open(self) -> Self:
        """Editions that somebody still works on."""
        return self.filter(state__in=[str(state) for state in OPEN])

    def in_force(self, day: date) -> Self:
        """The editions that hold on `day`; of a year whose plan was issued later, the first one there was."""
        earlier = AnnualPlan.objects.filter(
            subplan=models.OuterRef("subplan"), region=models.OuterRef("region"), year=models.OuterRef("year"),
            state__in=[str(state) for state in ISSUED], edition__lt=models.OuterRef("edition"),
        )  # fmt: skip
        issued = self.filter(state__in=[str(state) for state in ISSUED])
        begun = Q(issued_on__lte=day) | Q(~models.Exists(earlier))
        return issued.filter(begun).filter(Q(ended_on=None) | Q(ended_on__gt=day))


class AnnualPlan(models.Model):
    """One edition of the work plan of a sub-plan for a year and a place (the province's, as a rule).

    `issued_on` and `ended_on` are the first day in force and the first day no more. `document_number` is that of the
    paper it was issued by.
    """

    workflow = PLAN_WORKFLOW

    subplan = models.ForeignKey(SubPlan, models.PROTECT, related_name="annual_plans")
    region = RegionField()
    year = models.SmallIntegerField()
    edition = models.SmallIntegerField(default=1)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # why this edition follows the one before
    note = models.TextField(blank=True)  # the guiding words at its head
    drafter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    endorser = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(OfficialDocument, models.PROTECT, null=True, related_name="+")
    document_number = models.TextField(blank=True)
    issued_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    state = models.TextField(default=PlanState.DRAFTED)
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AnnualPlanQuerySet.as_manager()
    journalled = (
        "subplan_id", "region_code", "year", "edition", "supersedes_id", "reason", "note", "drafter_id", "submitter_id",
        "endorser_id", "document_id", "document_number", "issued_on", "ended_on", "state",
    )  # fmt: skip
    wall = Open("What a programme plans is no personal matter; drafts are kept apart by the page.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subplan", "region", "year", "edition"], name="annual_plan_edition"),
            models.UniqueConstraint(
                fields=["subplan", "region", "year"], condition=Q(state="issued"), name="annual_plan_one_issued"
            ),
            models.UniqueConstraint(
                fields=["subplan", "region", "year"], condition=Q(state__in=[str(s) for s in OPEN]),
                name="annual_plan_one_open",
            ),
            models.CheckConstraint(name="annual_plan_state", condition=Q(state__in=[str(s) for s in PlanState])),
            models.CheckConstraint(
                name="annual_plan_four_eyes",
                condition=Q(endorser=None) | (~Q(endorser=F("submitter")) & ~Q(endorser=F("drafter"))),
            ),
            models.CheckConstraint(
                name="annual_plan_issued",
                condition=~Q(state__in=[str(s) for s in ISSUED]) | Q(issued_on__isnull=False) & ~Q(document_number=""),
            ),
            models.CheckConstraint(
                name="annual_plan_ends", condition=Q(ended_on=None) | Q(ended_on__gt=F("issued_on"))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subplan.title} {self.year}"

    @property
    def is_open(self) -> bool:
        """Whether targets and items can still be changed."""
        return self.state == PlanState.DRAFTED

    @property
    def is_in_force(self) -> bool:
        """Whether this is the edition that units work by."""
        return self.state == PlanState.ISSUED


class Target(models.Model):
    """What a plan wants of an indicator at a place in its year. Those of the units below name it as `parent`.

    `kind` is the indicator's: of a stock `amount` stands at the end of the year, else it is the year's. `tolerance` is in
    percent. `gap_reason` explains on the parent why the parts do not make up the whole. `q1` to `q3`: percent due by
    the end of these quarters.
    """

    plan = models.ForeignKey(AnnualPlan, models.PROTECT, related_name="targets")
    indicator = models.TextField()
    region = RegionField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    kind = models.TextField()
    amount = models.BigIntegerField()
    tolerance = models.SmallIntegerField(default=0)
    gap_reason = models.TextField(blank=True)
    q1 = models.SmallIntegerField(null=True)
    q2 = models.SmallIntegerField(null=True)
    q3 = models.SmallIntegerField(null=True)

    journalled = (
        "plan_id", "indicator", "region_code", "parent_id", "kind", "amount", "tolerance", "gap_reason", "q1", "q2", "q3",
    )  # fmt: skip
    wall = Open("What a programme plans is no personal matter.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "indicator", "region"], name="target_once"),
            models.CheckConstraint(name="target_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="target_tolerance", condition=Q(tolerance__gte=0, tolerance__lte=100)
            ),
            models.CheckConstraint(
                name="target_curve",
                condition=Q(q1=None, q2=None, q3=None)
                | Q(q1__gte=0, q2__gte=F("q1"), q3__gte=F("q2"), q3__lte=100),
            ),
        ]
        indexes = [models.Index(fields=["indicator", "region"], name="target_indicator")]

    @property
    def quarters(self) -> tuple[int | None, ...]:
        """Percentages due by the end of the first three quarters."""
        return (self.q1, self.q2, self.q3)


class PlanItem(models.Model):
    """Work that a plan names: what, by whom, until when, with what money; the clause it answers."""

    plan = models.ForeignKey(AnnualPlan, models.PROTECT, related_name="items")
    position = models.SmallIntegerField()
    clause = models.TextField()
    what = models.TextField()
    due_on = models.DateField()
    target = models.ForeignKey(Target, models.SET_NULL, null=True, related_name="items")
    budget = models.TextField(blank=True)

    journalled = ("plan_id", "position", "clause", "what", "due_on", "target_id", "budget")
    wall = Open("What a programme plans is no personal matter.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="plan_item_position")]


ITEM_ORIGIN = "programme.plan_item"


def origin_of(item: PlanItem) -> str:
    """The name under which a task points back at the work that it was made of."""
    return f"{ITEM_ORIGIN}:{item.pk}"


class PlanItemBody(models.Model):
    """A body that answers for an item; the first one leads."""

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="bodies")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    position = models.SmallIntegerField()

    wall = Open("Which body does what is public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "organization"], name="plan_item_body_once"),
        ]


def leads_of(subplan: SubPlan, on: date, years: Iterable[int]) -> dict[int, Organization]:
    """The bodies that answer for a sub-plan's plans of these years: who led at the end of the year, and who leads now (a
    duty that moved takes the older plans along, and the body of the time may still put its own papers right)."""
    days = [on, *(date(year, 12, 31) for year in years)]
    return {lead.pk: lead for lead in (subplan.lead(day) for day in days) if lead is not None}


def may_lead(subplan: SubPlan, actor: Actor, permission: str, on: date, years: Iterable[int]) -> bool:
    """Whether the actor holds the right there for a body that leads; where nobody is named as lead, the right is enough."""
    if actor.is_system or not actor.may(permission, subplan.programme.region_code):
        return actor.is_system
    leads = leads_of(subplan, on, years)
    return not leads or any(a.organization_id in leads for a in actor.with_permission(permission))
