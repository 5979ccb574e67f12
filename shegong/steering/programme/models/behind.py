"""What stands behind a figure: as many records as the figure says, whoever may see their names (D: every number opens).

Who is counted comes from the cube's contributions, which hold no names; names are read apart, within the reach of who
asks (`seen_names`). What only the plan or a table of this floor counts lists its own rows (`register_listing`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Min, QuerySet, Sum

from shegong.ground.people.models import Person, names_of
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import cube, walls_acting
from shegong.kernel.access import Actor, Range
from shegong.kernel.cube_sums import Asked, wanted
from shegong.kernel.cube_tables import CODES, Contribution
from shegong.kernel.withheld import withheld
from shegong.steering.programme.models.annual import AnnualPlan
from shegong.steering.programme.models.counting import ranges_of
from shegong.steering.programme.models.entering import HandValue, values_of
from shegong.steering.programme.models.figures import Figure, figures, window
from shegong.steering.programme.models.outlook import source_of
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules.plans import Indicator

WHY = "a list is as long as its figure; names in it are read within the reader's reach"
PEOPLE = "people.Person"
LISTED = 10_000


@dataclass(frozen=True)
class Item:
    """One row of a list that is no person: its words, its day, where it opens."""

    text: str
    on: date | None = None
    url: str = ""


Listing = Callable[[Indicator, date, date, int], Sequence[Item]]
_listings: dict[str, Listing] = {}


def register_listing(name: str, listing: Listing) -> None:
    """Declare the rows behind a count of `register_count`: `listing(indicator, since, until, region)`, one for each."""
    _listings[name] = listing


@dataclass(frozen=True)
class Subject:
    """Somebody or something that is counted: since when, where, how often, with which codes of the dimensions."""

    pk: int
    region: int
    on: date
    times: int
    codes: tuple[int, ...] = ()


@dataclass
class Behind:
    """The records behind one indicator, at a place, as of a day (of one year), cut by codes of its dimensions."""

    indicator: Indicator
    on: date
    region: int
    year: int | None = None
    codes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def figure(self) -> Figure:
        """The figure itself."""
        found = figures([self.indicator.id], on=self.on, regions=[self.region], year=self.year)
        return found[self.indicator.id, self.region]

    @property
    def source(self) -> Indicator:
        """Who is counted for it."""
        return source_of(self.indicator)

    @cached_property
    def measure(self) -> cube.Measure | None:
        """What the cube counts for it; None where it does not."""
        name = self.source.measure or ""
        return cube.measures().get(name)

    @property
    def window(self) -> tuple[date, date]:
        """The days that count."""
        return window(self.indicator, self.on, self.year)

    @property
    def ranges(self) -> tuple[Range, ...] | None:
        """The places that count; None: all, placed or not."""
        return ranges_of(self.region, self.window[1])

    @property
    def cuts(self) -> dict[str, Any]:
        """Codes of the dimensions that count: the indicator's own, and those asked for."""
        return {**self.source.codes, **self.codes}

    @property
    def _asked(self) -> dict[str, Any]:
        since, until = self.window
        is_flow = self.measure is not None and self.measure.kind == cube.FLOW
        return {
            "on": until,
            "since": since if is_flow else None,
            "ranges": self.ranges,
            "codes": self.cuts or None,
        }

    @cached_property
    def value(self) -> int:
        """What the list adds up to: the figure, or the part of it that is cut out."""
        if self.measure is None or not self.codes:
            return self.figure.value or 0
        return cube.value(self.measure.name, **self._asked) if self._has_days else 0

    @property
    def _has_days(self) -> bool:
        return self.window[0] <= self.window[1] or (
            self.measure is not None and self.measure.kind == cube.STOCK
        )

    @property
    def subjects(self) -> QuerySet[Any, Any]:
        """Numbers of who is counted, in order, with how often."""
        if self.measure is None or not self._has_days:
            return Contribution.objects.none().values("subject")
        rows = wanted(self.measure, Asked(**self._asked))
        return rows.values("subject").annotate(times=Sum("amount")).filter(times__gt=0).order_by("subject")

    def count(self) -> int:
        """How many are listed."""
        with walls_acting.lifted(WHY):
            return self.subjects.count()

    def page(self, after: int = 0, size: int | None = 50) -> list[Subject]:
        """Those after a number; all without a size."""
        with walls_acting.lifted(WHY):
            chosen = self.subjects.filter(subject__gt=after)
            ids = [row["subject"] for row in (chosen[:size] if size else chosen)]
            return self._described(ids) if ids else []

    def _described(self, ids: Sequence[int]) -> list[Subject]:
        """Where and since when each counts: the place and codes that are left over on the day."""
        one = self.measure
        if one is None:
            return []
        columns = CODES[: len(one.dims)]
        rows = (
            wanted(one, Asked(**self._asked))
            .filter(subject__in=ids)
            .values("subject", "region_code", *columns)
        )
        kept: dict[int, list[dict[str, Any]]] = {}
        for row in (
            rows.annotate(times=Sum("amount"), since=Min("on"))
            .filter(times__gt=0)
            .order_by("subject", "since")
        ):
            kept.setdefault(row["subject"], []).append(row)
        return [
            Subject(pk, found[-1]["region_code"], found[0]["since"], sum(row["times"] for row in found),
                    tuple(found[-1][column] for column in columns))
            for pk, found in kept.items()
        ]  # fmt: skip

    def by(self, dimension: str) -> dict[int, int]:
        """The figure by the codes of one dimension."""
        if self.measure is None or not self._has_days:
            return {}
        found = cube.table(self.measure.name, by=[dimension], **self._asked)
        return {code: amount for (code,), amount in found.items()}

    @cached_property
    def entries(self) -> list[HandValue]:
        """The entered figures that are added up: of flows all, of stocks the newest of each unit."""
        rows = values_of([self.source.id], self.on, self.region).select_related("folder", "enterer")
        rows = rows.order_by("region", "-period")
        if self.indicator.kind == "stock":
            return list(rows.distinct("region"))
        years = self.indicator.own_years if self.indicator.of else ()
        if self.year and years and self.year not in years:
            return []
        held = [self.year] if self.year else list(years)
        return [row for row in rows if not held or row.period.lower.year in held]

    @property
    def items(self) -> list[Item] | None:
        """Rows of what is counted without a cube; None where nobody lists them."""
        since, until = self.window
        found = _listings.get(self.source.measure or "")
        return None if found is None else list(found(self.indicator, since, until, self.region))

    @property
    def parts(self) -> list[tuple[Indicator, Figure]]:
        """The parts that a summed figure is made of."""
        if not self.indicator.summed:
            return []
        found = figures(self.indicator.parts, on=self.on, regions=[self.region], year=self.year)
        return [(plan().indicators[name], found[name, self.region]) for name in self.indicator.parts]


def seen_names(actor: Actor, permission: str, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Name and token of those people that the actor may see, by number; nobody whose data are only stored."""
    left_out = set(withheld())
    rows = Person.objects.visible_to(actor, permission).filter(
        pk__in=[pk for pk in ids if pk not in left_out]
    )
    tokens = dict(rows.values_list("pk", "token"))
    names = names_of(list(tokens))
    return {pk: (names.get(pk, ""), token) for pk, token in tokens.items()}


def _units(indicator: Indicator, since: date, until: date, region: int) -> list[Item]:
    places, inside = tree(), tree().ranges(region, until, REPORTING)
    levels = indicator.codes.get("level", (2, 3))
    codes = [code for level in levels for code in places.units(level, until, REPORTING)]
    return [Item(places.full_name(code, until)) for code in codes if any(code in one for one in inside)]


def _years(indicator: Indicator, since: date, until: date, region: int) -> list[Item]:
    days = [plan().period(year)[0] for year in plan().years]
    return [Item(str(day.year), day) for day in days if since <= day <= until]


def _annual_plans(indicator: Indicator, since: date, until: date, region: int) -> list[Item]:
    rows = AnnualPlan.objects.filter(
        subplan__programme__code=plan().code, subplan__number=indicator.subplan, region=region,
        year__in=range(since.year, until.year + 1), issued_on__lte=until,
    )  # fmt: skip
    first = rows.order_by("year", "edition").distinct("year").select_related("subplan")
    return [Item(f"{row} {row.document_number}", row.issued_on) for row in first]


register_listing("programme.units", _units)
register_listing("programme.years", _years)
register_listing("programme.annual_plans", _annual_plans)
