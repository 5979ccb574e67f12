"""What is wrong with a plan, across its tables: sums, years, names that do not exist, clauses nobody answers; pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date
from itertools import pairwise

from shegong.steering.programme.rules.plan_rows import IndicatorRow, SubPlanRow
from shegong.steering.programme.rules.plans import Plan

Fault = tuple[str, str, str, str]  # table, id of the row, key, what is wrong
ENTERED = ""  # no measure: somebody enters the figure


def row_faults(rows: Mapping[str, list]) -> Iterator[Fault]:
    """Faults that are seen from the rows alone."""
    yield from _twice(rows)
    bodies, clauses = {row.key for row in rows["body"]}, {row.id for row in rows["clause"]}
    for row in rows["subplan"]:
        yield from _subplan(row, bodies, clauses)
    indicators = {row.id: row for row in rows["indicator"]}
    numbers, years = {row.number for row in rows["subplan"]}, set(rows["plan"][0].years)
    for row in indicators.values():
        yield from _names(row, clauses, numbers, indicators)
        yield from _sums(row, indicators)
        yield from _years(row, years)
        yield from _rules(row)
    yield from _milestones(rows, clauses, numbers)
    yield from _conference(rows, bodies)
    yield from _clauses(rows)


def _twice(rows: Mapping[str, list]) -> Iterator[Fault]:
    for table, key in (
        ("body", "key"), ("subplan", "number"), ("indicator", "id"), ("milestone", "key"), ("clause", "id"),
        ("chapter", "id"),
    ):  # fmt: skip
        for name, times in Counter(getattr(row, key) for row in rows[table]).items():
            if times > 1:
                yield table, str(name), key, f"{name} stands twice"


def _subplan(row: SubPlanRow, bodies: Set[str], clauses: Set[str]) -> Iterator[Fault]:
    name = str(row.number)
    for body in (*(one.body for one in row.leads), *(one.body for one in row.participants)):
        if body not in bodies:
            yield "subplan", name, "leads", f"no body is called {body!r}"
    for one in row.participants:
        for clause in set(one.clauses) - clauses:
            yield "subplan", name, "participants", f"there is no clause {clause}"
    ends = [(one.since or date.min, one.until or date.max) for one in row.leads]
    if any(later[0] < earlier[1] for earlier, later in pairwise(ends)):
        yield "subplan", name, "leads", "two bodies lead on one day"


def _names(
    row: IndicatorRow, clauses: Set[str], numbers: Set[int], others: Mapping[str, IndicatorRow]
) -> Iterator[Fault]:
    for clause in _ids(row.clause):
        if clause not in clauses:
            yield "indicator", row.id, "clause", f"there is no clause {clause}"
    if row.subplan is not None and row.subplan not in numbers:
        yield "indicator", row.id, "subplan", f"there is no sub-plan {row.subplan}"
    for key, names in (("parts", row.parts), ("of", (row.of,) if row.of else ())):
        for name in names:
            if name not in others or name == row.id:
                yield "indicator", row.id, key, f"there is no other indicator {name}"
            elif others[name].unit != row.unit:
                yield (
                    "indicator", row.id, key,
                    f"{name} is in {others[name].unit}, not {row.unit}: never added",
                )  # fmt: skip


def _sums(row: IndicatorRow, others: Mapping[str, IndicatorRow]) -> Iterator[Fault]:
    if row.parts and all(part in others for part in row.parts):
        before = row.baseline.amount if row.baseline else 0
        made = before + sum(others[part].total or 0 for part in row.parts)
        if made != row.total:
            beside = f" with the baseline {before}" if before else ""
            yield "indicator", row.id, "parts", f"the parts make {made}{beside}, the total is {row.total}"
    if row.yearly and row.total is not None and row.kind not in ("per_person", "stock"):
        made = sum(row.yearly.values())
        if made != row.total:
            yield "indicator", row.id, "yearly", f"the years make {made}, the total is {row.total}"
    if row.upto is not None and any(amount > row.upto for amount in row.yearly.values()):
        yield "indicator", row.id, "upto", f"{row.upto} is less than the least figure of a year"


def _years(row: IndicatorRow, years: Set[int]) -> Iterator[Fault]:
    for year in row.yearly:
        if not year.isdecimal() or int(year) not in years:
            yield "indicator", row.id, "yearly", f"{year} is no year of the plan"
    if not row.yearly and row.total is None:
        yield "indicator", row.id, "total", "a total or the figures of the years are needed"
    if not 0 <= row.tolerance < 100:
        yield "indicator", row.id, "tolerance", f"{row.tolerance} is no percentage under 100"


def _rules(row: IndicatorRow) -> Iterator[Fault]:
    versions = [rule.version for rule in row.rules]
    if len(set(versions)) < len(versions):
        yield "indicator", row.id, "rules", "two rules have one version"
    if versions and row.rule not in versions:
        yield "indicator", row.id, "rule", f"there is no rule of version {row.rule}"
    if row.baseline and not row.baseline.source:
        yield "indicator", row.id, "baseline", "a source is needed"


def _milestones(rows: Mapping[str, list], clauses: Set[str], numbers: Set[int]) -> Iterator[Fault]:
    plan, indicators = rows["plan"][0], {row.id for row in rows["indicator"]}
    for row in rows["milestone"]:
        if row.clause not in clauses:
            yield "milestone", row.key, "clause", f"there is no clause {row.clause}"
        if row.indicator and row.indicator not in indicators:
            yield "milestone", row.key, "indicator", f"there is no indicator {row.indicator}"
        if not plan.starts <= row.due <= plan.ends:
            yield "milestone", row.key, "due", f"{row.due} is outside the term"
        if (row.subplan or plan.main) not in numbers:
            yield "milestone", row.key, "subplan", f"there is no sub-plan {row.subplan or plan.main}"


def _conference(rows: Mapping[str, list], bodies: Set[str]) -> Iterator[Fault]:
    for row in rows["conference"]:
        for body in {row.convenor, row.office, *row.members} - bodies:
            yield "conference", "", "members", f"no body is called {body!r}"
    for row in rows["coordination"]:
        for body in {row.reports_to, *row.bodies} - bodies:
            yield "coordination", "", "bodies", f"no body is called {body!r}"


def _clauses(rows: Mapping[str, list]) -> Iterator[Fault]:
    answered = {clause for row in (*rows["indicator"], *rows["milestone"]) for clause in _ids(row.clause)}
    chapters = {row.id for row in rows["chapter"]}
    for row in rows["clause"]:
        if not row.state and row.id not in answered:
            yield (
                "clause", row.id, "state",
                "no indicator, milestone or page answers it: say so with state = \"none\"",
            )  # fmt: skip
        if chapters and re.match("[A-Za-z]*", row.id).group() not in chapters:  # type: ignore[union-attr]
            yield "clause", row.id, "id", "it belongs to no chapter"
    wanted = rows["plan"][0].characters
    text = "".join([*(row.heading for row in rows["chapter"]), *(row.quote for row in rows["clause"])])
    if wanted is not None and (found := len(re.sub(r"\s", "", text))) != wanted:
        yield "plan", "", "characters", f"the clauses hold {found} characters, the source has {wanted}"


def _ids(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def measure_faults(plan: Plan, known: Iterable[str]) -> Iterator[Fault]:
    """Measures that nothing in the product counts."""
    names = set(known)
    for one in plan.indicators.values():
        for key, measure in (("measure", one.measure), ("beside", one.beside), ("among", one.among)):
            if measure and measure not in names:
                yield "indicator", one.id, key, f"nothing counts {measure!r}"


def ahead_faults(plan: Plan, units: Mapping[str, str]) -> Iterator[Fault]:
    """What nothing knows ahead, and what is known in another unit (`units`: name → unit)."""
    for one in plan.indicators.values():
        for name in one.ahead:
            if name not in units:
                yield "indicator", one.id, "ahead", f"nothing is known ahead as {name!r}"
            elif units[name] != one.unit:
                yield "indicator", one.id, "ahead", f"{name} is in {units[name]}, not {one.unit}: never added"


def place_faults(plan: Plan, units: Callable[[int, date], list[int]]) -> Iterator[Fault]:
    """Units that report, at the beginning and the end of the term: as many as the plan says (A11)."""
    for name, wanted in plan.units.items():
        for day in (plan.starts, plan.ends):
            found = len(units({"prefecture": 2, "county": 3}.get(name, 0), day))
            if found != wanted:
                yield "plan", "", "units", f"{name}: {found} on {day}, not {wanted}"
