"""Registration and continuing education of a year by unit and by month: sums of the cube, each a list of its length."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shegong.duties.registry.measures_hours import BY_TERM, ENDED, MET, OWED, YEARLY
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import cube, walls_acting
from shegong.kernel.access import Range
from shegong.kernel.text import N_

SOON = 90  # days ahead in which a term that ends without its hours is at risk
WHY = "a list is as long as its figure; names in it are read within the reader's reach"


@dataclass(frozen=True)
class Column:
    """One figure: what the cube counts, cut how, over which days of the year (`ahead`: the next days instead)."""

    key: str
    title: str
    measure: str
    codes: Mapping[str, int]
    ahead: bool = False
    of: str = ""  # shown as a share of this column


COLUMNS = (
    Column("owed", N_("Registered and in post"), OWED, {}),
    Column("met", N_("Reached the plan's days in the year"), MET, {"rule": YEARLY}, of="owed"),
    Column("national", N_("Reached the national hours of the term in the year"), MET, {"rule": BY_TERM}),
    Column("due", N_("Terms ending in the year"), ENDED, {}),
    Column("enough", N_("Of these with the national hours"), ENDED, {"hours": 1}, of="due"),
    Column("renewed", N_("Of these renewed"), ENDED, {"renewed": 1}, of="due"),
    Column("open", N_("Of these not renewed"), ENDED, {"renewed": 0}),
    Column("risk", N_("At risk: ending within 90 days, not renewed, hours short"), ENDED, {"renewed": 0, "hours": 0}, True),
)  # fmt: skip
BY_KEY = {one.key: one for one in COLUMNS}
MONTHLY = ("due", "enough", "renewed", "open")


@dataclass(frozen=True)
class Year:
    """A year as seen on `on` (its last day, once it is over)."""

    year: int
    on: date

    def asked(self, column: Column, month: int | None = None) -> dict[str, Any]:
        """The days and codes of a column, for the cube; a month of the year alone."""
        codes = dict(column.codes) or None
        if column.ahead:
            return {
                "since": self.on + timedelta(days=1),
                "on": self.on + timedelta(days=SOON),
                "codes": codes,
            }
        if cube.measure(column.measure).kind == cube.STOCK:
            return {"on": self.on, "codes": codes}
        first, last = date(self.year, month or 1, 1), date(self.year, month or 12, 1)
        return {
            "since": first,
            "on": (last + timedelta(days=31)).replace(day=1) - timedelta(days=1),
            "codes": codes,
        }


def year_of(year: int, today: date) -> Year:
    """The year up to today."""
    return Year(year, min(today, date(year, 12, 31)))


def by_unit(seen: Year, units: Sequence[int]) -> dict[int, dict[str, int]]:
    """Unit → column → figure, one statement a column whatever the number of units."""
    ranges = {unit: ranges_of(unit, seen.on) for unit in units}
    found: dict[int, dict[str, int]] = {unit: {} for unit in units}
    for column in COLUMNS:
        places = cube.by_place(column.measure, **seen.asked(column))
        for unit in units:
            found[unit][column.key] = sum(
                n for code, n in places.items() if any(code in r for r in ranges[unit])
            )
    return found


def by_month(seen: Year, unit: int) -> dict[int, dict[str, int]]:
    """Month → column → figure of the terms that end in it."""
    found: dict[int, dict[str, int]] = {month: {} for month in range(1, 13)}
    for key in MONTHLY:
        asked = seen.asked(BY_KEY[key])
        sums = cube.series(BY_KEY[key].measure, since=asked["since"], until=asked["on"], codes=asked["codes"],
                           ranges=ranges_of(unit, seen.on))  # fmt: skip
        before = 0
        for day, amount in sums:
            found[day.month][key], before = amount - before, amount
    return found


def ranges_of(unit: int, on: date) -> tuple[Range, ...]:
    """The places of a unit in the reporting tree."""
    return tuple(tree().ranges(unit, on, REPORTING))


def people_of(seen: Year, column: Column, unit: int, month: int | None = None) -> list[int]:
    """Persons behind a figure, in order."""
    with walls_acting.lifted(WHY):
        return sorted(
            cube.subjects(column.measure, ranges=ranges_of(unit, seen.on), **seen.asked(column, month))
        )
