"""What is counted from the plan itself and from tables of this floor, without a cube (K-YEARS, K-N10).

Contexts above register their own (year-end reports, acceptance): `register_count(name, count)`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import cube
from shegong.kernel.access import Range
from shegong.steering.programme.models.annual import AnnualPlan
from shegong.steering.programme.models.plan import OWN, plan
from shegong.steering.programme.models.yardstick import Wanted, targets_by_place
from shegong.steering.programme.rules.plans import Indicator


@dataclass(frozen=True)
class Question:
    """A figure of the cube, by place: what tells it from another."""

    name: str
    on: date
    since: date | None
    codes: tuple[tuple[str, tuple[int, ...]], ...]


Count = Callable[[Indicator, date, date, Sequence[int]], Mapping[int, int]]
_counts: dict[str, Count] = {}
Key = tuple[str, int]
NOWHERE = Range(0, 1)


def register_count(name: str, count: Count) -> None:
    """Declare what a plan may name as a measure. `count(indicator, since, until, regions)`: region_code → amount."""
    _counts[name] = count
    OWN.add(name)


class Places:
    """What one page reads of divisions and registers, each thing once: ranges, for each look at the tree asks the database
    whether it changed, and sums by place, all that are needed in one statement."""

    def __init__(self) -> None:
        self.tree, self._found = tree(), dict[tuple[int, date], tuple[Range, ...]]()
        self._sums: dict[Question, Mapping[int, int]] = {}
        self._looked = set[tuple[date, str, int]]()
        self._wanted: dict[tuple[date, str, int], list[Wanted]] = {}

    def ranges(self, region: int, on: date) -> tuple[Range, ...]:
        """The places of a division in the reporting tree. What has no known place counts for the plan's own province."""
        if (region, on) not in self._found:
            ranges = tuple(self.tree.ranges(region, on, REPORTING))
            self._found[region, on] = (*ranges, NOWHERE) if region == plan().region else ranges
        return self._found[region, on]

    def targets(self, ids: Collection[str], *, on: date, regions: Collection[int]) -> dict[Key, list[Wanted]]:
        """`targets_by_place`, read again only where more is asked than before."""
        asked = {(on, name, region) for name in ids for region in regions}
        if not asked <= self._looked:
            self._wanted |= {
                (on, *key): rows
                for key, rows in targets_by_place(sorted(ids), on=on, regions=sorted(regions)).items()
            }
            self._looked |= asked
        return {
            (name, region): self._wanted[key]
            for key in asked
            if key in self._wanted
            for _, name, region in [key]
        }

    def sums(self, question: Question) -> Mapping[int, int]:
        """A figure of the cube by place."""
        self.read([question])
        return self._sums[question]

    def read(self, questions: Sequence[Question]) -> None:
        """Read these figures together, those that were not read before."""
        new = [one for one in dict.fromkeys(questions) if one not in self._sums]
        asked = [
            (one.name, cube.Asked(on=one.on, since=one.since, codes=dict(one.codes) or None)) for one in new
        ]
        self._sums |= dict(zip(new, cube.by_places(asked), strict=True))


def ranges_of(region: int, on: date) -> tuple[Range, ...]:
    """The same for one division."""
    return Places().ranges(region, on)


def counted_of(
    indicator: Indicator, since: date, until: date, regions: Sequence[int], places: Places
) -> Mapping[int, int] | None:
    """Amounts by place from `since` to `until`, by the register that the indicator names; None when none does."""
    name = indicator.measure
    if name is None or until < since:
        return None if name is None else dict.fromkeys(regions, 0)
    if name in _counts:
        return _counts[name](indicator, since, until, regions)
    return _from_cube(name, indicator, since, until, regions, places) if name in cube.measures() else None


def beside_of(
    indicator: Indicator, since: date, until: date, regions: Sequence[int], places: Places
) -> Mapping[int, int]:
    """The same in the other unit that is shown beside it (person-times); empty when there is none."""
    if indicator.beside is None or indicator.beside not in cube.measures() or until < since:
        return {}
    return _from_cube(indicator.beside, indicator, since, until, regions, places)


def _from_cube(
    name: str, indicator: Indicator, since: date, until: date, regions: Sequence[int], places: Places
) -> Mapping[int, int]:
    found = places.sums(_question(name, indicator, since, until))
    sums = {}
    for region in regions:
        ranges = places.ranges(region, until)
        sums[region] = sum(amount for code, amount in found.items() if any(code in one for one in ranges))
    return sums


def _question(name: str, indicator: Indicator, since: date, until: date) -> Question:
    start = since if cube.measure(name).kind == cube.FLOW else None
    return Question(name, until, start, tuple(sorted(indicator.codes.items())))


def questions_of(indicator: Indicator, since: date, until: date) -> list[Question]:
    """What `counted_of` and `beside_of` will ask the cube for an indicator."""
    names = {name for name in (indicator.measure, indicator.beside) if name and name not in _counts}
    known = [] if until < since else sorted(names & set(cube.measures()))
    return [_question(name, indicator, since, until) for name in known]


def _years(indicator: Indicator, since: date, until: date, regions: Sequence[int]) -> Mapping[int, int]:
    begun = sum(1 for year in plan().years if since <= plan().period(year)[0] <= until)
    return dict.fromkeys(regions, begun)


def _annual_plans(
    indicator: Indicator, since: date, until: date, regions: Sequence[int]
) -> Mapping[int, int]:
    years = range(since.year, until.year + 1)
    rows = AnnualPlan.objects.filter(
        subplan__programme__code=plan().code, subplan__number=indicator.subplan, year__in=years,
        issued_on__lte=until, region__in=regions,
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for region, year in rows.values_list("region_code", "year"):
        found.setdefault(region, set()).add(year)
    return {region: len(found.get(region, ())) for region in regions}


register_count("programme.years", _years)
register_count("programme.annual_plans", _annual_plans)
