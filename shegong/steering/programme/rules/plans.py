"""A plan as the rest of the product reads it: sub-plans, indicators with their targets, milestones, clauses; pure (N2, N3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from shegong.kernel.clauses import Clause
from shegong.kernel.text import N_
from shegong.steering.programme.rules.plan_rows import (
    Baseline,
    BodyRow,
    ChapterRow,
    ConferenceRow,
    CoordinationRow,
    MilestoneRow,
    OwnerRow,
    Rule,
    SubPlanRow,
)
from shegong.steering.programme.rules.progress import due, part_of_year, standing_due

UNITS = {
    "person": N_("people"),
    "person_time": N_("person-times"),
    "certificate": N_("certificates"),
    "class": N_("classes"),
    "base": N_("bases"),
    "document": N_("documents"),
    "unit": N_("units"),
    "year": N_("years"),
    "day": N_("days a person and year"),
}
KINDS = {
    "stock": N_("on a day"),
    "flow": N_("in a period"),
    "cumulative": N_("distinct, over the term"),
    "milestone": N_("at least"),
    "per_person": N_("each person and year"),
    "count": N_("number"),
}


@dataclass(frozen=True)
class Indicator:
    """One number of the plan. `rule` is the counting rule in force (None: nothing to say), `rules` all its versions."""

    id: str
    clause: str  # the first of `clauses`
    clauses: tuple[str, ...]
    zh: str
    en: str
    unit: str
    kind: str
    subplan: int | None
    measure: str | None
    codes: Mapping[str, tuple[int, ...]]
    beside: str | None  # a measure in another unit, shown beside and never added
    among: str | None  # who owes a figure of each person: as many are its target
    ahead: tuple[str, ...]  # what registers know of days to come, by name (kernel.ahead)
    of: str | None
    makes: str  # what somebody named behind it counts as among the distinct people
    yearly: Mapping[int, int | None]
    total: int | None
    upto: int | None
    tolerance: int
    parts: tuple[str, ...]
    baseline: Baseline | None
    breakdown: tuple[str, ...]
    rule: Rule | None
    rules: tuple[Rule, ...]
    note: str
    needs_source: str
    summed: bool = False  # nothing counts or enters the whole: its parts are added

    def title(self, language: str | None = None) -> str:
        """Chinese unless English is asked for."""
        return self.en if (language or "").startswith("en") else self.zh

    @property
    def is_entered(self) -> bool:
        """Whether somebody must enter it: no register counts it, nothing else makes it up."""
        return not (self.measure or self.of or self.summed)

    @property
    def counted_in(self) -> str:
        """The unit of its value: people, where each person owes the figure and a register counts who reached it."""
        return "person" if self.among else self.unit

    @property
    def own_years(self) -> tuple[int, ...]:
        """The years for which the plan names a figure; all of them where it names none."""
        named = tuple(year for year, amount in self.yearly.items() if amount is not None)
        return named or tuple(self.yearly)

    def target(self, year: int | None = None) -> int | None:
        """What the plan itself says, of a year or of the whole. A stock's is that of the last year's end; what each person
        needs in a year is the same whatever the year."""
        if self.kind == "per_person" and year is None:
            return next((amount for amount in self.yearly.values() if amount is not None), None)
        if year is None or (self.kind == "stock" and self.yearly and year == max(self.yearly)):
            return self.total
        return self.yearly.get(year)

    def enough(self, target: int) -> int:
        """The least that reaches a target: "左右" is a tolerance in percent (A4)."""
        return -(-target * (100 - self.tolerance) // 100)


@dataclass(frozen=True)
class Plan:
    """A loaded plan file."""

    code: str
    zh: str
    en: str
    region: int  # nine digits
    years: tuple[int, ...]
    starts: date
    ends: date
    issued_on: date
    issuer: str
    number: str
    main: int
    units: Mapping[str, int]
    owner: OwnerRow | None
    coordination: CoordinationRow | None
    conference: ConferenceRow | None
    bodies: Mapping[str, BodyRow]
    subplans: tuple[SubPlanRow, ...]
    indicators: Mapping[str, Indicator]
    milestones: tuple[MilestoneRow, ...]
    chapters: tuple[ChapterRow, ...]
    clauses: Mapping[str, Clause]

    def title(self, language: str | None = None) -> str:
        """Chinese unless English is asked for."""
        return self.en if (language or "").startswith("en") else self.zh

    def day(self, today: date) -> date:
        """The day to look at when nobody says one: today, or the plan's last day once it is over."""
        return min(max(today, self.starts), self.ends)

    def period(self, year: int | None) -> tuple[date, date]:
        """First and last day of a year of the plan, or of the whole term."""
        if year is None:
            return self.starts, self.ends
        return max(self.starts, date(year, 1, 1)), min(self.ends, date(year, 12, 31))

    def span(self, indicator: Indicator, year: int | None = None) -> tuple[date, date]:
        """The days in which an indicator is counted, from its first year to its last; of those the ones of `year`.

        A year that it does not count in has none: the first day lies behind the last.
        """
        years = indicator.own_years or self.years
        since, until = self.period(min(years))[0], self.period(max(years))[1]
        if year is None:
            return since, until
        return max(since, self.period(year)[0]), min(until, self.period(year)[1])

    def of_clause(self, clause: str) -> list[Indicator]:
        """The indicators of a clause, in the plan's order."""
        return [one for one in self.indicators.values() if clause in one.clauses]

    def subplan(self, number: int) -> SubPlanRow | None:
        """A sub-plan by its number."""
        return next((one for one in self.subplans if one.number == number), None)


def share_of_term(plan: Plan, indicator: Indicator, on: date) -> Fraction:
    """How much of the years that an indicator is counted in has passed at the end of `on`, months alike."""
    years = indicator.own_years or plan.years
    return sum((part_of_year(year, on) for year in years), Fraction(0)) / len(years)


def expected(plan: Plan, indicator: Indicator, *, on: date, year: int | None = None) -> int | None:
    """What the plan's own figures ask for by `on`, where no annual plan speaks: every month brings the same (N10).

    None where the plan names no figure. What is no sum (days a person, units that report) is due at once.
    """
    target = indicator.target(year)
    if target is None or indicator.kind == "per_person" or indicator.unit == "unit":
        return target
    if indicator.unit == "year":
        return sum(1 for one in plan.years if year in (None, one) and plan.period(one)[0] <= on)
    if year is not None:
        before = indicator.baseline.amount if indicator.baseline else 0
        return due(target, year, on) if indicator.kind != "stock" else standing_due(before, target, year, on)
    amounts = {one: amount for one, amount in indicator.yearly.items() if amount is not None}
    if amounts:
        return sum(due(amount, one, on) for one, amount in amounts.items())
    before = indicator.baseline.amount if indicator.baseline else 0
    return before + int((target - before) * share_of_term(plan, indicator, on))


def needs_source(plan: Plan) -> Sequence[str]:
    """What the plan says from memory: for the operator to attach the text."""
    found = [f"{body.name}: {body.needs_source}" for body in plan.bodies.values() if body.needs_source]
    found += [f"{one.zh}: {one.needs_source}" for one in plan.subplans if one.needs_source]
    for one in plan.indicators.values():
        found += [f"{one.id}: {one.needs_source}"] if one.needs_source else []
        if one.baseline and one.baseline.needs_source:
            found.append(f"{one.id}: baseline {one.baseline.amount} ({one.baseline.source})")
    return found
