"""Who is in post: people with a main employment that holds on the day, once each, at its place; nothing that is disputed."""

from shegong.ground.organizations.rules import KINDS
from shegong.ground.people.measures import BORN, CODES, COUNTS, FOLLOWED, SEX
from shegong.kernel import cube
from shegong.kernel.text import N_
from shegong.work.employment.models import newest_policy
from shegong.work.employment.rules import SERVICE_FIELDS

FIELD = cube.Dimension(
    "field", N_("Field of service"), {0: N_("Not said"), **dict(enumerate(SERVICE_FIELDS.values(), start=1))}
)
KIND = cube.Dimension(
    "employer", N_("Kind of employer"), {0: N_("Not said"), **dict(enumerate(KINDS.values(), start=1))}
)


def _code(column: str, words: object) -> str:
    listed = ",".join(map(str, words))  # type: ignore[call-overload]
    return f"coalesce(array_position('{{{listed}}}'::text[], {column}), 0)::smallint"


# What the other side answered of the beginning of this employment (policy/employment.toml, `in_post`).
STANDS = {
    "undisputed": "state = 'disputed'",
    "confirmed": "state IN ('asked', 'silent', 'disputed')",
}
DISPUTED = f"""
SELECT FROM employment_confirmation c WHERE c.person_id = e.person_id AND c.employer_id = e.employer_id
    AND c.since = lower(e.during) AND c.what = 'begin' AND c.side = 'employer' AND c.{STANDS[newest_policy().in_post]}
"""
IN_POST = f"""
SELECT e.person_id AS subject, e.region_code, at AS "on", sign::smallint AS amount,
    {_code("e.service_field", SERVICE_FIELDS)} AS c1, {_code("o.kind", KINDS)} AS c2, e.sex AS c3, e.born AS c4
FROM (
    SELECT e.person_id, e.region_code, e.service_field, e.employer_id, {CODES},
        coalesce(lower(e.during), '0001-01-01') AS starts, least(upper(e.during), p.died_on) AS ends
    FROM employment_employment e JOIN people_person p ON p.id = e.person_id
    WHERE upper_inf(e.recorded) AND e.main AND e.person_id {{only}} AND {COUNTS}
        AND NOT EXISTS ({DISPUTED})
) e JOIN organizations_organization o ON o.id = e.employer_id,
LATERAL (VALUES (starts, 1), (ends, -1)) v (at, sign)
WHERE at IS NOT NULL AND (ends IS NULL OR starts < ends)
"""  # noqa: S608 - fixed names

HELD = cube.register(
    cube.Measure("employment.in_post", N_("People in post"), "person", cube.STOCK, "people.Person",
                 (FIELD, KIND, SEX, BORN), cube.SqlFacts(IN_POST),
                 follows=FOLLOWED | {"employment.Employment": "person_id", "employment.Confirmation": "person_id",
                                     "organizations.Organization": "employments__person_id"})
)  # fmt: skip
