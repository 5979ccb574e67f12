"""Who is registered: registrations in force and not suspended (`rules.status_on`: registered or expiring soon)."""

from shegong.duties.registry import measures_hours as measures_hours
from shegong.duties.registry.measures_spans import FOLLOWS, SPANS
from shegong.ground.credentials.measures import CUTS, LEVEL
from shegong.ground.people.measures import BORN, FOLLOWED, SEX
from shegong.kernel import cube
from shegong.kernel.text import N_

REGISTERED = f"""
SELECT r.person_id AS subject, r.region_code, at AS "on", sign::smallint AS amount, r.level AS c1, r.sex AS c2, r.born AS c3
FROM ({SPANS}) r, unnest(r.during) piece, LATERAL (VALUES (lower(piece), 1), (upper(piece), -1)) v (at, sign)
WHERE at IS NOT NULL
"""  # noqa: S608 - fixed names

HELD = cube.register(
    cube.Measure("registry.registered", N_("Registered social workers"), "person", cube.STOCK, "people.Person",
                 (LEVEL, SEX, BORN), cube.SqlFacts(REGISTERED), cuts=CUTS, follows=FOLLOWED | FOLLOWS)
)  # fmt: skip
