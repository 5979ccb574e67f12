"""The database refuses every step of a document that the workflow does not have, and every change of a signed text."""

from django.db import migrations

from shegong.ground.documents.rules.official import WORKFLOW
from shegong.kernel.transition import workflow_trigger

TEXT = """
CREATE OR REPLACE FUNCTION documents_signed_text_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF OLD.state IN ('cosigning', 'signed', 'issued', 'recalled') AND NEW.state <> 'drafted' AND
     (OLD.title, OLD.body, OLD.kind, OLD.issuer_id, OLD.is_joint) IS DISTINCT FROM
     (NEW.title, NEW.body, NEW.kind, NEW.issuer_id, NEW.is_joint) THEN
    RAISE EXCEPTION 'the text of a circulated document stands' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
    RAISE EXCEPTION 'the number of an issued document stands' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $body$;
CREATE TRIGGER documents_signed_text_stands BEFORE UPDATE ON documents_officialdocument
  FOR EACH ROW EXECUTE FUNCTION documents_signed_text_stands();
"""
UNDO = """
DROP TRIGGER IF EXISTS documents_signed_text_stands ON documents_officialdocument;
DROP FUNCTION IF EXISTS documents_signed_text_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_library_and_official")]
    operations = [workflow_trigger("documents_officialdocument", WORKFLOW), migrations.RunSQL(TEXT, UNDO)]
