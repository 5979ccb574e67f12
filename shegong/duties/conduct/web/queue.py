"""The queue of an office: what it handles, what is due. No word of what was told, of who is meant or of who complained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.models import Complaint, StageDate
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.looks import with_some_office
from shegong.duties.conduct.rules import (
    KIND_NAMES,
    MATTER_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    Kind,
    Matter,
    Permission,
    Stage,
    State,
)
from shegong.ground.regions.models import tree
from shegong.kernel.http import page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order

OPEN_ONES, LATE_ONES = "open", "late"
TONES = {
    State.LODGED: "warn", State.ROUTED: "warn", State.NOT_ACCEPTED: "", State.TRANSFERRED: "", State.DECIDED: "ok",
    State.CLOSED: "ok", State.APPEALED: "warn",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One complaint as the queue shows it."""

    id: int
    token: str
    number: str
    matter: str
    duty: str
    kind: str
    state: str
    stage: str
    received_on: date
    due_on: date | None
    region: str
    left: str


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    units = tree()
    rows = Complaint.objects.visible_to(scene.actor, scene.permission).filter(pk__in=ids)
    running = StageDate.objects.filter(complaint__in=ids, ends_on__isnull=True)
    # A second look is shown where nothing else runs.
    stages = {one.complaint_id: one for one in running.order_by(F("look").asc(nulls_last=True))}
    return [
        Row(
            one.pk, one.token, one.number, one.matter, one.duty, one.kind, one.state,
            stages[one.pk].stage if one.pk in stages else "", one.received_on, one.due_on,
            units.full_name(one.region_code, scene.day),
            _left(one, stages.get(one.pk), scene.day),
        )
        for one in rows
    ]  # fmt: skip


def duty_words(code: str, day: date) -> str:
    """A duty of the code of ethics, as a complaint about it is put."""
    found = conduct_policy(day).ethics.duty(code)
    return found.complaint.says(get_language()) if found else code


def _left(row: Complaint, stretch: StageDate | None, day: date) -> str:
    if row.due_on is None:
        return ""
    if stretch is not None and stretch.paused_why:
        return gettext("The clock rests")
    left = (row.due_on - day).days
    word = gettext("%(days)s days") if left >= 0 else gettext("%(days)s days late")
    return word % {"days": abs(left)}


def _states(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield OPEN_ONES, gettext("Waiting for the office")
    yield LATE_ONES, gettext("Past the day")
    for state in State:
        yield str(state), gettext(STATE_NAMES[state])


def _in_state(value: str, scene: Scene) -> Forks:
    if value == OPEN_ONES:
        return (with_some_office(),)
    if value == LATE_ONES:
        return (Q(due_on__lt=scene.day),)
    return (Q(state=value),)


def _numbered(typed: str, scene: Scene) -> Forks:
    return (Q(number=typed.strip().upper()),) if typed.strip() else NOTHING


LIST = Listing(
    key="conduct.complaints",
    title=_("Complaints"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Complaint.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    columns=(
        Column("number", _("Number of the complaint"), lambda r: r.number, fixed=True,
               address=lambda r: reverse("conduct:case", args=[r.token])),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(STATE_NAMES[State(v)]),
               tone=lambda r: TONES.get(State(r.state), "info")),
        Column("left", _("Time left"), lambda r: r.left),
        Column("due", _("Due on"), lambda r: r.due_on, "date"),
        Column("stage", _("Stage"), lambda r: r.stage, words=lambda v: gettext(STAGE_NAMES[Stage(v)]) if v else ""),
        Column("matter", _("Matter"), lambda r: r.matter, words=lambda v: gettext(MATTER_NAMES[Matter(v)])),
        Column("duty", _("Duty of the code"), lambda r: r.duty, words=lambda v: duty_words(v, today()), phone=False),
        Column("kind", _("In what way"), lambda r: r.kind, words=lambda v: gettext(KIND_NAMES[Kind(v)]), phone=False, shown=False),
        Column("received", _("Received on"), lambda r: r.received_on, "date", phone=False),
        Column("region", _("Place"), lambda r: r.region, phone=False),
    ),
    filters=(
        Filter("state", _("State"), _in_state, _states, default=OPEN_ONES),
        Filter("matter", _("Matter"), lambda v, s: (Q(matter=v),), lambda s: [(str(k), gettext(w)) for k, w in MATTER_NAMES.items()]),
        text("q", _("Number of the complaint"), _numbered),
    ),
    orders=(
        Order("due", _("Due first"), ("due_on", "id")),
        Order("newest", _("Newest first"), ("id",), descending=True),
    ),
    note=_("What was told and who is meant stand on the page of the case alone."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="T4.2.f")
def queue(request: HttpRequest) -> HttpResponse:
    """What the reader's office handles, without what concerns herself, her unit or her relatives."""
    return answer(request, LIST, template="conduct/queue.html")


@page(Permission.READ, clause="T4.2.f")
def queue_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file: codes and days, nobody's data."""
    return export(request, LIST, form)
