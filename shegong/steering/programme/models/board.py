"""What the leaders' page shows of a division: headline figures, its units side by side, what needs attention (N10, N12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from shegong.ground.regions.rules import REPORTING, Tree
from shegong.steering.programme.models.counting import Places
from shegong.steering.programme.models.figures import Figure, figures
from shegong.steering.programme.models.outlook import (
    Asked,
    Points,
    curve_asked,
    curves,
    deadline_of,
    known_ahead,
    outlook_of,
    pace_asked,
    points_of_plan,
)
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.models.yardstick import Wanted
from shegong.steering.programme.rules.attention import (
    Concern,
    Standing,
    behind,
    forecast_concern,
    in_order,
    spread,
)
from shegong.steering.programme.rules.curves import behind_since, month_ends
from shegong.steering.programme.rules.forecast import Outlook
from shegong.steering.programme.rules.plans import Indicator

SHOWN_KINDS = frozenset({"stock", "flow", "cumulative"})
CONCERNS = 8  # so many entries the attention list has at most
LAGGARDS = 5  # divisions whose own divisions are looked into
EACH = 2  # so many divisions are named for one indicator


def headline(on: date) -> list[Indicator]:
    """The indicators of the main sub-plan that a leader sees first: the great ones, and those of the year of `on`.

    Parts of a whole and years of another indicator are left out, unless they are the current year's own figure.
    """
    every = [
        one
        for one in plan().indicators.values()
        if one.subplan == plan().main and (one.kind in SHOWN_KINDS or one.among)
    ]
    parts = {name for one in every for name in one.parts}
    names = {one.id for one in every}
    doubled = {one.id for one in every if one.of in names}
    return [
        one
        for one in every
        if one.id not in doubled and (one.total or one.among) and _in_time(one, on, one.id in parts)
    ]


def _in_time(one: Indicator, on: date, part: bool) -> bool:
    years = [year for year, amount in one.yearly.items() if amount is not None]
    if len(years) == 1 and len(plan().years) > 1:
        return years == [on.year]
    return not part


def units_below(region: int, on: date, places: Tree) -> list[int]:
    """The divisions that report to this one on `on`: the ten of the province, the counties of a prefecture, townships."""
    if region == plan().region:
        return places.units(2, on, REPORTING)
    return places.children(region, on, REPORTING)


@dataclass
class Board:
    """One division on one day. `focus` is the indicator that the map and the table compare the units by."""

    region: int
    on: date
    focus: Indicator
    language: str = "zh"

    @cached_property
    def read(self) -> Places:
        """What the page has read, each thing once."""
        return Places()

    @property
    def places(self) -> Tree:
        """The tree, asked for once: each asking is a statement."""
        return self.read.tree

    @cached_property
    def units(self) -> list[int]:
        """The divisions that report to it."""
        return units_below(self.region, self.on, self.places)

    @cached_property
    def shown(self) -> list[Indicator]:
        """Headline indicators, and the one in focus."""
        found = headline(self.on)
        return found if self.focus in found else [*found, self.focus]

    @cached_property
    def figures(self) -> dict[tuple[str, int], Figure]:
        """Every headline figure of the division and of its units, in one read."""
        ids = [one.id for one in self.shown]
        return figures(ids, on=self.on, regions=[self.region, *self.units], places=self.read)

    def figure(self, one: Indicator, region: int | None = None) -> Figure:
        """One of them."""
        return self.figures[one.id, self.region if region is None else region]

    @property
    def elsewhere(self) -> int:
        """What the division has beyond its units: at its own seat, or without a known place. Units and this make the whole."""
        inside = sum(self.figure(self.focus, unit).value or 0 for unit in self.units)
        return (self.figure(self.focus).value or 0) - inside

    @property
    def target_apart(self) -> int:
        """Target of the division beyond those of its units, where units have targets at all."""
        given = [self.figure(self.focus, unit).target for unit in self.units]
        known = [amount for amount in given if amount is not None]
        return (self.figure(self.focus).target or 0) - sum(known) if known else 0

    @cached_property
    def curves(self) -> dict[Asked, Points]:
        """The curves of the page, read together: of the indicator in focus, of the forecasts, of those who lag."""
        asked = [curve_asked(self.focus, on=self.on, region=self.region)]
        asked += [pace_asked(one, self.on, self.region) for one in self.shown]
        asked += [curve_asked(one, on=self.on, region=standing.region) for one, standing in self._chosen]
        return curves(asked, self.read)

    @cached_property
    def targets(self) -> dict[tuple[str, int], list[Wanted]]:
        """What the plans in force want where a curve is drawn or looked at, in one read."""
        ids = {self.focus.id} | {one.id for one, _ in self._chosen}
        regions = {self.region} | {standing.region for _, standing in self._chosen}
        return self.read.targets(ids, on=self.on, regions=regions)

    @cached_property
    def points(self) -> Points:
        """The indicator in focus, month by month."""
        return self.curves[curve_asked(self.focus, on=self.on, region=self.region)]

    @cached_property
    def planned(self) -> Points:
        """The plan for it, over the whole of its days."""
        if self.focus.among:  # who owes it is counted, not planned
            return []
        days = month_ends(*plan().span(self.focus))
        amounts = self._due(self.focus, self.region, days)
        return [(day, amount) for day, amount in zip(days, amounts, strict=True) if amount is not None]

    def _due(self, one: Indicator, region: int, days: Sequence[date]) -> list[int | None]:
        rows = self.targets.get((one.id, region), [])
        return points_of_plan(one, days, rows, on=self.on, region=region)

    @cached_property
    def outlooks(self) -> dict[str, Outlook]:
        """Forecasts of the headline indicators, as far as there are any."""
        deadline = max(deadline_of(one, self.on) for one in self.shown)
        known = known_ahead(
            self.shown,
            on=self.on,
            deadline=deadline,
            region=self.region,
            language=self.language,
            places=self.read,
        )
        found = {}
        for one in self.shown:
            points = self.curves[pace_asked(one, self.on, self.region)]
            now = self.figure(one).value
            seen = outlook_of(one, points, known[one.id], on=self.on, now=now, language=self.language)
            if seen:
                found[one.id] = seen
        return found

    def title(self, one: Indicator) -> str:
        """In the reader's language."""
        return one.title(self.language)

    def name(self, region: int) -> str:
        """The division's name on the day."""
        return self.places.name(region, self.on)

    def standing(self, one: Indicator, figure: Figure) -> Standing:
        """A figure as the attention rules read it."""
        return Standing(
            one.id, self.title(one), figure.region, self.name(figure.region), figure.value, figure.planned, figure.target
        )  # fmt: skip

    def concerns(self, more: Iterable[Concern] = ()) -> list[Concern]:
        """What needs attention, worst first: divisions that lag, targets that will be missed, and what others add."""
        return in_order([*self._lagging(), *self._missing(), *more], CONCERNS)

    def _missing(self) -> list[Concern | None]:
        name, found = self.name(self.region), []
        for one in self.shown:
            seen, target = self.outlooks.get(one.id), self.figure(one).target
            if seen and target:
                goal = one.enough(target)
                found.append(forecast_concern(one.id, self.title(one), name, self.region, goal, seen))
        return found

    @cached_property
    def _chosen(self) -> list[tuple[Indicator, Standing]]:
        """The worst divisions, each worst of its indicators once."""
        every = [
            (one, self.standing(one, self.figure(one, unit))) for one in self.shown for unit in self.units
        ]
        bare = spread(in_order(behind(standing) for _, standing in every), EACH)[:LAGGARDS]
        by_key = {(standing.indicator, standing.region): (one, standing) for one, standing in every}
        return [by_key[concern.indicator, concern.region or 0] for concern in bare]

    def _lagging(self) -> list[Concern | None]:
        """Those with the divisions below that make it, and since when."""
        chosen = self._chosen
        below = self._below({standing.region for _, standing in chosen}, {one.id for one, _ in chosen})
        found = []
        for one, standing in chosen:
            since, always = self._since(one, standing.region)
            children = below.get((one.id, standing.region), ())
            found.append(behind(standing, children, since=since, always=always))
        return found

    def _below(self, regions: set[int], ids: set[str]) -> dict[tuple[str, int], list[Standing]]:
        children = {region: self.places.children(region, self.on, REPORTING) for region in sorted(regions)}
        every = [child for found in children.values() for child in found]
        if not every:
            return {}
        found = figures(sorted(ids), on=self.on, regions=every, places=self.read)
        known = plan().indicators
        return {
            (name, region): [self.standing(known[name], found[name, child]) for child in below]
            for name in ids
            for region, below in children.items()
        }

    def _since(self, one: Indicator, region: int) -> tuple[date | None, bool]:
        """Since when it lags without a break, and whether that is since its first month."""
        points = self.curves[curve_asked(one, on=self.on, region=region)]
        days = [day for day, _ in points]
        planned = self._due(one, region, days)
        if not points or None in planned:
            return None, False
        since = behind_since(points, [amount or 0 for amount in planned])
        return since, since == days[0]
