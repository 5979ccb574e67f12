"""The database refuses steps that the workflow does not have, and bodies and officers that have a side (A19).

The functions ask as the owner of the tables: an officer's walls must not hide from the check where the respondent works.
"""

from django.db import migrations

from shegong.duties.conduct.rules import WORKFLOW
from shegong.kernel.transition import append_only_trigger, workflow_trigger

BIASED = """
CREATE OR REPLACE FUNCTION conduct_works_in(someone bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  SELECT e.employer_id FROM employment_employment e
    WHERE e.person_id = someone AND upper_inf(e.recorded) AND e.during @> (now() AT TIME ZONE 'Asia/Shanghai')::date
  UNION
  SELECT g.organization_id FROM accounts_grant g
    WHERE g.person_id = someone AND g.during @> (now() AT TIME ZONE 'Asia/Shanghai')::date
$body$;

CREATE OR REPLACE FUNCTION conduct_body_biased(body bigint, respondent bigint, respondent_body bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  WITH RECURSIVE above(id, parent_id) AS (
    SELECT id, parent_id FROM organizations_organization WHERE id = body
    UNION
    SELECT o.id, o.parent_id FROM organizations_organization o JOIN above a ON o.id = a.parent_id
  )
  SELECT EXISTS (SELECT FROM above WHERE id = respondent_body OR id IN (SELECT conduct_works_in(respondent)))
$body$;

CREATE OR REPLACE FUNCTION conduct_person_biased(officer bigint, respondent bigint, respondent_body bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  SELECT coalesce(officer = respondent, false)
    OR coalesce(respondent_body IN (SELECT conduct_works_in(officer)), false)
    OR EXISTS (SELECT conduct_works_in(officer) INTERSECT SELECT conduct_works_in(respondent))
    OR EXISTS (SELECT FROM conduct_kin k WHERE (k.person_id = officer AND k.relative_id = respondent)
                                            OR (k.person_id = respondent AND k.relative_id = officer))
$body$;

CREATE OR REPLACE FUNCTION conduct_complaint_sides() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  IF NEW.routed_to_id IS NOT NULL
     AND conduct_body_biased(NEW.routed_to_id, NEW.respondent_id, NEW.respondent_body_id) THEN
    RAISE EXCEPTION 'a complaint is never routed to whom it is about' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.appeal_body_id IS NOT NULL
     AND conduct_body_biased(NEW.appeal_body_id, NEW.respondent_id, NEW.respondent_body_id) THEN
    RAISE EXCEPTION 'an appeal is never routed to whom it is about' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.investigator_id IS NOT NULL
     AND conduct_person_biased(NEW.investigator_id, NEW.respondent_id, NEW.respondent_body_id) THEN
    RAISE EXCEPTION 'who investigates has no side' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $body$;
DROP TRIGGER IF EXISTS conduct_complaint_sides ON conduct_complaint;
CREATE TRIGGER conduct_complaint_sides
  BEFORE INSERT OR UPDATE OF routed_to_id, appeal_body_id, investigator_id, respondent_id, respondent_body_id
  ON conduct_complaint FOR EACH ROW EXECUTE FUNCTION conduct_complaint_sides();
"""

UNDO = """
DROP TRIGGER IF EXISTS conduct_complaint_sides ON conduct_complaint;
DROP FUNCTION IF EXISTS conduct_complaint_sides();
DROP FUNCTION IF EXISTS conduct_person_biased(bigint, bigint, bigint);
DROP FUNCTION IF EXISTS conduct_body_biased(bigint, bigint, bigint);
DROP FUNCTION IF EXISTS conduct_works_in(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conduct", "0001_complaints"),
        ("employment", "0002_batch"),
        ("accounts", "0001_initial"),
    ]
    operations = [
        workflow_trigger("conduct_complaint", WORKFLOW),
        append_only_trigger("conduct_exchange"),
        append_only_trigger("conduct_vaultread"),
        migrations.RunSQL(BIASED, UNDO),
    ]
