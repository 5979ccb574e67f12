"""Complaints as figures: how many came in, by matter; how many are in which stage, running or at rest, on any day.

Sums alone, by the place of the body that handles a case, or of the province while none does: never by where it happened,
which would tell a county, and a unit in it, that somebody complained before the disclosure (A18); nor by how it was lodged.
Second looks count in none of them: a case would be in two stages, and a figure that moves would tell that somebody asked.
Pages that show them hide small cells (`rules.figures`), and a list behind one is scoped by who handles the case
(`Complaint.objects.visible_to`).
"""

from collections.abc import Iterable, Mapping

from django.conf import settings

from shegong.duties.conduct.rules import MATTER_NAMES, STAGE_NAMES
from shegong.kernel import cube
from shegong.kernel.text import N_


def _dimension(name: str, title: str, names: Mapping[str, str]) -> cube.Dimension:
    return cube.Dimension(name, title, dict(enumerate(names.values(), start=1)))


def _code(column: str, names: Iterable[str]) -> str:
    return f"coalesce(array_position('{{{','.join(map(str, names))}}}'::text[], {column}), 0)::smallint"


MATTER = _dimension("matter", N_("What it is about"), MATTER_NAMES)
STAGE = _dimension("stage", N_("Stage"), STAGE_NAMES)
REST = cube.Dimension("rest", N_("Clock"), {0: N_("Running"), 1: N_("At rest")})

PLACE = f"coalesce(c.routed_region_code, {settings.PROVINCE}) AS region_code"

RECEIVED_SQL = f"""
SELECT c.id AS subject, {PLACE}, c.received_on AS "on", 1::smallint AS amount, {_code("c.matter", MATTER_NAMES)} AS c1
FROM conduct_complaint c WHERE c.id {{only}}
"""  # noqa: S608 - fixed names
STAGES_SQL = f"""
SELECT c.id AS subject, {PLACE}, at AS "on", sign::smallint AS amount, {_code("s.stage", STAGE_NAMES)} AS c1,
    (s.paused_why <> '')::int::smallint AS c2
FROM conduct_stagedate s JOIN conduct_complaint c ON c.id = s.complaint_id,
LATERAL (VALUES (s.starts_on, 1), (s.ends_on, -1)) v (at, sign)
WHERE at IS NOT NULL AND s.look_id IS NULL AND (s.ends_on IS NULL OR s.ends_on > s.starts_on) AND c.id {{only}}
"""  # noqa: S608 - fixed names

RECEIVED = cube.register(
    cube.Measure("conduct.received", N_("Complaints received"), "case", cube.FLOW, "conduct.Complaint", (MATTER,),
                 cube.SqlFacts(RECEIVED_SQL), follows={"conduct.Complaint": "id"}, rule=2)
)  # fmt: skip
IN_STAGE = cube.register(
    cube.Measure("conduct.in_stage", N_("Complaints in a stage"), "case", cube.STOCK, "conduct.Complaint", (STAGE, REST),
                 cube.SqlFacts(STAGES_SQL),
                 follows={"conduct.Complaint": "id", "conduct.StageDate": "complaint_id"}, rule=2)
)  # fmt: skip
