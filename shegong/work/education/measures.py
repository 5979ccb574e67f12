"""What announced classes say of the months to come (N10, T3.3): seats that are taken, and at most all seats.

A class is known from the day on which it was opened until it is cancelled, a seat from the day it is taken until it is given
back; on the class's last day neither lies ahead any more. A seat counts where its person is at home, a free seat where the
class is. The entry that opens or cancels a class is written after figures follow it: until then it is of today.
"""

from shegong.kernel import ahead, cube
from shegong.kernel.text import N_

HOME, ROOM = 1, 2
DAY = "({} AT TIME ZONE 'Asia/Shanghai')::date"
SAID = f"""(SELECT {DAY.format("min(o.at)")} FROM kernel_journalentry o WHERE o.subject_kind = 'education.course'
    AND o.subject_id = c.id AND o.verb = 'education.course.{{}}')"""  # noqa: S608 - fixed names
NOW = DAY.format("now()")
TOLD = f"coalesce({SAID.format('open')}, {NOW})"
UNTOLD = f"CASE WHEN c.state = 'cancelled' THEN coalesce({SAID.format('cancel')}, {NOW}) END"
LAST = ahead.CODE.format("c.last_on")
CLASSES = f"""
SELECT c.id AS subject, c.region_code, at AS "on", (sign * c.capacity)::smallint AS amount, c.month AS c1
FROM (SELECT c.id, c.region_code, c.capacity, {LAST} AS month, {TOLD} AS told, least({UNTOLD}, c.last_on) AS untold
      FROM education_course c WHERE c.id {{only}} AND c.state <> 'planned') c,
     LATERAL (VALUES (c.told, 1), (c.untold, -1)) v (at, sign)
WHERE c.told < c.untold
"""  # noqa: S608 - fixed names
SEATS = f"""
SELECT e.id AS subject, place AS region_code, at AS "on", sign::smallint AS amount, e.month AS c1, side::smallint AS c2
FROM (SELECT e.id, e.region_code AS home, c.region_code AS room, {LAST} AS month,
          greatest({TOLD}, {DAY.format("e.enrolled_at")}) AS told,
          least({UNTOLD}, {DAY.format("e.cancelled_at")}, c.last_on) AS untold
      FROM education_enrolment e JOIN education_course c ON c.id = e.course_id
      WHERE e.id {{only}} AND c.state <> 'planned') e,
     LATERAL (VALUES (e.home, {HOME}), (e.room, {ROOM})) w (place, side),
     LATERAL (VALUES (e.told, 1), (e.untold, -1)) v (at, sign)
WHERE e.told < e.untold
"""  # noqa: S608 - fixed names

OFFERED = cube.register(
    cube.Measure("education.seats_offered", N_("Seats of announced classes"), "person_time", cube.STOCK, "education.Course",
                 (ahead.MONTH,), cube.SqlFacts(CLASSES), follows={"education.Course": "id"})
)  # fmt: skip
SIDE = cube.Dimension(
    "side", N_("Counted where"), {HOME: N_("Home of the person"), ROOM: N_("Place of the class")}
)
TAKEN = cube.register(
    cube.Measure("education.seats_taken", N_("Seats taken in announced classes"), "person_time", cube.STOCK,
                 "education.Enrolment", (ahead.MONTH, SIDE), cube.SqlFacts(SEATS), cuts=(("month", "side"),),
                 follows={"education.Enrolment": "id", "education.Course": "enrolments__id"})
)  # fmt: skip
SEATED = ahead.Part(TAKEN.name, (("side", (HOME,)),))
PLANNED = ahead.declare(
    ahead.Ahead(
        "education.planned_seats", N_("Announced classes: seats taken, at most all seats."), "person_time", (SEATED,),
        (SEATED, ahead.Part(OFFERED.name), ahead.Part(TAKEN.name, (("side", (ROOM,)),), -1)),
    )
)  # fmt: skip
