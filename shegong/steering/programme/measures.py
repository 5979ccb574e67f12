"""Who was trained by the plan: each human once (K-G3), and every time beside it (A1).

What makes somebody count is the counting rule that the plan file chooses: a verified certificate that bears a day of the
term, or her name in the list behind a figure that was entered (hired under the plan, a class finished). She counts from
the first such day, at the unit that named her, else where she stood on that day.
"""

from collections.abc import Collection
from typing import Any

from shegong.ground.people.measures import COUNTS, FOLLOWED, PLACES
from shegong.kernel import cube
from shegong.kernel.policy import PolicyFault
from shegong.kernel.text import N_
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules.plans import Plan

TRAINED, TIMES = "programme.trained", "programme.training_times"
BECAUSE = {"certificate": 1, "hired": 2, "class": 3, "listed": 4}
WORDS = {
    1: N_("Gained a certificate"),
    2: N_("Hired under the plan"),
    3: N_("Finished a class"),
    4: N_("Named in a list"),
}
REASON = cube.Dimension("because", N_("Counts because"), WORDS)
FOLLOWS = FOLLOWED | {
    "credentials.Certificate": "person_id",
    "people.Tie": "person_id",
    "programme.EnteredPerson": "person_id",
    "programme.HandValue": "people__person_id",
}

CERTIFICATES = """
SELECT c.person_id, c.issued_on AS "on", 1 AS because, NULL::int AS region_code
FROM credentials_certificate c JOIN people_person p ON p.id = c.person_id
WHERE c.state = 'verified' AND c.issued_on BETWEEN '{since}' AND '{until}' AND {counts} AND c.person_id {{only}}
"""
LISTS = """
SELECT e.person_id, e."on", {because} AS because, e.region_code
FROM programme_enteredperson e JOIN programme_handvalue v ON v.id = e.value_id JOIN people_person p ON p.id = e.person_id
WHERE upper_inf(v.recorded) AND v.indicator IN ({ids}) AND e."on" BETWEEN '{since}' AND '{until}' AND {counts}
    AND e.person_id {{only}}
"""
PLACED = """
SELECT q.person_id AS subject, coalesce(q.region_code, s.region_code, 0) AS region_code, q."on", 1::smallint AS amount,
    q.because::smallint AS c1
FROM ({events}) q LEFT JOIN ({places}) s ON s.person_id = q.person_id
    AND (s.starts IS NULL OR s.starts <= q."on") AND (s.ends IS NULL OR q."on" < s.ends)
"""
NOBODY = 'SELECT p.id AS person_id, NULL::date AS "on", 0 AS because, NULL::int AS region_code FROM people_person p WHERE false AND p.id {only}'
ONCE = 'SELECT DISTINCT ON (person_id) * FROM ({events}) every ORDER BY person_id, "on", because, region_code'


class OfThePlan(cube.SqlFacts):
    """Facts by the plan in force: its term, its counting rule, and what its indicators make of whom they name."""

    def narrowed(self, subjects: Collection[int] | None) -> tuple[str, list[Any]]:
        """The statement for all subjects, or for these."""
        events = events_sql(plan())
        given = ONCE.format(events=events) if self.text == TRAINED else events
        return cube.SqlFacts(PLACED.format(events=given, places=PLACES)).narrowed(subjects)


def events_sql(given: Plan) -> str:
    """Everything that makes somebody count, by the rule in force, as one statement."""
    rule = next((one.rule for one in given.indicators.values() if one.measure == TRAINED), None)
    counts = set(rule.counts) if rule else set()
    common = {"since": given.starts, "until": given.ends, "counts": COUNTS}
    found = [CERTIFICATES.format(**common)] if "certificate" in counts else []
    for reason in sorted(counts - {"certificate"}):
        ids = ", ".join(f"'{one.id}'" for one in given.indicators.values() if one.makes == reason)
        found += [LISTS.format(because=BECAUSE[reason], ids=ids, **common)] if ids else []
    return " UNION ALL ".join(found) or NOBODY


def _rule() -> int:
    """The version of the counting rule in force: a recount finds what another version would count."""
    try:
        indicators = plan().indicators.values()
    except (OSError, PolicyFault):  # said at start-up by the check of the plan
        return 1
    return next((one.rule.version for one in indicators if one.measure == TRAINED and one.rule), 1)


for _name, _title, _unit in (
    (TRAINED, N_("People trained by the plan"), "person"),
    (TIMES, N_("Times that people were trained by the plan"), "person_time"),
):
    cube.register(
        cube.Measure(_name, _title, _unit, cube.FLOW, "people.Person", (REASON,), OfThePlan(_name), rule=_rule(),
                     follows=FOLLOWS)
    )  # fmt: skip
