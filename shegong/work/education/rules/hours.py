"""How many hours count under a rule, and what is missing (民发〔2009〕123号; clause T3.3); pure.

Each verdict says which rule, what counted of every record and why less: it can be worked out again by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from shegong.kernel.text import N_
from shegong.work.education.policy_types import HoursRule
from shegong.work.education.rules.kinds import Kind

Span = tuple[date, date]  # half-open days
Held = Sequence[tuple[date, str]]  # (since, level), oldest first


def in_hours(minutes: int) -> str:
    """Minutes as hours for people: 6, 6.5, 0.75; two digits at most, and never 0 for something."""
    return f"{minutes / 60:.2f}".rstrip("0").removesuffix(".")


def hours_cell(minutes: int) -> float:
    """The same as a number for cells of files."""
    return round(minutes / 60, 2)


def hours_shown(value: float) -> str:
    """A cell's number as people read it."""
    return in_hours(round(value * 60))


@dataclass(frozen=True)
class Line:
    """A record of the ledger as the rules see it; `cap`: minutes of its table row that count in one span."""

    entry: int
    kind: str
    minutes: int
    earned_on: date
    passed: bool = True
    credit_code: str = ""
    cap: int | None = None


@dataclass(frozen=True)
class Counted:
    """How many minutes of a record count, and in words why not all."""

    line: Line
    minutes: int
    why: str = ""


@dataclass(frozen=True)
class Verdict:
    """One rule's answer for one span; all amounts in minutes."""

    rule: str
    span: Span
    required: int
    counted: int
    lines: tuple[Counted, ...] = ()
    hours_per_day: int = 0  # 0: the rule speaks of hours
    basis: str = ""
    certainty: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def missing(self) -> int:
        """Minutes still to be earned; equal passes."""
        return max(self.required - self.counted, 0)

    @property
    def met(self) -> bool:
        """Whether the rule is met."""
        return not self.missing


BEFORE, AFTER = N_("Before the period"), N_("After the period")
NOT_PASSED = N_("No proof of passing")
NOT_LISTED = N_("The rule does not count this kind")
DEGREE_ONCE = N_("A degree counts once")
IN_DEGREE = N_("Counted with the degree")
CAPPED = N_("More than the table allows")
LEVEL_ROSE = N_("The level rose within the period: the higher rule holds")
LEVEL_SHARED = N_("The level rose within the period: days at each level were weighed")
LEAVE_TAKEN = N_("Days on leave were taken off")
SHARE_OF_YEAR = N_("Registered for part of the year: its share is asked for")


def national(level: str, period: Span, lines: Iterable[Line], rule: HoursRule, *, levels: Held = (),
             leave: Sequence[Span] = ()) -> Verdict:  # fmt: skip
    """The verdict for a registration period. `levels`: levels held since when, if `level` was not held all the time."""
    required, notes = owed(rule, level, period, levels=levels, leave=leave)
    return _verdict(rule, period, required, lines, notes)


def yearly(level: str, year: int, lines: Iterable[Line], rule: HoursRule, *, levels: Held = (),
           leave: Sequence[Span] = (), registered: date | None = None) -> Verdict:  # fmt: skip
    """The verdict for a calendar year. `registered`: first day on the register, for the share of a year begun late."""
    span = whole_year(year)
    required, notes = owed(rule, level, span, levels=levels, leave=leave, registered=registered)
    return _verdict(rule, span, required, lines, notes)


def whole_year(year: int) -> Span:
    """The days of a calendar year."""
    return date(year, 1, 1), date(year + 1, 1, 1)


def owed(rule: HoursRule, level: str, span: Span, *, levels: Held = (), leave: Sequence[Span] = (),
         registered: date | None = None) -> tuple[int, tuple[str, ...]]:  # fmt: skip
    """Minutes that the rule asks for, and what was special. Of a span begun late the days from `registered` on are asked
    for, and of these the days not on leave."""
    parts = list(_held(level, span, levels))
    required, notes = max(rule.minutes(held) for held, _ in parts), []
    if len({rule.minutes(held) for held, _ in parts}) > 1:
        notes.append(LEVEL_SHARED if rule.level_change == "pro_rata" else LEVEL_ROSE)
        if rule.level_change == "pro_rata":
            required = sum(rule.minutes(held) * days for held, days in parts) // _days(span)
    late = rule.part_span == "pro_rata" and registered is not None and span[0] < registered < span[1]
    there = (registered, span[1]) if late and registered else span
    away = len(_days_away(there, leave)) if rule.leave == "pro_rata" else 0
    notes += [LEAVE_TAKEN] if away else []
    notes += [SHARE_OF_YEAR] if late else []
    required = required * (_days(there) - away) // _days(span)
    return required, tuple(notes)


def _days(span: Span) -> int:
    return (span[1] - span[0]).days


def _held(level: str, span: Span, levels: Held) -> Iterator[tuple[str, int]]:
    """Level → days of the span at which it was held; before the first that is known, the first."""
    known = sorted(levels) or [(span[0], level)]
    edges = [max(since, span[0]) for since, _ in known[1:]]
    starts = [span[0], *edges]
    for (_, held), start, end in zip(known, starts, [*edges, span[1]], strict=True):
        if min(end, span[1]) > start:
            yield held, (min(end, span[1]) - start).days


def _days_away(span: Span, leave: Sequence[Span]) -> set[date]:
    return {
        start + timedelta(days=n)
        for a, b in leave
        for start, end in [(max(a, span[0]), min(b, span[1]))]
        for n in range(max((end - start).days, 0))
    }


def _verdict(
    rule: HoursRule, span: Span, required: int, lines: Iterable[Line], notes: tuple[str, ...]
) -> Verdict:
    counted = tuple(count(rule, span, lines))
    per_day = rule.hours_per_day if rule.unit == "days" else 0
    return Verdict(rule.code, span, required, sum(one.minutes for one in counted), counted, per_day, notes=notes)  # fmt: skip


def count(rule: HoursRule, span: Span, lines: Iterable[Line]) -> Iterator[Counted]:
    """What of each record counts in the span, in order of days."""
    given = sorted(lines, key=lambda line: (line.earned_on, line.entry))
    inside = [line for line in given if _outside(rule, span, line) == ""]
    degrees = [line for line in inside if line.kind == Kind.DEGREE and (line.passed or not rule.needs_pass)]
    degree = bool(degrees) and Kind.DEGREE in rule.counts
    used: dict[str, int] = {}
    for line in given:
        why = _outside(rule, span, line) or _uncounted(rule, line, degree, used)
        minutes = 0 if why else _worth(rule, line, used)
        if not why and minutes < line.minutes:
            why = CAPPED
        used[_pot(line)] = used.get(_pot(line), 0) + minutes
        yield Counted(line, minutes, why)


def _pot(line: Line) -> str:
    return line.credit_code or line.kind


def _outside(rule: HoursRule, span: Span, line: Line) -> str:
    if line.earned_on < span[0] - timedelta(days=rule.early_days):
        return BEFORE
    return AFTER if line.earned_on >= span[1] else ""


def _uncounted(rule: HoursRule, line: Line, degree: bool, used: dict[str, int]) -> str:
    if rule.needs_pass and not line.passed:
        return NOT_PASSED
    if line.kind not in rule.counts and not line.credit_code:
        return NOT_LISTED
    if line.kind == Kind.DEGREE and used.get(_pot(line)):
        return DEGREE_ONCE
    return IN_DEGREE if line.kind == Kind.COURSE and degree else ""


def _worth(rule: HoursRule, line: Line, used: dict[str, int]) -> int:
    if line.kind == Kind.DEGREE:
        return rule.degree_hours * 60
    left = line.minutes if line.cap is None else line.cap - used.get(_pot(line), 0)
    return max(min(line.minutes, left), 0)


@dataclass(frozen=True)
class Forecast:
    """At the pace so far: minutes at the end of the span, and what will then be missing."""

    expected: int
    missing: int


def forecast(verdict: Verdict, on: date, *, after_days: int) -> Forecast | None:
    """Where the pace so far leads; None while the span is too young to tell, or over, or the rule is met."""
    start, end = verdict.span
    gone = (on - start).days
    if verdict.met or gone < after_days or on >= end:
        return None
    expected = verdict.counted * (end - start).days // gone
    return Forecast(expected, max(verdict.required - expected, 0))
