"""Who was counted: the people frozen with a snapshot, as they were counted then; each opens to her record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.credentials.measures import LEVEL
from shegong.ground.people.models import Person, identities_of, merged_into, names_of
from shegong.ground.people.rules import Permission as PeoplePermission
from shegong.ground.regions.models import tree
from shegong.kernel.code_lists import codes
from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.statistics.models import Snapshot, SnapshotRow
from shegong.steering.statistics.panels import title_of
from shegong.steering.statistics.rules import AGE_BANDS, Permission
from shegong.steering.statistics.web.snapshot import head_of, place_of, snapshot_or_404


@dataclass(frozen=True)
class Row:
    """One person as counted, with the name that she bears now."""

    id: int
    name: str
    number: str
    token: str
    place: str
    indicator: str
    since: date | None
    level: int | None
    sex: int | None
    age_band: int | None


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    found = list(SnapshotRow.objects.filter(pk__in=ids).select_related("snapshot"))
    people = {row.person_id for row in found}
    became = merged_into(people)
    standing = {*people, *became.values()}
    names, numbers = names_of(people), identities_of(standing)
    seen = Person.objects.visible_to(scene.actor, PeoplePermission.READ).filter(pk__in=standing)
    tokens = dict(seen.values_list("pk", "token"))
    return [_row(row, became.get(row.person_id, row.person_id), names, numbers, tokens) for row in found]


def _row(
    row: SnapshotRow, stands: int, names: dict[int, str], numbers: dict[int, str], tokens: dict[int, str]
) -> Row:
    return Row(
        row.pk, names.get(row.person_id) or gettext("No name yet"), numbers.get(stands, ""), tokens.get(stands, ""),
        tree().full_name(row.region_code, row.snapshot.as_of), row.indicator, row.since, row.level, row.sex, row.age_band,
    )  # fmt: skip


def _card(row: Row) -> str:
    return reverse("people:card", args=[row.token]) if row.token else ""


COLUMNS = (
    Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name", address=_card),
    Column("number", _("Identity number"), lambda r: r.number, "code", personal="identity_masked", phone=False),
    Column("place", _("Counted at"), lambda r: r.place),
    Column("since", _("Counted since"), lambda r: r.since, "date"),
    Column("level", _("Level"), lambda r: r.level, words=lambda v: gettext(LEVEL.words.get(v, str(v)))),
    Column("sex", _("Sex"), lambda r: r.sex, words=lambda v: codes("sex").get(str(v), ""), phone=False),
    Column("age", _("Age"), lambda r: r.age_band, words=lambda v: gettext(AGE_BANDS[v]), phone=False),
    Column("indicator", _("Indicator"), lambda r: r.indicator, "code", shown=False),
)  # fmt: skip


def people_of(snapshot: Snapshot) -> Listing:
    """The people of one snapshot, within the reach of who may read people."""
    return Listing(
        key="statistics.people",
        title=_("People behind the figure"),
        permission=PeoplePermission.READ,
        export_permission=PeoplePermission.READ,
        rows=lambda scene: SnapshotRow.objects.filter(snapshot=snapshot),
        load=_rows,
        columns=COLUMNS,
        filters=(
            Filter("indicator", _("Indicator"), lambda value, scene: (Q(indicator=value),), lambda scene: _held(snapshot)),
            Filter("level", _("Level"), lambda value, scene: (Q(level=int(value)),),
                   lambda scene: [(str(k), gettext(v)) for k, v in LEVEL.words.items()]),
        ),
        region=place_of(snapshot),
        orders=(Order("place", _("By place"), ("region_code", "id")),),
        note=_("As counted on that day. Names and links are of today."),
    )  # fmt: skip


def _held(snapshot: Snapshot) -> list[tuple[str, str]]:
    found = snapshot.rows.order_by("indicator").values_list("indicator", flat=True).distinct()
    return [(one, f"{one} {title_of(one)}") for one in found]


@page(Permission.READ, methods=("GET", "POST"), about="snapshot", clause="N13")
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """People counted in a snapshot, where the reader may read people; a POST saves a view."""
    row = snapshot_or_404(request, pk)
    only_counts = not actor_of(request).may(PeoplePermission.READ)
    more = {**head_of(row), "as_of": row.as_of, "only_counts": only_counts}
    return answer(request, people_of(row), template="statistics/people.html", more=more)


@page(Permission.READ, about="snapshot", clause="N13")
def people_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, people_of(snapshot_or_404(request, pk)), form)


urlpatterns = paths("office/figures/<int:pk>/people", people, people_file, "people")
