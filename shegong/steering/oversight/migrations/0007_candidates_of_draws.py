"""Who can be drawn for an inspection, listed with its plan; the database refuses every later change."""

import django.db.models.deletion
from django.db import migrations, models

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0004_duty_transfers"),
        ("oversight", "0006_answers_of_workbooks"),
    ]
    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidates", to="oversight.inspection"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("inspection", "organization"), name="inspection_candidate_once")
                ]
            },
        ),
        append_only_trigger("oversight_candidate"),
    ]
