"""The database refuses steps that a yearly plan does not have, and, at commit, a split that neither makes up the whole nor
says why (N10)."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.steering.programme.rules.annual import PLAN_WORKFLOW

SUMS = """
CREATE FUNCTION programme_target_sums() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  whole record;
BEGIN
  FOR whole IN
    SELECT t.id, t.amount, sum(p.amount) AS parts
    FROM programme_target t JOIN programme_target p ON p.parent_id = t.id
    WHERE t.id = ANY (ARRAY[
      CASE WHEN TG_OP <> 'DELETE' THEN NEW.id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.parent_id END,
      CASE WHEN TG_OP <> 'INSERT' THEN OLD.parent_id END
    ]::bigint[]) AND t.gap_reason = ''
    GROUP BY t.id, t.amount
  LOOP
    IF whole.parts <> whole.amount THEN
      RAISE EXCEPTION 'target %: parts make up %, not %', whole.id, whole.parts, whole.amount
        USING ERRCODE = 'check_violation', CONSTRAINT = 'target_sums';
    END IF;
  END LOOP;
  RETURN NULL;
END $body$;
CREATE CONSTRAINT TRIGGER programme_target_sums AFTER INSERT OR UPDATE OR DELETE ON programme_target
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programme_target_sums();
"""
GONE = "DROP TRIGGER programme_target_sums ON programme_target; DROP FUNCTION programme_target_sums();"


class Migration(migrations.Migration):
    dependencies = [("programme", "0002_annual_plans_and_entered_figures")]
    operations = [
        workflow_trigger("programme_annualplan", PLAN_WORKFLOW),
        migrations.RunSQL(SUMS, GONE),
    ]
