"""Whoever complained may ask the body above to look at a decided case again; who complained is found by a keyed hash, so that
the protection from retaliation opens nothing."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import shegong.duties.conduct.models.complaints
from shegong.duties.conduct.rules import WORKFLOW
from shegong.duties.conduct.rules.looks import LOOKS
from shegong.kernel.transition import workflow_trigger

# The same check as for the other bodies of a complaint (0002), for the one that looks again.
SIDES = """
CREATE OR REPLACE FUNCTION conduct_complaint_look() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  IF NEW.look_body_id IS NOT NULL
     AND conduct_body_biased(NEW.look_body_id, NEW.respondent_id, NEW.respondent_body_id) THEN
    RAISE EXCEPTION 'a second look is never sent to whom it is about' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $body$;
DROP TRIGGER IF EXISTS conduct_complaint_look ON conduct_complaint;
CREATE TRIGGER conduct_complaint_look
  BEFORE INSERT OR UPDATE OF look_body_id, respondent_id, respondent_body_id
  ON conduct_complaint FOR EACH ROW EXECUTE FUNCTION conduct_complaint_look();
"""
UNDO = """
DROP TRIGGER IF EXISTS conduct_complaint_look ON conduct_complaint;
DROP FUNCTION IF EXISTS conduct_complaint_look();
"""


def to(model: str, **more: object) -> models.ForeignKey:
    """A key that keeps what it names."""
    return models.ForeignKey(**({"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": model} | more))


class Migration(migrations.Migration):
    dependencies = [("conduct", "0009_evidence_by_side")]
    operations = [
        migrations.AddField("complaint", "look_body", to("organizations.organization", null=True)),
        migrations.AddField(
            "complainantvault", "who", models.BinaryField(blank=True, default=b""), preserve_default=False
        ),
        migrations.AddIndex("complainantvault", models.Index(fields=["who"], name="vault_who")),
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("instance", models.SmallIntegerField(default=1)),
                (
                    "token",
                    models.TextField(default=shegong.duties.conduct.models.complaints.new_token, unique=True),
                ),
                ("asked_on", models.DateField()),
                ("due_on", models.DateField()),
                ("seal_id", models.UUIDField(default=uuid4, editable=False)),
                ("text", models.BinaryField()),
                ("answer", models.BinaryField(blank=True)),
                ("finding", models.TextField(blank=True)),
                ("answered_on", models.DateField(null=True)),
                ("state", models.TextField(default="asked")),
                ("version", models.IntegerField(default=0)),
                ("body", to("organizations.organization")),
                ("complaint", to("conduct.complaint", related_name="looks")),
                ("decider", to("people.person", null=True)),
                ("decision", to("conduct.decision")),
                ("proposer", to("people.person", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["decision", "instance"], name="look_once"),
                    models.UniqueConstraint(
                        fields=["complaint"], condition=Q(answered_on__isnull=True), name="look_one_open"
                    ),
                    models.CheckConstraint(
                        name="look_state", condition=Q(state__in=["asked", "proposed", "answered"])
                    ),
                    models.CheckConstraint(
                        name="look_finding", condition=Q(finding="") | Q(finding__in=["stands", "again"])
                    ),
                    models.CheckConstraint(
                        name="look_four_eyes", condition=Q(decider__isnull=True) | ~Q(decider=F("proposer"))
                    ),
                    models.CheckConstraint(
                        name="look_answered_by_somebody",
                        condition=Q(state="answered", decider__isnull=False, answered_on__isnull=False)
                        | Q(~Q(state="answered"), decider__isnull=True, answered_on__isnull=True),
                    ),
                ]
            },
        ),
        workflow_trigger("conduct_secondlook", LOOKS),
        workflow_trigger("conduct_complaint", WORKFLOW),
        migrations.RunSQL(SIDES, UNDO),
    ]
