"""What is known of people when they are counted: where on each day, of which sex, born when.

The place of a person on a day is that of `models.standing`: work, else residence, else domicile. Whoever has none on a
day counts where she was last known; before her first place, where she was first known. People without any count
nowhere (0). So nobody leaves a figure because a workplace ended before the next was entered.
"""

from shegong.kernel.cube import Dimension
from shegong.kernel.text import N_

# Statement: from when to when (half-open, NULL without end) which place, by person. Ranges of better kinds are taken out.
PLACES = """
SELECT person_id, region_code,
    CASE WHEN lag(starts) OVER w IS NOT NULL THEN starts END AS starts, lead(starts) OVER w AS ends
FROM (
    SELECT person_id, region_code, coalesce(lower(piece), '-infinity') AS starts
    FROM (
        SELECT person_id, region_code, during, range_agg(during) OVER (
            PARTITION BY person_id ORDER BY array_position('{work,residence,domicile}'::text[], kind)
            GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS better
        FROM people_tie
        WHERE upper_inf(recorded) AND kind IN ('work', 'residence', 'domicile') AND person_id {only}
    ) held, unnest(datemultirange(during) - coalesce(better, '{}')) piece
) placed
WINDOW w AS (PARTITION BY person_id ORDER BY starts)
"""
# Condition on people_person p: of a merged record the other counts. Data that are only stored still count: figures are
# no lists (`kernel.withheld`).
COUNTS = "p.merged_into_id IS NULL"
# Codes of a person for the dimensions below.
CODES = "p.sex::smallint AS sex, coalesce(extract(year FROM p.born_on), 0)::smallint AS born"

SEX = Dimension("sex", N_("Sex"), {1: N_("Male"), 2: N_("Female"), 0: N_("Unknown"), 9: N_("Not stated")})
BORN = Dimension("born", N_("Year of birth"), {0: N_("Unknown")})
"""Bands of age are made of the year of birth when somebody asks: they depend on the day."""
FOLLOWED = {"people.Person": "id"}
"""Rows whose change moves every measure of people."""
