"""The database refuses steps of decisions and reviews that their workflows do not have, changes of what was said, and a
decision signed by somebody who investigated (D19)."""

from django.db import migrations

from shegong.duties.conduct.rules.appeals import REVIEWS
from shegong.duties.conduct.rules.sanctions import OUTCOMES
from shegong.kernel.transition import append_only_trigger, workflow_trigger

EYES = """
CREATE OR REPLACE FUNCTION conduct_decision_eyes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  IF NEW.decider_id IS NOT NULL AND EXISTS (
    SELECT FROM conduct_investigator i WHERE i.inquiry_id = NEW.inquiry_id AND i.person_id IN (NEW.decider_id, NEW.proposer_id)
  ) THEN
    RAISE EXCEPTION 'who investigated neither proposes nor signs the decision' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $body$;
DROP TRIGGER IF EXISTS conduct_decision_eyes ON conduct_decision;
CREATE TRIGGER conduct_decision_eyes BEFORE INSERT OR UPDATE OF decider_id, proposer_id ON conduct_decision
  FOR EACH ROW EXECUTE FUNCTION conduct_decision_eyes();
"""
UNDO = """
DROP TRIGGER IF EXISTS conduct_decision_eyes ON conduct_decision;
DROP FUNCTION IF EXISTS conduct_decision_eyes();
"""


class Migration(migrations.Migration):
    dependencies = [("conduct", "0003_inquiry")]
    operations = [
        workflow_trigger("conduct_decision", OUTCOMES),
        workflow_trigger("conduct_appeal", REVIEWS),
        append_only_trigger("conduct_statement"),
        append_only_trigger("conduct_vote"),
        append_only_trigger("conduct_evidenceread"),
        migrations.RunSQL(EYES, UNDO),
    ]
