"""How many centres are active: from their registration (where that day is unknown, from their entry) through each change
of their standing. A centre entered before standings were kept counts from its registration."""

from shegong.kernel import cube
from shegong.kernel.text import N_

ACTIVE = """
SELECT centre_id AS subject, region_code, at AS "on", (active - before)::smallint AS amount
FROM (
    SELECT s.centre_id, c.region_code, (s.state = 'active')::int AS active,
        coalesce(lag((s.state = 'active')::int) OVER w, 0) AS before,
        CASE WHEN lag(s.id) OVER w IS NULL THEN coalesce(c.registered_on, s."on") ELSE s."on" END AS at
    FROM (
        SELECT id, centre_id, state, "on" FROM centres_standing WHERE centre_id {only}
        UNION ALL
        SELECT 0, id, state, registered_on FROM centres_centre c WHERE id {only} AND registered_on IS NOT NULL
            AND NOT EXISTS (SELECT FROM centres_standing s WHERE s.centre_id = c.id)
    ) s JOIN centres_centre c ON c.id = s.centre_id
    WINDOW w AS (PARTITION BY s.centre_id ORDER BY s.id)
) changes WHERE active <> before
"""

CENTRES = cube.register(
    cube.Measure("centres.active", N_("Active service centres"), "unit", cube.STOCK, "centres.Centre", (),
                 cube.SqlFacts(ACTIVE), follows={"centres.Centre": "id", "centres.Standing": "centre_id"})
)  # fmt: skip
