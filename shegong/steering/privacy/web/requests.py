"""Requests for deletion as a list, and one of them: what must stay, what would go, and the step that comes next."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import identities_of, names_of, records_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, visible_or_404
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.privacy import actions
from shegong.steering.privacy.actions.doors import copy_doors, holds_of
from shegong.steering.privacy.models import LegalHold, Request
from shegong.steering.privacy.models.copies import counts
from shegong.steering.privacy.rules import OPEN, ORIGINS, STATE_NAMES, Permission, State
from shegong.steering.privacy.web.copies import says
from shegong.steering.privacy.web.mine import TONES, held_rows
from shegong.ui.menu import MenuItem

WAITING = "waiting"
Step = tuple[str, forms.Form | None, Callable[[], Any] | None]


@dataclass(frozen=True)
class Row:
    """One request as the list shows it."""

    id: int
    name: str
    number: str
    region: str
    origin: str
    state: str
    asked_on: date


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    found = list(Request.objects.filter(pk__in=ids))
    people = [row.person_id for row in found]
    names, numbers = names_of(people), identities_of(people)
    return [
        Row(
            row.pk, names.get(row.person_id, ""), numbers.get(row.person_id, ""),
            tree().full_name(row.region_code, scene.day), row.origin, row.state, timezone.localdate(row.asked_at),
        )
        for row in found
    ]  # fmt: skip


def _states(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield WAITING, gettext("Waiting for somebody")
    for state in State:
        yield state, gettext(STATE_NAMES[state])


def _in_state(value: str, scene: Scene) -> Forks:
    return (Q(state__in=[str(state) for state in OPEN]) if value == WAITING else Q(state=value),)


LIST = Listing(
    key="privacy.requests",
    title=_("Requests for deletion"),
    permission=Permission.PROPOSE,
    export_permission=Permission.PROPOSE,
    rows=lambda scene: Request.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    shows_withheld=True,
    columns=(
        Column("name", _("Name"), lambda r: r.name or "—", fixed=True, personal="name",
               address=lambda r: reverse("privacy:request", args=[r.id])),
        Column("number", _("Identity number"), lambda r: r.number, "code", personal="identity_masked", phone=False),
        Column("region", _("Place"), lambda r: r.region),
        Column("origin", _("How it came"), lambda r: r.origin, words=lambda v: gettext(ORIGINS[v])),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(STATE_NAMES[State(v)]),
               tone=lambda r: TONES.get(State(r.state), "")),
        Column("asked", _("Asked on"), lambda r: r.asked_on, "date"),
    ),
    filters=(Filter("state", _("State"), _in_state, _states, default=WAITING),),
    orders=(Order("asked", _("Newest first"), ("id",), descending=True),),
    note=_("Nothing is erased by itself: one officer proposes, another decides. What the law wants kept stays."),
)  # fmt: skip


@page(Permission.PROPOSE, methods=("GET", "POST"), clause="T4.2.b")
def requests(request: HttpRequest) -> HttpResponse:
    """Requests in the officer's reach; a POST saves a view."""
    return answer(request, LIST, template="privacy/list.html")


@page(Permission.PROPOSE, clause="T4.2.b")
def requests_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


class DecideForm(forms.Form):
    """What becomes of a request."""

    choice = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea,
        help_text=_("It stays on record; a refusal is told to the person."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices


@page(Permission.PROPOSE, methods=("GET", "POST"), about="erasure", clause="T4.2.b", fresh=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what must stay and why, what would go, and the decision."""
    actor = actor_of(request)
    row: Request = visible_or_404(Request.objects.select_related("person"), actor, Permission.PROPOSE, pk=pk)
    holds = holds_of(records_of(row.person_id), today())
    title, form, change = _step(request, row, actor, bool(holds))
    if request.method == "POST" and form is not None and change is not None and attempt(form, change):
        return see(request, "privacy:request", gettext("Done."), row.pk)
    context = {**_context(row, holds), "step_title": title, "form": form, "version": row.version}
    return render(
        request, "privacy/request.html", context, status=status_of(form) if form is not None else 200
    )


def _step(request: HttpRequest, row: Request, actor: Actor, is_held: bool) -> Step:
    """What this officer may do next: heading, form, and the change that the form makes."""
    if actor.person_id in records_of(row.person_id):
        return gettext("These data are your own. Colleagues must decide on it."), None, None
    choices = _choices(row, actor, is_held)
    if not choices:
        words = (
            gettext("Another officer decides.")
            if row.state == State.PROPOSED
            else gettext("Nothing is left to decide.")
        )
        return words, None, None
    form = DecideForm(request.POST if request.method == "POST" else None, choices=choices)
    given: dict[str, Any] = {"by": actor, "on": today(), "seen": seen_version(request)}

    def change() -> object:
        decide, reason = getattr(actions, form.cleaned_data["choice"]), form.cleaned_data["reason"]
        return decide(row, **given) if decide is actions.erase else decide(row, reason=reason, **given)

    return gettext("Decide"), form, change


def _choices(row: Request, actor: Actor, is_held: bool) -> list[tuple[str, Any]]:
    if row.state == State.PROPOSED:
        if actor.person_id == row.proposer_id or not actor.may(Permission.DECIDE, row.region_code):
            return []
        return [("erase", _("Erase for good now")), ("send_back", _("Not clear yet: send it back"))]
    if row.state not in (State.ASKED, State.RESTRICTED):
        return []
    restrict = [("restrict", _("Only store the data from now on"))] if row.state == State.ASKED else []
    propose = [] if is_held else [("propose", _("Propose to erase; another officer does it"))]
    return [*propose, *restrict, ("refuse", _("Do not follow the request"))]


def _context(row: Request, holds: list[Any]) -> dict[str, Any]:
    names = names_of(
        list(filter(None, (row.person_id, row.proposer_id, row.decider_id, row.restricted_by_id)))
    )
    state = State(row.state)
    return {
        "row": row, "state": gettext(STATE_NAMES[state]), "tone": TONES.get(state, ""),
        "name": names.get(row.person_id, "—"), "number": identities_of([row.person_id]).get(row.person_id, ""),
        "region": tree().full_name(row.region_code, today()), "origin": gettext(ORIGINS[row.origin]),
        "held": held_rows(holds), "proposer": names.get(row.proposer_id, ""), "decider": names.get(row.decider_id, ""),
        "restricted_by": names.get(row.restricted_by_id, ""),
        "counts": [{"title": says(table.words), "count": count} for table, count in counts(row.person, copy_doors())],
    }  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The list, with the number of requests that wait for this officer."""
    actor = actor_of(request)
    if actor.may(Permission.PROPOSE):

        def waiting() -> QuerySet[Request]:
            rows = Request.objects.visible_to(actor, Permission.PROPOSE)
            return rows.filter(Q(state=State.ASKED) | Q(state=State.PROPOSED)).exclude(
                state=State.PROPOSED, proposer_id=actor.person_id
            )

        yield MenuItem(
            "office", "todo", _("Requests for deletion"), reverse("privacy:requests"), count=waiting, order=45,
            permission=Permission.PROPOSE, fold="matters",
        )  # fmt: skip


def standing_holds(person_id: int) -> QuerySet[LegalHold]:
    """Holds in force on a person's data."""
    return LegalHold.objects.standing().filter(person_id=person_id).order_by("id")


urlpatterns = [
    *paths("office/privacy/requests", requests, requests_file, "requests"),
    path("office/privacy/requests/<int:pk>/", one, name="request"),
]
