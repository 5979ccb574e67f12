"""The ledger of hours for officers: every record within reach, reversed ones too (T3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import Person, PersonName, names_of
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, choice, day_limit, text
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.work.education.models import CreditEntry
from shegong.work.education.rules import KIND_WORDS, Kind, Permission, hours_cell, hours_shown

CURRENT = (("current", _("In the ledger")), ("reversed", _("Reversed")))


@dataclass(frozen=True, slots=True)
class Row:
    """A record with the names that a reader needs."""

    id: int
    entry: CreditEntry
    name: str
    token: str
    place: str

    @property
    def person_id(self) -> int:
        """Whose row it is."""
        return self.entry.person_id


def _named(people: set[int]) -> tuple[dict[int, str], dict[int, str]]:
    tokens = dict(
        Person.objects.filter(pk__in=people).values_list("pk", "token")
    )  # rows were cut to the reach
    return names_of(list(people)), tokens


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    mine = CreditEntry.objects.visible_to(scene.actor, scene.permission).select_related("provider")
    found = list(mine.filter(pk__in=ids))
    names, tokens = _named({row.person_id for row in found})
    return [
        Row(row.pk, row, names.get(row.person_id, ""), tokens.get(row.person_id, ""), _place(row.region_code, scene.day))
        for row in found
    ]  # fmt: skip


def _place(code: int | None, day: date) -> str:
    return tree().full_name(code, day) if code else ""


def _state(value: str, scene: Scene) -> Forks:
    return (Q(recorded__upper_inf=value == "current"),)


def _named_like(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


def _person_url(row: Row) -> str:
    return reverse("people:card", args=[row.token]) if row.token else ""


KINDS = tuple((str(kind), _(words)) for kind, words in KIND_WORDS.items())
LEDGER = Listing(
    key="education.ledger",
    title=_("Ledger of hours"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: CreditEntry.objects.all(),
    load=_rows,
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name", address=_person_url),
        Column("on", _("Day"), lambda r: r.entry.earned_on, "date"),
        Column("title", _("What was learned"), lambda r: r.entry.title),
        Column("hours", _("Hours"), lambda r: hours_cell(r.entry.minutes), "number", words=hours_shown),
        Column("kind", _("How"), lambda r: r.entry.kind, words=lambda v: gettext(KIND_WORDS[Kind(v)])),
        Column("provider", _("Provider"), lambda r: r.entry.provider.name if r.entry.provider else ""),
        Column("place", _("Place"), lambda r: r.place, phone=False),
        Column("passed", _("Passed"), lambda r: "yes" if r.entry.passed else "no",
               words=lambda v: gettext("passed") if v == "yes" else gettext("No proof of passing")),
        Column("state", _("State"), lambda r: "current" if r.entry.recorded.upper is None else "reversed",
               words=lambda v: gettext("In the ledger") if v == "current" else gettext("Reversed"),
               tone=lambda r: "" if r.entry.recorded.upper is None else "warn"),
        Column("entered", _("Entered"), lambda r: timezone.localdate(r.entry.entered_at), "date"),
        Column("source", _("Source"), lambda r: r.entry.source, "code", shown=False),
    ),
    filters=(
        Filter("state", _("State"), _state, lambda scene: CURRENT, default="current"),
        choice("kind", _("How"), KINDS, "kind"),
        text("q", _("Name or pinyin"), _named_like),
        day_limit("from", _("From"), "earned_on__gte"),
        day_limit("to", _("To"), "earned_on__lte"),
    ),
    region=place_filter(_("Place")),
    orders=(
        Order("on", _("Day, latest first"), ("earned_on", "id"), descending=True),
        Order("entered", _("Entered, latest first"), ("id",), descending=True),
    ),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="person", clause="T3.3")
def ledger(request: HttpRequest) -> HttpResponse:
    """Every record of classes and papers within the officer's reach."""
    return answer(request, LEDGER)


@page(Permission.READ, about="person", clause="T3.3")
def ledger_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, LEDGER, form)
