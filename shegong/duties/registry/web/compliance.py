"""A county's people under both rules of continuing education: who is short, whose term ends soon (T3.3, report R11)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import HoursStanding
from shegong.duties.registry.models.register_rows import RegisterRow, register_rows
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web.regions import region_filter, seat
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.kernel.http import page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene, choice
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.ui.menu import MenuItem
from shegong.work.education.rules import Permission as Education
from shegong.work.education.rules import hours_cell, hours_shown

COUNTY, PREFECTURE = 1_000, 100_000
SHORT = {
    "national": Q(short=True),
    "plan": Q(year_short=True),
    "both": Q(short=True, year_short=True),
    "neither": Q(short=False, year_short=False),
}
SHORT_WORDS = (
    ("national", _("Short under the national rule")),
    ("plan", _("Short under the plan's rule this year")),
    ("both", _("Short under both")),
    ("neither", _("Both met")),
)
MONTHS = (
    ("1", _("Within 1 month")),
    ("3", _("Within 3 months")),
    ("6", _("Within 6 months")),
    ("12", _("Within 12 months")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One person with both verdicts, as the sums beside the register have them."""

    id: int
    held: RegisterRow
    last_day: date
    required: int
    counted: int
    year_required: int
    year_counted: int

    @property
    def person_id(self) -> int:
        """Whose row it is."""
        return self.held.person_id


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    held = {row.id: row for row in register_rows(ids, scene.day, seat(scene))}
    sums = HoursStanding.objects.visible_to(scene.actor, scene.permission).filter(pk__in=ids).values_list(
        "pk", "ends_on", "required", "counted", "year_required", "year_counted"
    )  # fmt: skip
    return [
        Row(pk, held[pk], ends_on - timedelta(days=1), *minutes)
        for pk, ends_on, *minutes in sums
        if pk in held
    ]


def _within(months: str, scene: Scene) -> Forks:
    last = scene.day + timedelta(days=int(months) * 61 // 2)
    return (Q(ends_on__gt=scene.day, ends_on__lte=last),)


def _missing(required: int, counted: int) -> float:
    return hours_cell(max(required - counted, 0))


def _verdict(row: Row) -> str:
    return "short" if row.counted < row.required else "met"


def _year_verdict(row: Row) -> str:
    return "short" if row.year_counted < row.year_required else "met"


def _word(value: str) -> str:
    return gettext("Short of hours") if value == "short" else gettext("met")


COLUMNS = (
    Column("name", _("Name"), lambda r: r.held.name, fixed=True, personal="name",
           address=lambda r: reverse("registry:registration", args=[r.held.register_no])),
    Column("number", _("Register number"), lambda r: r.held.register_no, "code", phone=False),
    Column("level", _("Level"), lambda r: r.held.level, words=lambda v: gettext(LEVEL_NAMES[v])),
    Column("region", _("Region"), lambda r: r.held.region),
    Column("employer", _("Employer"), lambda r: r.held.employer, personal="employer", shown=False),
    Column("expires", _("Term ends"), lambda r: r.last_day, "date"),
    Column("national", _("National rule"), _verdict, words=_word, tone=lambda r: "err" if _verdict(r) == "short" else "ok"),
    Column("counted", _("Counted in the term (h)"), lambda r: hours_cell(r.counted), "number", words=hours_shown),
    Column("missing", _("Missing (h)"), lambda r: _missing(r.required, r.counted), "number", words=hours_shown),
    Column("plan", _("The plan, this year"), _year_verdict, words=_word,
           tone=lambda r: "warn" if _year_verdict(r) == "short" else "ok"),
    Column("year_counted", _("Counted this year (h)"), lambda r: hours_cell(r.year_counted), "number", words=hours_shown),
    Column("year_missing", _("Missing this year (h)"), lambda r: _missing(r.year_required, r.year_counted), "number",
           words=hours_shown),
    Column("required", _("Asked for in the term (h)"), lambda r: hours_cell(r.required), "number", shown=False, words=hours_shown),
    Column("year_required", _("Asked for this year (h)"), lambda r: hours_cell(r.year_required), "number", shown=False,
           words=hours_shown),
)  # fmt: skip

COMPLIANCE = Listing(
    key="registry.compliance",
    title=_("Hours under both rules"),
    permission=Education.READ,
    export_permission=Permission.EXPORT,
    rows=lambda scene: HoursStanding.objects.all(),
    load=_rows,
    columns=COLUMNS,
    orders=(
        Order("expires", _("Term ends soonest"), ("ends_on", "registration_id"), blocks=(COUNTY, PREFECTURE)),
        Order("-expires", _("Term ends latest"), ("ends_on", "registration_id"), descending=True,
              blocks=(COUNTY, PREFECTURE)),
    ),
    filters=(
        Filter("short", _("Hours"), lambda value, scene: (SHORT[value],), lambda scene: SHORT_WORDS),
        Filter("expires", _("Term ends"), _within, lambda scene: MONTHS),
        choice("level", _("Level"), tuple((str(k), _(v)) for k, v in LEVEL_NAMES.items()), "level"),
    ),
    region=region_filter(),
    prepared=True,
    note=_("The national rule decides on renewal; the plan's figure is counted by calendar year. Each person's own page works both out again from the records."),
)  # fmt: skip


@page(Education.READ, methods=("GET", "POST"), about="registration", clause="T3.3")
def compliance(request: HttpRequest) -> HttpResponse:
    """The list within the officer's reach."""
    return answer(request, COMPLIANCE)


@page(Permission.EXPORT, about="registration", clause="T3.3")
def compliance_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, COMPLIANCE, form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Among the registers."""
    yield MenuItem("office", "registers", _("Hours under both rules"), reverse("registry:compliance"), order=26,
                   permission=Education.READ, fold="renewal")  # fmt: skip


urlpatterns = paths("office/compliance", compliance, compliance_file, "compliance")
