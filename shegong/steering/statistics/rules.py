"""What a snapshot must hold, how it is hashed, and how two of them differ cell by cell; pure (T4.2.c, T4.2.d, N11)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

from shegong.kernel.refusal import Obstacle, reason_obstacles
from shegong.kernel.text import N_


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "statistics.read"
    FREEZE = "statistics.freeze"


SOURCES = {
    "counted": N_("counted"),
    "entered": N_("entered"),
    "both": N_("counted and entered"),
    "none": N_("no source"),
}
AGE_BANDS = {
    0: N_("age unknown"),
    1: N_("35 and younger"),
    2: N_("36 to 40"),
    3: N_("41 to 45"),
    4: N_("46 to 50"),
    5: N_("51 to 54"),
    6: N_("55 and older"),
}
_FROM_AGE = ((55, 6), (51, 5), (46, 4), (41, 3), (36, 2))


def age_band(born_on: date | None, day: date) -> int:
    """Code of the band (rules.md B13) of somebody's age in whole years on `day`; 0 where the birthday is unknown."""
    if born_on is None:
        return 0
    age = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
    return next((code for least, code in _FROM_AGE if age >= least), 1)


@dataclass(frozen=True)
class FigureRow:
    """One cell of a frozen table: an indicator at a place, perhaps of a year. Amounts are whole, in `unit`."""

    indicator: str
    region: int
    unit: str
    value: int | None
    target: int | None = None
    planned: int | None = None
    counted: int | None = None
    entered: int | None = None
    year: int | None = None
    source: str = "counted"
    rule: int = 1

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes it one cell of its table."""
        return self.indicator, self.region, self.year or 0


@dataclass(frozen=True)
class PersonRow:
    """One person as counted in an indicator: where, since which day, under which codes; never a name or a number."""

    person: int
    region: int
    indicator: str = ""
    since: date | None = None
    level: int | None = None
    sex: int | None = None
    age_band: int | None = None
    field: int | None = None
    employer_kind: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        """A person counts once in an indicator."""
        return self.indicator, self.person


AMOUNTS = ("value", "target", "planned", "counted", "entered")
COLUMNS = {
    "value": N_("Figure"),
    "target": N_("Target"),
    "planned": N_("Planned by this day"),
    "counted": N_("Counted from registers"),
    "entered": N_("Entered by owners"),
    "source": N_("Source"),
    "unit": N_("Unit"),
    "rule": N_("Version of the counting rule"),
}
Tables = Mapping[str, Sequence[FigureRow]]


def figure_row(given: FigureRow | Mapping[str, Any]) -> FigureRow:
    """A cell from what a caller hands in; a mapping may hold more than is frozen."""
    if isinstance(given, FigureRow):
        return given
    names = {one.name for one in fields(FigureRow)}
    return FigureRow(**{name: value for name, value in given.items() if name in names})


# -- the hash ----------------------------------------------------------------------------------------------------------


def canonical(header: Mapping[str, Any], tables: Tables, people: Iterable[PersonRow]) -> Iterator[str]:
    """The snapshot as one JSON document with sorted keys and without spaces, in pieces; rows in the order of their keys.

    Whoever holds the exported tables can write the same document and compare the hash.
    """
    yield '{"people":['
    for number, row in enumerate(people):
        yield ("," if number else "") + _json(_plain(row))
    yield f'],"snapshot":{_json(header)},"tables":{{'
    for number, name in enumerate(sorted(tables)):
        rows = [_plain(row) for row in sorted(tables[name], key=lambda r: r.key)]
        yield ("," if number else "") + f"{_json(name)}:{_json(rows)}"
    yield "}}"


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(row).items()
    }


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(pieces: Iterable[str], algorithm: str = "sha256") -> str:
    """Hash over the pieces, in hexadecimal digits."""
    found = hashlib.new(algorithm)
    for piece in pieces:
        found.update(piece.encode())
    return found.hexdigest()


# -- what stands in the way --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Predecessor:
    """What is asked of the snapshot that a correction replaces."""

    as_of: date
    region: int
    is_superseded: bool


def freeze_obstacles(
    *, title: str, as_of: date, region: int, tables: Tables, on: date, reason: str, before: Predecessor | None
) -> list[Obstacle]:
    """A snapshot has a title and figures of a day that has come; a correction its reason, once, of the same day and place."""
    found = []
    if not title.strip():
        found.append(Obstacle("title", N_("Give the figures a title."), "title"))
    if as_of > on:
        found.append(Obstacle("as_of_ahead", N_("Figures of a day to come cannot be frozen."), "as_of"))
    if not any(tables.values()):
        found.append(Obstacle("no_figures", N_("There is no figure to freeze.")))
    found += [
        Obstacle("cell_twice", N_("The table %(table)s names one figure twice."), params={"table": name})
        for name, rows in tables.items()
        if len({row.key for row in rows}) < len(rows)
    ]
    return found + (_correction_obstacles(as_of, region, reason, before) if before else [])


def _correction_obstacles(as_of: date, region: int, reason: str, before: Predecessor) -> list[Obstacle]:
    found = reason_obstacles(reason)
    if before.is_superseded:
        found.append(
            Obstacle("superseded", N_("These figures were corrected already. Correct the newest version."))
        )
    if (before.as_of, before.region) != (as_of, region):
        found.append(Obstacle("other_day", N_("A correction is of the same day and place."), "as_of"))
    return found


# -- two versions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One cell that another version says otherwise; None: the cell is not there."""

    table: str
    indicator: str
    region: int
    year: int | None
    column: str
    before: Any
    after: Any

    @property
    def change(self) -> int | None:
        """How much more; None where it is no amount."""
        if self.column not in AMOUNTS or not isinstance(self.before, int) or not isinstance(self.after, int):
            return None
        return self.after - self.before


def differences(before: Tables, after: Tables) -> list[Difference]:
    """Cell by cell, in the order of tables, indicators and places; nothing when the two say the same."""
    found = []
    for name in sorted({*before, *after}):
        ours = {row.key: row for row in before.get(name, ())}
        theirs = {row.key: row for row in after.get(name, ())}
        for key in sorted({*ours, *theirs}):
            found += list(_of_row(name, ours.get(key), theirs.get(key)))
    return found


def _of_row(table: str, ours: FigureRow | None, theirs: FigureRow | None) -> Iterator[Difference]:
    one = theirs or ours
    assert one is not None
    for column in COLUMNS:
        was, now = (getattr(row, column) if row else None for row in (ours, theirs))
        if was != now:
            yield Difference(table, one.indicator, one.region, one.year, column, was, now)


@dataclass(frozen=True)
class Moves:
    """How many people of an indicator came in and went out between two versions."""

    indicator: str
    came: int
    went: int


def people_moves(before: Iterable[tuple[str, int]], after: Iterable[tuple[str, int]]) -> list[Moves]:
    """By indicator, from the keys of the rows; only those in which somebody moved."""
    ours, theirs = set(before), set(after)
    moved = sorted([(key[0], 1) for key in theirs - ours] + [(key[0], 0) for key in ours - theirs])
    counted = [(name, [came for _, came in group]) for name, group in groupby(moved, key=lambda one: one[0])]
    return [Moves(name, sum(came), len(came) - sum(came)) for name, came in counted]
