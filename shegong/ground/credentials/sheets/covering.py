"""What a pass list covers, as whoever uploads it says; and the prefecture that a line's site names."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.credentials.actions import prefecture_of
from shegong.ground.credentials.rules import Permission
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.sheets.layout import Question, Row, Taking, layout_of
from shegong.kernel.sheets.rows import read_again
from shegong.kernel.sheets.store import rows_of
from shegong.kernel.sheets.tables import BatchPart
from shegong.kernel.text import N_

PEOPLE = "people"


def _choices(by: Actor, on: date) -> Sequence[tuple[str, str]]:
    """Only these people, or all who passed in a province or prefecture within reach."""
    units, reach = tree(), by.reach(Permission.PASS_LIST)
    places = [
        (str(place.code), units.name(place.code, on))
        for level in (1, 2)
        for place in sorted(units.alive(on, level), key=lambda place: place.code)
        if any(place.code in one for one in reach)
    ]
    return [(PEOPLE, N_("Only the people on it")), *places]


COVERS = Question(
    key="covers",
    title=N_("What the list covers"),
    choices=_choices,
    hint=N_(
        "Choose a place only when the list names everybody who passed there. Then a certificate of that place, year and "
        "level that is not on it is put before an officer."
    ),
)


def covered(taking: Taking) -> int | None:
    """The place all of whose successful candidates the list names, None when it is only about the people on it."""
    said = taking.said.get(COVERS.key, PEOPLE)
    return int(said) if said != PEOPLE else None


def places_of(rows: Sequence[Row], taking: Taking) -> list[int | None]:
    """The prefecture of each line: that of its site, else the one that the list covers."""
    units, of_list = tree(), prefecture_of(covered(taking), taking.on)
    known: dict[str, int | None] = {}
    for site in {row.values.get("site") or "" for row in rows}:
        found = units.resolve(site, taking.on) if site else []
        here = {units.ancestor(code, 2, taking.on) for code in found}
        known[site] = here.pop() if len(here) == 1 else None
    return [known[row.values.get("site") or ""] or of_list for row in rows]


def unsited(taking: Taking) -> list[str]:
    """Management numbers of lines of the batch whose site names no prefecture, as long as its rows are kept."""
    layout, alone, found = layout_of("pass_list"), Taking(taking.batch_id, taking.by, taking.on), []
    assert layout is not None
    for part in BatchPart.objects.filter(batch=taking.batch_id).order_by("number").iterator(chunk_size=20):
        kept = rows_of(part)
        rows = [read_again(layout, r.cells, number=r.number, sheet=r.sheet, today=taking.on) for r in kept]
        placed = zip(rows, places_of(rows, alone), strict=True)
        found += [row.values["management_no"] for row, place in placed if place is None]
    return [number for number in found if number]
