"""The one yardstick: what the yearly plans in force expect of an indicator, at a place, by a day (N10)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shegong.kernel import prepared
from shegong.kernel.copying import among
from shegong.steering.programme.models.annual import AnnualPlan, Target
from shegong.steering.programme.rules.progress import due, standing_due

STANDING = frozenset({"stock"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target of a plan in force, without the plan."""

    indicator: str
    region_code: int
    kind: str
    amount: int
    year: int
    quarters: tuple[int | None, ...]


def targets_in_force(
    ids: Sequence[str], *, on: date, year: int | None = None, regions: Sequence[int] | None = None
) -> list[Wanted]:
    """Targets of these indicators by the plans in force on `on`, of one year or of all, in order of years."""
    plans = AnnualPlan.objects.in_force(on)
    if year is not None:
        plans = plans.filter(year=year)
    found = Target.objects.filter(plan__in=plans, indicator__in=among(ids))
    if regions is not None:
        found = found.filter(region__in=among(regions))
    columns = ("indicator", "region_code", "kind", "amount", "plan__year", "q1", "q2", "q3")
    rows = prepared.rows(found.order_by("plan__year").values_list(*columns))
    return [Wanted(*row[:5], quarters=row[5:]) for row in rows]


def targets_of(indicator_id: str, *, year: int | None = None, on: date) -> dict[int, int]:
    """Amounts by place that the plans in force on `on` set: of `year`, else of the year of `on` (region_code → amount)."""
    rows = targets_in_force([indicator_id], on=on, year=year or on.year)
    return {row.region_code: row.amount for row in rows}


def targets_by_place(
    ids: Sequence[str], *, on: date, regions: Sequence[int] | None = None
) -> dict[tuple[str, int], list[Wanted]]:
    """All years' targets, by (indicator, region_code), in order of years: what `planned_on` adds up."""
    found: dict[tuple[str, int], list[Wanted]] = defaultdict(list)
    for row in targets_in_force(ids, on=on, regions=regions):
        found[row.indicator, row.region_code].append(row)
    return found


def planned_of(
    ids: Sequence[str], *, on: date, regions: Sequence[int], year: int | None = None
) -> dict[tuple[str, int], int]:
    """What the plans in force expect by `on`, by (indicator, region_code); what no plan speaks of is left out.

    With `year` what is due of that year alone; without, everything due since the programme began.
    """
    found = targets_by_place(ids, on=on, regions=regions)
    expected = {key: expected_by(rows, on, year) for key, rows in found.items()}
    return {key: amount for key, amount in expected.items() if amount is not None}


def planned_on(indicator_id: str, region: int, on: date, *, year: int | None = None) -> int | None:
    """What the plans in force expect of one indicator at one place by `on`; None when no plan speaks of it."""
    return planned_of([indicator_id], on=on, regions=[region], year=year).get((indicator_id, region))


def expected_by(rows: Sequence[Wanted], on: date, year: int | None) -> int | None:
    """What these targets, in order of years, expect by `on`; None when they do not speak of it."""
    begun = [row for row in rows if row.year <= on.year]
    if year is not None:
        begun = [row for row in begun if row.year <= year]
    if not begun or (year is not None and begun[-1].year != year):
        return None
    last = begun[-1]
    if last.kind in STANDING:
        before = begun[-2].amount if len(begun) > 1 else 0
        return standing_due(before, last.amount, last.year, on, last.quarters)
    counted = [last] if year is not None else begun
    return sum(due(row.amount, row.year, on, row.quarters) for row in counted)
