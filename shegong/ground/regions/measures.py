"""Units of the reporting tree (K-M0): prefectures and areas, and counties, in their own lives."""

from shegong.kernel import cube
from shegong.kernel.text import N_

LEVEL = cube.Dimension("level", N_("Level"), {2: N_("Prefecture"), 3: N_("County")})

UNITS = """
SELECT code::bigint AS subject, code AS region_code, at AS "on", sign::smallint AS amount, level AS c1
FROM regions_region, LATERAL (VALUES (coalesce(lower(during), '0001-01-01'), 1), (upper(during), -1)) v (at, sign)
WHERE level IN (2, 3) AND code {only} AND at IS NOT NULL
"""

UNIT = cube.register(
    cube.Measure("regions.units", N_("Units of the reporting tree"), "unit", cube.STOCK, "regions.Region", (LEVEL,),
                 cube.SqlFacts(UNITS), follows={"regions.Region": "code"})
)  # fmt: skip
