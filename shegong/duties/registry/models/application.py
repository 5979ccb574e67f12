"""Applications on their way through the offices, with what was returned, decided and who has them open."""

import secrets
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shegong.duties.registry.rules import OPEN_STATES, WORKFLOW, Kind, State
from shegong.ground.credentials.models import Certificate
from shegong.ground.documents.models import Folder
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.outages import extended
from shegong.kernel.walls_rows import Open, Places, Wall
from shegong.work.employment.models import Employment

OPEN = Q(state__in=[str(s) for s in OPEN_STATES])


def new_token() -> str:
    """A public name that cannot be counted: 128 random bits."""
    return secrets.token_urlsafe(16)


class RegistrationRound(models.Model):
    """A special window that a province opens for late holders (rules B3, regulations section 2)."""

    region = RegionField()
    title = models.TextField()
    kinds = ArrayField(models.TextField(), default=list)
    levels = ArrayField(models.TextField(), default=list)
    issued_from = models.DateField(null=True)
    issued_to = models.DateField(null=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    # Renewal: also of those whose term is over; whether the hours of continuing education are asked for.
    may_be_after_expiry = models.BooleanField(default=False, db_default=False)  # type: ignore[assignment]
    requires_ce = models.BooleanField(default=True, db_default=True)  # type: ignore[assignment]
    basis = models.TextField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    journalled = ("region_code", "kinds", "levels", "opens_on", "closes_on")
    wall = Open("Notices of a province.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="round_closes_after_opening", condition=Q(closes_on__gte=F("opens_on"))
            )
        ]


class Application(Batched):
    """First registration, renewal, change, cancellation, reissue: one form, one clock."""

    workflow = WORKFLOW

    token = models.TextField(unique=True, default=new_token)
    number = models.TextField(unique=True, null=True)
    kind = models.TextField(default=Kind.FIRST)
    person = models.ForeignKey(Person, models.PROTECT, related_name="applications")
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="applications")
    registration = models.ForeignKey("Registration", models.PROTECT, null=True, related_name="applications")
    round = models.ForeignKey(RegistrationRound, models.PROTECT, null=True, related_name="+")
    ground = models.TextField(blank=True)  # domicile or workplace (art. 6)
    workplace = models.ForeignKey(Employment, models.PROTECT, null=True, related_name="+")
    region = RegionField(null=True)
    from_region = RegionField(null=True)
    route = models.TextField(blank=True)  # the way it was sent on: first:3,second:2,final:1
    waiting_for = models.TextField(blank=True)  # stage whose office must act; follows state and route
    ethics_version = models.TextField(blank=True)
    committed_at = models.DateTimeField(null=True)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)  # the last time: its office's days run from here
    # The first time, which counts for the window and the status, unless what was returned was not put right by `complete_by`.
    handed_in_on = models.DateField(null=True)
    complete_by = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    final_on = models.DateField(null=True)
    first_reviewer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decider = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    clean = models.BooleanField(default=False)  # type: ignore[assignment]  # all automatic checks passed when submitted
    doubts = models.SmallIntegerField(default=0, db_default=0)  # how many of them did not
    # Taken in at a counter: form, papers and signature are kept by the office on paper.
    on_paper = models.BooleanField(default=False, db_default=False)  # type: ignore[assignment]
    batch_version = models.IntegerField(
        null=True
    )  # as its workbook left it: another version was acted upon since
    state = models.TextField(default=State.DRAFTED)
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    journalled = (
        "number", "kind", "person_id", "certificate_id", "region_code", "route", "accepted_on", "due_on",
        "first_reviewer_id", "decider_id", "state", "version",
    )  # fmt: skip
    wall = Wall(region=("region_code", "from_region_code"), person="person_id")
    wall_places = Places(("region_code", "from_region_code"), where="submitted_at IS NOT NULL")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "kind"], condition=OPEN, name="application_one_open"
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=OPEN, name="application_one_open_per_person"
            ),
            models.CheckConstraint(name="application_kind", condition=Q(kind__in=[str(k) for k in Kind])),
            models.CheckConstraint(name="application_state", condition=Q(state__in=[str(s) for s in State])),
            models.CheckConstraint(
                name="application_registration_unless_first",
                condition=Q(kind=str(Kind.FIRST)) | Q(registration__isnull=False),
            ),
            models.CheckConstraint(
                name="application_first_reviewer_differs",
                condition=Q(first_reviewer__isnull=True)
                | (
                    ~Q(first_reviewer=F("person"))
                    & (Q(decider__isnull=True) | ~Q(first_reviewer=F("decider")))
                ),
            ),
            models.CheckConstraint(
                name="application_decider_is_not_applicant",
                condition=Q(decider__isnull=True) | ~Q(decider=F("person")),
            ),
            models.CheckConstraint(
                name="application_clock_runs_when_accepted",
                condition=Q(accepted_on__isnull=True) | Q(due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="application_complete_when_submitted",
                condition=Q(state__in=["drafted", "withdrawn", "ended"])
                | Q(
                    certificate__isnull=False,
                    region__isnull=False,
                    number__isnull=False,
                    submitted_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["waiting_for", "region", "due_on", "id"], name="application_queue"),
            models.Index(fields=["region", "state", "id"], name="application_list"),
            models.Index(fields=["batch_id"], name="application_batch", condition=Q(batch_id__isnull=False)),
        ]

    def counts_from(self, on: date) -> date | None:
        """The day of handing in that counts on `on`; None of a draft, and of what was returned and not put right in time."""
        if self.state == State.RETURNED and self.complete_by and on > extended(self.complete_by):
            return None
        return self.handed_in_on


class ReturnItem(models.Model):
    """One thing to put right before the application goes on; the holder corrects only these (补正)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="return_items")
    round_no = models.SmallIntegerField(default=1)
    item = models.TextField()  # change, identity, education, certificate, workplace, paper:<kind>
    text = models.TextField()
    returned_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    wall = Wall(through="application_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round_no", "item"],
                condition=Q(withdrawn_at__isnull=True),
                name="return_item_once",
            )
        ]


class Decision(models.Model):
    """What an officer decided at a stage, with the opinion; recalled ones stay on record."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    stage = models.TextField()
    step = models.TextField()
    before_state = models.TextField()
    officer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    office = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    opinion = models.TextField(blank=True)
    reason_code = models.TextField(blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    recalled_at = models.DateTimeField(null=True)
    recall_reason = models.TextField(blank=True)

    journalled = (
        "application_id",
        "stage",
        "step",
        "officer_id",
        "opinion",
        "reason_code",
        "decided_at",
        "recalled_at",
    )
    wall = Wall(through="application_id")

    class Meta:
        indexes = [models.Index(fields=["application", "id"], name="decision_case")]


class Desk(models.Model):
    """Who has a case open: the second officer is told. A notice, not a lock; it fades after ten minutes."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="desks")
    officer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    office_name = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    wall = Wall(through="application_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "officer"], name="desk_once")]
