"""Steps of statements and studies; records follow their person when two records become one, and so do their sums."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.work.education.rules.statements import STATEMENT_FLOW, STUDY_FLOW

GUARD = """
CREATE OR REPLACE FUNCTION education_creditentry_guard() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF upper_inf(OLD.recorded) AND NOT upper_inf(NEW.recorded) AND NOT isempty(NEW.recorded)
       AND lower(OLD.recorded) = lower(NEW.recorded)
       AND (to_jsonb(OLD) - 'recorded') = (to_jsonb(NEW) - 'recorded') THEN
      RETURN NEW;
    END IF;
    IF OLD.person_id <> NEW.person_id AND (to_jsonb(OLD) - 'person_id') = (to_jsonb(NEW) - 'person_id')
       AND EXISTS (SELECT FROM people_person WHERE (id = OLD.person_id AND merged_into_id = NEW.person_id)
                                                OR (id = NEW.person_id AND merged_into_id = OLD.person_id)) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'education_creditentry is append-only' USING ERRCODE = 'insufficient_privilege';
END $body$;
"""
SUMS = """
CREATE OR REPLACE FUNCTION education_credit_sums() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    UPDATE education_yeartotal t SET minutes = t.minutes - d.minutes, entries = t.entries - d.entries
      FROM (SELECT o.person_id, extract(year FROM o.earned_on)::smallint AS year, o.kind, o.passed,
                   sum(o.minutes)::int AS minutes, count(*)::int AS entries
              FROM stale o JOIN fresh n USING (id)
             WHERE upper_inf(o.recorded) AND (NOT upper_inf(n.recorded) OR n.person_id <> o.person_id)
             GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4) d
     WHERE (t.person_id, t.year, t.kind, t.passed) = (d.person_id, d.year, d.kind, d.passed);
    INSERT INTO education_yeartotal AS t (person_id, year, kind, passed, minutes, entries)
    SELECT n.person_id, extract(year FROM n.earned_on)::smallint, n.kind, n.passed, sum(n.minutes), count(*)
      FROM stale o JOIN fresh n USING (id) WHERE upper_inf(n.recorded) AND n.person_id <> o.person_id
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (person_id, year, kind, passed)
    DO UPDATE SET minutes = t.minutes + excluded.minutes, entries = t.entries + excluded.entries;
  ELSE
    INSERT INTO education_yeartotal AS t (person_id, year, kind, passed, minutes, entries)
    SELECT person_id, extract(year FROM earned_on)::smallint, kind, passed, sum(minutes), count(*)
      FROM fresh WHERE upper_inf(recorded) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (person_id, year, kind, passed)
    DO UPDATE SET minutes = t.minutes + excluded.minutes, entries = t.entries + excluded.entries;
  END IF;
  RETURN NULL;
END $body$;
DROP TRIGGER education_credit_added ON education_creditentry;
DROP TRIGGER education_credit_ended ON education_creditentry;
CREATE TRIGGER education_credit_added AFTER INSERT ON education_creditentry
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION education_credit_sums();
CREATE TRIGGER education_credit_changed AFTER UPDATE ON education_creditentry
  REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION education_credit_sums();
"""


class Migration(migrations.Migration):
    dependencies = [("education", "0005_statements_and_study")]
    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(SUMS, migrations.RunSQL.noop),
        workflow_trigger("education_hoursstatement", STATEMENT_FLOW),
        workflow_trigger("education_studyenrolment", STUDY_FLOW),
    ]
