"""Likely duplicates as a list: who, why, where, how far; the same rows as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import PersonName, Tie, identities_of, names_of, standing
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.sheets.tables import Batch
from shegong.kernel.text import N_
from shegong.steering.dossier.models import DuplicateCase, DuplicateReason
from shegong.steering.dossier.rules import OPEN, SENTENCES, STATE_NAMES, Permission, Reason, State
from shegong.ui.menu import MenuItem

WAITING = "waiting"
# Reasons in a list: the sentences stand on the pair's page.
SHORT = {
    Reason.CERTIFICATE: N_("same certificate"),
    Reason.NAME_BIRTH: N_("name and birth"),
    Reason.LAST4_BIRTH: N_("end of the number and birth"),
    Reason.LAST4_NAME: N_("end of the number and name"),
    Reason.NUMBER_NEAR: N_("number nearly the same"),
    Reason.PINYIN_BIRTH: N_("sound and birth"),
    Reason.NAME_EMPLOYER: N_("name and employer"),
    Reason.PHONE: N_("phone"),
    Reason.EMAIL: N_("mail address"),
    Reason.PASSPORT: N_("passport and identity card"),
    Reason.RENEWED: N_("two passports"),
    Reason.VARIANT: N_("shape of a character"),
    Reason.BY_HAND: N_("by an officer"),
    Reason.NUMBERS_DIFFER: N_("against: numbers"),
    Reason.BIRTH_DIFFERS: N_("against: birth"),
    Reason.SEX_DIFFERS: N_("against: sex"),
}
WAITS = (*OPEN, State.UNDO_PROPOSED)
TONES = {State.FOUND: "info", State.PROPOSED: "warn", State.UNDO_PROPOSED: "warn", State.MERGED: "ok"}


@dataclass(frozen=True)
class Row:
    """One pair as the list shows it."""

    id: int
    first: str
    second: str
    first_number: str
    second_number: str
    regions: str
    reasons: str
    weight: int
    state: str
    found_on: date

    @property
    def names(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def numbers(self) -> str:
        return " / ".join(number or "—" for number in (self.first_number, self.second_number))


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    cases = list(DuplicateCase.objects.filter(pk__in=ids))
    people = {pk for case in cases for pk in (case.first_id, case.second_id)}
    names, numbers, places = names_of(people), identities_of(people), _places(people, scene.day)
    reasons = reasons_of(ids, SHORT)
    return [
        Row(
            case.pk, names.get(case.first_id, ""), names.get(case.second_id, ""), numbers.get(case.first_id, ""),
            numbers.get(case.second_id, ""), _joined(places.get(case.first_id), places.get(case.second_id)),
            "；".join(reasons.get(case.pk, [])), case.weight, case.state, timezone.localdate(case.found_at),
        )
        for case in cases
    ]  # fmt: skip


def _joined(*places: str | None) -> str:
    return " / ".join(dict.fromkeys(place for place in places if place))


def _places(people: set[int], day: date) -> dict[int, str]:
    ties: dict[int, list[Tie]] = {}
    for one in Tie.objects.current().filter(person__in=people):
        ties.setdefault(one.person_id, []).append(one)
    codes = {pk: standing(found, day) or found[0].region_code for pk, found in ties.items()}
    return {pk: tree().full_name(code, day) for pk, code in codes.items()}


def reasons_of(ids: Sequence[int], words: Mapping[Reason, str] = SENTENCES) -> dict[int, list[str]]:
    """The reasons of cases in these words, the heaviest first."""
    found: dict[int, list[str]] = {}
    for case_id, code in (
        DuplicateReason.objects.filter(case__in=ids).order_by("-weight", "id").values_list("case_id", "code")
    ):
        found.setdefault(case_id, []).append(gettext(words[Reason(code)]))
    return found


def _states(scene: Scene) -> Iterator[tuple[str, Any]]:
    yield WAITING, gettext("Waiting for somebody")
    for state in State:
        yield state, gettext(STATE_NAMES[state])


def _in_state(value: str, scene: Scene) -> Forks:
    return (Q(state__in=[str(state) for state in WAITS]) if value == WAITING else Q(state=value),)


def _for(reason: str, scene: Scene) -> Forks:
    return (Q(Exists(DuplicateReason.objects.filter(case=OuterRef("pk"), code=reason))),)


def _named(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    if named is None:
        return NOTHING
    people = named.values("person")
    return (Q(first__in=people) | Q(second__in=people),)


def _of_batch(value: str, scene: Scene) -> Forks:
    found = (
        Batch.objects.visible_to(scene.actor, scene.permission)
        .filter(number=value)
        .values_list("pk", flat=True)
    )
    cases = DuplicateCase.objects.visible_to(scene.actor, scene.permission).of_batch(*found)
    return (Q(pk__in=cases.values("pk")),)


def _places_offered(scene: Scene) -> Iterator[tuple[str, str]]:
    units, reach = tree(), scene.actor.reach(scene.permission)
    for level in (2, 3):
        for unit in units.alive(scene.day, level):
            if any(unit.code in one for one in reach):
                yield str(unit.code // 1000), units.full_name(unit.code, scene.day)


def _at(value: str, scene: Scene) -> Forks:
    inside = Q()
    for one in tree().ranges(int(value) * 1000, scene.day, tree=REPORTING):
        inside |= one.q("region_code")
    ties = Tie.objects.holding().visible_to(scene.actor, scene.permission).filter(inside)
    sides = Q(Exists(ties.filter(person=OuterRef("first")))) | Q(
        Exists(ties.filter(person=OuterRef("second")))
    )
    return (sides,)


LIST = Listing(
    key="dossier.duplicates",
    title=_("Likely duplicates"),
    permission=Permission.PROPOSE,
    export_permission=Permission.PROPOSE,
    rows=lambda scene: DuplicateCase.objects.visible_to(scene.actor, scene.permission),
    load=_rows,
    columns=(
        Column("names", _("Names of people"), lambda r: r.names, fixed=True, personal="name", address=lambda r: reverse("dossier:case", args=[r.id])),
        Column("numbers", _("Identity numbers"), lambda r: r.numbers, "code", personal="identity_masked", phone=False),
        Column("reasons", _("Why"), lambda r: r.reasons),
        Column("region", _("Places"), lambda r: r.regions),
        Column("state", _("State"), lambda r: r.state, words=lambda v: gettext(STATE_NAMES[State(v)]),
               tone=lambda r: TONES.get(State(r.state), "")),
        Column("weight", _("Weight"), lambda r: r.weight, "number", phone=False),
        Column("found", _("Found on"), lambda r: r.found_on, "date", phone=False),
    ),
    filters=(
        Filter("state", _("State"), _in_state, _states, default=WAITING),
        Filter("reason", _("Why"), _for, lambda scene: [(r, gettext(SHORT[r])) for r in Reason]),
        Filter("place", _("Place"), _at, _places_offered),
        text("q", _("Name or pinyin"), _named),
        text("batch", _("Batch"), _of_batch),
    ),
    orders=(
        Order("weight", _("Most likely first"), ("weight", "id"), descending=True),
        Order("found", _("Newest first"), ("id",), descending=True),
    ),
    note=_("Nothing is merged by itself: one officer proposes, another decides."),
)  # fmt: skip


@page(Permission.PROPOSE, methods=("GET", "POST"), clause="T4.2.b")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs in the officer's reach; a POST saves a view."""
    return answer(request, LIST, template="dossier/list.html")


@page(Permission.PROPOSE, clause="T4.2.b")
def duplicates_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The list, with the number of pairs that somebody should look at or decide."""
    actor = actor_of(request)
    if not actor.may(Permission.PROPOSE):
        return

    def waiting() -> QuerySet[DuplicateCase]:
        waits = DuplicateCase.objects.visible_to(actor, Permission.PROPOSE).filter(
            state__in=[str(s) for s in WAITS]
        )
        return waits.exclude(state=State.PROPOSED, proposer_id=actor.person_id)

    yield MenuItem(
        "office", "todo", _("Likely duplicates"), reverse("dossier:duplicates"), count=waiting, order=40,
        permission=Permission.PROPOSE, fold="matters",
    )  # fmt: skip


urlpatterns = paths("office/duplicates", duplicates, duplicates_file, "duplicates")
