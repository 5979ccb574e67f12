"""When each registration was in force, for whatever counts the registered (`rules.status_on`: registered or expiring)."""

from shegong.ground.credentials.measures import RANK
from shegong.ground.people.measures import CODES, COUNTS

# Terms inside admission and closing, without the days of suspensions: one row a registration.
SPANS = f"""
SELECT c.id, c.person_id, c.region_code, c.admitted_on, {RANK} AS level, {CODES},
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
"""  # noqa: S608 - fixed names
FOLLOWS = {
    "registry.Registration": "person_id",
    "registry.Term": "registration__person_id",
    "registry.Restriction": "person_id",
}
