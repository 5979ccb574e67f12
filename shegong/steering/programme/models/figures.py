"""Figures: how far each number of the plan is, counted from the registers where one exists, else entered (N2, N10).

Never added silently: where a register took over what was entered before, both are shown with their difference. The
yardstick is the annual plans in force; before there is one, the plan's own figures month by month.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shegong.steering.programme.models import entering, yardstick
from shegong.steering.programme.models.counting import Places, Question, beside_of, counted_of, questions_of
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules.plans import Indicator, expected
from shegong.steering.programme.rules.progress import part_of_year

Key = tuple[str, int]
COUNTED, ENTERED, BOTH, NONE = "counted", "entered", "both", "none"


@dataclass(frozen=True)
class Figure:
    """One number at one place on one day. `value` is the counted one where a register exists, else the entered one.

    target: of the year asked for, or of the whole. planned: what is due by `on`. rate: value / target. gap: how much
    is missing to what is due (negative: ahead). difference: counted − entered where both are known. beside: the same
    in person-times, never added.
    """

    indicator: str
    region: int
    on: date
    year: int | None = None
    counted: int | None = None
    entered: int | None = None
    target: int | None = None
    planned: int | None = None
    beside: int | None = None

    @property
    def value(self) -> int | None:
        return self.entered if self.counted is None else self.counted

    @property
    def source(self) -> str:
        """counted, entered, both (a register took over), none."""
        if self.counted is None:
            return NONE if self.entered is None else ENTERED
        return COUNTED if self.entered is None else BOTH

    @property
    def difference(self) -> int | None:
        """What a register counts more than was entered before it existed."""
        return self.counted - self.entered if self.counted is not None and self.entered is not None else None

    @property
    def rate(self) -> float | None:
        """The share of the target that is reached."""
        return self.value / self.target if self.value is not None and self.target else None

    @property
    def gap(self) -> int | None:
        """What is missing to what is due by the day."""
        return self.planned - self.value if self.value is not None and self.planned is not None else None


def figure(indicator_id: str, *, on: date, region: int | None = None, year: int | None = None) -> Figure:
    """One figure; `region` is the province unless said. Raises KeyError for an id that the plan does not have."""
    place = plan().region if region is None else region
    return figures([indicator_id], on=on, regions=[place], year=year)[indicator_id, place]


def figures(
    ids: Iterable[str],
    *,
    on: date,
    regions: Sequence[int],
    year: int | None = None,
    places: Places | None = None,
) -> dict[Key, Figure]:
    """Figures of these indicators at these places as of `on`: a handful of statements whatever their number.

    `places` keeps what was read for one page, so that the next question of the page need not ask again.
    """
    asked = [plan().indicators[name] for name in ids]
    needed = {one.id: one for name in asked for one in _made_of(name)}
    places = places or Places()
    entered = _entered(list(needed.values()), on, regions, year, places)
    found: dict[Key, Figure] = {}
    places.read([question for one in needed.values() for question in _questions(one, on, year)])
    for one in needed.values():
        since, until = window(one, on, year)
        counted = counted_of(_source(one), since, until, regions, places)
        beside = beside_of(_source(one), since, until, regions, places)
        for region in regions:
            found[one.id, region] = Figure(
                one.id, region, on, year, counted=None if counted is None else counted.get(region, 0),
                entered=entered.get((one.id, region)), beside=beside.get(region),
            )  # fmt: skip
    for one in needed.values():
        if one.summed:
            for region in regions:
                found[one.id, region] = _summed(one, found, region)
    done = _with_targets(asked, found, on, regions, year, places)
    for one in asked:
        if one.among:
            done |= _of_each(one, {region: done[one.id, region] for region in regions}, places)
    return done


def _questions(one: Indicator, on: date, year: int | None) -> list[Question]:
    since, until = window(one, on, year)
    found = questions_of(_source(one), since, until)
    return found + (questions_of(_owed(one), date.min, until) if one.among else [])


def _owed(one: Indicator) -> Indicator:
    """Who owes it, as an indicator: those of `among`, of the same level."""
    levels = {name: codes for name, codes in one.codes.items() if name == "level"}
    return replace(one, measure=one.among, codes=levels, beside=None)


def _of_each(one: Indicator, found: Mapping[int, Figure], places: Places) -> dict[Key, Figure]:
    """What each person owes: as many should reach it as are registered and in post at the end of the days that count;
    it rises over the year. Nobody there: no target."""
    some = next(iter(found.values()))
    until = window(one, some.on, some.year)[1]
    owed = counted_of(_owed(one), date.min, until, list(found), places) or {}
    part = part_of_year(until.year, some.on)
    return {
        (one.id, region): replace(
            figure,
            target=owed.get(region) or None,
            planned=int(owed[region] * part) if owed.get(region) else None,
        )
        for region, figure in found.items()
    }


def window(one: Indicator, on: date, year: int | None = None) -> tuple[date, date]:
    """The days that count for a figure as of `on`: the years that the indicator names, or the one asked for.

    A stock, what is no sum, and documents, which come after the time they speak of, count on `on` itself (in a year: at
    its end, once that has passed). What each person owes every year counts in the year of `on`.
    """
    since, until = plan().span(one, year)
    if one.among and year is None:  # each person and year: the year of the day
        return max(since, date(min(on, until).year, 1, 1)), min(on, until)
    if one.kind == "stock" or one.unit in ("unit", "document"):
        return since, min(on, until) if year else on
    return since, min(on, until)


def _source(one: Indicator) -> Indicator:
    """Who is counted for it: `of` another indicator, in the years of this one."""
    return plan().indicators[one.of] if one.of else one


def _made_of(one: Indicator) -> list[Indicator]:
    """An indicator and, where it is summed, its parts and theirs."""
    parts = [part for name in one.parts for part in _made_of(plan().indicators[name])] if one.summed else []
    return [*parts, one]


def _entered(
    rows: Sequence[Indicator], on: date, regions: Sequence[int], year: int | None, places: Places
) -> dict[Key, int]:
    """Entered amounts; those of an indicator that is the year of another are that other's entries of the year."""
    found: dict[Key, int] = {}
    asked: dict[int | None, set[str]] = {}
    for one in rows:
        for single in _asked_years(one, year):
            asked.setdefault(single, set()).add(_source(one).id)
    for single, ids in asked.items():
        known = entering.entered_of(sorted(ids), on, regions, year=single, places=places.tree)
        for one in rows:
            if single in _asked_years(one, year):
                for region in regions:
                    amount = known.get((_source(one).id, region))
                    if amount is not None:
                        found[one.id, region] = found.get((one.id, region), 0) + amount
    return found


def _asked_years(one: Indicator, year: int | None) -> Sequence[int | None]:
    """Whose entries count: of the year asked for; the year of another has none in other years than its own."""
    if not one.of:
        return [year]
    own = _years(one)
    return own if year is None else [year] if year in own or own == [None] else []


def _years(one: Indicator) -> Sequence[int | None]:
    """The years of an `of` indicator; None (all) where it names none."""
    named = [year for year, amount in one.yearly.items() if amount is not None]
    return named or [None]


def _summed(one: Indicator, found: Mapping[Key, Figure], region: int) -> Figure:
    """The sum of the parts, as far as they are known; counted only where all of them are."""
    whole = found[one.id, region]
    parts = [found[name, region] for name in one.parts]
    known = [part.value for part in parts if part.value is not None]
    if parts and all(part.counted is not None for part in parts):
        return replace(whole, counted=sum(known))
    return replace(whole, entered=sum(known)) if known else whole


def _with_targets(
    asked: Sequence[Indicator],
    found: Mapping[Key, Figure],
    on: date,
    regions: Sequence[int],
    year: int | None,
    places: Places,
) -> dict[Key, Figure]:
    rows = places.targets([one.id for one in asked], on=on, regions=regions)
    planned = {key: yardstick.expected_by(held, on, year) for key, held in rows.items()}
    targets = _targets(rows, year)
    done = {}
    for one in asked:
        for region in regions:
            key = (one.id, region)
            home = region == plan().region
            own = one.target(year) if home else None
            due = planned.get(key)
            if due is None and home:
                due = expected(plan(), one, on=on, year=year)
            done[key] = replace(found[key], target=own if own is not None else targets.get(key), planned=due)
    return done


def _targets(held: Mapping[Key, Sequence[yardstick.Wanted]], year: int | None) -> dict[Key, int]:
    """Amounts of the annual plans, where the plan itself says nothing: of the year, or of all years together."""
    found: dict[Key, int] = {}
    for key, every in held.items():
        rows = [row for row in every if year in (None, row.year)]
        if rows:
            standing = rows[-1].kind in yardstick.STANDING
            found[key] = rows[-1].amount if standing else sum(row.amount for row in rows)
    return found
