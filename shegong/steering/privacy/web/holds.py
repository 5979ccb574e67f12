"""Legal holds: a list, placing one on a person's data, and lifting it by two officers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people import panels
from shegong.ground.people.models import Person, names_of
from shegong.ground.people.panels import Panel
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.privacy import actions
from shegong.steering.privacy.models import LegalHold
from shegong.steering.privacy.rules import HOLD_KINDS, HOLD_NAMES, HoldState, Permission
from shegong.ui.menu import MenuItem

STANDING = "standing"
TONES = {HoldState.ACTIVE: "info", HoldState.LIFT_PROPOSED: "warn"}


@dataclass(frozen=True)
class Row:
    """One hold as the list shows it."""

    id: int
    name: str
    kind: str
    region: str
    state: str
    placed_on: date


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    found = list(LegalHold.objects.filter(pk__in=ids))
    names = names_of([row.person_id for row in found])
    return [
        Row(row.pk, names.get(row.person_id, ""), row.kind, tree().full_name(row.region_code, scene.day), row.state,
            timezone.localdate(row.placed_at))
        for row in found
    ]  # fmt: skip


def _states(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield STANDING, gettext("Held for now")
    for state in HoldState:
        yield state, gettext(HOLD_NAMES[state])


def _in_state(value: str, scene: Scene) -> Forks:
    return (~Q(state=HoldState.LIFTED) if value == STANDING else Q(state=value),)


LIST = Listing(
    key="privacy.holds",
    title=_("Legal holds"),
    permission=Permission.PROPOSE,
    export_permission=Permission.PROPOSE,
    rows=lambda scene: LegalHold.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    shows_withheld=True,
    columns=(
        Column("name", _("Name"), lambda r: r.name or "—", fixed=True, personal="name",
               address=lambda r: reverse("privacy:hold", args=[r.id])),
        Column("kind", _("Duty to keep"), lambda r: r.kind, words=lambda v: gettext(HOLD_KINDS[v])),
        Column("region", _("Place"), lambda r: r.region),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(HOLD_NAMES[HoldState(v)]),
               tone=lambda r: TONES.get(HoldState(r.state), "")),
        Column("placed", _("Placed on"), lambda r: r.placed_on, "date"),
    ),
    filters=(Filter("state", _("State"), _in_state, _states, default=STANDING),),
    orders=(Order("placed", _("Newest first"), ("id",), descending=True),),
    note=_("While a hold stands nothing of the person is erased. Two officers lift it."),
)  # fmt: skip


@page(Permission.PROPOSE, methods=("GET", "POST"))
def holds(request: HttpRequest) -> HttpResponse:
    """Holds in the officer's reach; a POST saves a view."""
    return answer(request, LIST, template="privacy/list.html")


@page(Permission.PROPOSE)
def holds_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


class PlaceForm(forms.Form):
    """Why the data must stay."""

    kind = forms.ChoiceField(
        label=_("Duty to keep"), widget=forms.RadioSelect,
        choices=lambda: [(key, gettext(words)) for key, words in HOLD_KINDS.items()],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea,
        help_text=_("Name the file or the document. It stays on record."),
    )  # fmt: skip


@page(Permission.PROPOSE, methods=("GET", "POST"), about="person", fresh=True)
def place(request: HttpRequest, token: str) -> HttpResponse:
    """Place a hold on the data of a person in reach."""
    actor = actor_of(request)
    person: Person = visible_or_404(Person.objects.all(), actor, Permission.PROPOSE, token=token)
    form = PlaceForm(request.POST) if request.method == "POST" else PlaceForm(initial=typed_before(request))

    def change() -> LegalHold:
        return actions.place_hold(person, **form.cleaned_data, by=actor, on=today())

    if request.method == "POST" and (row := attempt(form, change)):
        return see(request, "privacy:hold", gettext("The hold is in force."), row.pk)
    context = {"form": form, "name": names_of([person.pk]).get(person.pk, "—"), "token": token}
    return render(request, "privacy/place.html", context, status=status_of(form))


class LiftForm(forms.Form):
    """Propose to lift, or decide on it."""

    choice = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = choices


@page(Permission.PROPOSE, methods=("GET", "POST"), about="hold", fresh=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One hold, and its lifting."""
    actor = actor_of(request)
    row: LegalHold = visible_or_404(
        LegalHold.objects.select_related("person"), actor, Permission.PROPOSE, pk=pk
    )
    choices = _choices(row, actor)
    form = LiftForm(request.POST if request.method == "POST" else None, choices=choices) if choices else None

    def change() -> object:
        assert form is not None
        given: dict[str, Any] = {"by": actor, "on": today(), "seen": seen_version(request)}
        decide = getattr(actions, form.cleaned_data["choice"])
        return (
            decide(row, **given)
            if decide is actions.lift_hold
            else decide(row, reason=form.cleaned_data["reason"], **given)
        )

    if request.method == "POST" and form is not None and attempt(form, change):
        return see(request, "privacy:hold", gettext("Done."), row.pk)
    names = names_of(
        list(filter(None, (row.person_id, row.placed_by_id, row.lift_proposer_id, row.lifted_by_id)))
    )
    state = HoldState(row.state)
    context = {
        "row": row, "form": form, "version": row.version, "state": gettext(HOLD_NAMES[state]), "tone": TONES.get(state, ""),
        "kind": gettext(HOLD_KINDS[row.kind]), "name": names.get(row.person_id, "—"), "placed_by": names.get(row.placed_by_id, ""),
        "proposer": names.get(row.lift_proposer_id, ""), "lifted_by": names.get(row.lifted_by_id, ""),
    }  # fmt: skip
    return render(request, "privacy/hold.html", context, status=status_of(form) if form is not None else 200)


def _choices(row: LegalHold, actor: Actor) -> list[tuple[str, Any]]:
    if row.state == HoldState.ACTIVE:
        return [("propose_lift", _("Propose to lift it; another officer does it"))]
    may = actor.may(Permission.DECIDE, row.region_code) and actor.person_id != row.lift_proposer_id
    if row.state == HoldState.LIFT_PROPOSED and may:
        return [("lift_hold", _("Lift it")), ("keep_hold", _("Keep it"))]
    return []


def office_holds(actor: Actor, person: Person) -> Panel | None:
    """Holds on the officer's card of a person, and the way to place one."""
    if not actor.may(Permission.PROPOSE):
        return None
    rows = [
        {"label": gettext(HOLD_KINDS[row.kind]), "value": gettext(HOLD_NAMES[HoldState(row.state)]),
         "url": reverse("privacy:hold", args=[row.pk]), "word": gettext("Open")}
        for row in LegalHold.objects.visible_to(actor, Permission.PROPOSE).standing().filter(person=person).order_by("id")
    ]  # fmt: skip
    return Panel(gettext("Legal holds"), "people/panel_rows.html", {"rows": rows},
                 add_url=reverse("privacy:place", args=[person.token]), add=gettext("Place a hold"))  # fmt: skip


def register_panels() -> None:
    """Put the holds on the officer's card of a person."""
    panels.person_panels.append(office_holds)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The list of holds."""
    yield MenuItem(
        "office",
        "admin",
        _("Legal holds"),
        reverse("privacy:holds"),
        order=80,
        permission=Permission.PROPOSE,
        fold="reference",
    )


urlpatterns = [
    *paths("office/privacy/holds", holds, holds_file, "holds"),
    path("office/privacy/holds/<int:pk>/", one, name="hold"),
    path("office/people/<slug:token>/hold-data/", place, name="place"),
]
