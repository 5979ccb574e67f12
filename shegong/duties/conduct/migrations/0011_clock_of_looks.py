"""A second look has a clock like every other stage; a decision that binds may be reviewed also where the case that was opened
again ended without another; who has a side is asked of the human, whichever record a case names."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from shegong.duties.conduct.rules import WORKFLOW
from shegong.kernel.transition import workflow_trigger

# All records of one human: a case keeps the record that was named in it.
SIDES = """
CREATE OR REPLACE FUNCTION conduct_records(someone bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  WITH standing AS (SELECT coalesce(merged_into_id, id) AS id FROM people_person WHERE id = someone)
  SELECT id FROM standing
  UNION
  SELECT p.id FROM people_person p JOIN standing s ON p.merged_into_id = s.id
$body$;

CREATE OR REPLACE FUNCTION conduct_works_in(someone bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  SELECT e.employer_id FROM employment_employment e
    WHERE e.person_id IN (SELECT conduct_records(someone))
      AND upper_inf(e.recorded) AND e.during @> (now() AT TIME ZONE 'Asia/Shanghai')::date
  UNION
  SELECT g.organization_id FROM accounts_grant g
    WHERE g.person_id IN (SELECT conduct_records(someone))
      AND g.during @> (now() AT TIME ZONE 'Asia/Shanghai')::date
$body$;

CREATE OR REPLACE FUNCTION conduct_person_biased(officer bigint, respondent bigint, respondent_body bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  SELECT coalesce(officer = respondent OR officer IN (SELECT conduct_records(respondent)), false)
    OR coalesce(respondent_body IN (SELECT conduct_works_in(officer)), false)
    OR EXISTS (SELECT conduct_works_in(officer) INTERSECT SELECT conduct_works_in(respondent))
    OR EXISTS (SELECT FROM conduct_kin k
               WHERE (k.person_id IN (SELECT conduct_records(officer)) AND k.relative_id IN (SELECT conduct_records(respondent)))
                  OR (k.person_id IN (SELECT conduct_records(respondent)) AND k.relative_id IN (SELECT conduct_records(officer))))
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("conduct", "0010_second_looks"), ("people", "0001_initial")]
    operations = [
        migrations.AddField(
            "stagedate",
            "look",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stage_dates",
                to="conduct.secondlook",
            ),
        ),
        migrations.RemoveConstraint("stagedate", "stage_known"),
        migrations.RemoveConstraint("stagedate", "stage_one_open"),
        migrations.AddConstraint(
            "stagedate",
            models.CheckConstraint(
                name="stage_known", condition=Q(stage__in=["sorting", "inquiry", "review", "appeal", "look"])
            ),
        ),
        migrations.AddConstraint(
            "stagedate",
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(ends_on__isnull=True, look__isnull=True),
                name="stage_one_open",
            ),
        ),
        migrations.AddConstraint(
            "stagedate",
            models.UniqueConstraint(
                fields=["look"], condition=Q(ends_on__isnull=True), name="stage_one_open_of_look"
            ),
        ),
        migrations.AddConstraint(
            "stagedate",
            models.CheckConstraint(
                name="stage_of_a_look", condition=Q(look__isnull=True) | Q(stage="look")
            ),
        ),
        workflow_trigger("conduct_complaint", WORKFLOW),
        migrations.RunSQL(SIDES, migrations.RunSQL.noop),
    ]
