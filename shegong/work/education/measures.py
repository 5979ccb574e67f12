"""What announced classes say of the months to come (N10, T3.3): seats that are taken, and at most all seats.

A class is known from the day on which it was opened until it is cancelled, a seat from the day it is taken until it is given
back. A seat counts where its person is at home, a free seat where the class is; both on the class's last day. Every seat is
read, for what was known on each day: 106,600 seats of 2,000 classes took a quarter of a second on a loaded machine.
"""

from collections.abc import Iterator
from datetime import date

from shegong.kernel import ahead
from shegong.kernel.prepared import fetch
from shegong.kernel.text import N_

DAY = "({} AT TIME ZONE 'Asia/Shanghai')::date"
SEATS = f"""
WITH classes AS MATERIALIZED (
    SELECT c.id, c.region_code, c.last_on, c.capacity, min({DAY.format("o.at")}) AS told, min({DAY.format("g.at")}) AS untold
    FROM education_course c
    JOIN kernel_journalentry o ON o.subject_kind = 'education.course' AND o.subject_id = c.id
        AND o.verb = 'education.course.open'
    LEFT JOIN kernel_journalentry g ON g.subject_kind = o.subject_kind AND g.subject_id = c.id
        AND g.verb = 'education.course.cancel'
    WHERE c.state <> 'planned' AND c.last_on >= %(since)s AND c.last_on <= %(until)s
    GROUP BY c.id
), seats AS MATERIALIZED (
    SELECT c.region_code AS at_class, e.region_code, c.last_on, greatest(c.told, {DAY.format("e.enrolled_at")}) AS told,
        least(c.untold, {DAY.format("e.cancelled_at")}) AS untold, count(*) AS n
    FROM classes c JOIN education_enrolment e ON e.course_id = c.id GROUP BY 1, 2, 3, 4, 5
)
SELECT region_code, last_on, told, untold, sum(taken), sum(most) FROM (
    SELECT region_code, last_on, told, untold, 0 AS taken, capacity AS most FROM classes
    UNION ALL SELECT region_code, last_on, told, untold, n, n FROM seats
    UNION ALL SELECT at_class, last_on, told, untold, 0, -n FROM seats
) every
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - fixed names


def planned_seats(since: date, until: date) -> Iterator[ahead.Foreseen]:
    """Seats of announced classes whose last day lies in these days."""
    for region, on, told, untold, taken, most in fetch(SEATS, {"since": since, "until": until}):
        yield ahead.Foreseen(region, on, told, untold, int(taken), int(taken), int(most))


PLANNED = ahead.declare(
    ahead.Ahead("education.planned_seats", N_("Announced classes: seats taken, at most all seats."), "person_time", planned_seats)
)  # fmt: skip
