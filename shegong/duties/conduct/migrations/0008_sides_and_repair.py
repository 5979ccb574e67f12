"""A body complained of is told and answers; an inquiry can end without a decision; whoever complained reads an answer; early
repair of a record; a declared relation ends when the inspector agrees."""

from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import shegong.duties.conduct.models.complaints
from shegong.duties.conduct.rules import WORKFLOW
from shegong.duties.conduct.rules.repairs import REPAIRS
from shegong.kernel.transition import workflow_trigger

BODY = "organizations.organization"
PERSON = "people.person"
def to(model: str, **more: object) -> models.ForeignKey:
    """A key that keeps what it names."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model, **more)


class Migration(migrations.Migration):
    dependencies = [("conduct", "0007_journal_reader")]
    operations = [
        migrations.AddField("inquiry", "respondent_body", to(BODY, null=True)),
        migrations.AddField("inquiry", "closed_on", models.DateField(null=True)),
        migrations.AddField(
            "inquiry", "closed_why", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("statement", "by_body", to(BODY, null=True)),
        migrations.AddField(
            "decision", "answer", models.BinaryField(blank=True, default=b""), preserve_default=False
        ),
        migrations.AddField(
            "kin", "over_why", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("kin", "over_asked_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="Repair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.TextField(default=shegong.duties.conduct.models.complaints.new_token, unique=True),
                ),
                ("asked_on", models.DateField()),
                ("seal_id", models.UUIDField(default=uuid4, editable=False)),
                ("text", models.BinaryField()),
                ("reasons", models.BinaryField(blank=True)),
                ("granted", models.BooleanField(null=True)),
                ("decided_on", models.DateField(null=True)),
                ("state", models.TextField(default="asked")),
                ("version", models.IntegerField(default=0)),
                ("decider", to(PERSON, null=True)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repairs",
                        to="conduct.decision",
                    ),
                ),
                ("person", to(PERSON)),
                ("proposer", to(PERSON, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["decision"],
                        condition=Q(state__in=["asked", "proposed"]),
                        name="repair_one_open",
                    ),
                    models.CheckConstraint(
                        name="repair_state", condition=Q(state__in=["asked", "proposed", "decided"])
                    ),
                    models.CheckConstraint(
                        name="repair_four_eyes", condition=Q(decider__isnull=True) | ~Q(decider=F("proposer"))
                    ),
                    models.CheckConstraint(
                        name="repair_decided_by_somebody",
                        condition=Q(
                            state="decided",
                            granted__isnull=False,
                            decider__isnull=False,
                            decided_on__isnull=False,
                        )
                        | Q(~Q(state="decided"), decider__isnull=True, decided_on__isnull=True),
                    ),
                ]
            },
        ),
        workflow_trigger("conduct_repair", REPAIRS),
        workflow_trigger("conduct_complaint", WORKFLOW),
    ]
