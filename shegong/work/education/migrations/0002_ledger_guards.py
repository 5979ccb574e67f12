"""The ledger is only added to: a reversal ends `recorded` once. Its sums are kept by the statement that changes it."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION education_creditentry_guard() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND upper_inf(OLD.recorded) AND NOT upper_inf(NEW.recorded) AND NOT isempty(NEW.recorded)
     AND lower(OLD.recorded) = lower(NEW.recorded)
     AND (to_jsonb(OLD) - 'recorded') = (to_jsonb(NEW) - 'recorded') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'education_creditentry is append-only' USING ERRCODE = 'insufficient_privilege';
END $body$;
CREATE TRIGGER education_creditentry_guard BEFORE UPDATE OR DELETE ON education_creditentry
  FOR EACH ROW EXECUTE FUNCTION education_creditentry_guard();
CREATE TRIGGER education_creditentry_no_truncate BEFORE TRUNCATE ON education_creditentry
  FOR EACH STATEMENT EXECUTE FUNCTION education_creditentry_guard();
"""

# SECURITY DEFINER: who enters hours of a class need not see each learner's own place.
SUMS = """
CREATE OR REPLACE FUNCTION education_credit_sums() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO education_yeartotal AS t (person_id, year, kind, passed, minutes, entries)
    SELECT person_id, extract(year FROM earned_on)::smallint, kind, passed, sum(minutes), count(*)
      FROM fresh WHERE upper_inf(recorded) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (person_id, year, kind, passed)
    DO UPDATE SET minutes = t.minutes + excluded.minutes, entries = t.entries + excluded.entries;
  ELSE
    UPDATE education_yeartotal t SET minutes = t.minutes - d.minutes, entries = t.entries - d.entries
      FROM (SELECT person_id, extract(year FROM earned_on)::smallint AS year, kind, passed,
                   sum(minutes)::int AS minutes, count(*)::int AS entries
              FROM fresh WHERE NOT upper_inf(recorded) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4) d
     WHERE (t.person_id, t.year, t.kind, t.passed) = (d.person_id, d.year, d.kind, d.passed);
  END IF;
  RETURN NULL;
END $body$;
CREATE TRIGGER education_credit_added AFTER INSERT ON education_creditentry
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION education_credit_sums();
CREATE TRIGGER education_credit_ended AFTER UPDATE ON education_creditentry
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION education_credit_sums();
"""
DROP = """
DROP TRIGGER education_credit_ended ON education_creditentry;
DROP TRIGGER education_credit_added ON education_creditentry;
DROP FUNCTION education_credit_sums();
"""


class Migration(migrations.Migration):
    dependencies = [("education", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(SUMS, DROP),
    ]
