"""Service centres as their county registered them, and what each year's check found (T1.2.b)."""

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.lookups import GreaterThan

from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.walls_rows import Open
from shegong.work.centres.rules import WORKFLOW, Result, State

# Codes of townships do not end in 000.
IN_TOWNSHIP = ExpressionWrapper(F("region") % Value(1000), models.IntegerField())


class Centre(Batched):
    """The legal life of a centre. Its name and credit code are the body's; `fund_fen` is money in fen, 1/100 yuan.

    `supervisor` is the body named as 业务主管单位, in the words of the ledger.
    """

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="centre")
    region = RegionField()
    county = RegionField()
    registration_no = models.TextField(blank=True)
    legal_representative = models.TextField()
    address = models.TextField(blank=True)
    supervisor = models.TextField(blank=True)
    fund_fen = models.BigIntegerField(null=True)
    registered_on = models.DateField(null=True)
    state = models.TextField(default=str(State.ACTIVE))
    version = models.IntegerField(default=0)

    workflow = WORKFLOW
    objects = ScopedQuerySet.as_manager()
    journalled = (
        "organization_id", "region_code", "registration_no", "legal_representative", "address", "supervisor", "fund_fen",
        "registered_on", "state",
    )  # fmt: skip
    wall = Open("Registered bodies and who stands for them are public.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "registration_no"],
                condition=~Q(registration_no=""),
                name="centre_number_once",
            ),
            models.CheckConstraint(name="centre_state", condition=Q(state__in=list(map(str, State)))),
            models.CheckConstraint(name="centre_in_township", condition=GreaterThan(IN_TOWNSHIP, 0)),
            models.CheckConstraint(name="centre_fund", condition=Q(fund_fen=None) | Q(fund_fen__gte=0)),
        ]
        indexes = [models.Index(fields=["region", "id"], name="centre_list")]

    def __str__(self) -> str:
        return self.organization.name


class AnnualCheck(Batched):
    """The result of one year's check; `staff` and `certified` as the ledger states them, beside what is counted."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="checks")
    year = models.SmallIntegerField()
    result = models.TextField()
    staff = models.IntegerField(null=True)
    certified = models.IntegerField(null=True)

    journalled = ("centre_id", "year", "result", "staff", "certified")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "year"], name="check_once_a_year"),
            models.CheckConstraint(name="check_result", condition=Q(result__in=list(map(str, Result)))),
            models.CheckConstraint(
                name="check_counts",
                condition=Q(staff=None) | Q(certified=None) | Q(certified__lte=F("staff")),
            ),
        ]
        indexes = [models.Index(fields=["centre", "-year"], name="check_newest")]


class Standing(models.Model):
    """Since when a centre stands as it does: a row when it is entered and one with each step, in their order.

    What was before the first day of the newest row is answered by the rows before it: so figures of any past day.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="standings")
    state = models.TextField()
    on = models.DateField()

    journalled = ("centre_id", "state", "on")

    class Meta:
        constraints = [
            models.CheckConstraint(name="standing_state", condition=Q(state__in=list(map(str, State)))),
        ]
        indexes = [models.Index(fields=["centre", "id"], name="standing_order")]
