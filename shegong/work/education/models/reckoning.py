"""What a person's hours amount to under both rules, from the ledger itself: one person at a time, on any day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from shegong.ground.credentials.models import Certificate
from shegong.kernel.prepared import Row, fetch
from shegong.work.education.models.ledger import CreditEntry, CreditQuerySet
from shegong.work.education.models.policies import entering, rule, rule_source, table_of
from shegong.work.education.models.study import Leave
from shegong.work.education.policy_types import NATIONAL, PLAN
from shegong.work.education.rules.hours import (
    Forecast,
    Held,
    Line,
    Span,
    Verdict,
    forecast,
    national,
    yearly,
)
from shegong.work.education.rules.late import equivalent

RANKS = ("assistant", "social_worker", "senior")


def entries_of(person_id: int, *, known_at: datetime | None = None) -> CreditQuerySet:
    """The records in a person's name, newest first; with `known_at` as the ledger stood at that moment."""
    rows = CreditEntry.objects.of([person_id]).known_at(known_at).select_related("provider")
    return rows.order_by("-earned_on", "-pk")


def every_entry(person_id: int, *, known_at: datetime | None = None) -> CreditQuerySet:
    """The same with those that were reversed, unless asked as of a moment."""
    rows = CreditEntry.objects.of([person_id])
    rows = rows if known_at is None else rows.known_at(known_at)
    return rows.select_related("provider").order_by("-earned_on", "-pk")


def leaves_of(person_id: int) -> list[Leave]:
    """Days on leave as they stand now, newest first."""
    return list(Leave.objects.current().filter(person=person_id).order_by("-during"))


def lines_of(person_id: int, *, known_at: datetime | None = None) -> list[Line]:
    """The same as the rules read them."""
    return [line_of(entry) for entry in entries_of(person_id, known_at=known_at)]


def line_of(entry: CreditEntry) -> Line:
    """A record as the rules read it, with the cap of its row in the province's table."""
    return _line(
        entry.pk,
        entry.kind,
        entry.minutes,
        entry.earned_on,
        entry.passed,
        entry.credit_code,
        entry.region_code,
    )


def _line(
    pk: int, kind: str, minutes: int, earned_on: date, passed: bool, code: str, region_code: int | None
) -> Line:
    row = equivalent(table_of(region_code, earned_on), code) if code else None
    cap = row.cap * 60 if row and row.cap else None
    return Line(pk, kind, minutes, earned_on, passed, code, cap)


def levels_of(person_id: int, level: str) -> Held:
    """Levels held since when, by verified certificates up to the level that is registered."""
    rows = Certificate.objects.filter(person=person_id, state="verified")
    return _rising(list(rows.values_list("issued_on", "level")), level)


def _rising(found: Sequence[tuple[date, str]], level: str) -> Held:
    held = RANKS[: RANKS.index(level) + 1]
    rising: list[tuple[date, str]] = []
    for since, one in sorted(row for row in found if row[1] in held):
        if not rising or RANKS.index(one) > RANKS.index(rising[-1][1]):
            rising.append((since, one))
    return rising if rising and rising[-1][1] == level else ()


@dataclass(frozen=True)
class Facts:
    """What is known of a person for any verdict."""

    level: str
    lines: Sequence[Line]
    levels: Held = ()
    leave: Sequence[Span] = ()
    registered: date | None = None


def facts_of(
    person_id: int, *, level: str, known_at: datetime | None = None, registered: date | None = None
) -> Facts:
    """Records, levels and leave in one short question."""
    if known_at is None:
        return facts_from(fetch(STANDING, {"person": person_id}), level=level, registered=registered)
    leaves = Leave.objects.current().filter(person=person_id).values_list("during", flat=True)
    spans = [(during.lower, during.upper) for during in leaves]
    return Facts(
        level, lines_of(person_id, known_at=known_at), levels_of(person_id, level), spans, registered
    )


# What any verdict on one person rests on, as it stands now: what kind of row, then the values of a record, the days of
# a leave, or a level and its day. Whoever needs more of the same person adds rows with `UNION ALL`.
STANDING = f"""
SELECT 'line' AS of, id, kind AS said, minutes, earned_on AS since, NULL::date AS until, passed, credit_code, region_code
  FROM {CreditEntry._meta.db_table} WHERE person_id = %(person)s AND upper_inf(recorded)
UNION ALL SELECT 'leave', id, '', 0, lower(during), upper(during), true, '', NULL
  FROM {Leave._meta.db_table} WHERE person_id = %(person)s AND upper_inf(recorded)
UNION ALL SELECT 'level', id, level, 0, issued_on, NULL, true, '', NULL
  FROM {Certificate._meta.db_table} WHERE person_id = %(person)s AND state = 'verified'
"""  # noqa: S608 - names of our own tables


def facts_from(rows: Sequence[Row], *, level: str, registered: date | None = None) -> Facts:
    """The facts in the rows that `STANDING` gives; other rows are left to whoever added them."""
    lines, leave, held = [], [], []
    for of, pk, said, minutes, since, until, passed, code, region in rows:
        if of == "line":
            lines.append(_line(pk, said, minutes, since, passed, code, region))
        elif of == "leave":
            leave.append((since, until))
        elif of == "level":
            held.append((since, said))
    return Facts(level, lines, _rising(held, level), leave, registered)


def in_period(facts: Facts, period: Span, on: date) -> Verdict:
    """The national verdict for a registration period, by the version in force on the day."""
    day = min(on, period[1])
    found = national(facts.level, period, facts.lines, rule(NATIONAL, day), levels=facts.levels, leave=facts.leave)  # fmt: skip
    return _sourced(found, day)


def in_year(facts: Facts, year: int, on: date) -> Verdict:
    """The plan's verdict for a calendar year, by the version in force on the day."""
    day = min(on, date(year, 12, 31))
    found = yearly(facts.level, year, facts.lines, rule(PLAN, day), levels=facts.levels, leave=facts.leave,
                   registered=facts.registered)  # fmt: skip
    return _sourced(found, day)


def _sourced(verdict: Verdict, day: date) -> Verdict:
    source = rule_source(verdict.rule, day)
    return replace(verdict, basis=source.basis, certainty=source.certainty)


def verdicts_of(
    person_id: int, *, level: str, period: Span, on: date, known_at: datetime | None = None,
    registered: date | None = None,
) -> tuple[Verdict, Verdict]:  # fmt: skip
    """Both verdicts of one person: the national one for the registration period (half-open days), the plan's for the
    calendar year of `on`."""
    facts = facts_of(person_id, level=level, known_at=known_at, registered=registered)
    return in_period(facts, period, on), in_year(facts, on.year, on)


def forecast_of(verdict: Verdict, on: date) -> Forecast | None:
    """Where the pace so far leads, once the period is old enough."""
    return forecast(verdict, on, after_days=entering(on).forecast_after_days)
