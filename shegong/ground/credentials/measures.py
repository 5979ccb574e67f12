"""What is counted of certificates: who holds one (K-G4), and who gained the first (K-S2012.2, K-S2013.2).

Only verified certificates count, from the day they were issued; one that is annulled was never one (what was known
before stays answerable by `known`). A holder counts once, under the highest level that she has on the day.
"""

from shegong.ground.credentials.rules import LEVEL_NAMES, Level
from shegong.ground.people.measures import BORN, CODES, COUNTS, FOLLOWED, PLACES, SEX
from shegong.kernel import cube
from shegong.kernel.text import N_

LEVELS = {Level.ASSISTANT: 1, Level.SOCIAL_WORKER: 2, Level.SENIOR: 3}
LEVEL = cube.Dimension("level", N_("Level"), {code: LEVEL_NAMES[level] for level, code in LEVELS.items()})
FOLLOWS = FOLLOWED | {"credentials.Certificate": "person_id", "people.Tie": "person_id"}
CUTS = (("level", "sex"),)

VERIFIED = "c.state = 'verified' AND c.person_id {only}"
RANK = f"array_position('{{{','.join(LEVELS)}}}'::text[], c.level)::smallint"

# A lower certificate counts until the day of a higher one.
HOLDERS = f"""
SELECT subject, region_code, at AS "on", sign::smallint AS amount, level AS c1, sex AS c2, born AS c3
FROM (
    SELECT h.person_id AS subject, coalesce(s.region_code, 0) AS region_code, h.level, h.sex, h.born,
        greatest(h.issued_on, s.starts) AS starts, least(h.ends, s.ends) AS ends
    FROM (
        SELECT c.person_id, {RANK} AS level, c.issued_on, {CODES}, least(p.died_on, min(c.issued_on) OVER (
            PARTITION BY c.person_id ORDER BY {RANK} DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS ends
        FROM credentials_certificate c JOIN people_person p ON p.id = c.person_id
        WHERE {VERIFIED} AND {COUNTS}
    ) h LEFT JOIN ({PLACES}) s ON s.person_id = h.person_id
) spans, LATERAL (VALUES (starts, 1), (ends, -1)) v (at, sign)
WHERE at IS NOT NULL AND (ends IS NULL OR starts < ends)
"""  # noqa: S608 - fixed names

NEW_HOLDERS = f"""
SELECT h.person_id AS subject, coalesce(s.region_code, 0) AS region_code, h.issued_on AS "on", 1::smallint AS amount,
    h.level AS c1, h.sex AS c2, h.born AS c3
FROM (
    SELECT DISTINCT ON (c.person_id) c.person_id, {RANK} AS level, c.issued_on, {CODES}
    FROM credentials_certificate c JOIN people_person p ON p.id = c.person_id
    WHERE {VERIFIED} AND {COUNTS}
    ORDER BY c.person_id, c.issued_on, level DESC
) h LEFT JOIN ({PLACES}) s ON s.person_id = h.person_id
    AND (s.starts IS NULL OR s.starts <= h.issued_on) AND (s.ends IS NULL OR h.issued_on < s.ends)
"""  # noqa: S608 - fixed names

HELD = cube.register(
    cube.Measure("credentials.holders", N_("Certificate holders"), "person", cube.STOCK, "people.Person",
                 (LEVEL, SEX, BORN), cube.SqlFacts(HOLDERS), cuts=CUTS, follows=FOLLOWS)
)  # fmt: skip
GAINED = cube.register(
    cube.Measure("credentials.new_holders", N_("New certificate holders"), "person", cube.FLOW, "people.Person",
                 (LEVEL, SEX, BORN), cube.SqlFacts(NEW_HOLDERS), cuts=CUTS, follows=FOLLOWS)
)  # fmt: skip
