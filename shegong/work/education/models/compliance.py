"""Both rules for many people in one statement: how a rule reads as SQL. `rules.hours` says the same of one person, and a
test holds the two together; whoever is out of the ordinary (`SPECIAL`) is always worked out by the rules themselves."""

from datetime import date

from shegong.work.education.policy_types import HoursRule

LEVELS = ("assistant", "social_worker", "senior")

# Whose verdict needs more than sums: leave, equivalents with caps, a level that rose within the span. `r`: person_id,
# level, starts_on and year_on (first day of the year).
SPECIAL = """(
    EXISTS (SELECT FROM education_leave v WHERE v.person_id = r.person_id AND upper_inf(v.recorded))
 OR EXISTS (SELECT FROM education_creditentry c WHERE c.person_id = r.person_id AND c.credit_code <> '')
 OR EXISTS (SELECT FROM credentials_certificate c WHERE c.person_id = r.person_id AND c.state = 'verified'
               AND c.level = r.level AND c.issued_on > least(r.starts_on, r.year_on))
    AND EXISTS (SELECT FROM credentials_certificate c WHERE c.person_id = r.person_id AND c.state = 'verified'
                   AND c.level <> r.level)
)"""


def counted_sql(rule: HoursRule, row: str) -> str:
    """Minutes that count of rows `row` with kind and minutes, already narrowed by `counts_sql`."""
    degree = f"bool_or({row}.kind = 'degree')"
    beside = f"coalesce(sum({row}.minutes) FILTER (WHERE {row}.kind NOT IN ('degree', 'course')), 0)"
    return f"CASE WHEN {degree} THEN {rule.degree_hours * 60} + {beside} ELSE coalesce(sum({row}.minutes), 0) END"


def counts_sql(rule: HoursRule, row: str) -> str:
    """Which rows count at all."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(rule.counts))
    return f"{row}.kind IN ({kinds})" + (f" AND {row}.passed" if rule.needs_pass else "")


def required_sql(rule: HoursRule, row: str) -> str:
    """Minutes asked for at the level of `row`."""
    cases = " ".join(f"WHEN '{level}' THEN {rule.minutes(level)}" for level in LEVELS)
    return f"(CASE {row}.level {cases} END)"


def year_required_sql(rule: HoursRule, row: str, year: int) -> str:
    """The same for a calendar year, by its share where somebody was registered within it."""
    whole = required_sql(rule, row)
    if rule.part_span != "pro_rata":
        return whole
    first, end = f"'{year}-01-01'::date", f"'{year + 1}-01-01'::date"
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    inside = f"{row}.registered > {first} AND {row}.registered < {end}"
    return f"(CASE WHEN {inside} THEN {whole} * ({end} - {row}.registered) / {days} ELSE {whole} END)"
