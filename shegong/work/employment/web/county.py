"""The county office: employments that are disputed or nobody answered for; it decides, with a reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import PersonName, names_of
from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, visible_or_404
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.outages import lost_time
from shegong.ui.menu import MenuItem
from shegong.work.employment import actions
from shegong.work.employment.models import Confirmation
from shegong.work.employment.rules import ANSWER_NAMES, FOR_COUNTY, Answer, Permission
from shegong.work.employment.web.words import TONES, RulingForm, rows, said

OURS = "county"


@dataclass(frozen=True, slots=True)
class Row:
    """One question as the list shows it."""

    id: int
    name: str
    employer: str
    said: str
    place: str
    due_on: date
    state: str


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    found = list(Confirmation.objects.filter(pk__in=ids).select_related("employer"))
    names, lost = names_of([row.person_id for row in found]), lost_time()
    return [
        Row(row.pk, names.get(row.person_id, ""), row.employer.name, said(row), tree().name(row.region_code, scene.day),
            row.ends_after(lost), str(row.state))
        for row in found
    ]  # fmt: skip


def _in_state(value: str, scene: Scene) -> Forks:
    return (Q(state__in=[str(s) for s in FOR_COUNTY]),) if value == OURS else (Q(state=value),)


def _states(scene: Scene) -> list[tuple[str, str]]:
    return [(OURS, gettext("Waiting for the county")), *((s, gettext(w)) for s, w in ANSWER_NAMES.items())]


def _found(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


LIST = Listing(
    key="employment.questions",
    title=_("Employments to decide on"),
    permission=Permission.DECIDE,
    export_permission=Permission.DECIDE,
    rows=lambda scene: Confirmation.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name",
               address=lambda r: reverse("employment:decide", args=[r.id])),
        Column("employer", _("Employer"), lambda r: r.employer, personal="employer"),
        Column("said", _("What was stated"), lambda r: r.said),
        Column("place", _("Place"), lambda r: r.place, phone=False),
        Column("due", _("Answer by"), lambda r: r.due_on, "date"),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(ANSWER_NAMES[Answer(v)]),
               tone=lambda r: TONES.get(Answer(r.state), "")),
    ),
    filters=(Filter("state", _("State"), _in_state, _states, default=OURS), text("q", _("Name or pinyin"), _found)),
    orders=(Order("due", _("Longest over first"), ("due_on", "id")),),
)  # fmt: skip


@page(Permission.DECIDE, methods=("GET", "POST"), clause="T4.2.a")
def questions(request: HttpRequest) -> HttpResponse:
    """Questions in the officer's reach; a POST saves a view."""
    return answer(request, LIST)


@page(Permission.DECIDE, clause="T4.2.a")
def questions_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


@page(Permission.DECIDE, methods=("GET", "POST"), about="confirmation", clause="T4.2.a")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What both sides said, and the decision."""
    row = visible_or_404(
        Confirmation.objects.select_related("employer", "person"), actor_of(request), Permission.DECIDE, pk=pk
    )
    form = RulingForm(request.POST) if request.method == "POST" else RulingForm()

    def change() -> Confirmation:
        return actions.decide(
            row, stands=form.says_yes, reason=form.cleaned_data["reason"], by=actor_of(request), on=today(),
            seen=seen_version(request, row.version),
        )  # fmt: skip

    if request.method == "POST" and attempt(form, change):
        return see(request, "employment:questions", gettext("Decided. Both sides are told."))
    context = {"form": form, "rows": list(rows(row)), "version": row.version, "title": said(row),
               "open": row.state in FOR_COUNTY, "back": reverse("employment:questions")}  # fmt: skip
    return render(request, "employment/decide.html", context, status=status_of(form))


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """What waits for the county."""
    actor = actor_of(request)
    if not actor.may(Permission.DECIDE):
        return

    def waiting() -> QuerySet[Confirmation]:
        return Confirmation.objects.visible_to(actor, Permission.DECIDE).for_county()

    yield MenuItem(
        "office", "todo", _("Employments to decide on"), reverse("employment:questions"), count=waiting, order=35,
        permission=Permission.DECIDE, fold="matters",
    )  # fmt: skip


urlpatterns = [
    *paths("office/employment", questions, questions_file, "questions"),
    path("office/employment/<int:pk>/", decide, name="decide"),
]
