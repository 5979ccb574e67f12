"""Continuing education as figures: who reached what the plan and the national rule ask for, who owed it, and how terms
ended (T3.3: K-T3.3a, K-T3.3b; reading A3: both rules stand side by side, the national one gates renewal).

The same arithmetic as `education.rules.hours`, set by set in the database; tests/registry/test_measures_hours.py compares
the two. What is asked for: by the plan in each calendar year, nationally in each term of three years. Somebody counts from
the first day on which the hours suffice and she is registered and in post; every human once in each year (term).
"""

import zlib
from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from shegong.duties.registry.measures_spans import FOLLOWS, SPANS
from shegong.ground.credentials.measures import LEVEL, LEVELS
from shegong.ground.people.measures import COUNTS, FOLLOWED
from shegong.kernel import cube
from shegong.kernel.text import N_
from shegong.work.education.models.policies import rules_by_code, tables_by_province
from shegong.work.education.models.reckoning import NATIONAL, PLAN
from shegong.work.education.rules.hours import HoursRule
from shegong.work.employment.measures import DISPUTED

YEARLY, BY_TERM = 1, 2
RULE = cube.Dimension(
    "rule", N_("Rule of continuing education"),
    {YEARLY: N_("The plan's: days every year"), BY_TERM: N_("National: hours in three years")},
)  # fmt: skip
RENEWED = cube.Dimension("renewed", N_("Renewed"), {0: N_("Not renewed"), 1: N_("Renewed")})
ENOUGH = cube.Dimension("hours", N_("Hours of the term"), {0: N_("Hours short"), 1: N_("Hours sufficient")})
FOREVER = 9999
MANY = 200  # people in one entry: above, their hours are counted by a job (posting a thousand costs no more than before)

# In post: a main employment that nobody disputes.
POSTS = f"""
SELECT e.person_id, range_agg(daterange(coalesce(lower(e.during), '0001-01-01'), upper(e.during))) AS during
FROM employment_employment e
WHERE upper_inf(e.recorded) AND e.main AND e.person_id {{only}} AND NOT EXISTS ({DISPUTED}) GROUP BY 1
"""  # noqa: S608 - fixed names
DUTY = f"""
SELECT s.person_id, s.region_code, s.level, s.admitted_on, s.during * p.during AS during
FROM ({SPANS}) s JOIN ({POSTS}) p ON p.person_id = s.person_id WHERE NOT isempty(s.during * p.during)
"""  # noqa: S608 - fixed names
YEARS = """
SELECT d.person_id, y.year, max(m.minutes) AS minutes, make_date(y.year, 1, 1) AS starts, make_date(y.year + 1, 1, 1) AS ends,
    min(d.admitted_on) AS admitted_on
FROM duty d, LATERAL generate_series(extract(year FROM lower(d.during))::int,
    extract(year FROM upper(d.during) - 1)::int) y (year)
JOIN (VALUES {yearly}) m (since, until, level, minutes) ON y.year BETWEEN m.since AND m.until
WHERE m.level = d.level AND d.during && daterange(make_date(y.year, 1, 1), make_date(y.year + 1, 1, 1))
GROUP BY 1, 2
"""
TERMS = """
SELECT c.person_id, t.id AS term, c.region_code, lower(t.during) AS starts, upper(t.during) AS ends, m.level, m.minutes,
    max(upper(t.during)) OVER (PARTITION BY c.person_id) AS last
FROM registry_term t JOIN registry_registration c ON c.id = t.registration_id JOIN people_person p ON p.id = c.person_id
JOIN (VALUES {by_term}) m (since, until, level, minutes)
    ON m.level = array_position('{{assistant,social_worker,senior}}'::text[], c.level)
    AND extract(year FROM upper(t.during) - 1) BETWEEN m.since AND m.until
WHERE upper_inf(t.recorded) AND t.kind = 'full' AND c.person_id {{only}} AND {counts}
    AND (c.closed_on IS NULL OR c.closed_on >= upper(t.during))
"""
# Days on leave inside a span, and what is left of its hours.
AWAY = """(SELECT coalesce(sum(upper(piece) - lower(piece)), 0) FROM education_leave l,
    unnest(datemultirange(l.during) * datemultirange(daterange(a.starts, a.ends))) piece
    WHERE l.person_id = a.person_id AND upper_inf(l.recorded) AND l.person_id {only})"""
# Records that count at all, and the few degrees among them; {kinds}, {passed} are the rule's.
LINES = """
SELECT e.person_id, e.id, e.earned_on, e.kind, e.credit_code, e.minutes, e.region_code / 10000000 AS province
FROM education_creditentry e
WHERE e.person_id {{only}} AND upper_inf(e.recorded) AND {passed} AND (e.kind IN ({kinds}) OR e.credit_code <> '')
"""
# What of each record counts within a span, then the sum day by day. Whole rows of classes are the many: nothing is asked
# about them but their minutes.
RUNNING = """
SELECT a.person_id, a.starts, a.ends, a.minutes, l.earned_on, sum(CASE
    WHEN l.credit_code <> '' THEN coalesce((
        SELECT greatest(least(l.minutes, k.minutes - coalesce(sum(o.minutes), 0)), 0)
        FROM (VALUES {caps}) k (province, code, minutes)
        LEFT JOIN lines o ON o.person_id = l.person_id AND o.credit_code = l.credit_code
            AND o.earned_on >= a.starts - {early} AND (o.earned_on, o.id) < (l.earned_on, l.id)
        WHERE k.code = l.credit_code AND k.province = l.province GROUP BY k.minutes), l.minutes)
    WHEN l.kind = 'degree' THEN CASE WHEN EXISTS (SELECT FROM degrees o WHERE o.person_id = l.person_id
        AND o.earned_on >= a.starts - {early} AND (o.earned_on, o.id) < (l.earned_on, l.id)) THEN 0 ELSE {degree} END
    WHEN l.kind = 'course' AND {degrees} AND EXISTS (SELECT FROM degrees o WHERE o.person_id = l.person_id
        AND o.earned_on >= a.starts - {early} AND o.earned_on < a.ends) THEN 0
    ELSE l.minutes END) OVER (PARTITION BY a.person_id, a.starts ORDER BY l.earned_on, l.id) AS total
FROM ({asked}) a JOIN lines l ON l.person_id = a.person_id AND l.earned_on >= a.starts - {early} AND l.earned_on < a.ends
"""
REACHED = """
SELECT DISTINCT ON (r.person_id, r.starts) r.person_id AS subject, d.region_code,
    lower(d.during * datemultirange(daterange(r.reached, r.ends))) AS "on", 1::smallint AS amount, d.level AS c1,
    {rule}::smallint AS c2
FROM (SELECT person_id, starts, ends, min(earned_on) AS reached FROM ({running}) s WHERE total >= minutes GROUP BY 1, 2, 3) r
JOIN duty d ON d.person_id = r.person_id AND d.during && daterange(r.reached, r.ends)
ORDER BY r.person_id, r.starts, "on", d.level DESC
"""
OBLIGED = f"""
SELECT d.person_id AS subject, d.region_code, at AS "on", sign::smallint AS amount, d.level AS c1
FROM ({DUTY}) d, unnest(d.during) piece, LATERAL (VALUES (lower(piece), 1), (upper(piece), -1)) v (at, sign)
WHERE at IS NOT NULL
"""  # noqa: S608 - fixed names
ENDS = """
SELECT DISTINCT ON (a.person_id, a.ends) a.person_id AS subject, a.region_code, a.ends - 1 AS "on", 1::smallint AS amount,
    a.level AS c1, (a.last > a.ends)::int::smallint AS c2, (r.person_id IS NOT NULL)::int::smallint AS c3
FROM asked a
LEFT JOIN (SELECT DISTINCT person_id, starts FROM ({running}) s WHERE total >= minutes) r
    ON r.person_id = a.person_id AND r.starts = a.starts
ORDER BY a.person_id, a.ends, a.level DESC
"""


def _rows(code: str) -> str:
    """(from year, until year, level, minutes) of each version, as VALUES."""
    versions = rules_by_code()[code].versions
    ends = [*(one.since.year - 1 for one in versions[1:]), FOREVER]
    found = [
        f"({version.since.year if code == PLAN else 1}, {end}, {rank}, {version.value.minutes(level)})"
        for version, end in zip(versions, ends, strict=True)
        for level, rank in LEVELS.items()
    ]
    return ", ".join(found)


def _caps() -> str:
    found = [
        f"({int(province) // 10000}, '{row.code}', {row.cap * 60})"
        for province, policy in tables_by_province().items()
        for row in policy.versions[-1].value.rows
        if row.cap
    ]
    return ", ".join(found) or "(0, '', 0)"


def _share(given: HoursRule, minutes: str) -> str:
    """The share of the days asked for: from the registration on in a year begun late, without days on leave, each where
    the rule says so; whole minutes, rounded down (`hours.owed`)."""
    start = "a.starts"
    if given.span == "year" and given.part_span == "pro_rata":
        start = "CASE WHEN a.admitted_on > a.starts AND a.admitted_on < a.ends THEN a.admitted_on ELSE a.starts END"
    away = AWAY.replace("a.starts", start) if given.leave == "pro_rata" else "0"
    return f"div({minutes}::numeric * (a.ends - ({start}) - {away}), a.ends - a.starts)"


def _lines(given: HoursRule) -> str:
    kinds = ", ".join(f"'{kind}'" for kind in sorted(given.counts))
    lines = LINES.format(kinds=kinds, passed="e.passed" if given.needs_pass else "true")
    return f"lines AS MATERIALIZED ({lines}), degrees AS MATERIALIZED (SELECT * FROM lines WHERE kind = 'degree')"  # noqa: S608


def _running(given: HoursRule, asked: str) -> str:
    return RUNNING.format(
        asked=asked, degree=given.degree_hours * 60, early=given.early_days, caps=_caps(),
        degrees="true" if "degree" in given.counts else "false",
    )  # fmt: skip


def _newest(code: str) -> HoursRule:
    return rules_by_code()[code].on(date(FOREVER, 1, 1))


def _asked_yearly() -> str:
    rule = _newest(PLAN)
    return f"SELECT a.person_id, a.starts, a.ends, {_share(rule, 'a.minutes')} AS minutes FROM ({YEARS.format(yearly=_rows(PLAN))}) a"  # noqa: S608


def _asked_by_term() -> str:
    rule = _newest(NATIONAL)
    terms = TERMS.format(by_term=_rows(NATIONAL), counts=COUNTS)
    return f"SELECT a.person_id, a.starts, a.ends, a.region_code, a.level, a.last, {_share(rule, 'a.minutes')} AS minutes FROM ({terms}) a"  # noqa: S608


def met_sql() -> str:
    """Who reached which rule when."""
    plan, nation = _newest(PLAN), _newest(NATIONAL)
    yearly = REACHED.format(rule=YEARLY, running=_running(plan, _asked_yearly()))
    by_term = REACHED.format(rule=BY_TERM, running=_running(nation, _asked_by_term()))
    duty = f"duty AS MATERIALIZED ({DUTY})"
    if _lines(plan) == _lines(nation):
        return f"WITH {duty}, {_lines(plan)} (SELECT * FROM ({yearly}) y) UNION ALL (SELECT * FROM ({by_term}) t)"  # noqa: S608
    return f"WITH {duty} (WITH {_lines(plan)} {yearly}) UNION ALL (WITH {_lines(nation)} {by_term})"


def ends_sql() -> str:
    """Terms on their last day, whether the next one followed, and whether the hours sufficed."""
    rule = _newest(NATIONAL)
    return f"WITH {_lines(rule)}, asked AS MATERIALIZED ({_asked_by_term()}) {ENDS.format(running=_running(rule, 'TABLE asked'))}"


class ByPolicy(cube.SqlFacts):
    """Facts by the rules in force when they are asked for: the text is put together once."""

    def narrowed(self, subjects: Collection[int] | None) -> tuple[str, list[Any]]:
        """The statement for all subjects, or for these."""
        return cube.SqlFacts(_made(self.text)).narrowed(subjects)


@cache
def _made(name: str) -> str:
    return {"met": met_sql, "ends": ends_sql}[name]()


def _version() -> int:
    """Of the rules: another policy is another way to count, which a recount finds, and so is another reading of it."""
    said = repr(
        [
            "one share of leave and late beginning",
            *[(code, policy.versions) for code, policy in sorted(rules_by_code().items())],
        ]
    )
    return zlib.crc32(said.encode()) % 32_000 + 1


_HOURS = {"education.CreditEntry": "person_id", "education.Leave": "person_id"}
_POST = {"employment.Employment": "person_id", "employment.Confirmation": "person_id"}
MET, OWED, ENDED = "registry.ce_met", "registry.ce_obliged", "registry.term_ends"
cube.register(
    cube.Measure(MET, N_("Registered and in post, with the hours that a rule asks for"), "person", cube.FLOW, "people.Person",
                 (LEVEL, RULE), ByPolicy("met"), rule=_version(), cuts=(("level", "rule"),), many=MANY,
                 follows=FOLLOWED | FOLLOWS | _HOURS | _POST)
)  # fmt: skip
cube.register(
    cube.Measure(OWED, N_("Registered and in post"), "person", cube.STOCK, "people.Person", (LEVEL,),
                 cube.SqlFacts(OBLIGED), follows=FOLLOWED | FOLLOWS | _POST)
)  # fmt: skip
cube.register(
    cube.Measure(ENDED, N_("Registrations due for renewal, on the last day of their term"), "person", cube.FLOW,
                 "people.Person", (LEVEL, RENEWED, ENOUGH), ByPolicy("ends"), rule=_version(),
                 cuts=(("renewed", "hours"), ("level", "renewed"), ("level", "hours")), many=MANY, follows=FOLLOWED | FOLLOWS | _HOURS)
)  # fmt: skip
