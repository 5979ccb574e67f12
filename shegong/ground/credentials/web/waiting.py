"""Lines of pass lists that no certificate answers to yet: who, of which examination, and what they wait for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.credentials.models import IS_STATED, Certificate, PassListEntry, as_held, stated_under
from shegong.ground.credentials.rules import LEVEL_NAMES, Level, Listed, Permission, differences
from shegong.ground.people.models import Identity, Person
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.codes import canonical_management_number
from shegong.kernel.http import page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.kernel.names import comparison_key
from shegong.kernel.sheets.tables import Batch
from shegong.kernel.text import N_

NOBODY, UNSTATED, DIFFERS = "nobody", "unstated", "differs"
COLUMNS = {
    "identity": N_("Identity number"), "name": N_("Name"), "level": N_("Level"), "approved_on": N_("Approved on"),
}  # fmt: skip
STATES = {
    NOBODY: N_("Not in the register"),
    UNSTATED: N_("In the register, certificate not stated"),
    DIFFERS: N_("Certificate stated otherwise"),
}
TONES = {UNSTATED: "warn", DIFFERS: "err"}


@dataclass(frozen=True)
class Row:
    """One line as the list shows it."""

    id: int
    name: str
    masked: str
    level: str
    exam_year: int
    management_no: str
    approved_on: date
    region_code: int | None
    place: str
    batch: str
    state: str
    differs: tuple[str, ...]
    token: str

    @property
    def card(self) -> str:
        """Address of the person whom the line is about, where the reader may see her."""
        return reverse("people:card", args=[self.token]) if self.token else ""


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    entries = list(PassListEntry.objects.filter(pk__in=ids))
    senders = {e.batch_id for e in entries}
    batches = dict(Batch.objects.filter(pk__in=senders).values_list("pk", "number"))
    numbers = [e.management_no for e in entries]
    stated = stated_under(numbers)
    held = as_held(list(stated.values()))
    holders, tokens = _holders(entries, scene)

    def state_of(entry: PassListEntry) -> str:
        if entry.management_no in stated:
            return DIFFERS
        return UNSTATED if bytes(entry.index) in holders else NOBODY

    return [
        Row(
            e.pk, e.name, e.masked, e.level, e.exam_year, e.management_no, e.approved_on, e.region_code,
            tree().name(e.region_code, scene.day) if e.region_code else "", batches.get(e.batch_id, ""), state_of(e),
            _differs(e, stated, held), tokens.get(bytes(e.index), ""),
        )
        for e in entries
    ]  # fmt: skip


def _differs(
    entry: PassListEntry, stated: Mapping[str, Certificate], held: Mapping[int, Listed]
) -> tuple[str, ...]:
    """In which columns the list and the certificate stated under its number disagree."""
    certificate = stated.get(entry.management_no)
    return tuple(differences(entry.listed, held[certificate.pk])) if certificate else ()


def _holders(entries: Sequence[PassListEntry], scene: Scene) -> tuple[set[bytes], dict[bytes, str]]:
    """Identity numbers that the register knows, and the cards of those whom the reader may see."""
    found = Identity.objects.filter(index__in={bytes(e.index) for e in entries}).values_list(
        "index", "person__merged_into", "person_id"
    )
    by_index = {bytes(index): merged or person for index, merged, person in found}
    people = Person.objects.visible_to(scene.actor, "people.read").filter(pk__in=by_index.values())
    tokens = dict(people.values_list("pk", "token"))
    return set(by_index), {index: tokens[pk] for index, pk in by_index.items() if pk in tokens}


def _in_state(value: str, scene: Scene) -> Forks:
    known = Exists(Identity.objects.filter(index=OuterRef("index")))
    return ({NOBODY: Q(~IS_STATED, ~known), UNSTATED: Q(~IS_STATED, known), DIFFERS: Q(IS_STATED)}[value],)


def _years(scene: Scene) -> Iterator[tuple[str, str]]:
    seen = PassListEntry.objects.visible_to(scene.actor, scene.permission)
    for year in seen.order_by("-exam_year").values_list("exam_year", flat=True).distinct():
        yield str(year), str(year)


def _places(scene: Scene) -> Iterator[tuple[str, Any]]:
    units, reach = tree(), scene.actor.reach(scene.permission)
    for unit in sorted(units.alive(scene.day, 2), key=lambda place: place.code):
        if any(unit.code in one for one in reach):
            yield str(unit.code // 1000), units.name(unit.code, scene.day)
    yield "none", gettext("Not said")


def _at(value: str, scene: Scene) -> Forks:
    if value == "none":
        return (Q(region__isnull=True),)
    inside = Q()
    for one in tree().ranges(int(value) * 1000, scene.day, tree=REPORTING):
        inside |= one.q("region_code")
    return (inside,)


def _named(typed: str, scene: Scene) -> Forks:
    number = canonical_management_number(typed)
    named = Q(canonical__startswith=comparison_key(typed)) if comparison_key(typed) else Q(pk__in=[])
    return (named if isinstance(number, list) else named | Q(management_no=number.value),)


def _of_batch(value: str, scene: Scene) -> Forks:
    found = Batch.objects.visible_to(scene.actor, scene.permission).filter(number=value, layout="pass_list")
    keys = list(found.values_list("pk", flat=True))
    return (Q(batch_id__in=keys),) if keys else NOTHING


LIST = Listing(
    key="credentials.waiting",
    title=_("Waiting pass-list lines"),
    permission=Permission.PASS_LIST,
    export_permission=Permission.PASS_LIST,
    rows=lambda scene: PassListEntry.objects.waiting().visible_to(scene.actor, scene.permission),
    load=_rows,
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name", address=lambda r: r.card),
        Column("identity", _("Identity number"), lambda r: r.masked, "code", personal="identity_masked", phone=False),
        Column("level", _("Level"), lambda r: r.level, words=lambda v: gettext(LEVEL_NAMES[Level(v)])),
        Column("year", _("Year of the examination"), lambda r: r.exam_year, "number"),
        Column("number", _("Management number"), lambda r: r.management_no, "code"),
        Column("approved", _("Approved on"), lambda r: r.approved_on, "date", shown=False),
        Column("place", _("Place of the examination"), lambda r: r.place),
        Column("state", _("What it waits for"), lambda r: r.state, words=lambda v: gettext(STATES[v]),
               tone=lambda r: TONES.get(r.state, "")),
        Column("differs", _("Where they differ"), lambda r: "、".join(gettext(COLUMNS[one]) for one in r.differs)),
        Column("batch", _("Batch"), lambda r: r.batch, "code", phone=False,
               address=lambda r: reverse("intake:batch", args=[r.batch]) if r.batch else ""),
    ),
    filters=(
        Filter("state", _("What it waits for"), _in_state, lambda scene: [(k, gettext(v)) for k, v in STATES.items()]),
        Filter("year", _("Year of the examination"), lambda v, s: (Q(exam_year=int(v)),), _years),
        Filter("level", _("Level"), lambda v, s: (Q(level=v),), lambda scene: [(str(k), gettext(v)) for k, v in LEVEL_NAMES.items()]),
        Filter("place", _("Place of the examination"), _at, _places),
        text("q", _("Name or management number"), _named),
        text("batch", _("Batch"), _of_batch),
    ),
    orders=(
        Order("newest", _("Newest first"), ("id",), descending=True),
        Order("name", _("By name"), ("canonical", "id")),
    ),
    note=_("People on a pass list whose certificate nobody has stated yet, or stated otherwise. A line leaves this list by itself once its certificate is verified."),
)  # fmt: skip


@page(Permission.PASS_LIST, methods=("GET", "POST"), clause="T4.2.b")
def waiting(request: HttpRequest) -> HttpResponse:
    """The lines within reach; a POST saves a view."""
    return answer(request, LIST, template="credentials/waiting.html")


@page(Permission.PASS_LIST, clause="T4.2.b")
def waiting_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)
