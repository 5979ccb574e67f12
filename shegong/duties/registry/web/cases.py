"""All applications within the officer's reach, whatever their state, as a list."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.case_rows import case_rows
from shegong.duties.registry.rules import (
    NATIONAL_STATUS,
    OPEN_STATES,
    STAGE_NAMES,
    STATE_NAMES,
    Permission,
    State,
)
from shegong.duties.registry.web.links import link
from shegong.duties.registry.web.regions import region_filter, seat
from shegong.duties.registry.web.words import KIND_NAMES, LEVEL_NAMES, STATE_TONES
from shegong.ground.people.models import PersonName
from shegong.kernel.http import page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, choice, day_limit, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.ui.menu import MenuItem

OPEN = "open"
SOON_DAYS = 7
DUE = (("late", _("Overdue")), ("soon", _("Due within a week")))


def _states(scene: Scene) -> Iterator[tuple[str, str]]:
    yield OPEN, gettext("In progress")
    for state in State:
        if state != State.DRAFTED:
            yield state, gettext(STATE_NAMES[state])


def _in_state(state: str, scene: Scene) -> Forks:
    return (Q(state__in=[str(s) for s in OPEN_STATES] if state == OPEN else [state]),)


def _due(value: str, scene: Scene) -> Forks:
    running = Q(state__in=[str(s) for s in OPEN_STATES])
    if value == "late":
        return (running & Q(due_on__lt=scene.day),)
    return (running & Q(due_on__gte=scene.day, due_on__lte=scene.day + timedelta(days=SOON_DAYS)),)


def _found(typed: str, scene: Scene) -> Forks:
    if any(map(str.isdigit, typed)):
        return (Q(number__startswith=typed.upper().replace(" ", "")),)
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


FILTERS = (
    Filter("state", _("State"), _in_state, _states),
    choice("kind", _("Kind"), tuple((str(k), _(v)) for k, v in KIND_NAMES.items()), "kind"),
    choice("stage", _("Waiting for"), tuple((str(k), _(v)) for k, v in STAGE_NAMES.items()), "waiting_for"),
    Filter("due", _("Time limit"), _due, lambda scene: DUE),
    text("q", _("Name, pinyin or case number"), _found),
    day_limit("from", _("Submitted from"), "submitted_at__date__gte"),
    day_limit("to", _("Submitted up to"), "submitted_at__date__lte"),
)
COLUMNS = (
    Column("number", _("Case number"), lambda r: r.number, "code", fixed=True,
           address=lambda r: link("registry:case", r.token)),
    Column("name", _("Name"), lambda r: r.name, personal="name"),
    Column("kind", _("Kind"), lambda r: str(r.kind), words=lambda v: gettext(KIND_NAMES[v])),
    Column("level", _("Level"), lambda r: r.level, words=lambda v: gettext(LEVEL_NAMES[v])),
    Column("region", _("Region"), lambda r: r.region),
    Column("state", _("State"), lambda r: str(r.state), words=lambda v: gettext(STATE_NAMES[v]),
           tone=lambda r: STATE_TONES.get(r.state, "")),
    Column("stage", _("Waiting for"), lambda r: r.waiting_for, words=lambda v: gettext(STAGE_NAMES.get(v, v))),
    Column("submitted", _("Submitted on"), lambda r: r.submitted_on, "date"),
    Column("due", _("Time limit"), lambda r: r.due_on, "date"),
    # The words of the national system as they stand there, so that exports match it (rules B3).
    Column("national", _("Status in the national system"), lambda r: NATIONAL_STATUS[r.state], shown=False),
    Column("decided", _("Decided on"), lambda r: r.final_on, "date", shown=False),
)  # fmt: skip
CASES = Listing(
    key="registry.applications",
    title=_("Applications for registration"),
    permission=Permission.READ,
    export_permission=Permission.EXPORT,
    # A draft is the applicant's own until it is submitted.
    rows=lambda scene: Application.objects.filter(submitted_at__isnull=False),
    load=lambda ids, scene: case_rows(ids, scene.day, seat(scene)),
    columns=COLUMNS,
    orders=(
        Order("-submitted", _("Newest first"), ("id",), descending=True, blocks=(1_000, 100_000)),
        Order("submitted", _("Oldest first"), ("id",), blocks=(1_000, 100_000)),
    ),
    filters=FILTERS,
    region=region_filter(),
)


@page(Permission.READ, methods=("GET", "POST"), about="application", clause="T4.2.a")
def applications(request: HttpRequest) -> HttpResponse:
    """All cases in reach, by state."""
    return answer(request, CASES)


@page(Permission.EXPORT, about="application", clause="T4.2.a")
def applications_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, CASES, form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The applications among the registers."""
    yield MenuItem(
        "office", "registers", _("Applications"), reverse("registry:applications"), order=22,
        permission=Permission.READ, fold="people",
    )  # fmt: skip


urlpatterns = paths("office/applications", applications, applications_file, "applications")
