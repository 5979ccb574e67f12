"""Who is registered: registrations in force and not suspended (`rules.status_on`: registered or expiring soon)."""

from shegong.ground.credentials.measures import CUTS, LEVEL, RANK
from shegong.ground.people.measures import BORN, CODES, COUNTS, FOLLOWED, SEX
from shegong.kernel import cube
from shegong.kernel.text import N_

# Terms inside admission and closing, without the days of suspensions.
REGISTERED = f"""
SELECT r.person_id AS subject, r.region_code, at AS "on", sign::smallint AS amount, r.level AS c1, r.sex AS c2, r.born AS c3
FROM (
    SELECT c.person_id, c.region_code, {RANK} AS level, {CODES},
        t.held * datemultirange(daterange(c.admitted_on, CASE WHEN c.closed_on IS NOT NULL
            THEN greatest(c.closed_on, c.admitted_on) END))
        - coalesce(x.paused, '{{}}') AS during
    FROM registry_registration c JOIN people_person p ON p.id = c.person_id
    JOIN (
        SELECT t.registration_id, range_agg(t.during) AS held FROM registry_term t
        JOIN registry_registration r ON r.id = t.registration_id
        WHERE upper_inf(t.recorded) AND r.person_id {{only}} GROUP BY 1
    ) t ON t.registration_id = c.id
    LEFT JOIN (
        SELECT person_id, range_agg(during) AS paused FROM registry_restriction
        WHERE upper_inf(recorded) AND kind = 'suspended' AND stayed_on IS NULL AND person_id {{only}} GROUP BY 1
    ) x ON x.person_id = c.person_id
    WHERE c.person_id {{only}} AND {COUNTS}
) r, unnest(r.during) piece, LATERAL (VALUES (lower(piece), 1), (upper(piece), -1)) v (at, sign)
WHERE at IS NOT NULL
"""  # noqa: S608 - fixed names

HELD = cube.register(
    cube.Measure("registry.registered", N_("Registered social workers"), "person", cube.STOCK, "people.Person",
                 (LEVEL, SEX, BORN), cube.SqlFacts(REGISTERED), cuts=CUTS,
                 follows=FOLLOWED | {
                     "registry.Registration": "person_id", "registry.Term": "registration__person_id",
                     "registry.Restriction": "person_id",
                 })
)  # fmt: skip
